"""Predicts a project's reference rows again: `python -m anops_worker.reproduce`."""

from __future__ import annotations

import argparse
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_model_interface.options import validate_options
from anops_model_interface.validation import validate_frame
from anops_project.frame_json import frame_to_json
from anops_project.project import Project
from anops_project.recorded import require_recorded
from anops_project.reference import REFERENCE, read_reference

from anops_worker.examining.chance import otherwise_again
from anops_worker.isolating.hints import with_hint
from anops_worker.isolating.isolation import Isolation, IsolationMode, isolate
from anops_worker.json_stdout import answer_on_stdout, leave
from anops_worker.progress import doing, listener
from anops_worker.request_handling import predict
from anops_worker.runtime import runtime_for
from anops_worker.trial import try_out

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anops_worker.runtime import Runtime

_RENEW = "If the model was refitted, take it in: ao refit. Otherwise rewrite the file: ao check --accept-predictions"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print `{"rows": …, "predictions": …, "by_chance": …, "warnings": …, "open": …}`, or `{"problem": …}` with code 3.

    A project without reference rows is tried with rows made from `ao.toml`; `rows` and `predictions` are then null.
    `by_chance` says whether the same rows are answered otherwise when they are asked for again, and `open` why the
    model's code could not be kept from the network or from files, a sentence for each.

    Args:
        arguments: The command line; by default that of the process.

    Returns:
        The exit code.
    """
    parser = argparse.ArgumentParser(prog="python -m anops_worker.reproduce", description=__doc__)
    parser.add_argument("--project", type=Path, required=True, metavar="DIR", help="the folder that holds ao.toml")
    parser.add_argument("--listener", type=int, metavar="FD", help="a pipe that hears what is being done")
    parser.add_argument(
        "--scratch", type=Path, metavar="DIR", help="where it may write; it then has no network, as in a service"
    )
    options = parser.parse_args(arguments)
    if options.listener is not None:
        listener.is_at(options.listener)
    doing("loading it and predicting the reference rows")
    return answer_on_stdout(lambda: reproduce(options.project, options.scratch))


def reproduce(folder: Path, scratch: Path | None = None) -> dict[str, Any]:
    """Load a project and predict its reference rows.

    Args:
        folder: The folder that holds `ao.toml`.
        scratch: The folder in which the model's code may write, isolated as in a service; None: wherever it can.

    Returns:
        JSON values: the rows as they were read, the predictions, whether these are drawn by chance, the warnings, and
        why the code is not isolated.

    Raises:
        AnOpsError: The project can't be used, or the model can't predict its reference rows; where it has none, not
            one row at all.
    """
    project = Project.read(folder)
    require_recorded(project)
    runtime = runtime_for(project.project.language)
    isolation = Isolation() if scratch is None else isolate(project, scratch, IsolationMode.AUTO)
    try:
        return _reproduced(project, runtime) | {"open": isolation.why_open}
    except AnOpsError as error:
        if error.problem.code not in {Code.MODEL_FAILED, Code.MODEL_LOAD}:
            raise
        raise AnOpsError.of(with_hint(error.problem, isolation)) from error


def _reproduced(project: Project, runtime: Runtime) -> dict[str, Any]:
    runtime.load(project)
    reference = read_reference(project)
    if reference is None:
        try_out(project, runtime)
        return {"rows": None, "predictions": None, "by_chance": False, "warnings": []}
    rows = reference.rows
    try:
        checked, policy_warnings = validate_frame(rows, project.schema, model=project.project.name)
        options = validate_options(reference.options, project.schema)
    except AnOpsError as error:
        message = f"{REFERENCE} does not match ao.toml. {error.problem.message}"
        raise AnOpsError.of(replace(error.problem, lead=None, message=message, remedy=_RENEW)) from error
    result = predict(checked, options, project, runtime)
    different = otherwise_again(result.frame, lambda: predict(checked, options, project, runtime).frame)
    return {
        "rows": frame_to_json(rows),
        "predictions": frame_to_json(result.frame),
        "by_chance": different is not None,
        "warnings": [asdict(warning) for warning in (*policy_warnings, *result.warnings)],
    }


if __name__ == "__main__":
    leave(main())
