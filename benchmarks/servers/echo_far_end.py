"""The far end of `echo_two_hops`: a gRPC server that gives the message back. Usage: echo_far_end.py PORT."""

from __future__ import annotations

import asyncio
import sys

import grpc


async def echo(request: bytes, _: object) -> bytes:
    """Give the message back."""
    return request


async def main() -> None:
    """Serve until ended."""
    server = grpc.aio.server(options=[("grpc.so_reuseport", 0)])
    handler = grpc.method_handlers_generic_handler("echo.Echo", {"Echo": grpc.unary_unary_rpc_method_handler(echo)})
    server.add_generic_rpc_handlers((handler,))
    server.add_insecure_port(f"127.0.0.1:{sys.argv[1]}")
    await server.start()
    await server.wait_for_termination()


asyncio.run(main())
