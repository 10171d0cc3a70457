"""Serves a version of the registry for as long as somebody asks it, on a port that nobody else knows."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from contextvars import copy_context
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code

from anops_control.errors import CommandError
from anops_control.events import Event, EventKind, Events
from anops_control.verbs.serve import ServeRequest, run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_WAITS_SECONDS = 0.1


@contextmanager
def served_meanwhile(folder: Path, address: str, events: Events) -> Iterator[str]:
    """Serve a version, and give its URL.

    Args:
        folder: The project whose registry it is.
        address: The version.
        events: Are told what is being done; where they are cancelled, so is this.

    Raises:
        AnOpsError: The model can't be loaded.
        CommandError: There is no such version, or the service can't be started.
    """
    url, failed, ended = list[str](), list[BaseException](), threading.Event()

    def hear(event: Event) -> None:
        if event.kind is EventKind.STATE and event.facts.get("event") == "ready":
            url.append(str(event.facts["url"]))

    inner = Events(hear)

    def serve() -> None:
        try:
            run(ServeRequest(folder=folder, port=0, workers=1, model=address, reload=False), inner)
        except BaseException as error:  # noqa: BLE001  it is raised where somebody waits
            failed.append(error)
        ended.set()

    events.doing(f"Loading {address}")
    thread = threading.Thread(target=copy_context().run, args=(serve,), name="served-meanwhile")
    thread.start()
    try:
        with events.on_cancel(inner.cancel):
            while not url and not ended.wait(_WAITS_SECONDS):
                pass
            events.idle()
            if failed:
                raise failed[0]
            if not url:
                raise CommandError(f"The service of {address} ended before it was ready.", code=Code.SERVICE_FAILED)
            yield url[0]
    finally:
        inner.cancel()
        thread.join()
