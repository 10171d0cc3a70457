"""Which files of a project are the statistician's code for the model, and so are looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re
    from pathlib import Path

    from anops_project.project import Project


_OF_INIT = {
    "the reference rows get their predictions",
    "the reference rows get predictions",
    "the model can be loaded",
}


def code_files(project: Project, *suffixes: str) -> list[str]:
    """Return the model's code and the tests, relative to the project's folder.

    Other files of the folder are left alone: an analysis around the model may be written as its author likes.

    Args:
        project: The project.
        suffixes: The endings of the language's files, in lower case.
    """
    found = [project.code] if project.code is not None and project.code.is_file() else []
    found += [path for path in sorted((project.folder / "tests").rglob("*")) if path.is_file()]
    return [str(path.relative_to(project.folder)) for path in found if path.suffix.lower() in suffixes]


def are_only_those_of_init(project: Project, files: list[str], test: re.Pattern[str]) -> bool:
    """Say whether all tests of a project are those that `ao init` wrote, which repeat what ao check compares itself.

    Args:
        project: The project.
        files: Its code and tests, as `code_files` gives them.
        test: Finds the name of each test in a file.
    """
    texts = [(project.folder / file).read_text(encoding="utf-8", errors="replace") for file in files]
    names = {name.replace("_", " ").removeprefix("test ") for text in texts for name in test.findall(text)}
    return bool(names) and names <= _OF_INIT


def inside(project: Project, file: str | Path) -> str:
    """Return a file's path as seen from the project's folder."""
    path = project.folder / file
    try:
        return str(path.resolve().relative_to(project.folder))
    except ValueError:
        return str(path)
