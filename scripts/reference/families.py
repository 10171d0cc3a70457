"""The families of models, from the tables that the integration tests hold them to."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reference.markdown import table

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = Path(__file__).parents[2] / "integration-tests" / "families"
_HEADINGS = ("Models", "Class", "Package", "Options", "A row with a missing value", "Remarks")
_MISSING = {
    "missing": "gets a missing prediction",
    "predicted": "is predicted",
    "refused": "is refused",
    "mixed": "depends on the column",
}


def of_r() -> str:
    """Return the table of R's families."""
    return _table("r_*.toml")


def of_python() -> str:
    """Return the table of Python's families."""
    return _table("python*.toml")


def _table(pattern: str) -> str:
    entries: list[dict[str, Any]] = [
        entry
        for path in sorted(FOLDER.glob(pattern))
        for entry in tomllib.loads(path.read_text(encoding="utf-8"))["family"]
    ]
    return table(_HEADINGS, (_row(entry) for entry in entries if not entry.get("variant", False)))


def _row(entry: Mapping[str, Any]) -> tuple[str, ...]:
    remarks = [entry.get("note", "")]
    if not entry.get("independent", True):
        remarks.append("A row's prediction depends on the rows beside it.")
    if not entry.get("seen") and entry.get("numbers", True):
        remarks.append("The object does not keep the ranges of its columns.")
    return (
        entry["title"],
        f"`{entry['name']}`",
        f"`{entry['package']}`",
        "; ".join(_option(name, allowed) for name, allowed in entry.get("options", {}).items()),
        _MISSING[entry.get("missing", "missing")],
        " ".join(filter(None, remarks)),
    )


def _option(name: str, allowed: str | list[str]) -> str:
    if isinstance(allowed, str):
        return f"`{name}`"
    return f"`{name}`: {', '.join(allowed)}"
