"""`ao check`: a doctor for the project."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from anops_control.places.known import HERE
from anops_control.rules.registry import NAMES
from anops_control.verbs.check import CheckRequest, run
from anops_model_interface.exit_codes import ExitCode

from ao import check_report, elsewhere, messages
from ao.limit_options import MemoryOption  # noqa: TC001  Typer reads the annotations
from ao.presenting import presented
from ao.tables.options import DecimalOption, EncodingOption, SeparatorOption  # noqa: TC001  Typer reads them

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from anops_control.events import Events

EPILOG = """
`ao check`  run all rules

`ao check --only tests --only lint`  run some of them

`ao check --fix`  write into ao.toml what trying the model has shown

`ao check --accept-predictions`  after a change of the code: expect the new predictions from now on

`ao check --data rows.csv --accept-predictions`  make these the reference rows

`ao check --strict --json > findings.json`  for a build server: warnings count too

`ao check --place docker`  run lint, tests, coverage and predictions in the image that `ao build` made

`ao check --list`  say what each rule makes sure of

To leave out a rule for good, name it under `[check.skip]` in ao.toml, with the reason: `leftovers = "public data"`.
"""

_RULES = f"The rules are {', '.join(NAMES)}."


def check(
    folder: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="The project's folder; by default the current one.")
    ] = None,
    *,
    only: Annotated[
        list[str] | None, typer.Option(metavar="RULE", help=f"Run this rule only; can be repeated. {_RULES}")
    ] = None,
    skip: Annotated[
        list[str] | None, typer.Option(metavar="RULE", help="Leave out this rule; can be repeated.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Let warnings count as errors.")] = False,
    fix: Annotated[
        bool, typer.Option("--fix", help="Write into ao.toml what fixes a finding, such as `row_independent`.")
    ] = False,
    accept: Annotated[
        bool,
        typer.Option(
            "--accept-predictions",
            help="First write the model's predictions for the reference rows into tests/reference.json.",
        ),
    ] = False,
    data: Annotated[
        Path | None,
        typer.Option(
            "--data",
            metavar="FILE.csv",
            help="With --accept-predictions: rows that become the reference rows. Columns that the model does not use "
            "may be in it.",
        ),
    ] = None,
    encoding: EncodingOption = None,
    separator: SeparatorOption = None,
    decimal: DecimalOption = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show the notes too, not only their number.")
    ] = False,
    place: Annotated[
        str,
        typer.Option(
            "--place",
            metavar="NAME",
            help="Where: `here`, or `docker` for the project's image; an adapter may add places.",
        ),
    ] = "here",
    max_seconds: Annotated[
        float | None,
        typer.Option(
            "--max-seconds",
            min=1,
            metavar="N",
            help="How long the whole check may take; by default 900. What was found by then is shown.",
        ),
    ] = None,
    max_memory_gb: MemoryOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write the findings as JSON.")] = False,
    list_rules: Annotated[bool, typer.Option("--list", help="List the rules, and run none.")] = False,
) -> ExitCode:
    """Check the project: its configuration, its files, its code, its tests, and the model itself.

    The model is loaded and tried: its reference predictions, its columns, whether its rows depend on each other, what
    was saved with it, its packages, its memory and time. Each finding says where it is and how to fix it; nothing is
    changed without --fix. The exit code is 1 where there is an error.
    """
    if list_rules:
        check_report.show_rules(as_json=as_json)
        return ExitCode.OK
    elsewhere.remember(folder)
    request = CheckRequest(
        folder=folder or Path(),
        only=frozenset(only or ()),
        skip=frozenset(skip or ()),
        strict=strict,
        fix=fix,
        accept_predictions=accept,
        data=data,
        encoding=encoding,
        separator=separator,
        decimal=decimal,
        place=place,
        max_seconds=max_seconds,
        max_memory_gb=max_memory_gb,
    )
    with _shown(place) as events:
        result = run(request, events)
    if as_json:
        messages.result_json(result.to_dict())
    elif result.outcomes:
        check_report.show(result.outcomes, passed=result.passed, verbose=verbose or fix)
    else:
        messages.note("There is nothing to look at: every rule is left out.")
    return ExitCode.OK if result.passed else ExitCode.PROBLEM


def _shown(place: str) -> AbstractContextManager[Events]:
    if place == HERE:
        return presented()
    from ao.building.display import shown_build  # noqa: PLC0415  of use for another place alone

    return shown_build()
