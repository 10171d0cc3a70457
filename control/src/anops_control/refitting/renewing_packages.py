"""Brings `requirements.txt` or `DESCRIPTION` to the packages of a refitted model; a person's own lines stay."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from anops_control.rules.install_r import numbers_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from anops_project.sections.project import Language

PACKAGES = {"r": "DESCRIPTION", "python": "requirements.txt"}
_PIN = re.compile(r"(?P<name>[A-Za-z0-9][\w.-]*)==(?P<version>[\w.+!]+)")
"""A line as `ao init` writes it; one with an extra, a marker, a comment or another sign is a person's."""
_NAME = re.compile(r"\s*(?P<name>[A-Za-z0-9][\w.-]*)")
_IMPORTS = re.compile(r"^Imports:(?P<list>.*(?:\n[ \t]+.*)*)\n?", re.MULTILINE)
_FIELDS = re.compile(r"^(?:Depends|Imports|LinkingTo):(?P<list>.*(?:\n[ \t]+.*)*)", re.MULTILINE)
_AT_LEAST = re.compile(r"(?P<name>[\w.]+) \(>= (?P<version>[\w.-]+)\)")


def renew_packages(
    path: Path, language: Language, needed: Mapping[str, str], before: Mapping[str, str], code: str
) -> list[str]:
    """Write what the new model needs, and take out what only the one before did.

    Args:
        path: The file in the staged project; where there is none, none is written.
        language: The project's.
        needed: The packages of the new model, with their versions.
        before: Those of the model before; empty where it is not there any more.
        code: The project's code and tests: what they use stays.

    Returns:
        What changes, one line each.
    """
    if not path.is_file():
        return []
    text = path.read_text(encoding="utf-8")
    gone = {name: version for name, version in before.items() if name not in needed and not _uses(code, name)}
    becomes, told = (_r if language == "r" else _python)(text, needed, gone)
    if becomes != text:
        path.write_text(becomes, encoding="utf-8")
    return [f"{path.name} {line}" for line in told]


def _uses(code: str, name: str) -> bool:
    return re.search(rf"(?<![\w.]){re.escape(name.replace('-', '_'))}(?!\w)", code) is not None


def _python(text: str, needed: Mapping[str, str], gone: Mapping[str, str]) -> tuple[str, list[str]]:
    wanted = {str(canonicalize_name(name)): (name, version) for name, version in needed.items()}
    unneeded = {canonicalize_name(name) for name in gone}
    lines, told, there = list[str](), list[str](), set[str]()
    for line in text.splitlines():
        found = _NAME.match(line)
        name = canonicalize_name(found["name"]) if found else ""
        there.add(name)
        pin = _PIN.fullmatch(line.strip())
        if pin and name in unneeded:
            told.append(f"lacks `{line.strip()}`, which the new model does not need")
            continue
        if name in wanted and wanted[name][1] != (pin["version"] if pin else None):
            if pin:
                told.append(f"has `{pin['name']}=={wanted[name][1]}` in place of {pin['version']}")
                lines.append(f"{pin['name']}=={wanted[name][1]}")
                continue
            if wanted[name][1] not in line:
                told.append(f"keeps your `{line.strip()}`; the new model was looked at with {wanted[name][1]}")
        lines.append(line)
    for name, (written, version) in sorted(wanted.items()):
        if name not in there:
            told.append(f"has `{written}=={version}`")
            lines.append(f"{written}=={version}")
    return "\n".join(lines) + "\n", told


def _r(text: str, needed: Mapping[str, str], gone: Mapping[str, str]) -> tuple[str, list[str]]:
    field = _IMPORTS.search(text)
    items = [item.strip() for item in field["list"].split(",") if item.strip()] if field else []
    told, kept = list[str](), list[str]()
    for item in items:
        asked = _AT_LEAST.fullmatch(item)
        name = asked["name"] if asked else ""
        if name in gone and asked and asked["version"] == gone[name]:
            told.append(f"does not import {name}, which the new model does not need")
        elif asked and name in needed and numbers_of(needed[name]) > numbers_of(asked["version"]):
            told.append(f"imports {name} (>= {needed[name]}) in place of {asked['version']}")
            kept.append(f"{name} (>= {needed[name]})")
        else:
            kept.append(item)
    declared = {match[0] for each in _FIELDS.finditer(text) for match in re.finditer(r"[A-Za-z][\w.]*", each["list"])}
    for name, version in sorted(needed.items()):
        if name not in declared:
            told.append(f"imports {name} (>= {version})")
            kept.append(f"{name} (>= {version})")
    if not told:
        return text, told
    imports = "Imports:\n" + ",\n".join(f"    {item}" for item in kept) + "\n" if kept else ""
    if field:
        return text[: field.start()] + imports + text[field.end() :], told
    after = re.search(r"^Suggests:", text, re.MULTILINE)
    place = after.start() if after else len(text)
    before = text[:place] if text[:place].endswith("\n") else f"{text[:place]}\n"
    return before + imports + text[place:], told
