"""The gRPC service over a real socket, in front of a supervisor that is a few lines."""

from __future__ import annotations

import asyncio
import threading
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, cast

import grpc
import numpy as np
import pytest
from anops_model_interface.answers import Answer
from anops_model_interface.columns import Column
from anops_model_interface.frames import Frame
from anops_model_interface.open_inference import open_inference_pb2 as oip
from anops_model_interface.open_inference.requests import packed_request
from anops_model_interface.private_stream import Announcement
from anops_model_interface.requests import Request
from anops_model_service.servicer import AT_ONCE_BYTES, SERVICE, Servicer, make_server

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from anops_model_service.supervisor import Supervisor

ANSWER = Answer.of(Frame((Column("prediction", "number", np.array([3.0])),), 1), (), model_name="m", request_id="7")


class Notes:
    """Takes note of what it is asked, and has one answer for all."""

    def __init__(self) -> None:
        self.asked: list[Request] = []

    async def infer(self, request: bytes, *, within: float | None = None) -> bytes:
        assert within is None
        self.asked.append(Request.from_bytes(request))
        return ANSWER.to_bytes()


@asynccontextmanager
async def serving(supervisor: Notes) -> AsyncIterator[grpc.aio.Channel]:
    server, health = make_server(max_message_mb=64)
    server.add_generic_rpc_handlers((Servicer(cast("Supervisor", supervisor), Announcement(1, "0" * 32)).handler(),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            yield channel
    finally:
        health.close()
        await server.stop(None)


def asked_for(elements: int) -> bytes:
    contents = oip.InferTensorContents(fp64_contents=[1.5] * elements)
    tensor = oip.ModelInferRequest.InferInputTensor(name="x", datatype="FP64", shape=[elements], contents=contents)
    parameters = {"anops.checked": oip.InferParameter(string_param="digest")}
    return oip.ModelInferRequest(model_name="m", id="7", inputs=[tensor], parameters=parameters).SerializeToString()


@pytest.mark.parametrize("elements", [1, AT_ONCE_BYTES])
async def test_workers_are_asked_in_our_form_and_told_that_anyone_may_have_sent_it(elements: int) -> None:
    supervisor = Notes()
    async with serving(supervisor) as channel:
        answer = await channel.unary_unary(f"/{SERVICE}/ModelInfer")(asked_for(elements))
    (request,) = supervisor.asked
    assert (request.head.public, request.head.checked, request.head.request_id) == (True, "digest", "7")
    assert np.frombuffer(cast("memoryview", request.buffers[0])).tolist() == [1.5] * elements
    response = oip.ModelInferResponse.FromString(answer)
    assert (response.id, response.outputs[0].datatype) == ("7", "FP64")
    assert response.raw_output_contents == [np.array([3.0]).tobytes()]


async def test_others_do_not_wait_while_a_large_message_is_converted(monkeypatch: pytest.MonkeyPatch) -> None:
    go = threading.Event()

    def slowly(message: bytes) -> bytes:
        assert go.wait(90)
        return packed_request(message)

    monkeypatch.setattr("anops_model_interface.open_inference.requests.packed_request", slowly)
    async with serving(Notes()) as channel:
        large = asyncio.ensure_future(channel.unary_unary(f"/{SERVICE}/ModelInfer")(asked_for(AT_ONCE_BYTES)))
        live = await channel.unary_unary(f"/{SERVICE}/ServerLive")(b"", timeout=60)
        assert oip.ServerLiveResponse.FromString(live).live
        assert not large.done()
        go.set()
        assert await large


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (b"\xff" * 9, "it is not a ModelInferRequest"),
        (
            oip.ModelInferRequest(
                inputs=[{"name": "x", "datatype": "INT8", "shape": [1], "contents": {"int_contents": [300]}}]  # type: ignore[list-item]
            ).SerializeToString(),
            "received 300 as element 1",
        ),
    ],
)
async def test_a_message_that_can_not_be_read_reaches_no_worker(message: bytes, words: str) -> None:
    supervisor = Notes()
    async with serving(supervisor) as channel:
        with pytest.raises(grpc.aio.AioRpcError, match=words) as refused:
            await channel.unary_unary(f"/{SERVICE}/ModelInfer")(message)
    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert not supervisor.asked
