"""Servers of plain sockets that end a call in each way HTTP/2 has, and what gRPC makes of that."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import grpc
import grpc.aio
import pytest
from anops_api_service.upstream.channel import open_channel
from anops_api_service.upstream.failed_calls import problem_of_call
from anops_model_interface.codes import Code
from anops_model_interface.open_inference.open_inference_pb2 import ModelInferRequest
from far_ends import listening

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from anops_model_interface.errors import Problem
    from fake_model_service import Loop

DATA, HEADERS, RST_STREAM, SETTINGS, GOAWAY = 0, 1, 3, 4, 7
END_STREAM, END_HEADERS, ACK = 1, 4, 1
CANCEL = 8
GRPC = {"content-type": "application/grpc"}

End = Callable[[asyncio.StreamWriter, int], object]


def frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def headers(stream: int, status: str, fields: dict[str, str], *, last: bool) -> bytes:
    # HPACK's simplest form: `:status` by its place in the static table, all else in full
    block = b"\x08" + bytes([len(status)]) + status.encode()
    for name, value in fields.items():
        block += b"\x00" + bytes([len(name)]) + name.encode() + bytes([len(value)]) + value.encode()
    return frame(HEADERS, END_HEADERS | (END_STREAM if last else 0), stream, block)


def reset(code: int) -> End:
    return lambda writer, stream: writer.write(frame(RST_STREAM, 0, stream, struct.pack(">I", code)))


def reset_after_headers(code: int) -> End:
    def end(writer: asyncio.StreamWriter, stream: int) -> None:
        writer.write(headers(stream, "200", GRPC, last=False))
        reset(code)(writer, stream)

    return end


def goaway(code: int) -> End:
    return lambda writer, _: writer.write(frame(GOAWAY, 0, 0, struct.pack(">II", 0, code)))


def http(status: str, fields: dict[str, str] | None = None) -> End:
    fields = fields or {"content-type": "text/html"}
    return lambda writer, stream: writer.write(headers(stream, status, fields, last=True))


def status(code: grpc.StatusCode, text: str) -> End:
    return http("200", {**GRPC, "grpc-status": str(code.value[0]), "grpc-message": text})


BROKEN: dict[str, End] = {
    **{f"RST_STREAM {code}": reset(code) for code in range(14)},
    **{f"headers, then RST_STREAM {code}": reset_after_headers(code) for code in (0, 2, CANCEL)},
    "GOAWAY": goaway(0),
    "GOAWAY with an error": goaway(2),
    "closed": lambda writer, _: writer.close(),
    "aborted": lambda writer, _: writer.transport.abort(),
    "no status": http("200", GRPC),
    **{f"a proxy's {code}": http(code) for code in ("404", "429", "500", "502", "503", "504")},
    "cancelled by the server": status(grpc.StatusCode.CANCELLED, "CANCELLED"),
    "refused by the server": status(grpc.StatusCode.UNAVAILABLE, "Server shutting down"),
}


@asynccontextmanager
async def server(end: End) -> AsyncIterator[str]:
    """Listen on a port, and end each call once its request has come."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readexactly(24)
            writer.write(frame(SETTINGS, 0, 0))
            while True:
                start = await reader.readexactly(9)
                payload = await reader.readexactly(int.from_bytes(start[:3], "big"))
                kind, flags, stream = start[3], start[4], int.from_bytes(start[5:], "big")
                if kind == SETTINGS and not flags & ACK:
                    writer.write(frame(SETTINGS, ACK, 0))
                elif kind == DATA and payload:
                    end(writer, stream)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async with listening(serve) as port:
        yield f"127.0.0.1:{port}"


async def ask(end: End) -> Problem:
    async with server(end) as url, open_channel(url) as channel:
        request = ModelInferRequest(id="1").SerializeToString()
        infer: Any = channel.unary_unary("/inference.GRPCInferenceService/ModelInfer")
        try:
            async with asyncio.timeout(10):
                await infer(request)
        except grpc.aio.AioRpcError as error:
            return problem_of_call(error, url=url)
    raise AssertionError("there was an answer")


@pytest.mark.parametrize("way", BROKEN)
def test_a_call_that_is_cut_off_means_that_the_model_is_not_ready(loop: Loop, way: str) -> None:
    problem = loop.run(ask(BROKEN[way]))
    assert problem.code is Code.NOT_READY, problem
    assert problem.remedy


@pytest.mark.parametrize("code", [grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN, grpc.StatusCode.ABORTED])
def test_what_a_server_of_other_make_says_of_its_model_is_passed_on(loop: Loop, code: grpc.StatusCode) -> None:
    problem = loop.run(ask(status(code, "CUDA error")))
    assert problem.code is Code.MODEL_FAILED
    assert "CUDA error" in problem.message
