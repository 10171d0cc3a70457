"""The file of keys: names, hashes, scopes and expiry, and no key itself.

A key is 256 random bits, so a plain hash keeps it: nobody can try them all, which slow hashes of passwords are for.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from anops_http.access.scopes import Scope

if TYPE_CHECKING:
    from pathlib import Path

PREFIX = "ao_"
"""What every key begins with, so that scanners of repositories can find one that was committed."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_HASH = re.compile(r"sha256:[0-9a-f]{64}")
_MEMBERS = ("name", "hash", "scopes", "created", "expires", "per_second")


class KeyFileError(Exception):
    """The file can't be used; the text says why, for a person."""


@dataclass(frozen=True, slots=True)
class Key:
    """What is kept of a key.

    Attributes:
        name: How people call it.
        hash: `sha256:` and the digest of the key, in hexadecimal digits.
        scopes: What it allows.
        created: When it was made.
        expires: When it ends; None: never.
        per_second: How many requests a second it may make on average; None: as many as it likes.
    """

    name: str
    hash: str
    scopes: frozenset[Scope]
    created: datetime | None = None
    expires: datetime | None = None
    per_second: float | None = None

    @property
    def is_expired(self) -> bool:
        """Whether it has ended."""
        return self.expires is not None and self.expires <= datetime.now(UTC)


def new_secret() -> str:
    """Return a new key: it is shown once and kept nowhere."""
    return PREFIX + secrets.token_urlsafe(32)


def hash_of(secret: str | bytes) -> str:
    """Return what is kept of a key."""
    return "sha256:" + hashlib.sha256(secret.encode() if isinstance(secret, str) else secret).hexdigest()


def is_name(text: str) -> bool:
    """Say whether a key may be called so: letters, digits, `.`, `_`, `-`, at most 64."""
    return _NAME.fullmatch(text) is not None


def read_keys(path: Path) -> tuple[Key, ...]:
    """Read the keys of a file.

    Raises:
        KeyFileError: It is not there, or is no file of keys; which entry, and what is wrong with it.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise KeyFileError(f"There is no file of keys `{path}`.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise KeyFileError(f"The file of keys `{path}` can't be read: {error}.") from None
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise KeyFileError(f"The file of keys `{path}` is not TOML: {error}.") from None
    entries = table.get("key", [])
    unknown = sorted(set(table) - {"key"})
    if unknown or not isinstance(entries, list):
        raise KeyFileError(
            f"The file of keys `{path}` must hold tables `[[key]]` only; received `{(*unknown, 'key')[0]}`."
        )
    keys: list[Key] = []
    for number, entry in enumerate(entries, 1):
        key = _key_of(entry, f"Key {number} of `{path}`")
        if any(key.name == other.name for other in keys):
            raise KeyFileError(f"Two keys of `{path}` are called `{key.name}`.")
        keys.append(key)
    return tuple(keys)


def _key_of(entry: dict[str, Any], where: str) -> Key:
    for member in entry:
        if member not in _MEMBERS:
            raise KeyFileError(f"{where} has `{member}`; there may be {', '.join(_MEMBERS)}.")
    name, hashed, scopes = entry.get("name"), entry.get("hash"), entry.get("scopes")
    if not isinstance(name, str) or not is_name(name):
        raise KeyFileError(f"{where} needs a `name` of letters, digits, `.`, `_` and `-`, at most 64.")
    where = f"{where}, `{name}`,"
    if not isinstance(hashed, str) or not _HASH.fullmatch(hashed):
        raise KeyFileError(f"{where} needs a `hash` as `ao key add` writes it: `sha256:` and 64 hexadecimal digits.")
    if not isinstance(scopes, list) or not scopes:
        raise KeyFileError(f"{where} needs `scopes`, a list of {', '.join(Scope)}.")
    for scope in scopes:
        if scope not in tuple(Scope):
            raise KeyFileError(f"{where} has the scope `{scope}`; there are {', '.join(Scope)}.")
    rate = entry.get("per_second")
    if rate is not None and (isinstance(rate, bool) or not isinstance(rate, int | float) or not rate > 0):
        raise KeyFileError(f"{where} has `per_second = {rate}`; it must be a number above 0.")
    created, expires = (_moment(entry.get(member), member, where) for member in ("created", "expires"))
    return Key(name, hashed, frozenset(Scope(scope) for scope in scopes), created, expires, rate)


def _moment(value: object, member: str, where: str) -> datetime | None:
    if value is None:
        return None
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise KeyFileError(f"{where} has `{member} = {value}`; it must be a time such as 2027-01-31T12:00:00Z.")
    return value
