"""`ao check`: a doctor for the project."""

from __future__ import annotations

import shlex
from pathlib import Path  # noqa: TC003  Typer reads the annotation
from typing import Annotated

import typer
from anops_control.budget import limited
from anops_control.checking import Choice
from anops_control.checking import check as look
from anops_control.configuration import find_project
from anops_control.errors import CommandError
from anops_control.findings import Severity
from anops_control.limits import Limits
from anops_control.rules.registry import NAMES
from anops_control.suggestions import nearest
from anops_model_interface.codes import Code, ExitCode

from ao import check_report, elsewhere, messages
from ao.limit_options import MemoryOption  # noqa: TC001  Typer reads the annotations
from ao.presenting import presented
from ao.tables.options import DecimalOption, EncodingOption, SeparatorOption, asked_of

EPILOG = """
`ao check`  run all rules

`ao check --only tests --only lint`  run some of them

`ao check --fix`  write into ao.toml what trying the model has shown

`ao check --accept-predictions`  after a change of the code: expect the new predictions from now on

`ao check --data rows.csv --accept-predictions`  make these the reference rows

`ao check --strict --json > findings.json`  for a build server: warnings count too

`ao check --list`  say what each rule makes sure of

To leave out a rule for good, name it under `[check.skip]` in ao.toml, with the reason: `leftovers = "public data"`.
"""

_SECONDS = 900.0
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
        bool, typer.Option("--fix", help="Write into ao.toml what mends a finding, such as `row_independent`.")
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
    was saved with it, its packages, its memory and time. Each finding says where it is and how to mend it; nothing is
    changed without --fix. The exit code is 1 where there is an error.
    """
    if list_rules:
        check_report.show_rules(as_json=as_json)
        return ExitCode.OK
    choice = Choice(frozenset(only or ()), frozenset(skip or ()))
    for name in sorted(choice.only | choice.skip):
        _require_rule(name)
    home = find_project(folder)
    elsewhere.remember(folder)
    if data is not None and not accept:
        raise CommandError(
            "--data names the rows that become reference rows, with the model's predictions of now.",
            remedy=f"Run: ao check {_typed(data, encoding, separator, decimal)} --accept-predictions",
            code=Code.USAGE,
        )
    limits = Limits.of(max_seconds, max_memory_gb, default=_SECONDS)
    if accept:
        from anops_control.accepting import accept_predictions  # noqa: PLC0415  NumPy is slow to import

        with limited(limits), presented():
            said = accept_predictions(home, data, asked_of(encoding, separator, decimal))
        messages.success(said)
    with presented() as events, limited(limits):
        outcomes = look(home, choice, events)
    if fix:
        from anops_control.mending import mend  # noqa: PLC0415  the same

        with presented():
            outcomes = mend(home, outcomes)
    worst = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    passed = not any(finding.severity in worst for outcome in outcomes for finding in outcome.findings)
    if as_json:
        messages.result_json(check_report.to_json(outcomes, passed=passed))
    elif outcomes:
        check_report.show(outcomes, passed=passed, verbose=verbose or fix)
    else:
        messages.note("There is nothing to look at: every rule is left out.")
    return ExitCode.OK if passed else ExitCode.PROBLEM


def _typed(data: Path, encoding: str | None, separator: str | None, decimal: str | None) -> str:
    """Return the flags that say what to read, as a person types them."""
    flags = {"--data": str(data), "--encoding": encoding, "--separator": separator, "--decimal": decimal}
    return shlex.join([word for flag, value in flags.items() if value is not None for word in (flag, value)])


def _require_rule(name: str) -> None:
    if name in NAMES:
        return
    guess = nearest(name, NAMES)
    raise CommandError(
        f"There is no rule `{name}`.",
        remedy=f"Did you mean `{guess}`?" if guess else "See what there is: ao check --list",
        code=Code.USAGE,
    )
