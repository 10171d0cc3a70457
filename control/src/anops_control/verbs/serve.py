"""Serves the model of a project on this computer, over HTTP, until it is wanted no more."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anops_model_interface.certificates import CertificateFiles

from anops_control.configuration import load
from anops_control.events import Events, telling
from anops_control.serving.door import KEYS, Door
from anops_control.serving.followed import followed_from
from anops_control.serving.local_service import LocalService
from anops_control.verbs.verb import Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeRequest:
    """What is served, and where."""

    folder: Path
    """The project's folder."""
    port: int | None = None
    """The port; 0 takes any. By default that of ao.toml."""
    host: str = "127.0.0.1"
    """The address to listen on; 0.0.0.0 lets other computers in."""
    workers: int | None = None
    """How many processes predict side by side. By default as ao.toml says."""
    cors_origins: str | None = None
    """Origins whose web pages may send requests, separated by commas. By default as ao.toml says."""
    keys_file: Path | None = None
    """The file of keys that callers must have one of. By default `keys.toml` of the project, where that is there."""
    allow_anyone: bool = False
    """Let other computers in without keys."""
    hosts: str = ""
    """Names under which it answers, besides addresses and localhost, separated by commas."""
    https_certificate: Path | None = None
    """The service's certificate, as PEM: it then answers over HTTPS."""
    https_key: Path | None = None
    """The private key of that certificate, as PEM."""
    series_store: str | None = None
    """Where observations of a time series are kept: a file of SQLite, or an address of PostgreSQL. By default a file in
    the project's folder."""
    reload: bool = True
    """Load the model again when files change, or the alias of `model` moves."""
    model: str | None = None
    """A version of the registry in place of the project's own files: models:/NAME@ALIAS, models:/NAME/VERSION,
    runs:/ID/model. An alias is followed: where it moves, the version that it then points to takes over."""


@dataclass(frozen=True, slots=True)
class ServeResult:
    """That it has ended, as it was asked to."""

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {"event": "stopped"}


def run(request: ServeRequest, events: Events) -> ServeResult:
    """Serve until `events.cancel()`: requests under way are finished first; asked again, it ends at once.

    When it is ready, a state tells its URL.

    Raises:
        AnOpsError: The model can't be loaded.
        CommandError: A service can't be started, or the api-service died.
    """
    flags = {"port": request.port, "workers": request.workers, "cors_origins": request.cors_origins}
    followed = None if request.model is None else followed_from(request.folder, request.model, flags)
    configuration = load(request.folder, flags=flags) if followed is None else followed.configuration
    door = door_of(configuration.folder if followed is None else followed.home, request)
    if door.is_open_at(request.host):
        events.warning(f"Anybody who reaches {request.host} may ask: no key is needed.")
    service = LocalService(
        configuration,
        request.host,
        flags,
        events,
        door=door,
        reload=request.reload,
        followed=followed,
        series_store=request.series_store,
    )
    with telling(events):
        asyncio.run(_until_stopped(service, events))
    return ServeResult()


def door_of(home: Path, request: ServeRequest) -> Door:
    """Return who is let in.

    Args:
        home: The project's folder.
        request: What is asked for.

    Raises:
        CommandError: The file of keys or a certificate can't be used; or other computers would get in without a key,
            which nobody has said.
    """
    own = home / KEYS
    keys = request.keys_file or (own if own.exists() else None)
    certificates = CertificateFiles(request.https_certificate, request.https_key)
    return Door.of(request.host, keys, request.hosts, allow_anyone=request.allow_anyone, certificates=certificates)


async def _until_stopped(service: LocalService, events: Events) -> None:
    loop = asyncio.get_running_loop()
    with events.on_cancel(lambda: loop.call_soon_threadsafe(service.stop)):
        await service.run()


VERB = Verb("serve", "Serve the model of a project on this computer, over HTTP.", ServeRequest, run)
