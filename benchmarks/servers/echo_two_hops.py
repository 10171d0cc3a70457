"""The floor of a service in two processes: ASGI without a framework, one gRPC call for each request."""

from __future__ import annotations

import os
from typing import Any

import grpc
from echo_asgi import HEADERS, read

call: Any = None


async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Answer a request with what the other process answers."""
    global call  # noqa: PLW0603  the channel belongs to the loop that serves
    if scope["type"] != "http":
        return
    if call is None:
        call = grpc.aio.insecure_channel(os.environ["FAR_END"]).unary_unary("/echo.Echo/Echo")
    answer = await call(await read(receive), wait_for_ready=True)
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": answer})
