"""Answers one frame after another over a pipe: `python -m anops_worker.converse`."""

from __future__ import annotations

import argparse
import json
import os
import sys
import traceback
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, Problem
from anops_model_interface.options import validate_options
from anops_model_interface.validation import validate_frame
from anops_project.frame_json import frame_from_json, frame_to_json
from anops_project.project import Project
from anops_project.recorded import require_recorded

from anops_worker.request_handling import predict
from anops_worker.runtime import runtime_for

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from anops_worker.runtime import Runtime


def main(arguments: Sequence[str] | None = None) -> int:
    """Load a project, say `{"ready": true}`, and answer each line of stdin by a line of stdout.

    A line asks with `{"rows": …, "options": …}`, rows as `frame_to_json` writes them; it is answered by
    `{"predictions": …, "warnings": …}` or `{"problem": …}`. Whatever a model prints goes to stderr.

    Args:
        arguments: The command line; by default that of the process.

    Returns:
        The exit code: 0 at the end of stdin, 3 where the model can't be loaded.
    """
    parser = argparse.ArgumentParser(prog="python -m anops_worker.converse", description=__doc__)
    parser.add_argument("--project", type=Path, required=True, metavar="DIR", help="the folder that holds ao.toml")
    folder = parser.parse_args(arguments).project
    sys.stdout.flush()
    pipe = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    loaded: list[tuple[Project, Runtime]] = []

    def load() -> dict[str, Any]:
        project = Project.read(folder)
        require_recorded(project)
        runtime = runtime_for(project.project.language)
        runtime.load(project)
        loaded.append((project, runtime))
        return {"ready": True}

    _tell(pipe, load)
    if not loaded:
        return 3
    project, runtime = loaded[0]
    for line in sys.stdin.buffer:
        _tell(pipe, lambda line=line: _answer(json.loads(line), project, runtime))  # type: ignore[misc]
    return 0


def _answer(asked: dict[str, Any], project: Project, runtime: Runtime) -> dict[str, Any]:
    try:
        rows = frame_from_json(asked["rows"], project.schema.inputs)
    except ValueError as error:
        raise AnOpsError(Code.COLUMN_TYPE, f"Can't predict with model `{project.project.name}`: {error}.") from error
    checked, warned = validate_frame(rows, project.schema, model=project.project.name)
    result = predict(checked, validate_options(asked.get("options") or {}, project.schema), project, runtime)
    return {
        "predictions": frame_to_json(result.frame),
        "warnings": [asdict(warning) for warning in (*warned, *result.warnings)],
    }


def _tell(pipe: Any, work: Callable[[], dict[str, Any]]) -> None:  # noqa: ANN401  a binary file
    try:
        told = work()
    except AnOpsError as error:
        told = {"problem": json.loads(error.problem.to_bytes())}
    except Exception as error:  # noqa: BLE001  the last wall: a caller must get words
        traceback.print_exc()
        problem = Problem(Code.INTERNAL, f"AnOps failed: {type(error).__name__}: {error}")
        told = {"problem": json.loads(problem.to_bytes())}
    pipe.write(json.dumps(told, allow_nan=False).encode("ascii") + b"\n")
    pipe.flush()


if __name__ == "__main__":
    sys.exit(main())
