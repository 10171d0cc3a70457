"""Running the application: the port, the signals, and the one line that says where it listens."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import json
import signal
import socket
import struct
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import uvicorn
from anops_http.connections.keeper import Connections
from anops_http.connections.refusals import Refusals, full
from anops_http.connections.server import PatientServer
from anops_model_interface.certificates import ServedCertificates, read_certificates
from anops_model_interface.feature_opening import opened
from anops_model_interface.log_file import log_place
from anops_model_interface.origins import origins_of
from anops_series.opening import open_store

from anops_api_service.access import layers_of
from anops_api_service.app import make_app
from anops_api_service.column_file import read_column_file
from anops_api_service.deadline import Deadlines
from anops_api_service.features.lookup import Lookup
from anops_api_service.logs import log
from anops_api_service.models.models import Models
from anops_api_service.models.served_model import ServedModel
from anops_api_service.observing.measurements import Measurements
from anops_api_service.observing.tracing import traces_to
from anops_api_service.prediction_log import PredictionLog
from anops_api_service.problems import body_of, headers_of
from anops_api_service.request_context import RequestContext
from anops_api_service.series.keeper import SeriesKeeper
from anops_api_service.traffic.shadow import shadow_of
from anops_api_service.traffic.split import split_of
from anops_api_service.upstream.upstream import Upstream

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from anops_model_interface.errors import Problem
    from starlette.types import Receive, Scope, Send

    from anops_api_service.settings import Settings


ACCEPT_SECONDS = 0.02
"""How long a service that stops accepts the connections that the system has taken for it."""

_ATTACH_FILTER = 26
_NO_NEWCOMERS = (
    (0x30, 0, 0, 13),  # load the flags of the segment
    (0x45, 0, 1, 0x02),  # if it has SYN, with which a connection begins,
    (0x06, 0, 0, 0),  # drop it,
    (0x06, 0, 0, 0xFFFFFFFF),  # else keep it whole: who has begun to connect gets through
)
"""A program of the socket filter: see socket(7), SO_ATTACH_FILTER, and <linux/filter.h>."""


class PortTakenError(Exception):
    """The address can't be listened on; the text says why, for a person."""


class FeatureStoreError(Exception):
    """The store of features can't be opened; the text says why, for a person."""


def bind(host: str, port: int, *, shared: bool = False) -> socket.socket:
    """Return a socket that listens at an address; a shared one has the address, and does not listen yet.

    Args:
        host: A name or an address, IPv4 or IPv6.
        port: The port; 0 picks a free one.
        shared: Whether other processes of the same user may have it too.

    Raises:
        PortTakenError: Something else listens there, or the address is not this machine's.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if shared:
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            listener.bind(address)
            if not shared:
                listener.listen(2048)
        except OSError:
            listener.close()
            raise
    except OSError as error:
        raise PortTakenError(f"Can't listen on {host} port {port}: {error.strerror}.") from error
    return listener


def refuse_newcomers(listener: socket.socket) -> None:
    """Have the system take no further connections to a listener; those that it has taken can still be accepted.

    To close it at once would cut these off, with the requests that they have sent.
    """
    if sys.platform != "linux":
        return
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *each) for each in _NO_NEWCOMERS))
    told = struct.pack("HL", len(_NO_NEWCOMERS), ctypes.addressof(code))
    with suppress(OSError):
        listener.setsockopt(socket.SOL_SOCKET, _ATTACH_FILTER, told)


class _Server(PatientServer):
    """A uvicorn that loses no request as it stops, and leaves the exit code to us: after SIGTERM it is 0."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        _calm_the_collector()
        if self.started and sockets:
            host, port = sockets[0].getsockname()[:2]
            log.info("listening on %s://%s:%s", self._scheme, host, port)
            sys.stdout.write(json.dumps({"event": "listening", "port": port}) + "\n")
            sys.stdout.flush()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for listener in sockets or []:
            refuse_newcomers(listener)
        await asyncio.sleep(ACCEPT_SECONDS)
        self.accept_no_more()
        await self._connections.drain()
        await super().shutdown(sockets=sockets)


def _written(problem: Problem) -> tuple[Mapping[str, str], bytes]:
    return headers_of(problem), body_of(problem, instance="", request_id="")


async def _refuse(_: Scope, __: Receive, ___: Send) -> None:
    raise full()


def _calm_the_collector() -> None:
    """Let Python's garbage collector pass over what lives as long as the process, and come less often.

    Almost all of a request is freed without it; each of its rounds is a pause for all who wait.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def _models(settings: Settings) -> Models:
    declared = read_column_file(settings.schema_file) if settings.schema_file is not None else None
    deadlines = Deadlines(settings.answer_seconds)
    served = [
        ServedModel(
            Upstream(
                address.url,
                model_name=address.name,
                deadline_seconds=settings.answer_seconds,
                certificates=settings.model_certificates,
            ),
            deadlines,
            max_queue=settings.max_queue,
            declared=declared,
        )
        for address in settings.addresses
    ]
    return Models(served, default=settings.default_model)


def _prediction_log(settings: Settings) -> PredictionLog | None:
    if not settings.prediction_log:
        return None
    most = settings.prediction_log_mb
    return PredictionLog(
        log_place(settings.prediction_log),
        values=settings.prediction_log_values,
        columns=settings.kept_columns,
        days=settings.prediction_log_days,
        most_bytes=None if most is None else int(most * 1_000_000),
    )


def _series(settings: Settings) -> SeriesKeeper | None:
    return SeriesKeeper(open_store(settings.series_store)) if settings.series_store else None


def _features(settings: Settings) -> Lookup | None:
    if not settings.feature_store:
        return None
    try:
        return Lookup(opened(settings.feature_store, only_read=True))
    except OSError as error:
        raise FeatureStoreError(f"The store of features can't be used: {error}.") from error


def serve(settings: Settings) -> None:
    """Serve until told to stop; requests under way are finished.

    Raises:
        PortTakenError: The address can't be listened on.
        ColumnFileError: The file of columns can't be used.
        KeyFileError: The file of keys can't be used.
        TracesError: OpenTelemetry is not installed.
        PredictionLogError: The store of predictions can't be opened.
        AddressError: The address of the time-series store is none.
        CertificateError: A certificate can't be used.
        FeatureStoreError: The store of features can't be opened.
        NobodyAskedError: It would let everybody in, and nobody has said that it may.
    """
    layers = layers_of(settings)
    read_certificates(settings.model_certificates)
    served = ServedCertificates(settings.certificates) if settings.certificates else None
    models = _models(settings)
    prediction_log = _prediction_log(settings)
    series = _series(settings)
    features = _features(settings)
    measurements = Measurements() if settings.metrics else None
    traces = traces_to(settings.traces)
    listener = bind(settings.host, settings.port, shared=settings.shared_port)
    connections = Connections(settings, Refusals("api-service", _written, RequestContext(_refuse)))
    config = uvicorn.Config(
        make_app(
            models,
            settings.limits,
            origins_of(settings.cors_origins),
            layers,
            prediction_log,
            measurements,
            series,
            traces=traces,
            features=features,
            split=split_of(models, settings.split, settings.split_header),
            shadow=shadow_of(models, settings.shadow, prediction_log),
            when_ready=settings.shared_port,
        ),
        loop="uvloop",
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        # who asked is of no use here: no address goes into the log
        proxy_headers=False,
        timeout_graceful_shutdown=int(settings.drain_seconds),
    )
    _Server(config, connections, None if served is None else served.context).run(sockets=[listener])
    log.info("stopped")
