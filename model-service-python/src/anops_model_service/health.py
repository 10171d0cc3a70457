"""The standard health service; its watchers outlive each other and end with the server.

grpcio's own asyncio servicer forgets all watchers of a service when one of them leaves, and keeps its streams open
until the server cancels them.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    Context = grpc.aio.ServicerContext[object, object]

SERVICE = health_pb2.DESCRIPTOR.services_by_name["Health"].full_name
Status = health_pb2.HealthCheckResponse


class Health(health_pb2_grpc.HealthServicer):
    """One status for all of the server's services."""

    def __init__(self, services: Iterable[str]) -> None:
        """Begin as not serving.

        Args:
            services: The names that can be asked for; "" stands for the server.
        """
        self._services = frozenset(services)
        self._serving = False
        self._closed = False
        self._changed = asyncio.Event()

    def set(self, *, serving: bool) -> None:
        """Publish whether requests are served."""
        self._serving = serving
        self._notify()

    def close(self) -> None:
        """End the streams of all watchers; they have seen the last status."""
        self._closed = True
        self._notify()

    async def Check(  # noqa: N802  the protocol's name
        self, request: health_pb2.HealthCheckRequest, context: Context
    ) -> health_pb2.HealthCheckResponse:
        """Answer the status once."""
        if request.service not in self._services:
            await context.abort(grpc.StatusCode.NOT_FOUND, f"There is no service `{request.service}`.")
        return Status(status=self._status(request.service))

    async def Watch(  # noqa: N802  the protocol's name
        self, request: health_pb2.HealthCheckRequest, _context: Context
    ) -> AsyncIterator[health_pb2.HealthCheckResponse]:
        """Answer the status, and again whenever it changes."""
        last: int | None = None
        while True:
            changed = self._changed
            status = self._status(request.service)
            if status != last:
                yield Status(status=status)
                last = status
            if self._closed:
                return
            if changed is self._changed:
                await changed.wait()

    def _status(self, service: str) -> int:
        if service not in self._services:
            return Status.SERVICE_UNKNOWN
        return Status.SERVING if self._serving else Status.NOT_SERVING

    def _notify(self) -> None:
        # each wait has an event of its own, so that no watcher misses or repeats a change
        self._changed.set()
        self._changed = asyncio.Event()
