"""Runs the schedules of a project when they are due, until that is wanted no more."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from anops_schedules.deciding import decide
from anops_schedules.running import Ended

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from anops_project.sections.schedules import ScheduleSection

    from anops_schedules.running import Runs
    from anops_schedules.store import Store
    from anops_schedules.times import Times

_LOOK_SECONDS = 0.5
_WAKE_EVERY = 20
"""After how many looks the clock is read anew: it may have been set, or the computer may have slept."""


class _At(BaseTrigger):
    """Wakes a schedule at its times, as cron counts them: the library's own counts weekdays otherwise."""

    def __init__(self, times: Times) -> None:
        self._times = times

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime | None:
        """Return when to wake it next."""
        return next(self._times.after(previous if previous and previous > now else now), None)


class Keeper:
    """Runs what is due."""

    def __init__(
        self,
        schedules: Mapping[str, tuple[ScheduleSection, Times]],
        store: Store,
        runs: Runs,
        *,
        ended: Callable[[str, Ended], None] = lambda _name, _ended: None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Prepare to run.

        Args:
            schedules: What ao.toml says, and the times.
            store: Keeps up to when each is dealt with.
            runs: Runs them.
            ended: Is told the name of a schedule, and how a run of it ended.
            clock: Says what time it is.
        """
        self._schedules = schedules
        self._store = store
        self._runs = runs
        self._ended = ended
        self._clock = clock
        self._going: set[asyncio.Task[None]] = set()

    def due(self) -> list[asyncio.Task[None]]:
        """Begin to run all that is due now."""
        return [task for name in self._schedules if (task := self._fire(name)) is not None]

    async def once(self) -> None:
        """Run what is due now, and wait for its end."""
        self.due()
        await self._all()

    async def keep(self, is_wanted: Callable[[], bool]) -> None:
        """Run what is due until that is wanted no more; runs under way are then ended."""
        alarm: Any = AsyncIOScheduler(timezone=UTC)
        for name, (_, times) in self._schedules.items():
            alarm.add_job(self._wake, _At(times), args=[name], id=name, coalesce=True, misfire_grace_time=None,
                          max_instances=1000)  # fmt: skip
        alarm.start()
        try:
            self.due()
            looks = 0
            while is_wanted():
                await asyncio.sleep(_LOOK_SECONDS)
                looks += 1
                if looks % _WAKE_EVERY == 0:
                    self.due()
                    alarm.wakeup()
        finally:
            alarm.shutdown(wait=False)
            for task in self._going:
                task.cancel()
            await self._all()

    async def _wake(self, name: str) -> None:
        self._fire(name)

    def _fire(self, name: str) -> asyncio.Task[None] | None:
        try:
            return self._begun(name)
        except sqlite3.Error as error:  # the disk is full: looked at again soon, and then as missed
            self._ended(name, Ended(0, "failed", f"The record of the schedules can't be used: {error}."))
            return None

    def _begun(self, name: str) -> asyncio.Task[None] | None:
        section, times = self._schedules[name]
        handled = self._store.handled(name)
        if handled is None:
            return None
        now = self._clock()
        found = decide(times, handled, now, section.missed)
        if found.handled != handled:
            self._store.handle(name, found.handled)
        if found.due is None:
            if found.missed:
                self._store.add(name, section.does, "time", "missed", now=now, missed=found.missed)
            return None
        cause = "missed" if found.is_late else "time"
        task = asyncio.create_task(self._run(name, section, cause, found.due, found.missed))
        self._going.add(task)
        task.add_done_callback(self._going.discard)
        return task

    async def _run(self, name: str, section: ScheduleSection, cause: str, due: datetime, missed: int) -> None:
        try:
            ended = await self._runs.run(name, section, cause=cause, due=due, missed=missed)
        except (OSError, sqlite3.Error) as error:  # no room, no further process
            ended = Ended(0, "failed", f"It could not be run: {error}.")
        self._ended(name, ended)

    async def _all(self) -> None:
        while self._going:
            with suppress(asyncio.CancelledError):
                await asyncio.gather(*self._going, return_exceptions=True)
