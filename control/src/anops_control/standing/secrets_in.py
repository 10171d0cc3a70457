"""Finds secrets in what a person writes down for others to read, which must hold none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_KEYS = re.compile(
    r"(password|passwd|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|client[_-]?key|credential"
    r"|connection[_-]?string|sas|certificate[_-]?data)",
    re.IGNORECASE,
)
_VALUES = (
    ("a private key", re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")),
    ("a token (JWT)", re.compile(r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*")),
    ("an access key", re.compile(r"\b(AKIA|ASIA)[A-Z0-9]{16}\b|\bAccountKey=|\bSharedAccessSignature|[?&]sig=")),
    ("a key of AnOps", re.compile(r"\bao_[\w-]{43}(?![\w-])")),
    ("a token", re.compile(r"\b(gh[pousr]_\w{20,}|glpat-[\w-]{16,}|dckr_pat_[\w-]{16,})")),
    ("a password in an address", re.compile(r"\w+://[^/\s:@]+:[^/\s@]+@")),
)


def secrets_in(value: Any, path: str = "") -> Iterator[str]:  # noqa: ANN401  anything that a file can hold
    """Yield a sentence for each secret of a document; the secret itself is not in it."""
    if isinstance(value, dict):
        for key, each in value.items():
            where = f"{path}.{key}" if path else str(key)
            if _KEYS.search(str(key)) and each not in (None, ""):
                yield f"`{where}` is a secret by its name."
            else:
                yield from secrets_in(each, where)
    elif isinstance(value, list):
        for number, each in enumerate(value, 1):
            yield from secrets_in(each, f"{path}[{number}]")
    elif isinstance(value, str):
        for what, pattern in _VALUES:
            if pattern.search(value):
                yield f"`{path}` holds {what}."
                break
