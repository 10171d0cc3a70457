"""`ao refit`: takes a model that was refitted into its project."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from anops_control.errors import CommandError
from anops_model_interface.codes import Code

from ao import elsewhere, messages
from ao.limit_options import LookSecondsOption, MemoryOption  # noqa: TC001  Typer reads the annotations
from ao.presenting import presented
from ao.tables.options import DecimalOption, EncodingOption, SeparatorOption  # noqa: TC001  Typer reads them

if TYPE_CHECKING:
    from anops_control.verbs.refit import RefitResult


EPILOG = """
The version is raised by what callers must know: the third number where only the predictions differ, the second where
there are more levels, options or answers, the first where a column, level, option or answer has changed or gone.

`ao refit new.rds`  show what changes, then take the new file in

`ao refit`  where you have replaced the model's file yourself

`ao refit new.joblib --data rows.csv --target price`  with rows to learn the columns from

`ao refit new.rds --last 2026-11-29`  a time series whose model does not tell when it ends

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
    frequency: Annotated[
        str | None,
        typer.Option(
            "--frequency",
            metavar="FREQ",
            help="For a time series whose model does not say: how often there is an observation, as in MS or D.",
        ),
    ] = None,
    last: Annotated[
        str | None,
        typer.Option(
            "--last",
            metavar="TIME",
            help="For a time series whose model does not say: the time of the last observation of the fit.",
        ),
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

    The version is raised; columns, options, the description, the example, the reference rows, the packages and the
    code that `ao init` wrote are renewed. What you wrote stays: units, descriptions, limits, what happens to missing
    values and new levels, your code, your comments. It shows what changes, and asks. A model that fails leaves the
    project as it was.
    """
    from anops_control.configuration import find_project  # noqa: PLC0415  pydantic is slow to import
    from anops_control.verbs.refit import RefitRequest, run  # noqa: PLC0415  NumPy is slow to import

    find_project(folder or Path())
    asks = not (yes or dry_run)
    if asks and not sys.stdin.isatty():
        raise CommandError(
            "There is nobody to ask, and a refit asks before it changes anything.",
            remedy="Add --yes to let it go on, or --dry-run to see what would change.",
            code=Code.USAGE,
        )
    elsewhere.remember(folder)
    request = RefitRequest(
        folder=folder or Path(),
        model=model,
        data=data,
        target=target,
        frequency=frequency,
        last=last,
        encoding=encoding,
        separator=separator,
        decimal=decimal,
        max_seconds=max_seconds,
        max_memory_gb=max_memory_gb,
        version=version,
        dry_run=dry_run,
    )

    def agree(found: RefitResult) -> bool:
        if as_json:
            return True
        _show(found)
        return not asks or typer.confirm("Take it in?", default=True, err=True)

    with presented(agree=agree) as events:
        result = run(request, events)
    if as_json:
        messages.result_json(result.to_dict())
    elif dry_run:
        _show(result)
        messages.note("Nothing is changed (--dry-run).")
    elif not result.applied:
        messages.note("Nothing is changed.")
    else:
        messages.success(f"Took the model in as version {result.version}: {', '.join(result.files)}")
        messages.next_step("Check whether all is well: ao check")


def _show(made: RefitResult) -> None:
    messages.plain(f"Version {made.before} → {made.version}: {made.because}.")
    for line in made.changes:
        messages.note(line)
    for said in made.notes:
        messages.note(said)
    for name, (before, after) in made.texts.items():
        if before != after:
            if name != "ao.toml":
                messages.plain(f"{name}:")
            for line in difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0):
                if not line.startswith(("---", "+++", "@@")):
                    messages.plain(f"  {line}")
