"""Watchers of the health service see every change, whoever else comes and goes."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import grpc
import grpc.aio
import pytest
from anops_model_service.health import Health
from grpc_health.v1 import health_pb2, health_pb2_grpc

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

NOT_SERVING, SERVING = 2, 1


@asynccontextmanager
async def served(health: Health) -> AsyncIterator[health_pb2_grpc.HealthStub]:
    server = grpc.aio.server()
    health_pb2_grpc.add_HealthServicer_to_server(health, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield health_pb2_grpc.HealthStub(channel)
    await server.stop(grace=0)


async def test_a_watcher_sees_changes_after_another_has_left() -> None:
    health = Health([""])
    async with served(health) as stub:
        leaving, staying = (stub.Watch(health_pb2.HealthCheckRequest()) for _ in range(2))
        assert (await leaving.read()).status == (await staying.read()).status == NOT_SERVING
        leaving.cancel()
        health.set(serving=True)
        assert (await staying.read()).status == SERVING
        health.set(serving=False)
        assert (await staying.read()).status == NOT_SERVING


async def test_streams_end_when_the_service_closes() -> None:
    health = Health([""])
    async with served(health) as stub:
        watch = stub.Watch(health_pb2.HealthCheckRequest())
        await watch.read()
        health.close()
        assert await watch.read() is grpc.aio.EOF


async def test_an_unknown_service_is_not_found() -> None:
    async with served(Health([""])) as stub:
        with pytest.raises(grpc.aio.AioRpcError, match="There is no service `x`"):
            await stub.Check(health_pb2.HealthCheckRequest(service="x"))
