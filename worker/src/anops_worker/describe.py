"""Looks at a fitted model that has no project yet: `python -m anops_worker.describe`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_project.description import Source

from anops_worker.json_stdout import answer_on_stdout
from anops_worker.opened_here import tell_what_is_opened
from anops_worker.progress import doing, listener
from anops_worker.runtime import runtime_for

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Print `{"description": …}` as JSON, or `{"problem": …}` with exit code 3.

    Args:
        arguments: The command line; by default that of the process.

    Returns:
        The exit code.
    """
    parser = argparse.ArgumentParser(prog="python -m anops_worker.describe", description=__doc__)
    parser.add_argument("--language", required=True, choices=["r", "python"], help="what the model is written in")
    parser.add_argument("--artifact", type=Path, metavar="FILE", help="the fitted model")
    parser.add_argument("--code", type=Path, metavar="FILE", help="the file with load_model and predict_model")
    parser.add_argument("--data", type=Path, metavar="FILE.csv", help="example rows")
    parser.add_argument("--target", metavar="COLUMN", help="the column of the example rows that is predicted")
    parser.add_argument("--object", metavar="NAME", help="which of several objects in the file is the model")
    parser.add_argument("--listener", type=int, metavar="FD", help="a pipe that hears what is being done")
    options = parser.parse_args(arguments)
    if options.listener is not None:
        listener.is_at(options.listener)
        tell_what_is_opened()
    if options.artifact is None and options.code is None:
        parser.error("name the model with --artifact, --code or both")
    source = Source(
        artifact=_absolute(options.artifact),
        code=_absolute(options.code),
        data=_absolute(options.data),
        target=options.target,
        object=options.object,
    )
    return answer_on_stdout(lambda: _describe(options.language, source))


def _describe(language: Any, source: Source) -> dict[str, Any]:  # noqa: ANN401  one of argparse's choices
    for path in (source.artifact, source.code, source.data):
        if path is not None and not path.exists():
            raise AnOpsError(Code.MODEL_LOAD, f"Can't find {path}.", remedy="Check its name and folder.")
    doing("loading it")
    return {"description": runtime_for(language).describe(source).to_dict()}


def _absolute(path: Path | None) -> Path | None:
    return None if path is None else path.absolute()


if __name__ == "__main__":
    sys.exit(main())
