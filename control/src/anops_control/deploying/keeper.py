"""The process that keeps an environment of this computer: copies are started, replaced and ended as its form says."""

from __future__ import annotations

import asyncio
import errno
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

from anops_model_interface.codes import Code
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
_TOLD = (AnOpsError, CommandError, ConfigurationError, OSError)
"""What a person can fix."""


def reserve(host: str, port: int) -> socket.socket:
    """Return a socket that has a port and does not listen: copies share it, and no other program gets it.

    Raises:
        CommandError: The port can't be had.
    """
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    with socket.socket(family, kind, protocol) as alone:  # a port that others share is not free
        alone.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            alone.bind(address)
        except OSError as error:
            raise _cant_have(host, port, error) from error
        address = alone.getsockname()
    shared = socket.socket(family, kind, protocol)
    shared.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    shared.bind(address)
    return shared


def _cant_have(host: str, port: int, error: OSError) -> CommandError:
    """Say why a port can't be had, and what to do."""
    another = "Name another `port` under [deployment] in ao.toml; 0 takes any that is free."
    match error.errno:
        case errno.EADDRINUSE:
            why, remedy = f"another program has the port {port}", another
        case errno.EACCES | errno.EPERM:
            why, remedy = f"you don't have permission to use the port {port}", another
        case errno.EADDRNOTAVAIL:
            why, remedy = f"this computer has no address `{host}`", "Correct `host` under [deployment] in ao.toml."
        case _:
            why, remedy = f"{host} port {port}: {error.strerror}", another
    return CommandError(f"{why}.", remedy=remedy, code=Code.PORT_UNUSABLE)


class _Environment:
    """Keeps one environment."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._log = ServiceLog(Events(_say))
        self._copies = Copies(self._log)
        self._form: dict[str, Any] = {}
        self._seen: dict[str, Any] = {}
        self._port: socket.socket | None = None
        self._door = Door()
        self._word: Path | None = None
        self._stop = asyncio.Event()
        self._refused = ""

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
            form = self._asked()
            if form != self._seen:
                await self._take(form)
            elif await self._copies.revive():
                self._tell(None)
            await asyncio.sleep(_LOOK_SECONDS)

    def _asked(self) -> dict[str, Any]:
        """Return what is to be kept; what was before where the file can't be used, which a person has altered."""
        try:
            form = json.loads((self._place / keeping.FORM).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            form, why = None, str(error)
        else:
            why = _no_form(form, self._form)
        if why and self._form:
            if why != self._refused:
                self._refused = why
                self._say(f"{keeping.FORM} can't be used ({why}); what was before goes on.")
            return self._seen
        self._refused = ""
        return dict(form or {})

    def _say(self, text: str) -> None:
        self._log.line("keeper", text)

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
        except Exception as error:
            if port is not None and port is not self._port:
                port.close()
            if not self._form:
                raise
            if not isinstance(error, _TOLD):  # a form that somebody has altered must not end what answers
                traceback.print_exc()
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


def _no_form(form: Any, before: Mapping[str, Any]) -> str:  # noqa: ANN401  anything that JSON can hold
    """Say why this is no form, beside one that is; empty where it is one."""
    if not isinstance(form, dict):
        return "it is not an object of JSON"
    gone = [key for key in before if key not in form]
    return f"`{gone[0]}` is gone" if gone else ""


def _facts(error: Exception) -> dict[str, Any]:
    match error:
        case CommandError():
            return {"message": error.message, "details": list(error.details), "remedy": error.remedy}
        case AnOpsError():
            return {"message": error.problem.message, "details": [], "remedy": error.problem.remedy}
    message = str(error) if isinstance(error, _TOLD) else f"{type(error).__name__}: {error}"
    return {"message": message, "details": [], "remedy": None}


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
    except _TOLD as error:
        write_whole(place / keeping.READY, json.dumps({"failure": _facts(error)}))
        return 1
    except Exception:  # noqa: BLE001  whoever brings it up reads the log
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
