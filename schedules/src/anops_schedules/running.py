"""Runs one schedule once: in a process of its own, under its lock, with its log and its line in the history."""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TextIO

from anops_control.output_lines import lines_of
from anops_control.process_groups import ProcessGroup

from anops_schedules.locks import marked, take

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from anops_project.sections.schedules import ScheduleSection

    from anops_schedules.store import Store

_GRACE_SECONDS = 20.0
_LOOK_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended.

    Attributes:
        run: Its number in the history.
        state: `done`, `failed`, `interrupted` or `skipped`.
        message: What went wrong.
        result: What the verb returned.
    """

    run: int
    state: str
    message: str | None = None
    result: dict[str, Any] | None = None


class Runs:
    """Runs schedules of one project."""

    def __init__(
        self,
        folder: Path,
        store: Store,
        *,
        tell: Callable[[str, dict[str, Any]], None] = lambda _name, _event: None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Prepare to run.

        Args:
            folder: The project's folder.
            store: Keeps the history.
            tell: Is given the name of a schedule and each event of its run, as JSON has it.
            clock: Says what time it is.
        """
        self._folder = folder
        self._store = store
        self._tell = tell
        self._clock = clock
        self._waiting: set[str] = set()

    async def run(
        self, name: str, section: ScheduleSection, *, cause: str, due: datetime | None = None, missed: int = 0
    ) -> Ended:
        """Run a schedule, by its rule for overlaps.

        Args:
            name: Its name.
            section: What ao.toml says of it.
            cause: `time`, `missed` or `asked`.
            due: The time it was due.
            missed: How many earlier times it stands for.
        """
        told: dict[str, Any] = {"due": due, "missed": missed}
        with ExitStack() as stack:
            if section.overlap != "together":
                lock = await self._turn(name, waits=section.overlap == "wait")
                if lock is None:
                    why = "The previous run had not ended."
                    number = self._store.add(name, section.does, cause, "skipped", now=self._clock(), message=why,
                                             **told)  # fmt: skip
                    return Ended(number, "skipped", why)
                stack.enter_context(lock)
            number = self._store.add(name, section.does, cause, "running", now=self._clock(), **told)
            stack.enter_context(marked(self._store.folder, f"run {number}"))
            ended = Ended(number, "interrupted", "The process that ran it ended.")
            try:
                ended = await self._in_a_process(number, name, section)
            finally:
                self._store.end(number, ended.state, self._clock(), ended.message)
        return ended

    async def _turn(self, name: str, *, waits: bool) -> TextIO | None:
        """Return the lock of a schedule; None where it is taken, or another waits for it already."""
        lock = take(self._store.folder, name)
        if lock is not None or not waits or name in self._waiting:
            return lock
        self._waiting.add(name)
        try:
            while lock is None:
                await asyncio.sleep(_LOOK_SECONDS)
                lock = take(self._store.folder, name)
        finally:
            self._waiting.discard(name)
        return lock

    async def _in_a_process(self, number: int, name: str, section: ScheduleSection) -> Ended:
        verb, request = section.asked()
        asked = json.dumps({"verb": verb, "request": {**request, "folder": str(self._folder)}})
        file = self._store.log_of(number)
        file.parent.mkdir(exist_ok=True)
        with file.open("w", encoding="utf-8") as log:
            group = await ProcessGroup.start([sys.executable, "-P", "-m", "anops_schedules.child", asked],
                                             cwd=self._folder)  # fmt: skip
            heard: dict[str, Any] = {}
            try:
                async with asyncio.timeout(section.max_seconds):
                    await asyncio.gather(self._hear(group, name, log, heard), _copy(group, log))
                    code = await group.wait()
            except TimeoutError:
                message = f"It took more than its `max_seconds`, {section.max_seconds:g}."
                log.write(f"✖ {message}\n")
                return Ended(number, "failed", message)
            finally:
                with suppress(ProcessLookupError):
                    await group.drain(grace_seconds=_GRACE_SECONDS)
        if "result" in heard:
            return Ended(number, "done", result=heard["result"])
        if "problem" in heard:
            return Ended(number, "failed", heard["problem"].get("text"))
        if "interrupted" in heard:
            return Ended(number, "interrupted", "It was ended.")
        return Ended(number, "failed", f"Its process ended with {code} and no answer.")

    async def _hear(self, group: ProcessGroup, name: str, log: TextIO, heard: dict[str, Any]) -> None:
        if group.process.stdout is None:
            return
        async for line in lines_of(group.process.stdout, longest=None):
            try:
                told = json.loads(line)
            except ValueError:
                continue  # cut off by the end of the process
            heard |= {key: value for key, value in told.items() if key != "event"}
            event = told.get("event") or told.get("problem")
            if event is not None:
                _log(event, log, self._clock())
                self._tell(name, event)


async def _copy(group: ProcessGroup, log: TextIO) -> None:
    if group.process.stderr is not None:
        async for line in lines_of(group.process.stderr):
            log.write(line + "\n")
            log.flush()


def _log(event: dict[str, Any], log: TextIO, now: datetime) -> None:
    text = event.get("text") or ""
    if event["kind"] in {"doing", "amount", "state"} and not event.get("lasting"):
        return
    mark = {"error": "✖ ", "warning": "▲ ", "success": "✔ ", "step": "→ "}.get(event["kind"], "")
    if event["kind"] != "line":
        mark = f"{now.astimezone(UTC):%Y-%m-%d %H:%M:%SZ} {mark}"
    log.write(f"{mark}{text}\n")
    log.writelines(f"  • {detail}\n" for detail in event.get("details", ()))
    log.writelines(f"  • {finding['message']}\n" for finding in event.get("findings", ()))
    if event.get("remedy"):
        log.write(f"  → {event['remedy']}\n")
    log.flush()
