"""A project's `requirements.txt`, read as pip reads it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_INCLUDED = re.compile(r"(?P<kind>-r|--requirement|-c|--constraint)(?:\s+|=)(?P<path>\S.*)")
_COMMENT = re.compile(r"(^|\s+)#.*$")
_OPTIONS_BEHIND = re.compile(r"\s+--?[a-z-]+[ =].*$")
_EGG = re.compile(r"#egg=(?P<name>[A-Za-z0-9._-]+)")
_ELSEWHERE = re.compile(r"[a-z+]+:|\.{1,2}$|\.{0,2}/|[^@]*\.(?:whl|zip|tar\.\w+)$", re.IGNORECASE)
"""An address, a path or an archive, which has no requirement's form."""


@dataclass(frozen=True, slots=True)
class UnreadableLine:
    """A line that is no requirement.

    Attributes:
        path: The file.
        line: Its number, counted from 1.
        text: What stands there.
    """

    path: Path
    line: int
    text: str


@dataclass(slots=True)
class Requirements:
    """What a file asks for, together with those that it includes.

    Attributes:
        declared: What it asks for, by the name as registries compare it; what is meant for another system or Python
            is left out.
        unreadable: Lines that pip can't read.
    """

    declared: dict[str, Requirement] = field(default_factory=dict)
    unreadable: list[UnreadableLine] = field(default_factory=list)


def read_requirements(path: Path, environment: Mapping[str, str]) -> Requirements:
    """Read a file.

    Args:
        path: The file; where there is none, nothing is asked for.
        environment: The values of the markers of PEP 508 (`python_version` and so on) where they are installed.
    """
    found = Requirements()
    constraints: dict[str, Requirement] = {}
    _read(path, environment, found, found.declared, constraints, {path.resolve()})
    for name, constraint in constraints.items():
        if name in found.declared:
            found.declared[name].specifier &= constraint.specifier
    return found


def pin_of(requirement: Requirement) -> str | None:
    """Return the one version that a requirement allows, or None where it allows several."""
    for specifier in requirement.specifier:
        if specifier.operator in {"==", "==="} and not specifier.version.endswith("*"):
            return specifier.version
    return None


def _read(
    path: Path,
    environment: Mapping[str, str],
    found: Requirements,
    into: dict[str, Requirement],
    constraints: dict[str, Requirement],
    seen: set[Path],
) -> None:
    if not path.is_file():
        return
    for number, text in _lines(path):
        if included := _INCLUDED.fullmatch(text):
            other = path.parent / included["path"].strip()
            if other.resolve() not in seen:
                seen.add(other.resolve())
                target = constraints if included["kind"] in {"-c", "--constraint"} else into
                _read(other, environment, found, target, constraints, seen)
            continue
        if text.startswith("-") and not re.match(r"(?:-e|--editable)[ =]", text):
            continue  # an option of pip's
        try:
            requirement = _requirement(_OPTIONS_BEHIND.sub("", re.sub(r"^(?:-e|--editable)[ =]\s*", "", text)))
        except InvalidRequirement:
            found.unreadable.append(UnreadableLine(path, number, text))
            continue
        if requirement and (requirement.marker is None or requirement.marker.evaluate(dict(environment))):
            into[canonicalize_name(requirement.name)] = requirement


def _requirement(text: str) -> Requirement | None:
    """Read one line.

    Returns:
        What is asked for, or None where only its package itself would tell its name.
    """
    if not _ELSEWHERE.match(text):
        return Requirement(text)
    if egg := _EGG.search(text):
        return Requirement(f"{egg['name']} @ {text}")
    try:
        name, version, _, _ = parse_wheel_filename(re.split(r"[/\\]", text.split("#", maxsplit=1)[0])[-1])
    except InvalidWheelFilename:
        return None
    return Requirement(f"{name}=={version}")


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines that say something, with their number: continued ones as one, without comments."""
    kept, start = "", 0
    for number, line in enumerate(path.read_text(encoding="utf-8-sig", errors="replace").splitlines(), start=1):
        start = start if kept else number
        if line.endswith("\\") and not line.lstrip().startswith("#"):
            kept += line[:-1].strip() + " "
            continue
        text = _COMMENT.sub("", kept + line).strip()
        kept = ""
        if text:
            yield start, text
    if text := _COMMENT.sub("", kept).strip():
        yield start, text
