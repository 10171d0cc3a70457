"""`ao check`: a doctor for the project."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003  Typer reads the annotation
from typing import Annotated

import typer

from ao import check_report, messages
from ao.checking import Choice
from ao.checking import check as look
from ao.configuration import find_project
from ao.errors import CommandError
from ao.exit_codes import ExitCode
from ao.findings import Severity
from ao.rules.registry import NAMES
from ao.suggestions import nearest

EPILOG = """
`ao check`  look at everything

`ao check --only tests --only lint`  look at a part

`ao check --strict --json > findings.json`  for a build server: warnings count too
"""

_RULES = f"The rules are {', '.join(NAMES)}."


def check(
    folder: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="The project's folder; by default the current one.")
    ] = None,
    *,
    only: Annotated[
        list[str] | None, typer.Option(metavar="RULE", help=f"Look at this rule only; can be repeated. {_RULES}")
    ] = None,
    skip: Annotated[
        list[str] | None, typer.Option(metavar="RULE", help="Leave out this rule; can be repeated.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Let warnings count as errors.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write the findings as JSON.")] = False,
) -> ExitCode:
    """Check the project: its configuration, its files, its code, its tests, and the model's own predictions.

    Each finding says where it is and how to mend it. The exit code is 1 where there is an error.
    """
    choice = Choice(frozenset(only or ()), frozenset(skip or ()))
    for name in sorted(choice.only | choice.skip):
        _require_rule(name)
    home = find_project(folder)
    with messages.progress() as tell:
        outcomes = look(home, choice, tell)
    worst = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    passed = not any(finding.severity in worst for outcome in outcomes for finding in outcome.findings)
    if as_json:
        messages.result_json(check_report.to_json(outcomes, passed=passed))
    elif outcomes:
        check_report.show(outcomes, passed=passed)
    else:
        messages.note("There is nothing to look at: every rule is left out.")
    return ExitCode.OK if passed else ExitCode.PROBLEM


def _require_rule(name: str) -> None:
    if name in NAMES:
        return
    guess = nearest(name, NAMES)
    raise CommandError(
        f"There is no rule `{name}`.",
        remedy=f"Did you mean `{guess}`?" if guess else _RULES,
        exit_code=ExitCode.USAGE,
    )
