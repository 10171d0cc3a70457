"""What a model needs beside it: the files that were opened while it was tried, and the code that these name."""

from __future__ import annotations

import ast
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from anops_control.init.schema_toml import value_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_OURS = frozenset({
    "ao.toml", "compose.yaml", "DESCRIPTION", "Dockerfile", "NAMESPACE", "README.md", "pyproject.toml", "renv.lock",
    "requirements.txt", "setup.cfg", "pytest.ini", "tests/example.csv", "tests/reference.json",
})  # fmt: skip
"""Files that have a place of their own in a project, or tell tools what to do."""

_SOURCED = re.compile(r"\b(?:sys\.)?source\(\s*(?:file\s*=\s*)?[\"']([^\"'\n]+)[\"']")
_TEXT = re.compile(r"[\"']([^\"'\n]{1,300})[\"']")
_CODE = frozenset({".py", ".r"})
_MOST_NAMED = 5
_ABSOLUTE = "by a path of this computer, which no other has: copy it beside the model, and write its name alone"
_OUTSIDE = (
    "which lies outside of the model's folder and is not taken along: copy it beside the model, and change the path"
)
_NOT_READ = (
    "which was not read while the model was tried, and is not taken along: where the model needs it, copy it into the "
    "project, and name it under `files` in ao.toml"
)


@dataclass(frozen=True, slots=True)
class Beside:
    """What a model needs beside it.

    Attributes:
        folder: Where it was found; the paths start there.
        files: All of it.
        notes: What could not be found out, or not be taken along.
    """

    folder: Path
    files: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def listed(self) -> list[str]:
        """The files as ao.toml lists them: a folder of which all is needed by its name."""
        return sorted(set(_together(self.folder, set(self.files))))


def needed_beside(
    folder: Path,
    opened: Iterable[str],
    *,
    given: Iterable[Path | None],
    code: Path | None,
    perhaps: Iterable[str] = (),
) -> Beside:
    """Find out what a model needs beside it.

    Args:
        folder: Where it was tried.
        opened: The files of this folder that the model opened meanwhile.
        given: Files that have their own way into the project, or none: the artifact, the code, rows to try.
        code: The person's own code.
        perhaps: Files of this folder that were opened meanwhile by whomever: needed if the code names them.
    """
    folder = folder.resolve()
    known = {path.resolve() for path in given if path is not None}
    found = {name for name in opened if (folder / name).resolve() not in known and name not in _OURS}
    seen: set[Path] = set()
    to_read = [path for path in (code, *(folder / name for name in found)) if path is not None]
    while to_read:
        path = to_read.pop()
        if path in seen or path.suffix.lower() not in _CODE:
            continue
        seen.add(path)
        for other in _code_named(path, folder):
            if other.resolve() not in known and other not in seen:
                found.add(other.relative_to(folder).as_posix())
                to_read.append(other)
    unknown = {name for name in perhaps if (folder / name).resolve() not in known and name not in found | _OURS}
    said = set().union(*(_TEXT.findall(path.read_text(encoding="utf-8", errors="replace")) for path in seen))
    named = {name for name in unknown if any(Path(text).name == Path(name).name for text in said)}
    notes = (*_notes(folder, seen, found | named, known), *_unknown(sorted(unknown - named)))
    return Beside(folder, tuple(sorted(found | named)), notes)


def _unknown(names: list[str]) -> Iterator[str]:
    if names:
        shown = ", ".join(f"`{name}`" for name in names[:_MOST_NAMED]) + (" and more" if names[_MOST_NAMED:] else "")
        yield (
            f"Opened while the model was tried, but it seems not by the model: {shown}. Not taken along; where the "
            "model needs it, copy it into the project, and name it under `files` in ao.toml."
        )


def template_values(names: Iterable[str]) -> dict[str, list[str]]:
    """Write what is carried along as the template wants it, for ao.toml and for `.dockerignore`.

    Args:
        names: The files and folders, as paths in the project.
    """
    listed = list(names)
    return {"_files": [value_text(name) for name in listed], "_let_in": [image_pattern(name) for name in listed]}


def image_pattern(name: str) -> str:
    """Return the pattern for a file in `.dockerignore`: a sign with a meaning of its own there becomes any sign.

    Docker's engine and its Python client agree on no other way to write it.
    """
    return re.sub(r"[*\[\]\\]", "?", name)


def _code_named(path: Path, folder: Path) -> Iterator[Path]:
    """Yield the code in a folder that a file of code imports or sources, also where that was not reached."""
    text = path.read_text(encoding="utf-8", errors="replace")
    if path.suffix.lower() == ".py":
        with suppress(SyntaxError, ValueError):
            for node in ast.walk(ast.parse(text)):
                yield from _modules(node, path, folder)
        return
    for name in _SOURCED.findall(text):
        if (file := _inside(folder, name)) is not None:
            yield file


def _modules(node: ast.AST, path: Path, folder: Path) -> Iterator[Path]:
    wanted: list[tuple[Path, str]] = []
    if isinstance(node, ast.Import):
        wanted = [(folder, alias.name) for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        home = path.parents[node.level - 1] if node.level and node.level <= len(path.parents) else folder
        base = f"{node.module}." if node.module else ""
        wanted = [(home, base + alias.name) for alias in node.names] + ([(home, node.module)] if node.module else [])
    for home, name in wanted:
        at = home
        for part in name.split("."):
            at /= part
            for file in (at.with_name(f"{at.name}.py"), at / "__init__.py"):
                if file.is_file() and file.is_relative_to(folder):
                    yield file


def _notes(folder: Path, code: set[Path], found: set[str], known: set[Path]) -> Iterator[str]:
    outside, inside, absolute = dict[str, str](), dict[str, str](), dict[str, str]()
    for path in sorted(code):
        for text in _TEXT.findall(path.read_text(encoding="utf-8", errors="replace")):
            with suppress(OSError, ValueError):
                file = folder / text
                if not file.is_file() or file.resolve() in known:
                    continue
                if Path(text).is_absolute():
                    absolute[text] = path.name
                elif not file.resolve().is_relative_to(folder):
                    outside[text] = path.name
                elif file.relative_to(folder).as_posix() not in found | _OURS:
                    inside[text] = path.name
    for names, told in ((absolute, _ABSOLUTE), (outside, _OUTSIDE), (inside, _NOT_READ)):
        for text, where in list(names.items())[:_MOST_NAMED]:
            yield f"{where} names `{text}`, {told}."


def _inside(folder: Path, name: str) -> Path | None:
    with suppress(OSError, ValueError):
        file = (folder / name).resolve()
        if file.is_file() and file.is_relative_to(folder):
            return file
    return None


def _together(folder: Path, files: set[str]) -> Iterator[str]:
    for name in files:
        whole = name
        for parent in Path(name).parents:
            if parent == Path() or not _all_of(folder / parent, folder, files):
                break
            whole = f"{parent.as_posix()}"
        yield whole


def _all_of(inner: Path, folder: Path, files: set[str]) -> bool:
    for path in inner.rglob("*"):
        parts = path.relative_to(folder).parts
        hidden = any(part.startswith(".") or part == "__pycache__" for part in parts)
        if path.is_file() and not hidden and path.relative_to(folder).as_posix() not in files:
            return False
    return True
