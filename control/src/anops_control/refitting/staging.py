"""A copy of a project in which a change can fail: own files are real, all others are links to the project's."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

_LEFT_OUT = frozenset({".git", ".anops", ".ao", "__pycache__"})


@contextmanager
def staged(folder: Path, own: Collection[str]) -> Iterator[Path]:
    """Make a copy of a project for a while.

    Args:
        folder: The project's folder.
        own: The files that may be changed in the copy, relative to the folder; they need not be there.
    """
    with tempfile.TemporaryDirectory(prefix="ao-refit-") as stage:
        target = Path(stage).resolve() / folder.name
        _mirror(folder, target, {PurePosixPath(name) for name in own}, PurePosixPath())
        yield target


def _mirror(source: Path, target: Path, own: set[PurePosixPath], here: PurePosixPath) -> None:
    target.mkdir()
    for path in source.iterdir() if source.is_dir() else ():
        place = here / path.name
        if path.name in _LEFT_OUT:
            continue
        if place in own:
            if path.is_file():
                shutil.copyfile(path, target / path.name)
        elif any(place in name.parents for name in own) and not path.is_symlink():
            _mirror(path, target / path.name, own, place)
        else:
            (target / path.name).symlink_to(path.resolve() if not path.is_symlink() else path)
    for name in own:
        if here in name.parents:
            (target / name.relative_to(here).parts[0]).parent.mkdir(exist_ok=True)


def changed(stage: Path, folder: Path, own: Sequence[str]) -> list[str]:
    """Return those of the own files that are not as they are in the project."""
    return [name for name in own if _content(stage / name) != _content(folder / name)]


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def take_over(stage: Path, folder: Path, names: Sequence[str]) -> None:
    """Move changed files into the project: all, or none where one can't be written.

    Args:
        stage: The copy.
        folder: The project's folder.
        names: The files, relative to both, in the order in which they are moved.
    """
    before: list[tuple[Path, Path | None]] = []
    try:
        for name in names:
            target = folder / name
            saved = None
            if os.path.lexists(target):
                saved = target.with_name(f".{target.name}.before-refit")
                target.replace(saved)
            before.append((target, saved))
            if (stage / name).exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(stage / name, target)
    except BaseException:
        for target, saved in reversed(before):
            target.unlink(missing_ok=True)
            if saved is not None:
                saved.replace(target)
        raise
    for _, saved in before:
        if saved is not None:
            saved.unlink()
