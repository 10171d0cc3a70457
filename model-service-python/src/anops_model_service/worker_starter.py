"""Starts workers: forked from a template where that is safe, else each with a model that it has loaded itself."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from anops_model_service import linux
from anops_model_service.child import Child
from anops_model_service.launching import launch
from anops_model_service.project_files import stamp
from anops_model_service.template_process import CanNotForkError, TemplateGoneError, TemplateProcess

if TYPE_CHECKING:
    from anops_model_service.launching import Launched
    from anops_model_service.project import Project
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
        start_seconds: float,
        fork: bool = True,
        launched: Launched | None = None,
    ) -> None:
        """Make a starter that has started nothing yet.

        Args:
            project: The project.
            scratch: Where workers get their folders.
            start_seconds: How long loading the model may take.
            fork: Whether workers may be forked from a template.
            launched: A process that already loads the model.
        """
        self._project = project
        self._scratch = scratch
        self._start_seconds = start_seconds
        self._forks = fork and linux.take_orphans()
        if fork and not self._forks:
            log.info("workers can't be forked: this system does not tell of their end; each loads the model by itself")
        self._launched = launched
        self._template: TemplateProcess | None = None
        self._stamp = stamp(project)
        self._one_at_a_time = asyncio.Lock()

    async def start(self) -> WorkerProcess:
        """Start a worker and wait until it is ready.

        Raises:
            AnOpsError: `MODEL_LOAD`: the model can't be loaded, or no process be started.
        """
        if self._forks:
            async with self._one_at_a_time:
                if self._forks:  # still, after the wait
                    return await self._forked()
        template = await self._load()
        return await template.become_worker()

    async def close(self) -> None:
        """End the template; workers are ended by those who have them."""
        if self._template is not None:
            await self._template.close()
            self._template = None
        if self._launched is not None:
            self._launched.stop()
            self._launched = None

    async def _forked(self) -> WorkerProcess:
        Child.reap_strangers()
        template = await self._fresh_template()
        try:
            return await self._from(template)
        except TemplateGoneError:
            log.warning("the template process ended: another one loads the model")
            self._template = None
        return await self._from(await self._fresh_template())

    async def _from(self, template: TemplateProcess) -> WorkerProcess:
        try:
            return await template.fork(self._scratch.subfolder())
        except CanNotForkError as error:
            log.info("workers can't be forked: %s; each loads the model by itself", error)
            self._forks, self._template = False, None
            return await template.become_worker()

    async def _fresh_template(self) -> TemplateProcess:
        now = stamp(self._project)
        if self._template is not None and (self._template.has_ended or now != self._stamp):
            if not self._template.has_ended:
                log.info("the model's files have changed: they are loaded anew")
            await self._template.close()
            self._template = None
        if self._template is None:
            self._stamp = now
            self._template = await self._load()
        return self._template

    async def _load(self) -> TemplateProcess:
        launched, self._launched = self._launched, None
        if launched is None:
            launched = launch(self._project.folder, self._scratch.subfolder())
        return await TemplateProcess.meet(launched, start_seconds=self._start_seconds)
