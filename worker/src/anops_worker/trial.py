"""Tries a loaded model before it is called ready: with its reference rows, else with rows made from its schema."""

from __future__ import annotations

import io
import logging
from contextlib import nullcontext, redirect_stderr
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

from anops_model_interface.errors import AnOpsError
from anops_model_interface.misfits import misfit
from anops_model_interface.options import validate_options
from anops_model_interface.validation import validate_frame
from anops_project.reference import REFERENCE, read_reference

from anops_worker.request_handling import predict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from anops_model_interface.frames import Frame, OptionValue
    from anops_model_interface.schema import OptionSpec, Scalar, Schema
    from anops_project.project import Project
    from anops_project.reference import Reference

    from anops_worker.runtime import Runtime

log = logging.getLogger("anops.worker")

MOST_ROWS = 24
"""So many made-up rows are tried: together, then alone where the model refuses them together."""

REFIT = "If the model was refitted, take it in: ao refit. Otherwise run: ao check"
GIVE_ROWS = "Give rows that it predicts: ao check --data FILE.csv --accept-predictions"


def try_out(project: Project, runtime: Runtime) -> None:
    """Predict once, as a request would.

    Args:
        project: What is to be served.
        runtime: The runtime that has loaded it.

    Raises:
        AnOpsError: The model fails on its reference rows. Where the project has none that fit `ao.toml`: the model
            predicts not one of the rows made from that.
    """
    reference = fitting_reference(project)
    if reference is not None:
        rows, options = reference
        try:
            predict(rows, options, project, runtime)
        except AnOpsError as error:
            raise _not_ready(error, project, f"it can't predict its reference rows, {REFERENCE}", REFIT) from error
        return
    from anops_worker.examining.trial_rows import trial_rows  # noqa: PLC0415  most projects have rows

    first = first_failure(trial_rows(project.schema, _real(project)), project, runtime)
    if first is not None:
        why = "it has no reference rows, and predicts none of the rows made from ao.toml"
        raise _not_ready(first, project, why, GIVE_ROWS) from first


def first_failure(rows: Frame, project: Project, runtime: Runtime) -> AnOpsError | None:
    """Say why a model can't predict a single one of some rows; None where it can predict some."""
    first: AnOpsError | None = None
    some = list(range(0, rows.rows, max(1, rows.rows // MOST_ROWS)))
    pieces = [rows.at(places) for places in (some, *([row] for row in some))]
    asked = [validate_options(given, project.schema) for given in _options_to_try(project.schema)]
    for options, piece in product(asked, pieces):
        # one failure is news for the log, and not that of each row
        quiet = nullcontext() if first is None else redirect_stderr(io.StringIO())
        try:
            checked, _ = validate_frame(piece, project.schema, model=project.project.name)
            with quiet:
                predict(checked, options, project, runtime)
        except AnOpsError as error:
            first = first or error
        else:
            return None
    return first


def _options_to_try(schema: Schema) -> list[dict[str, OptionValue]]:
    """Return the options of a caller who gives none, and of one who gives those that have no default."""
    given: dict[str, OptionValue] = {}
    for name, spec in schema.options.items():
        value = next((each for each in _plain_values(spec) if misfit(spec, each) is None), None)
        if spec.default is None and value is not None:
            given[name] = [value] if spec.list else value
    return [{}, given] if given else [{}]


def _plain_values(spec: OptionSpec) -> Iterator[Scalar]:
    yield from spec.levels or ()
    yield from spec.values or ()
    yield from (limit for limit in (spec.min, spec.max) if limit is not None)
    yield from (0, False, "")


def fitting_reference(project: Project) -> tuple[Frame, Mapping[str, OptionValue]] | None:
    """Return the reference rows, checked, with their options; None where none fit `ao.toml` as it is now."""
    try:
        reference = read_reference(project)
        if reference is None:
            return None
        rows, _ = validate_frame(reference.rows, project.schema, model=project.project.name)
        return (rows, validate_options(reference.options, project.schema)) if rows.rows else None
    except AnOpsError as error:
        log.warning("%s does not fit ao.toml: the model is tried with other rows. %s", REFERENCE, error.problem.message)
        return None


def _real(project: Project) -> list[Frame]:
    """Return reference rows, of which some may fit."""
    try:
        reference: Reference | None = read_reference(project)
    except AnOpsError:
        return []
    return [] if reference is None else [reference.rows]


def _not_ready(error: AnOpsError, project: Project, why: str, remedy: str) -> AnOpsError:
    problem = error.problem
    message = f"Model `{project.project.name}` is not ready: {why}. {problem.message}"
    return AnOpsError.of(replace(problem, lead=None, message=message, remedy=problem.remedy or remedy))
