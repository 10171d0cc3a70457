"""`[model]`: the fitted model and the contract of its data."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, ClassVar

from anops_model_interface.schema import Column, Option  # noqa: TC002  pydantic reads the annotations
from anops_model_interface.tables import After, Before, as_tuple, key

from anops_project.section import About, Section


def _inside_the_project(value: str | tuple[str, ...] | None) -> str | tuple[str, ...] | None:
    for each in () if value is None else (value,) if isinstance(value, str) else value:
        if not Path(each).parts or Path(each).is_absolute() or ".." in Path(each).parts:
            raise ValueError("must be a path inside the project")
    return value


def _hexadecimal(value: str | None) -> str | None:
    if value is not None and not re.fullmatch(r"[0-9a-f]{64}", value):
        raise ValueError("must have 64 hexadecimal digits in small letters, as `sha256sum` prints them")
    return value


def _moment(value: str | None) -> str | None:
    if value is not None:
        try:
            datetime.fromisoformat(value)
        except ValueError as error:
            raise ValueError("must be a date or a time, as in 2026-11-30 or 2026-11-30T18:00:00Z") from error
    return value


@dataclass(frozen=True, kw_only=True)
class ModelSection(Section):
    """The fitted model and the contract of its data."""

    about: ClassVar = About("model", 2, "The fitted model and the contract of its data.", required=True)

    artifact: Annotated[str | None, After(_inside_the_project)] = key(
        "The file that holds the fitted model.", default=None
    )
    sha256: Annotated[str | None, After(_hexadecimal)] = key(
        "The SHA-256 of that file, as it was taken in: another is not loaded. `ao init`, `ao refit`, `ao train` and a "
        "task that makes the file write it.",
        default=None,
    )
    fitted: Annotated[str | None, After(_moment)] = key(
        "When the model was fitted, as in `2026-11-30` or `2026-11-30T18:00:00Z`; whatever writes `sha256` writes when "
        "that file was written last. It is shown with the model, and does not count for its digest.",
        default=None,
    )
    fitted_on: str | None = key(
        "What the model was fitted on, in words of your own, or as its object and the training say; a new fit removes "
        "them. It is shown with the model, and does not count for its digest.",
        default=None,
    )
    code: Annotated[str | None, After(_inside_the_project)] = key(
        "The file with `load_model` and `predict_model`; both are optional.", default=None
    )
    files: Annotated[tuple[str, ...], Before(as_tuple), After(_inside_the_project)] = key(
        "Files and folders that the model or its code needs beside it: modules that it imports, files that "
        "`load_model` reads.",
        default=(),
    )
    row_independent: bool = key("Whether a row's prediction does not depend on the other rows.", default=False)
    inputs: dict[str, Column] = key("The columns that a request sends.", default_factory=dict, tables=True)
    outputs: dict[str, Column] = key("The columns that an answer has.", default_factory=dict, tables=True)
    options: dict[str, Option] = key("What a request may ask of `predict_model`.", default_factory=dict, tables=True)

    def __post_init__(self) -> None:
        for paths in (self.artifact, self.code, self.files):
            _inside_the_project(paths)
        _hexadecimal(self.sha256)
        _moment(self.fitted)
        if self.artifact is None and self.code is None:
            raise ValueError("must name an `artifact` or a `code` file")
