"""Runs both services until Ctrl-C, and takes in changes of the project meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from anops_model_interface.errors import AnOpsError
from anops_project.project import CONFIG_NAME

from anops_control.configuration import load
from anops_control.errors import CommandError, ConfigurationError
from anops_control.failing import event_of
from anops_control.features.sources import feature_flags
from anops_control.monitoring.log_flags import log_flags, logging_at
from anops_control.serving.api_host import ApiHost
from anops_control.serving.door import Door
from anops_control.serving.model_host import ModelHost
from anops_control.serving.ready import ReadyService
from anops_control.serving.relay import Relay
from anops_control.serving.running import leave_word
from anops_control.serving.same_columns import require_same_columns
from anops_control.serving.service_log import ServiceLog
from anops_control.serving.watching import changes
from anops_control.tracking.opening import FOLDER, PREDICTIONS, SERIES, own_folder

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping
    from pathlib import Path

    from anops_control.configuration import Configuration
    from anops_control.events import Events
    from anops_control.serving.followed import Followed

_DRAIN_SECONDS = 10.0
_READY_SECONDS = 30.0
_NOTICE_SECONDS = 0.3
_ALIAS_SECONDS = 1.0
"""How often the registry is asked where an alias points to."""
_STABLE_SECONDS = 10.0


@dataclass(slots=True)
class LocalService:
    """A project, served on this computer.

    Attributes:
        configuration: The project.
        host: The name or address to listen on.
        flags: The flags of `[service]` that were given; they hold for the changed ao.toml too.
        events: Where it tells what happens.
        door: Who is let in.
        reload: Whether changes of the project, or of the alias that is followed, are taken in.
        followed: The version of the registry that is served in place of a project's own files.
        series_store: Where observations are kept; None: in the project's folder.
    """

    configuration: Configuration
    host: str
    flags: Mapping[str, object]
    events: Events
    door: Door = field(default_factory=Door)
    reload: bool = True
    followed: Followed | None = None
    series_store: str | None = None
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _log: ServiceLog = field(init=False)
    _relay: Relay = field(default_factory=Relay)
    _model: ModelHost = field(init=False)
    _api: ApiHost = field(init=False)
    _artifact: tuple[int, int] | None = None
    _word: Path | None = None

    def __post_init__(self) -> None:
        self._artifact = _state(self.configuration.project.artifact)
        self._log = ServiceLog(self.events)
        self._api = ApiHost(self.door, self._log, self.events, drain_seconds=_DRAIN_SECONDS)
        self._model = ModelHost(self._relay, self._log, drain_seconds=_DRAIN_SECONDS)

    async def run(self) -> None:
        """Serve until it is stopped.

        Raises:
            AnOpsError: The model can't be loaded.
            CommandError: A service can't be started, or the api-service died.
        """
        serving = asyncio.create_task(self._serve())
        stopping = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if serving.done():
                await serving
        finally:
            stopping.cancel()
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)
            await self._close()

    @property
    def is_stopping(self) -> bool:
        """Whether it has been told to stop."""
        return self._stopping.is_set()

    def stop(self) -> None:
        """Finish the requests under way, then end; asked a second time, end at once."""
        if self.is_stopping:
            self._model.kill()
            self._api.kill()
            return
        self._stopping.set()  # first: it ends, whatever becomes of the word
        self.events.state({"event": "stopping"}, text="Stopping: requests under way are finished first.")

    async def _serve(self) -> None:
        await self._relay.open()
        self._log.muted.add("api")  # until there is a model, it has only that to say
        starting = self._api.start(self.configuration, self.host, self._relay.port, self._store_flags())
        await _together(starting, self._model.load(self.configuration))
        card = await self._api.card()
        self._word = leave_word(self._home(), self._api.url, self.door.own_key, self.door.certificates.certificate)
        default_port = await asyncio.to_thread(self._port_of_the_project)
        ready = ReadyService(
            self._api.url,
            card,
            default_port,
            needs_key=self.door.keys is not None,
            certificate=self.door.certificates.certificate,
        )
        self._log.muted.clear()
        self.events.state(ready.to_dict(), source=ready.known_url)
        if self.followed is not None:
            self.events.note(f"It is {self.followed.text}.")
        await _together(self._follow_changes(), self._follow_alias(), self._revive(), self._api.miss())

    def _home(self) -> Path:
        """Return the folder whose other commands find this service."""
        if self.followed is not None and (self.followed.home / CONFIG_NAME).is_file():
            return self.followed.home
        return self.configuration.folder

    def _port_of_the_project(self) -> int:
        """Return the port that other commands take this project to be served on: flags are known here alone."""
        return load(self.configuration.folder).project.service.port

    def _store_flags(self) -> dict[str, object]:
        """Return where the service keeps what it answers, and what is observed."""
        flags: dict[str, object] = {}
        if self.configuration.project.series is not None:
            flags["--series-store"] = self.series_store or own_folder(self._home() / FOLDER) / SERIES
        service = self.configuration.project.service
        if self.followed is not None:
            service = logging_at(self._home(), service)
        if service.log_predictions != "no":
            flags |= log_flags(service, own_folder(self._home() / FOLDER) / PREDICTIONS)
        return flags | feature_flags(self.configuration.project, self._home())

    async def _follow_changes(self) -> None:
        if not self.reload or self.followed is not None:
            return
        async for names in changes(self.configuration.project, self._stopping):
            self.events.note(f"{', '.join(f'`{name}`' for name in names)} changed: loading the model again.")
            await self._reload()

    async def _follow_alias(self) -> None:
        followed, said = self.followed, ""
        if followed is None or not self.reload or not followed.can_change:
            return
        while not self.is_stopping:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), _ALIAS_SECONDS)
            try:
                is_newer = await asyncio.to_thread(followed.newer)
            except (AnOpsError, ConfigurationError, CommandError) as error:
                if str(error) != said:
                    said = str(error)
                    self._say_failed(error)
                continue
            said = ""
            if is_newer:
                self.events.note(f"{followed.text}, is to be served: loading it.")
                await self._reload()

    async def _reload(self) -> None:
        try:
            if self.followed is not None:
                changed = self.followed.configuration
                await self._model.load(changed)
            else:
                changed = await asyncio.to_thread(load, self.configuration.folder, flags=self.flags)
                await self._model.load(changed, allow=self._allow)
            async with asyncio.timeout(_READY_SECONDS):
                await self._relay.wait_for_connection()
                await self._model.settled()
            # The api-service follows the health of the old one to its end, then asks again after 0.2 seconds.
            await asyncio.sleep(_NOTICE_SECONDS)
            card = await self._api.card()
        except (AnOpsError, ConfigurationError, CommandError) as error:
            self._say_failed(error)
            return
        except TimeoutError:
            self.events.warning("The api-service has not switched to the changed model yet.")
            return
        project = changed.project.project
        self.events.success(f"{project.name} {project.version} is served, as changed ({card.get('digest')}).")
        model = {key: card.get(key) for key in ("name", "version", "digest")}
        if self.followed is not None and self.followed.version is not None:
            model["registered"] = self.followed.version.number
        self.events.state({"event": "reloaded", "model": model})

    def _allow(self, changed: Configuration) -> None:
        """Refuse a model of other columns in place of the one that is served; `ao refit` takes in such a one."""
        if self._relay.target is None or _state(changed.project.artifact) == self._artifact:
            return
        require_same_columns(changed)
        self._artifact = _state(changed.project.artifact)

    def _say_failed(self, error: AnOpsError | ConfigurationError | CommandError) -> None:
        self.events.state({"event": "reload-failed", "message": str(error)})
        self.events.tell(event_of(error))
        if self._relay.target is not None:
            self.events.note("The model as it was before is still served.")
        else:
            self.events.note("No model is served; it is loaded again when a file changes.")

    async def _revive(self) -> None:
        loop = asyncio.get_running_loop()
        last = -_STABLE_SECONDS
        while True:
            how = await self._model.ended()
            self.events.warning(f"The model-service ended {how}.")
            if loop.time() - last < _STABLE_SECONDS:
                self.events.note("It ended twice within a short time; it is started again when a file changes.")
                continue
            last = loop.time()
            await self._reload()

    async def _close(self) -> None:
        if self._word is not None:
            self._word.unlink(missing_ok=True)
        await self._api.stop()
        await self._model.stop()
        await self._relay.close()


def _state(path: Path | None) -> tuple[int, int] | None:
    """Return what tells a file that was replaced from the one before."""
    try:
        known = path.stat() if path is not None else None
    except OSError:
        return None
    return None if known is None else (known.st_mtime_ns, known.st_size)


async def _together(*work: Coroutine[Any, Any, Any]) -> list[Any]:
    """Wait for all; where one fails, cancel the others and raise its error, not a group of errors."""
    tasks = [asyncio.create_task(each) for each in work]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            if not task.cancelling():  # a second time would interrupt how it ends its processes
                task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
