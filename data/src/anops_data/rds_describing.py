"""Describes a data frame in an RDS file, where R is here: R alone reads such a file."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_control.child_environment import child_environment
from anops_model_interface.schema import ColumnSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

_PROGRAM = Path(__file__).with_name("describe_rds.R")


@dataclass(frozen=True, slots=True)
class Found:
    """What R says of a file.

    Attributes:
        columns: Its columns; none where it is no data frame, or R is not here.
        missing: The share of missing values of each column, 0 to 1.
        rows: How many rows; None: not known.
    """

    columns: Mapping[str, ColumnSpec] = field(default_factory=dict)
    missing: Mapping[str, float] = field(default_factory=dict)
    rows: int | None = None


def found_in(file: Path) -> Found:
    """Ask R what an RDS file holds; where R is not here or does not read it, nothing is known of it."""
    program = shutil.which("Rscript")
    if program is None:
        return Found()
    ended = subprocess.run(  # noqa: S603  the person's own R
        [program, "--vanilla", str(_PROGRAM), str(file)],
        capture_output=True,
        check=False,
        env={**child_environment(), "LC_ALL": "C.UTF-8"},
    )
    if ended.returncode:
        return Found()
    told = json.loads(ended.stdout.decode())
    rows: int | None = told["rows"]
    columns = {str(each["name"]): _spec(each) for each in told["columns"]}
    missing = {str(each["name"]): each["missing"] / rows if rows else 0.0 for each in told["columns"]}
    return Found(columns, missing, rows)


def _spec(told: Mapping[str, Any]) -> ColumnSpec:
    seen, levels, zone = told.get("seen"), told.get("levels"), told.get("timezone")
    spec = ColumnSpec(
        type=told["type"],
        seen=None if seen is None else (seen[0], seen[1]),
        levels=None if levels is None else tuple(levels),
        ordered=bool(told.get("ordered")),
        unit=told.get("unit"),
    )
    try:
        return replace(spec, timezone=zone)
    except ValueError:
        return replace(spec, timezone="UTC")  # an abbreviation such as CEST: the moments are the same
