"""Starts workers: forked from a fork server where that is safe, else each with a model that it has loaded itself."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_project.project_files import stamp
from anops_worker import linux

from anops_model_service.child_process import ChildProcess
from anops_model_service.fork_server import CanNotForkError, ForkServer, ForkServerGoneError
from anops_model_service.launching import launch

if TYPE_CHECKING:
    from anops_project.project import Project

    from anops_model_service.launching import Launched
    from anops_model_service.scratch import Scratch
    from anops_model_service.worker_process import WorkerProcess

log = logging.getLogger("anops.supervisor")


class WorkerStarter:
    """Starts workers of one project."""

    def __init__(
        self,
        project: Project,
        scratch: Scratch,
        *,
        python: str,
        start_seconds: float,
        fork: bool = True,
        trial: bool = True,
        reload: bool = True,
        digest: str = "",
        isolation: str = "auto",
        launched: Launched | None = None,
    ) -> None:
        """Make a starter that has started nothing yet.

        Args:
            project: The project.
            scratch: Where workers get their folders.
            python: The Python that loads the model.
            start_seconds: How long loading the model may take.
            fork: Whether workers may be forked from a fork server.
            trial: Whether a model is tried before a worker with it is given to anyone.
            reload: Whether files that have changed are loaded while a fork server lives.
            digest: The digest that the model must have; empty: any.
            isolation: Whether its code is kept from the network and from files: `isolation.IsolationMode`.
            launched: A process that already loads the model.
        """
        self._project = project
        self._scratch = scratch
        self._python = python
        self._start_seconds = start_seconds
        self._forks = fork and linux.take_orphans()
        if fork and not self._forks:
            log.info("workers can't be forked: this system does not tell of their end; each loads the model by itself")
        self._trial = trial
        self._reload = reload
        self._digest = digest
        self._isolation = isolation
        self._schema: str | None = None
        self._launched = launched
        self._fork_server: ForkServer | None = None
        self._stamp = stamp(project)
        self._one_at_a_time = asyncio.Lock()

    async def start(self) -> WorkerProcess:
        """Start a worker and wait until it is ready.

        Raises:
            AnOpsError: `MODEL_LOAD`: the model can't be loaded, or no process be started; or what a trial showed.
        """
        if self._forks:
            async with self._one_at_a_time:
                if self._forks:  # still, after the wait
                    return await self._forked()
        fork_server = await self._load()
        return await self._tried(await fork_server.become_worker())

    async def renew(self) -> None:
        """Have another fork server load the model where the last one has ended: the next worker need not wait for that.

        One that fails is not tried again: the next worker will.
        """
        if not self._forks or self._one_at_a_time.locked():
            return
        async with self._one_at_a_time:
            if self._fork_server is None or not self._fork_server.has_ended:
                return
            log.warning("the fork server ended: a new one loads the model")
            try:
                await self._fresh_fork_server()
            except (AnOpsError, ForkServerGoneError) as error:
                log.error("no fork server for the next worker: %s", str(error) or "it ended")  # noqa: TRY400

    async def close(self) -> None:
        """End the fork server; workers are ended by those who have them."""
        if self._fork_server is not None:
            await self._fork_server.close()
            self._fork_server = None
        if self._launched is not None:
            self._launched.stop()
            self._launched = None

    async def _forked(self) -> WorkerProcess:
        ChildProcess.reap_strangers()
        try:
            return await self._from(await self._fresh_fork_server())
        except ForkServerGoneError:
            log.warning("the fork server ended: a new one loads the model")
            self._fork_server = None
        return await self._from(await self._fresh_fork_server())

    async def _from(self, fork_server: ForkServer) -> WorkerProcess:
        try:
            return await fork_server.fork(self._scratch.subfolder())
        except CanNotForkError as error:
            log.info("workers can't be forked: %s; each loads the model by itself", error)
            self._forks, self._fork_server = False, None
            return await self._tried(await fork_server.become_worker())

    async def _fresh_fork_server(self) -> ForkServer:
        before = self._fork_server
        if before is not None and before.has_ended:
            await before.close()
            before = self._fork_server = None
        now = stamp(self._project)
        if before is not None and (now == self._stamp or not self._reload):
            return before
        self._stamp = now
        try:
            fork_server = await self._load()
            await self._try_copy(fork_server)
        except AnOpsError as error:
            if before is None:
                raise
            log.warning("the model's files have changed, and the model as it was goes on: %s", error.problem.message)
            return before
        if before is not None:
            log.info("the model's files have changed: they are loaded anew")
            await before.close()
        self._fork_server = fork_server
        return fork_server

    async def _load(self) -> ForkServer:
        launched, self._launched = self._launched, None
        if launched is None:
            launched = launch(
                self._project.folder,
                self._scratch.subfolder(),
                self._python,
                digest=self._digest,
                isolation=self._isolation,
            )
        return await ForkServer.meet(launched, start_seconds=self._start_seconds)

    async def _try_copy(self, fork_server: ForkServer) -> None:
        """Try the model in a worker that nobody gets: what a prediction leaves behind stays out of the others."""
        try:
            copy = await fork_server.fork(self._scratch.subfolder()) if self._trial else None
        except CanNotForkError:
            return  # it is tried where it becomes a worker
        except ForkServerGoneError:
            await fork_server.close()
            raise
        try:
            if copy is not None:
                lives = await copy.try_out(within=self._start_seconds)
                self._check_contract(copy)
                if lives:
                    copy.kill()
        except BaseException:
            await fork_server.close()
            raise

    async def _tried(self, worker: WorkerProcess) -> WorkerProcess:
        if self._trial and not await worker.try_out(within=self._start_seconds):
            fork_server = await self._load()
            worker = await fork_server.become_worker()
        try:
            self._check_contract(worker)
        except AnOpsError:
            worker.kill()
            raise
        return worker

    def _check_contract(self, worker: WorkerProcess) -> None:
        """Refuse a worker whose columns or options are not those that the service has published."""
        if self._schema is None:
            self._schema = worker.ready.schema
        elif worker.ready.schema != self._schema:
            raise AnOpsError(
                Code.MODEL_LOAD,
                "ao.toml has other columns or options than this service began with.",
                remedy="Restart the service.",
            )
