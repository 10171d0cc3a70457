"""The file of a backup: everything with its digest, and a list at its end, so that one that was cut off is known."""

from __future__ import annotations

import hashlib
import io
import json
import sqlite3
import tarfile
import tempfile
from collections import Counter
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from anops_model_interface.codes import Code

from anops_control.backups.contents import copied, files_in, store_of
from anops_control.errors import CommandError

if TYPE_CHECKING:
    from anops_control.events import Events

FORMAT = 1
LIST = "anops-backup.json"
_PIECE = 1 << 20


def written(folder: Path, target: Path, events: Events) -> dict[str, Any]:
    """Write a backup, whole or not at all.

    Args:
        folder: What is kept.
        target: The file.
        events: Are told what is being done.

    Returns:
        What is in it.

    Raises:
        CommandError: A file can't be read.
        OSError: The backup can't be written.
    """
    part = target.with_name(f".{target.name}.part")
    stores: Counter[str] = Counter()
    files: dict[str, str] = {}
    skipped: list[str] = []
    try:
        with tarfile.open(part, "w:gz", compresslevel=3, format=tarfile.PAX_FORMAT) as tar:
            for each in files_in(folder):
                if each.path in {target, part}:
                    continue
                events.doing(f"Keeping {each.name}")
                if each.path.is_symlink():
                    if _leads_out(each.path, folder):
                        skipped.append(f"{each.name} leads out of the project, to {each.path.readlink()}")
                    else:
                        tar.add(each.path, each.name, recursive=False)
                    continue
                content = _at_one_moment(each.path) if each.is_database else each.path
                try:
                    files[each.name] = _added(tar, content, each.name)
                finally:
                    if content is not each.path:
                        content.unlink()
                stores[store_of(each.name)] += 1
            told = {
                "format": FORMAT, "made": datetime.now(UTC).isoformat(timespec="seconds"),
                "by": metadata.version("anops-control"), "folder": str(folder), "stores": dict(stores),
                "skipped": skipped, "files": files,
            }  # fmt: skip
            _listed(tar, told)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return told


def unpacked(archive: Path, folder: Path) -> dict[str, Any]:
    """Write the files of a backup into an empty folder, and see that they are those that were kept.

    Returns:
        What is in it.

    Raises:
        CommandError: It is no backup, was cut off or altered, or is of a newer AnOps.
    """
    try:
        with tarfile.open(archive, "r:gz") as tar:
            tar.extractall(folder, filter="data")
        told = json.loads((folder / LIST).read_text(encoding="utf-8"))
        files, format_ = dict(told["files"]), int(told["format"])
    except (tarfile.TarError, EOFError, OSError, ValueError, KeyError, TypeError) as error:
        if isinstance(error, OSError) and error.errno is not None and not isinstance(error, FileNotFoundError):
            raise
        raise _not_one(archive, str(error)) from error
    if format_ > FORMAT:
        raise CommandError(
            f"`{archive.name}` was made by a newer AnOps ({told.get('by')}).",
            remedy="Restore it with that version, or a later one.",
            code=Code.STORE_UNUSABLE,
        )
    (folder / LIST).unlink()
    altered = [name for name, digest in files.items() if not _is_as_kept(folder / name, digest)]
    if altered:
        raise _not_one(archive, f"{len(altered)} files are not as they were kept, such as {altered[0]}")
    return dict(told)


def _at_one_moment(database: Path) -> Path:
    with tempfile.NamedTemporaryFile(prefix="ao-backup-", delete=False) as file:
        copy = Path(file.name)
    try:
        copied(database, copy)
    except sqlite3.Error as error:
        copy.unlink()
        raise CommandError(
            f"The database {database} can't be read: {error}.",
            remedy="Stop what writes to it, and ask again; or move it away where it is broken.",
            code=Code.STORE_UNUSABLE,
        ) from error
    return copy


def _added(tar: tarfile.TarFile, path: Path, name: str) -> str:
    with path.open("rb") as content:
        entry = tar.gettarinfo(arcname=name, fileobj=content)
        read = _Hashed(content, entry.size)
        tar.addfile(entry, cast("IO[bytes]", read))  # it only reads
    return read.digest


class _Hashed:
    """Reads a file, no further than it was long when its turn came, and knows the digest of what was read."""

    def __init__(self, file: Any, size: int) -> None:  # noqa: ANN401  a file
        self._file, self._left, self._hash = file, size, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Read on."""
        wanted = self._left if size < 0 else min(size, self._left)
        piece: bytes = self._file.read(wanted)
        self._left -= len(piece)
        self._hash.update(piece)
        return piece

    @property
    def digest(self) -> str:
        """The digest of what was read."""
        return self._hash.hexdigest()


def _listed(tar: tarfile.TarFile, told: dict[str, Any]) -> None:
    content = json.dumps(told, indent=1, ensure_ascii=False).encode()
    entry = tarfile.TarInfo(LIST)
    entry.size = len(content)
    tar.addfile(entry, io.BytesIO(content))


def _leads_out(link: Path, folder: Path) -> bool:
    target = link.readlink()
    return target.is_absolute() or not (link.parent / target).resolve().is_relative_to(folder.resolve())


def _is_as_kept(path: Path, digest: str) -> bool:
    found = hashlib.sha256()
    try:
        with path.open("rb") as content:
            while piece := content.read(_PIECE):
                found.update(piece)
    except OSError:
        return False
    return found.hexdigest() == digest


def _not_one(archive: Path, why: str) -> CommandError:
    return CommandError(
        f"`{archive.name}` is not a complete backup of `ao backup`; nothing was restored.",
        details=[why],
        remedy="Take another copy of it, or an earlier backup.",
        code=Code.STORE_UNUSABLE,
    )
