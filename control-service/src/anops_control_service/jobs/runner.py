"""Runs jobs, each in a process of its own: its memory, its crash and its end are its own."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import sqlite3
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_control.output_lines import lines_of
from anops_control.process_groups import ProcessGroup
from anops_model_interface.codes import Code

from anops_control_service.jobs.printed_room import PrintedRoom
from anops_control_service.jobs.store import Job, State
from anops_control_service.problems import problem

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from anops_control_service.jobs.store import Store

_ENDLESS = frozenset({"schedule start", "serve"})
"""Verbs that run until they are cancelled: they wait for no other, and no other waits for them."""
_READING = frozenset({"config", "predict", "client", "schedule stop"})
"""Verbs that change nothing in a project; of all others one runs at a time."""
_GRACE_SECONDS = 20.0
_LONGEST_WAIT = 60.0
_AGAIN_SECONDS = 2.0
INTERRUPTED = problem("The control service ended before the job did.", code=Code.INTERRUPTED,
                      remedy="Send the request again.")  # fmt: skip

_log = logging.getLogger(__name__)


def seconds_of(wait: float) -> float:
    """Return how long a client may wait that asks for some seconds."""
    return min(wait, _LONGEST_WAIT) if wait > 0 else 0.0  # 0 for nan too


class Runner:
    """Runs what is asked for."""

    def __init__(self, store: Store, jobs: int, environments: Path) -> None:
        """Prepare to run.

        Args:
            store: Keeps the jobs.
            jobs: How many run side by side.
            environments: Where the environments of projects are kept.
        """
        self._store = store
        self._environments = environments
        self._free = asyncio.Semaphore(jobs)
        self._projects: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._groups: dict[str, ProcessGroup] = {}
        self._cancelled: set[str] = set()
        self._ending: set[asyncio.Task[None]] = set()
        self._closing = False
        self._news = asyncio.Condition()

    def start(self, project: str, folder: Path, verb: str, request: Mapping[str, Any]) -> Job:
        """Keep a job, and run it as soon as there is room."""
        job = self._store.add(project, verb, request)
        self._tasks[job.id] = task = asyncio.create_task(self._run(job, folder))
        task.add_done_callback(lambda _: self._tasks.pop(job.id, None))
        return job

    async def cancel(self, job: str) -> None:
        """Ask a job to end; asked again, or after a while, it is ended."""
        task = self._tasks.get(job)
        if task is None or task.done():
            return
        again, group = job in self._cancelled, self._groups.get(job)
        self._cancelled.add(job)
        if group is None:
            task.cancel()
        elif again:
            await group.close(grace_seconds=0)
        else:
            ending = asyncio.create_task(group.drain(grace_seconds=_GRACE_SECONDS))
            self._ending.add(ending)
            ending.add_done_callback(self._ending.discard)

    async def wait(self, job: str, seconds: float) -> None:
        """Wait until a job has ended or is ready to be used, or for some seconds; until it has ended if cancelled."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                async for _, event in self.told(job, 0):
                    if event.get("facts", {}).get("event") == "ready" and job not in self._cancelled:
                        return

    async def told(self, job: str, after: int) -> AsyncIterator[tuple[int, dict[str, Any]]]:
        """Yield what a job has told, and what it tells until it has ended."""
        while True:
            async with self._news:
                found = self._store.told(job, after)
                known = self._store.get(job)
                if not found and (known is None or known.has_ended):
                    return
                if not found:
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(15):  # wait_for() would wait in a task that need not hold the lock
                            await self._news.wait()
            for number, event in found:
                after = number
                yield number, event

    async def close(self) -> None:
        """End all jobs."""
        self._closing = True
        for job in self._tasks.keys() - self._groups.keys():
            self._tasks[job].cancel()  # it waits, and would begin as others end
        for group in list(self._groups.values()):
            await group.drain(grace_seconds=3)
        left = [*self._tasks.values(), *self._ending]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _run(self, job: Job, folder: Path) -> None:
        async with contextlib.AsyncExitStack() as stack:
            try:
                if job.verb not in _ENDLESS | _READING:
                    await stack.enter_async_context(self._projects[job.project])
                if job.verb not in _ENDLESS:
                    await stack.enter_async_context(self._free)
                await self._in_a_process(job, folder)
            except asyncio.CancelledError:
                await self._end_early(job.id)
            except Exception:  # noqa: BLE001  whatever it was, the job has ended and says so
                _log.exception("job %s failed", job.id)
                told = problem("The job could not be run; the log of the control service says why.", code=Code.INTERNAL)
                await self._end(job.id, State.FAILED, problem=told)
            finally:
                if job.verb == "init":
                    with contextlib.suppress(OSError):
                        await asyncio.to_thread(folder.rmdir)  # where nothing was made in it, there is no project
                self._groups.pop(job.id, None)
                self._cancelled.discard(job.id)
                async with self._news:
                    self._news.notify_all()

    async def _in_a_process(self, job: Job, folder: Path) -> None:
        with tempfile.TemporaryDirectory(prefix="anops-job-") as own:
            asked = _written(job, own, self._environments)
            command = [sys.executable, "-P", "-m", "anops_control_service.jobs.child", str(asked)]
            group = await ProcessGroup.start(command, cwd=folder)
            self._groups[job.id] = group
            self._store.begin(job.id)
            complaints: list[str] = []
            try:
                _, ended = await asyncio.gather(_kept(group, complaints), self._heard(job.id, group))
                code = await group.wait()
            finally:
                await group.close()
        if "result" in ended:
            await self._end(job.id, State.DONE, result=ended["result"])
        elif "cancelled" in ended or job.id in self._cancelled or (self._closing and "problem" not in ended):
            await self._end_early(job.id)
        else:
            await self._end(job.id, State.FAILED, problem=ended.get("problem") or _died(code, complaints))

    async def _end_early(self, job: str) -> None:
        """Keep that a job was ended before its work was: because somebody wanted that, or with the service."""
        if self._closing and job not in self._cancelled:
            await self._end(job, State.INTERRUPTED, problem=INTERRUPTED)
        else:
            await self._end(job, State.CANCELLED)

    async def _end(
        self,
        job: str,
        state: State,
        *,
        result: Mapping[str, Any] | None = None,
        problem: Mapping[str, Any] | None = None,
    ) -> None:
        """Keep how a job has ended; where the disk is full, as soon as there is room."""
        while True:
            try:
                self._store.end(job, state, result=result, problem=problem)
            except sqlite3.OperationalError as error:
                _log.warning("the end of job %s can't be kept yet: %s", job, error)
                await asyncio.sleep(_AGAIN_SECONDS)
            else:
                return

    async def _heard(self, job: str, group: ProcessGroup) -> dict[str, Any]:
        """Keep what a job tells, and return how it ended."""
        number, ended, room = 0, dict[str, Any](), PrintedRoom()
        if group.process.stdout is None:
            return ended
        async for line in lines_of(group.process.stdout, longest=None):
            try:
                told = json.loads(line)
            except ValueError:
                continue  # cut off by the end of the process
            if "event" in told:
                kept = room.taken(told["event"], len(line))
                if kept is None:
                    continue
                number += 1
                with contextlib.suppress(sqlite3.OperationalError):  # the disk is full: the job goes on all the same
                    self._store.tell(job, number, kept)
                async with self._news:
                    self._news.notify_all()
            else:
                ended |= told
        return ended


def _written(job: Job, folder: str, environments: Path) -> Path:
    """Write down what a job's process is to do."""
    asked = Path(folder, "asked.json")
    told = {"verb": job.verb, "request": job.request, "environments": str(environments)}
    asked.write_text(json.dumps(told), encoding="utf-8")
    return asked


async def _kept(group: ProcessGroup, last: list[str]) -> None:
    """Keep the last lines that a job's process complained with."""
    if group.process.stderr is not None:
        async for line in lines_of(group.process.stderr):
            last.append(line)
            del last[:-10]


def _died(code: int, complaints: list[str]) -> dict[str, Any]:
    how = f"by signal {-code}" if code < 0 else f"with exit code {code}"
    return problem(f"The process of the job ended {how}, without an answer.", code=Code.INTERNAL, details=complaints)
