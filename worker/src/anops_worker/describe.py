"""Looks at a fitted model that has no project yet: `python -m anops_worker.describe`."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_project.description import Source

from anops_worker.json_stdout import answer_on_stdout, leave
from anops_worker.opened_here import tell_what_is_opened
from anops_worker.progress import doing, known_whole, listener
from anops_worker.runtime import runtime_for

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Print `{"description": …}` as JSON, or `{"problem": …}` with exit code 3.

    With `--where-untold` the answer has `with_rows` as well, where the model was asked with these; `description` is
    then null where it says nothing without.

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
    parser.add_argument(
        "--where-untold",
        type=Path,
        metavar="FILE.csv",
        help="example rows for a model that does not say its columns, or their types, by itself",
    )
    parser.add_argument("--no-independence", action="store_true", help="don't try whether rows depend on each other")
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
        try_independence=not options.no_independence,
    )
    return answer_on_stdout(lambda: _describe(options.language, source, _absolute(options.where_untold)))


def _describe(
    language: Any,  # noqa: ANN401  one of argparse's choices
    source: Source,
    rows: Path | None,
) -> dict[str, Any]:
    for path in (source.artifact, source.code, source.data, rows):
        if path is not None and not path.exists():
            raise AnOpsError(Code.MODEL_LOAD, f"Can't find {path}.", remedy="Check its name and folder.")
    doing("loading it")
    runtime = runtime_for(language)
    if rows is None:
        return {"description": runtime.describe(source).to_dict()}
    try:
        alone = runtime.describe(source)
    except AnOpsError:
        return {"description": None, "with_rows": runtime.describe(replace(source, data=rows)).to_dict()}
    if alone.rows is not None and not alone.unsure:
        return {"description": alone.to_dict()}
    known_whole(alone)
    try:
        return {"description": alone.to_dict(), "with_rows": runtime.describe(replace(source, data=rows)).to_dict()}
    except AnOpsError:  # the rows may be of another model
        return {"description": alone.to_dict()}


def _absolute(path: Path | None) -> Path | None:
    return None if path is None else path.absolute()


if __name__ == "__main__":
    leave(main())
