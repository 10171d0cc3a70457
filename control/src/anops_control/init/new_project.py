"""What project a person wants, and what was made of that."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from anops_control.init.calendar import Told
from anops_control.tables.dialect import Asked

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from anops_project.description import Description

    from anops_control.init.elsewhere.brought import Brought
    from anops_control.init.intake import Intake
    from anops_control.limits import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectRequest:
    """What project a person wants.

    Attributes:
        folder: Its folder, absolute; it may exist.
        name: Its name.
        intake: The person's files; without any, a project with a small example is made.
        data: A CSV file with example rows.
        target: The column of the example rows that the model predicts.
        type: What answers are by default; None leaves it to the model.
        link: Whether the person's files are linked instead of copied.
        limits: What looking at the model may take.
        object: Which of several objects in the file is the model.
        written: What the person says of how `data` is written.
        here: Where the person is, from where a model's code may import.
        brought: What is known of a model of another tool; None where it is none.
        calendar: What the person says of the calendar of a series.
    """

    folder: Path
    name: str
    intake: Intake
    data: Path | None = None
    target: str | None = None
    type: str | None = None
    link: bool = False
    limits: Limits | None = None
    object: str | None = None
    written: Asked = field(default_factory=Asked)
    here: Path | None = None
    brought: Brought | None = None
    calendar: Told = field(default_factory=Told)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProject:
    """What was made.

    Attributes:
        description: What the model said about itself; None where it could not be asked.
        kept: Files that were there already and are kept as they are.
        first: What the person must do before anything else works.
        has_example: Whether there is a `tests/example.csv` with reference rows.
        request: The body that asks for the prediction of one row, quoted for a shell.
        code: The path of the code in the project, where it is not the usual one.
        beside: What the model needs beside it, as ao.toml lists it.
    """

    description: Description | None
    kept: Sequence[str]
    first: Sequence[str]
    has_example: bool
    request: str
    code: str
    beside: Sequence[str] = ()
