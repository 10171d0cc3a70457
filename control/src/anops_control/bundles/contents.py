"""What goes into a bundle: code, the files that the experiments read, and what says which packages they need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_project.project import CONFIG_NAME

from anops_control.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from anops_control.experiments.finding import Experiments

_CODE = frozenset({".py", ".r"})
_BESIDE = (CONFIG_NAME, "requirements.txt", "pyproject.toml", "DESCRIPTION", "renv.lock")
_NOT_OURS = frozenset({"node_modules", "renv", "site-packages", "__pycache__", "packrat"})


def contents(place: Experiments, further: Sequence[str]) -> list[Path]:
    """Return the files of a bundle, in order.

    Args:
        place: The project with its experiments.
        further: Patterns of further files, such as "data/*.csv".

    Raises:
        CommandError: A file that is named is not there, or there is nothing at all.
    """
    folder = place.folder
    found = {path for path in _walked(folder) if path.suffix.lower() in _CODE}
    found |= {folder / name for name in _BESIDE if (folder / name).is_file()}
    for name, section in place.sections.items():
        files = [*section.files, *([section.file] if section.file else [])]
        found |= set(_named(folder, files, f"The experiment `{name}`"))
    for name, calibration in place.calibrations.items():
        found |= set(_named(folder, calibration.files, f"The calibration `{name}`"))
    found |= set(_named(folder, further, "--include"))
    if not found:
        raise CommandError(
            f"There is no code in {folder}, and so nothing for a bundle.",
            remedy="Make the bundle in the folder of the experiment's code.",
            code=Code.USAGE,
        )
    return sorted(found, key=lambda path: path.relative_to(folder).as_posix())


def _named(folder: Path, patterns: Iterable[str], who: str) -> Iterator[Path]:
    for pattern in patterns:
        there = [path for path in folder.glob(pattern) if path.is_file()] if not pattern.startswith("/") else []
        inside = [path for path in there if path.resolve().is_relative_to(folder.resolve())]
        if not inside:
            raise CommandError(
                f"{who} names `{pattern}`, and there is no such file in {folder}.",
                remedy="Name files below the project's folder.",
                code=Code.USAGE,
            )
        yield from inside


def _walked(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name.startswith(".") or path.name in _NOT_OURS or (path / "pyvenv.cfg").exists():
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _walked(path)
        elif path.is_file():
            yield path
