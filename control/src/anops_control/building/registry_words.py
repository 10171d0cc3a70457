"""What a registry's refusal means, in the many words that engines have for it."""

from __future__ import annotations

import re
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

_STATUS = re.compile(r"error parsing HTTP (\d{3}) response body")
_STATUSES = {
    **dict.fromkeys(("401", "403"), Refusal.CREDENTIALS),
    **dict.fromkeys(("502", "503", "504"), Refusal.UNREACHABLE),
}


def refusal_of(said: str) -> Refusal:
    """Return what an engine meant by what it said."""
    status = _STATUS.search(said)
    if status is not None:  # the registry's own words, which follow, may be any
        return _STATUSES.get(status[1], Refusal.OTHER)
    lower = said.lower()
    return next((refusal for refusal, words in _WORDS if any(word in lower for word in words)), Refusal.OTHER)
