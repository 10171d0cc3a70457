"""The copies of an environment on this computer: replaced one by one or all at once, with no request lost."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

from anops_model_interface.errors import AnOpsError

from anops_control.deploying.replica import Replica
from anops_control.errors import CommandError, ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_control.serving.door import Door
    from anops_control.serving.service_log import ServiceLog

_NOT_OF_A_COPY = frozenset({"serial", "replicas", "strategy"})
"""What of a form may change without another copy."""
_PAUSE_SECONDS = 5.0
"""How long to wait before a copy is started that could not be."""


class Copies:
    """The copies that answer."""

    def __init__(self, log: ServiceLog) -> None:
        self._log = log
        self._all: list[Replica] = []
        self._last = 0
        self._wanted: tuple[Mapping[str, Any], int, Door] | None = None
        self._retry_at = 0.0

    def told(self) -> list[dict[str, Any]]:
        """Return what there is, for JSON."""
        return [
            {"name": f"copy {each.number}", "state": "answers", "version": each.form["version"],
             "processes": each.processes}
            for each in self._all
        ]  # fmt: skip

    async def become(self, form: Mapping[str, Any], port: int, door: Door) -> None:
        """Replace those that are otherwise than a form says, and be as many; what fails leaves all as it was.

        Raises:
            AnOpsError: The model can't be loaded.
            CommandError: A copy does not start.
            ConfigurationError: The version's ao.toml can't be used.
        """
        before, self._wanted = self._wanted, (form, port, door)
        try:
            await self._roll()
        except BaseException as error:
            self._wanted = before
            if before is not None and isinstance(error, Exception):
                self._say("Going back to the previous version.")
                await self._roll()
            raise

    async def revive(self) -> bool:
        """Start a copy anew for each that has ended by itself; say whether there was one."""
        ended = [each for each in self._all if each.has_ended]
        for each in ended:
            self._say(f"The {each.has_ended} of copy {each.number} has ended.")
            self._all.remove(each)
            await each.stop()
        now = asyncio.get_running_loop().time()
        if self._wanted is None or len(self._all) >= self._wanted[0]["replicas"] or now < self._retry_at:
            return bool(ended)
        try:
            await self._roll()
        except (AnOpsError, CommandError, ConfigurationError) as error:
            self._retry_at = asyncio.get_running_loop().time() + _PAUSE_SECONDS
            self._say(f"A copy does not start: {error}")
        return True

    async def close(self) -> None:
        """Let all finish their requests, and end them."""
        await self._end(list(self._all))

    async def _roll(self) -> None:
        if self._wanted is None:
            return
        form, port, door = self._wanted
        fresh = [each for each in self._all if self._is_as(each, form, door)]
        stale = [each for each in self._all if each not in fresh]
        for surplus in fresh[form["replicas"] :]:
            stale.append(surplus)
            fresh.remove(surplus)
        while len(fresh) < form["replicas"]:
            self._last += 1
            new = await Replica.start(self._last, form, port, door, self._log)
            self._all.append(new)
            fresh.append(new)
            self._say(f"Copy {new.number} answers with version {form['version']}.")
            if form["strategy"] == "rolling" and stale:
                await self._end([stale.pop(0)])
        await self._end(stale)

    async def _end(self, some: list[Replica]) -> None:
        await asyncio.gather(*(each.stop() for each in some))
        for each in some:
            with contextlib.suppress(ValueError):
                self._all.remove(each)

    def _is_as(self, each: Replica, form: Mapping[str, Any], door: Door) -> bool:
        return each.door == door and all(each.form.get(key) == form[key] for key in form.keys() - _NOT_OF_A_COPY)

    def _say(self, text: str) -> None:
        self._log.line("keeper", text)
