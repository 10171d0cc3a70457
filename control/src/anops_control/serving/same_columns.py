"""Sees that a model which is to take over from a served one was fitted on the columns of `ao.toml`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_project.description import Source

from anops_control.environment import interpreter_of
from anops_control.errors import CommandError
from anops_control.limits import Limits
from anops_control.model_process import describe
from anops_control.refitting.renewing_series import other_calendar
from anops_control.rules.agreement import Sides, by_written_names, other_columns
from anops_control.rules.schema import names_in

if TYPE_CHECKING:
    from anops_control.configuration import Configuration


_SECONDS = 60.0
"""How long a changed model is looked at: what is known by then decides."""


def require_same_columns(configuration: Configuration) -> None:
    """Refuse a model of other columns; one that does not say its columns passes.

    Raises:
        CommandError: It was fitted on other columns, types or levels than callers are asked for.
    """
    project = configuration.project
    try:
        description = describe(
            project.project.language,
            Source(project.artifact, project.code),
            folder=project.folder,
            interpreter=interpreter_of(project),
            limits=Limits.of(_SECONDS, None),
        )
    except (AnOpsError, CommandError):
        return  # it predicts, and does not tell what it was fitted on
    series = project.series
    wrong = None if series is None or description.series is None else other_calendar(series, description.series)
    if wrong is not None:
        raise CommandError(
            f"The model has another calendar than [series] in ao.toml: {wrong}",
            remedy="Take it in, so that forecasts have its times: ao refit",
            code=Code.MODEL_COLUMNS,
        )
    if not description.schema.inputs:
        return
    theirs, named = by_written_names(description.schema.inputs, project.schema.inputs)
    sides = Sides(
        object=theirs,
        written=project.schema.inputs,
        unsure=frozenset(map(named, description.unsure)),
        answers=True,
        in_code=names_in(configuration),
        line_of=lambda _: None,
    )
    found = list(other_columns(sides))
    if found:
        raise CommandError(
            f"The model was fitted on other columns than those in ao.toml: {found[0].message}",
            details=[finding.message for finding in found[1:]],
            remedy="Take it in, so that callers are told: ao refit",
            code=Code.MODEL_COLUMNS,
        )
