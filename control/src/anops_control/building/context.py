"""Packs the files of a project for the engine, with what its links point to."""

from __future__ import annotations

import tarfile
import tempfile
from typing import IO, TYPE_CHECKING

from anops_model_interface.codes import Code
from docker.utils.build import exclude_paths

from anops_control.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


def pack(folder: Path, needed: Iterable[str] = ()) -> IO[bytes]:
    """Return the build context of a project as a tar file, open at its start.

    What `.dockerignore` leaves out is left out. A link that points out of the folder, such as that of
    `ao init --link`, becomes what it points to, since the engine sees nothing else; one that points inside stays.

    Args:
        folder: The project's folder.
        needed: Files that go in whatever `.dockerignore` says.

    Raises:
        CommandError: A file can't be read, or a link leads nowhere.
    """
    packed = tempfile.TemporaryFile(prefix="ao-build-")  # noqa: SIM115  the caller closes it
    try:
        with tarfile.open(fileobj=packed, mode="w") as archive:
            for path in sorted({*let_in(folder), *needed}):
                for name, source in _resolved(folder, path):
                    _add(archive, name, source)
    except BaseException:
        packed.close()
        raise
    packed.seek(0)
    return packed


def let_in(folder: Path) -> set[str]:
    """Return the paths in a project, folders too, that its `.dockerignore` does not keep out of its image."""
    return set(exclude_paths(str(folder), _ignored(folder)))


def _ignored(folder: Path) -> list[str]:
    file = folder / ".dockerignore"
    if not file.is_file():
        return []
    lines = (line.strip() for line in file.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _resolved(folder: Path, path: str) -> Iterator[tuple[str, Path]]:
    """Yield names in the context and the files they stand for."""
    source = folder / path
    if not source.is_symlink():
        yield path, source
        return
    if not source.exists():
        raise CommandError(
            f"`{path}` is a link to `{source.readlink()}`, which is not there.",
            remedy="Copy the file into the project, fix the link, or name it in `.dockerignore`.",
            code=Code.PROJECT_INVALID,
        )
    target = source.resolve()
    if target.is_relative_to(folder.resolve()) and not source.readlink().is_absolute():
        yield path, source
        return
    yield path, target
    if target.is_dir():
        for inner in sorted(target.rglob("*")):
            if inner.is_file():
                yield f"{path}/{inner.relative_to(target)}", inner.resolve()


def _add(archive: tarfile.TarFile, name: str, source: Path) -> None:
    try:
        if source.is_socket():
            return
        entry = archive.gettarinfo(source, arcname=name)
        if entry.islnk():  # a second name of a file: packed again, since the first may be left out
            entry.type, entry.linkname, entry.size = tarfile.REGTYPE, "", source.stat().st_size
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = ""
        if not entry.isreg():
            archive.addfile(entry)
            return
        with source.open("rb") as file:
            archive.addfile(entry, file)
    except OSError as error:
        raise CommandError(
            f"`{name}` can't be read: {error.strerror or error}.",
            remedy="Make it readable, or name it in `.dockerignore`.",
            code=Code.PROJECT_INVALID,
        ) from error
