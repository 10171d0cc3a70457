"""What is due is run by a real alarm, at times of our own counting."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from anops_project.sections.schedules import ScheduleSection
from anops_schedules.keeper import Keeper
from anops_schedules.running import Ended, Runs
from anops_schedules.store import Store
from anops_schedules.times import Times

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class EverySecond(Times):
    """Times that need no minute of waiting."""

    def __init__(self) -> None:
        super().__init__("* * * * *", "UTC")

    def after(self, moment: datetime) -> Iterator[datetime]:
        found = moment.astimezone(UTC).replace(microsecond=0)
        while True:
            found += timedelta(seconds=1)
            yield found


class Kept(Runs):
    """Runs that take a while, and keep when they went on."""

    def __init__(self, folder: Path, store: Store, seconds: float) -> None:
        super().__init__(folder, store)
        self.seconds = seconds
        self.at_once = self.most = 0

    async def _in_a_process(self, number: int, name: str, section: ScheduleSection) -> Ended:  # noqa: ARG002
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        try:
            await asyncio.sleep(self.seconds)
        finally:
            self.at_once -= 1
        return Ended(number, "done")


async def kept(
    tmp_path: Path, overlap: str, seconds: float, ends: int, state: str = ""
) -> tuple[Kept, Store, list[Ended]]:
    section = ScheduleSection(at="* * * * *", task="say", overlap=overlap)  # type: ignore[arg-type]
    store = Store(tmp_path)
    store.begin({"say": "* * * * * UTC"}, datetime.now(UTC))
    runs, ended = Kept(tmp_path, store, seconds), list[Ended]()
    keeper = Keeper({"say": (section, EverySecond())}, store, runs, ended=lambda _, how: ended.append(how))
    deadline = time.monotonic() + 120
    await keeper.keep(
        lambda: sum(each.state.startswith(state) for each in ended) < ends and time.monotonic() < deadline
    )
    return runs, store, ended


async def test_what_is_due_is_run_each_time(tmp_path: Path) -> None:
    _, store, ended = await kept(tmp_path, "skip", 0, 2)
    assert [each.state for each in ended][:2] == ["done", "done"]
    dues = [run.due for run in store.runs() if run.state == "done"]
    assert len(set(dues)) == len(dues)


async def test_a_run_that_takes_longer_leaves_the_next_out(tmp_path: Path) -> None:
    runs, _, ended = await kept(tmp_path, "skip", 30, 1)
    assert (runs.most, ended[0].state) == (1, "skipped")


async def test_a_run_that_waits_is_one_and_not_beside_the_other(tmp_path: Path) -> None:
    runs, store, ended = await kept(tmp_path, "wait", 2.5, 2, "done")
    assert runs.most == 1
    assert [each.state for each in ended].count("done") == 2  # the second began when the first had ended
    first, second = sorted((run for run in store.runs() if run.state == "done"), key=lambda run: run.id)
    assert first.ended is not None
    assert second.due is not None
    assert second.due < first.ended


async def test_runs_go_on_together_where_that_is_said(tmp_path: Path) -> None:
    runs, _, _ = await kept(tmp_path, "together", 6, 2)
    assert runs.most >= 2


async def test_a_full_disk_is_told_and_ends_nothing(tmp_path: Path, monkeypatch: Any) -> None:
    was = Store.handled
    tries = iter([True])

    def handled(self: Store, name: str) -> datetime | None:
        if next(tries, False):
            raise sqlite3.OperationalError("database or disk is full")
        return was(self, name)

    monkeypatch.setattr(Store, "handled", handled)
    _, _, ended = await kept(tmp_path, "skip", 0, 2)
    assert ended[0].message == "The record of the schedules can't be used: database or disk is full."
    assert ended[1].state == "done"
