"""Reads which images a Dockerfile starts from, so that a missing one is named before anything is built."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code

from anops_control.errors import CommandError
from anops_control.new_files import take_new

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from anops_project.sections.project import Language

_R_STAGE = re.compile(r"install-r-packages\b.*--build")
_VARIABLE = re.compile(r"\$(?:\{(?P<braced>\w+)(?::(?P<sign>[-+])(?P<other>[^}]*))?\}|(?P<plain>\w+))")


def read_dockerfile(folder: Path, language: Language) -> str:
    """Return the text of a project's Dockerfile.

    Raises:
        CommandError: There is none, or it is empty.
    """
    file = folder / "Dockerfile"
    text = file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""
    if text.strip():
        return text
    raise CommandError(
        "The Dockerfile is empty." if file.is_file() else "The project has no Dockerfile.",
        details=[f"Looked for it at {file}."] if not file.is_file() else [],
        remedy=f"Copy the one of a new project: {take_new('Dockerfile', language)}",
        code=Code.DOCKERFILE,
    )


def require_r_stage(text: str, language: Language) -> None:
    """Refuse `[image] r_repositories` where the Dockerfile has no stage that installs from them.

    Raises:
        CommandError: It has none.
    """
    if any(word == "RUN" and _R_STAGE.search(rest) for word, rest in _instructions(text)):
        return
    raise CommandError(
        "ao.toml names `r_repositories`, but no step of the Dockerfile installs from them.",
        remedy=f"Copy the one of a new project, and add to it what you have changed: {take_new('Dockerfile', 'r')}"
        if language == "r"
        else "Take `r_repositories` out of ao.toml: this project is in Python.",
        code=Code.DOCKERFILE,
    )


def images_from(text: str, arguments: Mapping[str, str]) -> tuple[str, ...]:
    """Return the images that a Dockerfile starts from, stages of its own left out.

    Args:
        text: The Dockerfile.
        arguments: Build arguments, which win over the defaults of `ARG`.
    """
    known: dict[str, str] = {}
    stages: set[str] = set()
    found: dict[str, None] = {}
    for word, rest in _instructions(text):
        if word == "ARG" and not found and not stages:
            for declared in rest.split():
                name, _, default = declared.partition("=")
                known[name] = arguments.get(name, default.strip("\"'"))
        elif word == "FROM":
            words = [_filled(part, known) for part in rest.split() if not part.startswith("--")]
            if not words:
                continue
            if words[0].lower() not in stages | {"scratch", ""}:
                found[words[0]] = None
            if len(words) == 3 and words[1].lower() == "as":
                stages.add(words[2].lower())
    return tuple(found)


def _instructions(text: str) -> Iterator[tuple[str, str]]:
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    for line in re.sub(r"\\\s*\n", " ", "\n".join(lines)).splitlines():
        word, _, rest = line.strip().partition(" ")
        if word:
            yield word.upper(), rest.strip()


def _filled(text: str, known: Mapping[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        found = known.get(match["braced"] or match["plain"], "")
        if match["sign"] == "-":
            return found or match["other"]
        return (match["other"] if found else "") if match["sign"] == "+" else found

    return _VARIABLE.sub(value, text)
