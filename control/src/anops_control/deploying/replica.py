"""A copy of a service as processes of this computer: a model-service, and an api-service on the port of all copies."""

from __future__ import annotations

import asyncio
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code

from anops_control.configuration import load
from anops_control.deploying.service_settings import traffic
from anops_control.errors import CommandError
from anops_control.features.sources import feature_flags
from anops_control.monitoring.log_flags import log_flags
from anops_control.serving.model_host import model_command, why_not_started
from anops_control.serving.service_process import ServiceProcess, log_format
from anops_control.tracking.opening import SERIES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from anops_control.configuration import Configuration
    from anops_control.serving.door import Door
    from anops_control.serving.service_log import ServiceLog

_START_SECONDS = 150.0
_SHADOW_NICENESS = 10
"""A shadow must not slow down those who answer."""


class Replica:
    """A copy that answers.

    Attributes:
        number: Its number; a new copy has a new one.
        form: What it was started as.
        door: Whom it lets in.
    """

    def __init__(
        self, number: int, form: Mapping[str, Any], door: Door, models: Sequence[ServiceProcess],
        api: ServiceProcess,
    ) -> None:  # fmt: skip
        self.number = number
        self.form = dict(form)
        self.door = door
        self._models = list(models)
        self._api = api

    @classmethod
    async def start(cls, number: int, form: Mapping[str, Any], port: int, door: Door, log: ServiceLog) -> Replica:
        """Start a copy, and wait until it answers.

        Args:
            number: Its number.
            form: What it is started as.
            port: The port of all copies.
            door: Who is let in.
            log: Where its lines go.

        Raises:
            AnOpsError: The model can't be loaded.
            CommandError: A service can't be started, or does not answer within its time.
        """
        flags = {} if form["workers"] is None else {"workers": form["workers"]}
        configuration = await asyncio.to_thread(load, Path(form["project"]), flags=flags)
        beside = form["challenger"]
        started: list[ServiceProcess] = []
        try:
            async with asyncio.timeout(_START_SECONDS):
                command = await asyncio.to_thread(model_command, configuration)
                model = await ServiceProcess.start(f"model {number}", command, folder=configuration.folder, log=log)
                started.append(model)
                ports = [await _port_of(model)]
                if beside is not None:
                    started.append(await _challenger(number, beside, flags, log))
                    ports.append(await _port_of(started[-1]))
                command = _api_command(configuration, form, port, ports, door)
                api = await ServiceProcess.start(f"api {number}", command, folder=configuration.folder, log=log)
                started.append(api)
                await _require_listening(api)
        except BaseException as error:
            for service in reversed(started):
                await service.stop(grace_seconds=0)
            if isinstance(error, TimeoutError):
                message = f"A copy of the service did not answer within {_START_SECONDS:g} seconds."
                raise CommandError(message, code=Code.SERVICE_FAILED) from error
            raise
        return cls(number, form, door, started[:-1], api)

    @property
    def has_ended(self) -> str | None:
        """Which of its services has ended by itself; None: neither has."""
        for name, service in (("api-service", self._api), *(("model-service", each) for each in self._models)):
            if service.group.process.returncode is not None:
                return name
        return None

    @property
    def processes(self) -> list[int]:
        """The process IDs of its services: the api-service first."""
        return [each.group.process.pid for each in (self._api, *self._models)]

    async def stop(self) -> None:
        """Let it finish its requests, and end it: first who takes requests, then who answers them."""
        await self._api.stop(grace_seconds=self.form["drain_seconds"])
        await asyncio.gather(*(each.stop(grace_seconds=self.form["drain_seconds"]) for each in self._models))


async def _challenger(
    number: int, beside: Mapping[str, Any], flags: Mapping[str, Any], log: ServiceLog
) -> ServiceProcess:
    """Start the model-service of the version that answers beside; a shadow's gives way to the others."""
    configuration = await asyncio.to_thread(load, Path(beside["project"]), flags=flags)
    command = await asyncio.to_thread(model_command, configuration)
    if beside["shadow"] and (nice := shutil.which("nice")):
        command = [nice, "-n", str(_SHADOW_NICENESS), *command]
    return await ServiceProcess.start(f"challenger {number}", command, folder=configuration.folder, log=log)


async def _port_of(model: ServiceProcess) -> int:
    event = await model.first_event()
    if event is None or event.get("event") != "listening":
        raise await why_not_started(event, model)
    return int(event["port"])


async def _require_listening(api: ServiceProcess) -> None:
    event = await api.first_event()
    if event is None or event.get("event") != "listening":
        raise CommandError(
            f"The api-service could not start (exit code {await api.wait()}).",
            details=api.last_lines,
            code=Code.SERVICE_FAILED,
        )


def _api_command(
    configuration: Configuration, form: Mapping[str, Any], port: int, ports: Sequence[int], door: Door
) -> list[str]:
    service = configuration.project.service
    flags: dict[str, object] = {
        "--host": form["host"], "--port": port, "--shared-port": "true",
        "--model-url": ",".join(f"127.0.0.1:{each}" for each in ports),
        "--answer-seconds": max(60.0, 2 * service.deadline_seconds + 10),
        "--drain-seconds": form["drain_seconds"], "--cors-origins": ",".join(service.cors_origins),
        **log_format(), **door.flags(),
    }  # fmt: skip
    log = Path(form["prediction_log"])
    if configuration.project.series is not None:
        flags["--series-store"] = log.parent / SERIES  # copies of one computer share it
    flags |= log_flags(service, log) | feature_flags(configuration.project, log.parents[1])
    if beside := form["challenger"]:
        flags |= {
            "--prediction-log": service.log_store or form["prediction_log"],
            **traffic(
                configuration.project.project.name,
                form["version"],
                beside["version"],
                share=beside["share"],
                shadow=beside["shadow"],
                header=beside["header"],
            ),
        }
    return [sys.executable, "-P", "-m", "anops_api_service", *(str(part) for flag in flags.items() for part in flag)]
