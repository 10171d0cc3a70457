"""What a registry's refusal means, in the many words that engines have for it."""

from __future__ import annotations

from enum import Enum, auto


class Refusal(Enum):
    """Why a registry did not do what it was asked."""

    CREDENTIALS = auto()
    ABSENT = auto()
    UNREACHABLE = auto()
    UNTRUSTED = auto()
    OTHER = auto()


_WORDS = (
    # the hub answers so for names that it does not have, too
    (Refusal.ABSENT, ("repository does not exist", "manifest unknown", "manifest for ", "name unknown")),
    (Refusal.UNTRUSTED, ("x509", "certificate", "server gave http response to https client")),
    (Refusal.CREDENTIALS, ("unauthorized", "no basic auth credentials", "authentication", "denied", "forbidden")),
    (
        Refusal.UNREACHABLE,
        (
            "dial tcp", "no such host", "connection refused", "timeout", "network is unreachable", "eof",
            "proxyconnect", "connection reset", "request canceled", "bad gateway", "service unavailable",
        ),
    ),
)  # fmt: skip


def refusal_of(said: str) -> Refusal:
    """Return what an engine meant by what it said."""
    lower = said.lower()
    return next((refusal for refusal, words in _WORDS if any(word in lower for word in words)), Refusal.OTHER)
