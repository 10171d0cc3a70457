"""Moves a finished project into its folder: every file or none, and never over one that is there."""

from __future__ import annotations

import filecmp
import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code

from anops_control.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class CarriedFile:
    """A file of the person that the project takes in.

    Attributes:
        source: Where it is.
        name: Its path in the project.
    """

    source: Path
    name: str


@dataclass(slots=True)
class _Undo:
    """Remembers what was made, so that it can be taken away again."""

    files: list[Path] = field(default_factory=list)
    folders: list[Path] = field(default_factory=list)

    def make_folder(self, folder: Path) -> None:
        missing = [each for each in (folder, *folder.parents) if not each.exists()]
        for each in reversed(missing):
            each.mkdir()
            self.folders.append(each)

    def take_back(self) -> None:
        for file in self.files:
            file.unlink(missing_ok=True)
        for folder in reversed(self.folders):
            folder.rmdir()


def place(project: Path, carried: Sequence[CarriedFile], folder: Path, *, link: bool) -> list[str]:
    """Move a rendered project into its folder, with the person's own files.

    Args:
        project: The rendered project.
        carried: The person's files; one that is at its place already stays as it is.
        folder: The project's folder, which may hold other files, or not be there yet.
        link: Whether the person's files become symbolic links instead of copies.

    Returns:
        The files that were there already and are kept, in the order of names.

    Raises:
        CommandError: One of the person's files would take the place of another file, or the folder has become a
            project since the command began.
    """
    if (folder / "ao.toml").exists():
        raise CommandError(
            f"`{folder}` has become a project while this one was made; nothing of it is changed.",
            remedy="Choose another folder.",
            code=Code.PROJECT_EXISTS,
        )
    for file in carried:
        _check_place(file, folder)
    kept = []
    with _all_or_nothing() as undo:
        undo.make_folder(folder)
        for file in carried:
            target = folder / file.name
            if not os.path.lexists(target):
                undo.make_folder(target.parent)
                undo.files.append(target)
                target.symlink_to(file.source) if link else shutil.copyfile(file.source, target)
        rendered = sorted(path for path in project.rglob("*") if path.is_file())
        for path in sorted(rendered, key=lambda path: path.name == "ao.toml"):  # last: it makes a folder a project
            target = folder / path.relative_to(project)
            if os.path.lexists(target):
                kept.append(target.relative_to(folder).as_posix())
                continue
            undo.make_folder(target.parent)
            with target.open("xb") as written:
                undo.files.append(target)
                written.write(path.read_bytes())
    return sorted(kept)


def _check_place(file: CarriedFile, folder: Path) -> None:
    target = folder / file.name
    if not os.path.lexists(target) or (target.exists() and target.samefile(file.source)):
        return
    if target.is_file() and filecmp.cmp(target, file.source, shallow=False):
        return
    raise CommandError(
        f"`{target}` is there already and differs from {file.source}; it is not overwritten.",
        remedy="Rename one of them, or choose another folder.",
        code=Code.FILE_EXISTS,
    )


@contextmanager
def _all_or_nothing() -> Iterator[_Undo]:
    undo = _Undo()
    try:
        yield undo
    except BaseException:
        undo.take_back()
        raise
