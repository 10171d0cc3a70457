"""Each package that AnOps brings along has its reason in the documentation, and no other has one."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "explanation" / "dependencies.md").read_text(encoding="utf-8")


PROJECTS = sorted(
    {*ROOT.glob("*/pyproject.toml"), *ROOT.glob("client/r/*/DESCRIPTION")} - {ROOT / "benchmarks" / "pyproject.toml"}
)
OF_R_ITSELF = {"grDevices", "methods", "stats", "utils"}


def needed(project: Path) -> set[str]:
    """The packages of others that a distribution needs, also for its extras."""
    if project.name == "DESCRIPTION":
        imports = re.search(r"^Imports:((?:\n +[^\n]+)+)", project.read_text(encoding="utf-8"), flags=re.MULTILINE)
        return set() if imports is None else {*re.findall(r"[A-Za-z]\w+", imports[1])} - OF_R_ITSELF
    told = tomllib.loads(project.read_text(encoding="utf-8"))["project"]
    extras = told.get("optional-dependencies", {}).values()
    lines = [*told.get("dependencies", ()), *(line for extra in extras for line in extra)]
    return {name for name in (Requirement(line).name for line in lines) if not name.startswith("anops")}


def explained() -> set[str]:
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \|$", PAGE, flags=re.MULTILINE)
    return {name for row in rows for name in row.split(", ")} - {"Package", "---"}


@pytest.mark.parametrize("project", PROJECTS, ids=lambda path: path.parent.name)
def test_a_dependency_has_its_reason(project: Path) -> None:
    assert needed(project) - explained() == set()


def test_no_reason_is_given_for_what_is_not_needed() -> None:
    assert explained() - {name for project in PROJECTS for name in needed(project)} == set()
