"""Everything `ao` says to a person; results go to stdout, all else to stderr."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from anops_control.failing import event_of_problem
from anops_control.findings import Severity
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.live import Live
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ao.elsewhere import with_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from anops_control.errors import CommandError
    from anops_control.findings import Finding
    from anops_model_interface.errors import Problem
    from rich.console import RenderableType

_MARKS = {Severity.ERROR: ("✖", "bold red"), Severity.WARNING: ("▲", "yellow"), Severity.NOTE: ("•", "dim")}
_MOST_ROWS_OF_RICH = 100


def console() -> Console:
    """Return the console for people (stderr): progress, notes, errors. NO_COLOR is respected."""
    return Console(stderr=True, highlight=False)


def _say(*lines: Text) -> None:
    target = console()
    for line in lines:
        # In a pipe or a log a line stays whole, so that it can be searched for.
        target.print(line, soft_wrap=not target.is_terminal)


def _line(mark: str, text: str, style: str = "") -> Text:
    return Text.assemble((mark, style), " ", text)


def success(text: str) -> None:
    """Say that something is done."""
    _say(_line("✔", text, "green"))


def note(text: str) -> None:
    """Say something worth knowing."""
    _say(_line("•", text, "dim"))


def warning(text: str, *, remedy: str | None = None) -> None:
    """Say that something may surprise."""
    _say(_line("▲", text, "yellow"), *_remedy(remedy))


def next_step(text: str) -> None:
    """Say what to do next."""
    _say(_line("→", with_folder(text), "cyan"))


def plain(text: str = "") -> None:
    """Say a line without a mark."""
    _say(Text(text))


def error(message: str, *, details: Sequence[str] = (), remedy: str | None = None, code: str | None = None) -> None:
    """Say what happened, where, and how to fix it."""
    lines = [_line("✖", message, "bold red"), *(_line("•", detail, "dim") for detail in details), *_remedy(remedy)]
    if code:
        lines.append(Text(f"[{code}]", style="dim"))
    _say(*lines)


def start_line() -> None:
    """Begin a new line, behind the `^C` that a terminal shows."""
    _say(Text())


def command_error(failure: CommandError) -> None:
    """Say why a command stopped."""
    error(failure.message, details=failure.details, remedy=failure.remedy)


def problem(what: Problem) -> None:
    """Say a problem of a model or a request, as `Problem.render` orders it."""
    failed = event_of_problem(what)
    error(failed.text, details=failed.details, remedy=failed.remedy, code=failed.code)


def findings(found: Iterable[Finding]) -> None:
    """Say findings, each with its place and its remedy."""
    for finding in found:
        _say(*_finding_lines(finding))


def printed(line: str) -> None:
    """Pass on a line that a model printed, exactly as it is."""
    sys.stderr.write(line + "\n")


def report(mark: str, text: str, style: str = "") -> None:
    """Write a line of a report to stdout, with a mark before it."""
    target = Console(highlight=False)
    said = with_folder(text)
    target.print(_line(mark, said, style) if mark else Text(said), soft_wrap=not target.is_terminal)


def report_finding(finding: Finding, *, indent: int = 0) -> None:
    """Write a finding of a report to stdout, with its place and its remedy."""
    target = Console(highlight=False)
    for line in _finding_lines(finding):
        if target.is_terminal:
            target.print(Padding(line, (0, 0, 0, indent)))
        else:
            target.print(Text(" " * indent) + line, soft_wrap=True)


def result(text: str) -> None:
    """Write a line of a command's result to stdout, exactly as it is."""
    sys.stdout.write(text + "\n")
    # whoever reads it in a pipe may be waiting for it
    sys.stdout.flush()


def result_json(value: object) -> None:
    """Write a command's result as JSON to stdout."""
    result(json.dumps(value, indent=2, ensure_ascii=False))


def result_line(value: object) -> None:
    """Write one line of JSON to stdout, for a program that reads line by line."""
    result(json.dumps(value, ensure_ascii=False))


@contextmanager
def live() -> Iterator[Callable[[str], None]]:
    """Write a result that changes: on a terminal over what was there, else one after the other."""
    target = Console(highlight=False)
    if not target.is_terminal:
        yield result
        return
    with Live(console=target, auto_refresh=False) as shown:
        yield lambda text: shown.update(Text(text), refresh=True)


def result_table(table: RenderableType) -> None:
    """Write a table to stdout; in a pipe it is as wide as it needs to be."""
    target = Console(highlight=False)
    if target.is_terminal:
        target.print(table)
    else:
        Console(highlight=False, width=10_000).print(table)


def result_rows(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Write rows of texts to stdout as a table; many come as plain lines, since Rich takes a second for a thousand."""
    if len(rows) <= _MOST_ROWS_OF_RICH:
        table = Table(*headings, box=None)
        for row in rows:
            table.add_row(*map(Text, row))  # as they are: `[draft]` is no markup
        result_table(table)
        return
    lines = [[" ".join(cell.split()) for cell in row] for row in (headings, *rows)]
    widths = [max(map(cell_len, column)) for column in zip(*lines, strict=True)]
    padded = ("  ".join(map(set_cell_size, line, widths)).rstrip() for line in lines)
    sys.stdout.write("\n".join(padded) + "\n")


def _remedy(remedy: str | None) -> list[Text]:
    return [_line("→", with_folder(remedy), "cyan")] if remedy else []


def _finding_lines(finding: Finding) -> list[Text]:
    mark, style = _MARKS[finding.severity]
    place = f"{finding.place}: " if finding.place else ""
    return [Text.assemble((mark, style), " ", (place, "bold"), finding.message), *_remedy(finding.remedy)]
