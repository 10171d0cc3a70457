"""The process that keeps an environment of this computer: copies are started, replaced and ended as its form says."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_model_interface.errors import AnOpsError

from anops_control.deploying.copies import Copies
from anops_control.errors import CommandError, ConfigurationError
from anops_control.events import Events
from anops_control.serving.door import Door
from anops_control.serving.running import leave_word
from anops_control.serving.service_log import ServiceLog
from anops_control.serving.urls import url_of
from anops_control.standing import keeping
from anops_control.standing.kept import write_whole
from anops_control.surroundings import Surroundings, surrounded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_control.events import Event

_LOOK_SECONDS = 0.2


def reserve(host: str, port: int) -> socket.socket:
    """Return a socket that has a port and does not listen: copies share it, and no other program gets it.

    Raises:
        OSError: The port can't be had.
    """
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    with socket.socket(family, kind, protocol) as alone:  # a port that others share is not free
        alone.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        alone.bind(address)
        address = alone.getsockname()
    shared = socket.socket(family, kind, protocol)
    shared.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    shared.bind(address)
    return shared


class _Environment:
    """Keeps one environment."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._copies = Copies(ServiceLog(Events(_say)))
        self._form: dict[str, Any] = {}
        self._seen: dict[str, Any] = {}
        self._port: socket.socket | None = None
        self._door = Door()
        self._word: Path | None = None
        self._stop = asyncio.Event()

    async def keep(self) -> None:
        """Keep it until a signal comes."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, self._stop.set)
        stopping = asyncio.create_task(self._stop.wait())
        working = asyncio.create_task(self._work())
        try:
            await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                await working
        finally:
            stopping.cancel()
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)
            if self._word is not None:
                self._word.unlink(missing_ok=True)
            await self._copies.close()

    async def _work(self) -> None:
        while True:
            form = json.loads((self._place / keeping.FORM).read_text(encoding="utf-8"))
            if form != self._seen:
                await self._take(form)
            elif await self._copies.revive():
                self._tell(None)
            await asyncio.sleep(_LOOK_SECONDS)

    async def _take(self, form: dict[str, Any]) -> None:
        self._seen = form
        port, door = self._port, self._door
        try:
            if port is None or _differ(self._form, form, "host", "port"):
                port = reserve(form["host"], form["port"])
            if _differ(self._form, form, "host", "hosts", "keys", "allow_anyone"):
                keys = None if form["keys"] is None else Path(form["keys"])
                door = Door.of(form["host"], keys, ",".join(form["hosts"]), allow_anyone=form["allow_anyone"])
            await self._copies.become(form, port.getsockname()[1], door)
        except (AnOpsError, CommandError, ConfigurationError, OSError) as error:
            if port is not None and port is not self._port:
                port.close()
            if not self._form:
                raise
            self._tell(_facts(error))
            return
        if self._port is not None and self._port is not port:
            self._port.close()
        self._port, self._door, self._form = port, door, form
        self._tell(None)

    def _tell(self, failure: Mapping[str, Any] | None) -> None:
        """Write what there is."""
        if self._port is None:
            return
        url = url_of(self._form["host"], self._port.getsockname()[1])
        self._word = leave_word(Path(self._form["home"]), url, self._door.own_key)
        told = {
            "serial": self._seen["serial"], "failure": failure, "url": url, "process": os.getpid(),
            "replicas": self._copies.told(),
        }  # fmt: skip
        write_whole(self._place / keeping.READY, json.dumps(told))


def _differ(one: Mapping[str, Any], other: Mapping[str, Any], *keys: str) -> bool:
    return any(one.get(key) != other[key] for key in keys) or not one


def _facts(error: AnOpsError | CommandError | ConfigurationError | OSError) -> dict[str, Any]:
    match error:
        case CommandError():
            return {"message": error.message, "details": list(error.details), "remedy": error.remedy}
        case AnOpsError():
            return {"message": error.problem.message, "details": [], "remedy": error.problem.remedy}
    return {"message": str(error), "details": [], "remedy": None}


def _say(event: Event) -> None:
    if event.text:
        source = f"[{event.source}] " if event.source else ""
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        sys.stdout.write(f"{now} {source}{event.text}\n")
        sys.stdout.flush()


def main() -> int:
    """Keep the environment whose folder is named on the command line.

    Returns:
        0 when it was told to end.
    """
    place = Path(sys.argv[1])
    keeping.own(int(sys.argv[2]))
    try:
        with suppress(asyncio.CancelledError), surrounded(Surroundings.of(os.environ)):
            asyncio.run(_Environment(place).keep())
    except (AnOpsError, CommandError, ConfigurationError, OSError) as error:
        write_whole(place / keeping.READY, json.dumps({"failure": _facts(error)}))
        return 1
    except Exception:  # noqa: BLE001  whoever brings it up reads the log
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
