"""What a person wants of a refit."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from anops_control.init.calendar import Told
from anops_control.tables.dialect import Asked

if TYPE_CHECKING:
    from pathlib import Path

    from anops_control.limits import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class RefitPlan:
    """What a person wants.

    Attributes:
        folder: The project's folder.
        model: The new file; None where it lies in the project already.
        data: Rows that become the reference rows, and that the columns are learned from.
        target: The column of the rows that the model predicts.
        version: The new version; None lets the change decide.
        written: What the person says of how `data` is written.
        limits: What looking at the model may take.
        calendar: What the person says of the calendar of a series.
    """

    folder: Path
    model: Path | None = None
    data: Path | None = None
    target: str | None = None
    version: str | None = None
    written: Asked = field(default_factory=Asked)
    limits: Limits | None = None
    calendar: Told = field(default_factory=Told)
