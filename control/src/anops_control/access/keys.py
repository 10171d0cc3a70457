"""Writes the file of keys: adds and revokes; what else stands in it stays as it is.

These are no verbs: over REST, a caller makes a key on its own computer and brings the file, which holds no key.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import tomlkit
from anops_http.access.key_file import Key, KeyFileError, hash_of, is_name, new_secret, read_keys
from anops_model_interface.codes import Code

from anops_control.errors import CommandError
from anops_control.file_failures import unwritable
from anops_control.suggestions import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from anops_http.access.scopes import Scope

_TITLE = (
    "Who may ask the services of this project: hashes of keys, and no key itself.",
    "`ao key add` and `ao key revoke` write it; a service reads it again when it changes.",
)


def add_key(
    file: Path,
    name: str,
    scopes: frozenset[Scope],
    *,
    expires: datetime | None = None,
    per_second: float | None = None,
) -> str:
    """Make a key, and put its hash into a file, which is made where it is not there.

    Args:
        file: The file of keys.
        name: How the key is called.
        scopes: What it allows.
        expires: When it ends; None: never.
        per_second: How many requests a second it may make on average; None: as many as it likes.

    Returns:
        The key, which is kept nowhere.

    Raises:
        CommandError: The name is taken or can't be one, or the file can't be used.
    """
    if not is_name(name):
        raise CommandError(
            f"A key can't be called `{name}`.",
            remedy="Use letters, digits, `.`, `_` and `-`, at most 64.",
            code=Code.USAGE,
        )
    secret = new_secret()
    with _changing(file) as document:
        if any(key.name == name for key in keys_of(file, missing_ok=True)):
            raise CommandError(
                f"There is a key `{name}` already.",
                remedy=f"Choose another name, or revoke that one first: ao key revoke {name}",
                code=Code.FILE_EXISTS,
            )
        entry: dict[str, Any] = {
            "name": name,
            "hash": hash_of(secret),
            "scopes": sorted(scopes),
            "created": datetime.now(UTC).replace(microsecond=0),
            "expires": expires,
            "per_second": per_second,
        }
        table = tomlkit.table()
        table.update({member: value for member, value in entry.items() if value is not None})
        if "key" not in document:
            document["key"] = tomlkit.aot()
        table.add(tomlkit.nl())
        document["key"].append(table)
    return secret


def revoke_key(file: Path, name: str) -> None:
    """Take a key out of a file.

    Raises:
        CommandError: There is no such key, or the file can't be used.
    """
    with _changing(file) as document:
        names = [key.name for key in keys_of(file)]
        if name not in names:
            guess = nearest(name, names)
            raise CommandError(
                f"There is no key `{name}`.",
                remedy=f"Did you mean `{guess}`?" if guess else "See all with `ao key list`.",
                code=Code.USAGE,
            )
        del document["key"][names.index(name)]


def keys_of(file: Path, *, missing_ok: bool = False) -> tuple[Key, ...]:
    """Return the keys of a file.

    Args:
        file: The file of keys.
        missing_ok: Whether a file that is not there has none.

    Raises:
        CommandError: The file can't be used.
    """
    if missing_ok and not file.exists():
        return ()
    try:
        return read_keys(file)
    except KeyFileError as error:
        code = Code.FILE_UNREADABLE if file.exists() else Code.FILE_NOT_FOUND
        remedy = None if file.exists() else "Make the first with `ao key add NAME`."
        raise CommandError(str(error), remedy=remedy, code=code) from None


@contextmanager
def _changing(file: Path) -> Iterator[tomlkit.TOMLDocument]:
    """Give the content of a file to be changed, to one at a time."""
    try:
        with _locked(file.parent):
            keys_of(file, missing_ok=True)
            if file.exists():
                document = tomlkit.parse(file.read_text(encoding="utf-8"))
            else:
                document = tomlkit.document()
                for line in _TITLE:
                    document.add(tomlkit.comment(line))
                document.add(tomlkit.nl())
            yield document
            _write(file, tomlkit.dumps(document).encode())
    except OSError as error:
        raise unwritable(error, file) from error


def _write(file: Path, content: bytes) -> None:
    """Write the file in its place: a container into which it is mounted would keep one that another replaces."""
    new = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        new.write_bytes(content)  # there is room for it
        if not file.exists():
            new.chmod(0o644)
            new.replace(file)
            return
        with file.open("r+b") as target:
            target.write(content)
            target.truncate()
    finally:
        new.unlink(missing_ok=True)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        with suppress(OSError):
            os.close(descriptor)
