"""`ao refit`: takes a model that was fitted anew into its project."""

from __future__ import annotations

import difflib
import sys
from dataclasses import replace
from pathlib import Path  # noqa: TC003  Typer reads the annotation
from typing import TYPE_CHECKING, Annotated

import typer
from anops_control.configuration import find_project
from anops_control.errors import CommandError
from anops_control.limits import Limits
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError

from ao import elsewhere, messages
from ao.limit_options import LookSecondsOption, MemoryOption  # noqa: TC001  Typer reads the annotations
from ao.presenting import presented
from ao.tables.options import DecimalOption, EncodingOption, SeparatorOption, asked_of

if TYPE_CHECKING:
    from anops_control.refitting.refitting import Refit

EPILOG = """
The version is raised by what callers must know: the third number where only the predictions differ, the second where
there are more levels, options or answers, the first where a column, level, option or answer has changed or gone.

`ao refit new.rds`  show what changes, then take the new file in

`ao refit`  where you have replaced the model's file yourself

`ao refit new.joblib --data rows.csv --target price`  with rows to learn the columns from

`ao refit new.rds --dry-run`  show what would change

`ao refit new.rds --yes`  for scripts: don't ask
"""


def refit(
    model: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="The new fitted model; without it, the file of ao.toml is taken as it is."),
    ] = None,
    *,
    folder: Annotated[
        Path | None, typer.Option("--project", metavar="DIR", help="The project's folder; by default the current one.")
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option("--data", "-d", metavar="FILE.csv", help="Rows to learn the columns from; they become the "
                     "reference rows."),
    ] = None,
    target: Annotated[
        str | None, typer.Option("--target", metavar="COL", help="The column of --data that the model predicts.")
    ] = None,
    encoding: EncodingOption = None,
    separator: SeparatorOption = None,
    decimal: DecimalOption = None,
    max_seconds: LookSecondsOption = None,
    max_memory_gb: MemoryOption = None,
    version: Annotated[
        str | None, typer.Option("--version", metavar="VERSION", help="The new version, instead of the next one.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write what changes as JSON.")] = False,
) -> None:  # fmt: skip
    """Take a refitted model into its project.

    The version is raised; columns, options, the description, the example and the reference rows are renewed. What you
    wrote stays: units, descriptions, limits, what happens to missing values and new levels, your code, your comments.
    It shows what changes, and asks. A model that fails leaves the project as it was.
    """
    from anops_control.refitting.refitting import Wish, prepared  # noqa: PLC0415  NumPy is slow to import

    if data is not None and not data.is_file():
        raise CommandError(
            f"There is no file `{data}`.", remedy="Name a CSV file with --data.", code=Code.FILE_NOT_FOUND
        )
    if target is not None and data is None:
        raise CommandError(
            "--target names a column of --data, which is not given.",
            remedy="Add --data FILE.csv, or leave --target out.",
            code=Code.USAGE,
        )
    asks = not (yes or dry_run)
    if asks and not sys.stdin.isatty():
        raise CommandError(
            "There is nobody to ask, and a refit asks before it changes anything.",
            remedy="Add --yes to let it go on, or --dry-run to see what would change.",
            code=Code.USAGE,
        )
    home = find_project(folder)
    elsewhere.remember(folder)
    wish = Wish(
        folder=home,
        model=model,
        data=data,
        target=target,
        version=version,
        written=asked_of(encoding, separator, decimal),
        limits=Limits.of(max_seconds, max_memory_gb),
    )
    try:
        with presented() as events, prepared(wish, events) as made:
            events.idle()
            _end(made, asks=asks, dry_run=dry_run, as_json=as_json)
    except AnOpsError as error:
        problem = error.problem
        message = f"Can't take the model in, and the project stays as it was. {problem.message}"
        raise AnOpsError.of(replace(problem, lead=None, message=message)) from error


def _end(made: Refit, *, asks: bool, dry_run: bool, as_json: bool) -> None:
    if as_json:
        changes = {"before": made.before, "version": made.version, "because": made.step.reason, "changes": made.told,
                   "notes": list(made.notes), "files": made.files, "applied": not dry_run}  # fmt: skip
        if not dry_run:
            made.apply()
        messages.result_json(changes)
        return
    _show(made)
    if dry_run:
        messages.note("Nothing is changed (--dry-run).")
        return
    if asks and not typer.confirm("Take it in?", default=True, err=True):
        messages.note("Nothing is changed.")
        return
    made.apply()
    messages.success(f"Took the model in as version {made.version}: {', '.join(made.files)}")
    messages.next_step("See whether all is well: ao check")


def _show(made: Refit) -> None:
    messages.plain(f"Version {made.before} → {made.version}: {made.step.reason}.")
    for line in made.told:
        messages.note(line)
    for said in made.notes:
        messages.note(said)
    before, after = (text.splitlines() for text in made.text)
    for line in difflib.unified_diff(before, after, lineterm="", n=0):
        if not line.startswith(("---", "+++", "@@")):
            messages.plain(f"  {line}")
