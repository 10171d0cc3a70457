"""Shows schedules and their runs."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from ao import messages

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_STYLES = {"done": "green", "failed": "red", "running": "cyan"}


def show_times(told: Mapping[str, Any]) -> None:
    """Show what a schedule does, and its next times, each with the offset of its zone."""
    what = f"{told['name']}: {told['does']}; {told['in_words']}" if "name" in told else told["in_words"]
    messages.result(f"{what} ({told['at']}, {told['time_zone']})")
    for each in told["next"]:
        messages.result(f"  {_moment(each)}")


def show_list(told: Mapping[str, Any]) -> None:
    """Show the schedules, a line each."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("Schedule", "Does", "When", "Next", "Last run"):
        table.add_column(heading, overflow="fold")
    for each in told["schedules"]:
        last = each["last"]
        state = Text(f"{last['state']} ({last['began'] or last['due']})", style=_STYLES.get(last["state"], "yellow")) \
            if last else Text("")  # fmt: skip
        when = f"{each['in_words']}, {each['time_zone']}"
        table.add_row(Text(each["name"]), Text(each["does"]), Text(when), Text(_moment(each["next"][0])), state)
    messages.result_table(table)


def show_runs(runs: Sequence[Mapping[str, Any]]) -> None:
    """Show runs, a line each."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("Run", "Schedule", "State", "Due (UTC)", "Began (UTC)", "Ended (UTC)", "Why"):
        table.add_column(heading, overflow="fold")
    for each in runs:
        table.add_row(
            Text(str(each["id"])), Text(each["schedule"]),
            Text(each["state"], style=_STYLES.get(each["state"], "yellow")),
            *(Text((each[key] or "").removesuffix("+00:00").replace("T", " ")) for key in ("due", "began", "ended")),
            Text(why(each)),
        )  # fmt: skip
    messages.result_table(table)


def why(run: Mapping[str, Any]) -> str:
    """Say what there is to know of a run beside its state."""
    said = [run["message"] or ""]
    if run["cause"] == "missed":
        said.insert(0, "Makes up for a time that was missed.")
    if run["missed"]:
        said.append(f"Times that were not run: {run['missed']}.")
    return " ".join(each for each in said if each)


def _moment(written: str) -> str:
    return f"{datetime.fromisoformat(written):%a %Y-%m-%d %H:%M %z}"
