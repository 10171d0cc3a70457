"""Each package that AnOps brings along has its reason in the documentation."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "explanation" / "dependencies.md").read_text(encoding="utf-8")


PROJECTS = sorted({*ROOT.glob("*/pyproject.toml")} - {ROOT / "benchmarks" / "pyproject.toml"})


@pytest.mark.parametrize("project", PROJECTS, ids=lambda path: path.parent.name)
def test_a_dependency_has_its_reason(project: Path) -> None:
    told = tomllib.loads(project.read_text(encoding="utf-8"))["project"]
    needed = {Requirement(line).name for line in told.get("dependencies", ())}
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \|$", PAGE, flags=re.MULTILINE)
    named = {name for row in rows for name in row.split(", ")}
    assert {name for name in needed if not name.startswith("anops")} - named == set()
