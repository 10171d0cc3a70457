"""Shows a training while it runs, and what it made."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from anops_control.events import EventKind
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ao import check_report, messages
from ao.presenting import present

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anops_control.events import Event
    from anops_control.verbs.train import TrainResult


class PeopleReporter:
    """Writes the lines of the steps to stdout, each with its step's name, and the rest to stderr."""

    def __init__(self) -> None:
        self._out = Console(highlight=False)

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Show what happens meanwhile."""
        yield

    def take(self, event: Event) -> None:
        """Show an event."""
        if event.kind is EventKind.LINE:
            prefix = Text(f"{event.source or '':<15} │ ", style="cyan")
            self._out.print(prefix.append_text(Text.from_ansi(event.text)), soft_wrap=True)
        elif event.kind is EventKind.STATE:
            if event.text and event.facts.get("event") == "step ended":
                messages.success(event.text)
        elif event.kind is not EventKind.DOING:
            present(event)


def write_json(event: Event) -> None:
    """Write an event as one line of JSON to stdout."""
    if event.kind is EventKind.LINE:
        messages.result_line({"event": "line", "step": event.source, "text": event.text})
    elif event.kind is EventKind.STATE:
        messages.result_line(event.facts)


def show(result: TrainResult) -> None:
    """Show what was trained, and what became of the project."""
    names = list(dict.fromkeys(name for run in result.runs for name in run.metrics))
    if len(result.runs) > 1:
        _show_runs(result, names)
    else:
        for name in names:
            messages.plain(f"  {name} = {_number(result.runs[0].metrics[name])}")
    if result.taken is None:
        messages.success(f"The model is in {result.model}; the project stays as it was.")
    else:
        for line in result.taken.changes:
            messages.note(line)
        messages.success(f"Took the model in as version {result.taken.version}: {', '.join(result.taken.files)}")
    if result.checked is not None and not result.checked.passed:
        check_report.show(result.checked.outcomes, passed=False, verbose=False)
    if result.card is not None:
        messages.note(f"The card of the run: {result.card}")


def _show_runs(result: TrainResult, metrics: list[str]) -> None:
    differing = [
        key
        for key in dict.fromkeys(key for run in result.runs for key in run.config)
        if len({repr(run.config.get(key)) for run in result.runs}) > 1
    ]
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("", "Run", *differing, *metrics, "State"):
        table.add_column(heading, overflow="fold")
    for run in result.runs:
        cells = [*(str(run.config.get(key, "")) for key in differing)]
        cells += [_number(run.metrics[name]) if name in run.metrics else "" for name in metrics]
        table.add_row("→" if run.name == result.best else "", run.name, *map(Text, cells), run.state.value)
    messages.result_table(table)


def _number(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.6g}"
