"""What `anops_control` asks of schedules: times, runs, history, export."""

from __future__ import annotations

import asyncio
import shutil
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from anops_control.errors import CommandError
from anops_model_interface.codes import Code

from anops_schedules.exporting.airflow import dags
from anops_schedules.exporting.crontab import crontab
from anops_schedules.exporting.kubernetes import cron_jobs
from anops_schedules.exporting.plan import Planned
from anops_schedules.exporting.systemd import timers
from anops_schedules.keeper import Keeper
from anops_schedules.locks import is_marked, take
from anops_schedules.running import Ended, Runs
from anops_schedules.store import Store
from anops_schedules.times import Times

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from anops_control.events import Events
    from anops_project.sections.schedules import ScheduleSection

    from anops_schedules.store import Run

FORMS = {"cron": crontab, "systemd": timers, "kubernetes": cron_jobs, "airflow": dags}
_RUNNER = "runner"
_TRIES, _LOOK_SECONDS = 10, 0.1
_BEGINS_SECONDS = 5
"""How long it may take until a run that has begun can be seen to go on."""


class Schedules:
    """Schedules of a project, found by the entry point `anops.schedulers`."""

    def next(self, at: str, zone: str, count: int, after: datetime | None = None) -> list[datetime]:
        """Return the next times.

        Raises:
            CommandError: The fields can't be read, or mean a time that never comes.
        """
        return Times(at, zone).next(after or datetime.now(UTC), count)

    def explained(self, at: str, zone: str) -> str:
        """Say the times in words."""
        return Times(at, zone).explained()

    def is_running(self, folder: Path) -> bool:
        """Whether somebody runs the schedules of a project."""
        return is_marked(_home(folder), _RUNNER)

    def start(
        self,
        folder: Path,
        sections: Mapping[str, ScheduleSection],
        *,
        once: bool,
        events: Events,
        tell: Callable[[str, dict[str, Any]], None],
    ) -> list[dict[str, Any]]:
        """Run what is due until that is wanted no more, or what is due now alone, and return what was run.

        Raises:
            CommandError: Somebody runs them already.
        """
        read = {name: (each, Times(each.at, each.time_zone)) for name, each in sections.items()}
        store = Store(_home(folder))
        lock = _runner_lock(store)
        if lock is None:
            raise CommandError(
                "The schedules of this project are running already.",
                command="ao schedule stop",
                code=Code.PROJECT_EXISTS,
            )
        ran: list[Ended] = []

        def ended(name: str, how: Ended) -> None:
            ran.append(how)
            told = {"event": "ran", "schedule": name, "run": how.run, "state": how.state}
            mark = {"done": "is done", "skipped": "was left out", "interrupted": "was ended"}.get(how.state, "failed")
            events.state(told, text=f"`{name}` {mark}{f': {how.message}' if how.message else ''}", source=name)

        with lock, events.on_cancel(lambda: None):
            store.forget_stops()
            _tidy(store)
            store.begin({name: f"{times.at} {times.zone.key}" for name, (_, times) in read.items()}, datetime.now(UTC))
            keeper = Keeper(read, store, Runs(folder, store, tell=tell), ended=ended)
            events.state({"event": "ready", "schedules": list(read)}, text="The schedules run.")
            if once:
                asyncio.run(keeper.once())
            else:
                asyncio.run(keeper.keep(lambda: not (events.is_cancelled or store.is_asked_to_stop())))
            store.forget_stops()
        numbers = {each.run for each in ran}
        return [each.to_dict() for each in store.runs(limit=len(numbers) + 100) if each.id in numbers]

    def stop(self, folder: Path, seconds: float) -> bool:
        """Let whoever runs the schedules end, and say whether somebody did.

        Raises:
            CommandError: It has not ended in that time.
        """
        if not self.is_running(folder):
            return False
        Store(_home(folder)).ask_to_stop(datetime.now(UTC))
        return asyncio.run(self._stopped(folder, seconds))

    async def _stopped(self, folder: Path, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                while self.is_running(folder):  # noqa: ASYNC110  another process
                    await asyncio.sleep(_LOOK_SECONDS)
        except TimeoutError as error:
            raise CommandError(
                f"The process that runs the schedules has not ended within {seconds:g} s.", code=Code.INTERNAL
            ) from error
        return True

    def run(
        self, folder: Path, name: str, section: ScheduleSection, tell: Callable[[str, dict[str, Any]], None],
        events: Events,
    ) -> tuple[dict[str, Any], dict[str, Any] | None]:  # fmt: skip
        """Run a schedule now, and return its line of the history, and what its verb returned."""
        store = Store(_home(folder))
        runs = Runs(folder, store, tell=tell)

        async def cancellable() -> Ended:
            loop = asyncio.get_running_loop()
            task = asyncio.create_task(runs.run(name, section, cause="asked"))
            with events.on_cancel(lambda: loop.call_soon_threadsafe(task.cancel)):
                return await task

        try:
            ended = asyncio.run(cancellable())
        except asyncio.CancelledError:
            found = store.runs(name, limit=1)[0]
            ended = Ended(found.id, "interrupted", found.message)
        return store.runs(run=ended.run)[0].to_dict(), ended.result

    def history(self, folder: Path, name: str | None, run: int | None, limit: int) -> list[dict[str, Any]]:
        """Return runs, the newest first; the log too where one run is asked for."""
        store = Store(_home(folder))
        _tidy(store)
        return [_with_log(each, store, asked=run is not None) for each in store.runs(name, run=run, limit=limit)]

    def export(
        self,
        form: str,
        sections: Mapping[str, ScheduleSection],
        *,
        project: str,
        folder: Path,
        image: str | None,
        command: str | None,
    ) -> tuple[dict[str, str], tuple[str, ...]]:
        """Return the files for another program, and what that does otherwise."""
        program = (command or _program(form),)
        made = FORMS[form](
            [
                Planned(
                    name=name, section=each, times=Times(each.at, each.time_zone), project=project, folder=folder,
                    command=(*program, "schedule", "run", name), image=image,
                )
                for name, each in sections.items()
            ]
        )  # fmt: skip
        return made.files, made.notes


def _program(form: str) -> str:
    """Return `ao` as the other program finds it."""
    if form == "kubernetes":
        return "ao"
    beside = Path(sys.executable).parent / "ao"
    return str(beside) if beside.exists() else shutil.which("ao") or "ao"


def _runner_lock(store: Store) -> TextIO | None:
    for _ in range(_TRIES):
        lock = take(store.folder, _RUNNER)
        if lock is not None:
            return lock
        time.sleep(_LOOK_SECONDS)  # who looks whether somebody has it, has it for a moment
    return None


def _home(folder: Path) -> Path:
    return folder / ".anops" / "schedules"


def _tidy(store: Store) -> None:
    """Say of runs whose process has ended without a word that they were cut off."""
    for each in store.runs(limit=100):
        now = datetime.now(UTC)
        is_new = each.began is not None and abs(now.timestamp() - each.began) < _BEGINS_SECONDS
        if each.state == "running" and not is_new and not is_marked(store.folder, f"run {each.id}"):
            store.end(each.id, "interrupted", now, "The process that ran it ended without reporting anything.")


def _with_log(run: Run, store: Store, *, asked: bool) -> dict[str, Any]:
    log = store.log_of(run.id)
    if not asked:
        return run.to_dict()
    return run.to_dict() | {"log": log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""}


SCHEDULES = Schedules()
