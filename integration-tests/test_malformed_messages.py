"""Whatever bytes come over gRPC and the private stream, or stand in ao.toml: refused, and nothing else is harmed."""

from __future__ import annotations

import socket
import struct
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import grpc
import pytest
from anops_control.configuration import load
from anops_control.errors import CommandError, ConfigurationError
from anops_model_interface.columns import Column
from anops_model_interface.frames import Frame
from anops_model_interface.open_inference import metadata, open_inference_pb2_grpc
from anops_model_interface.open_inference import open_inference_pb2 as oip
from anops_model_interface.private_stream import GREETING_BYTES, HEADER, Announcement, StreamKind, message
from anops_model_interface.requests import Request
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from little_models import write_project
from stack import Service, running

if TYPE_CHECKING:
    from collections.abc import Iterator

INFER = "/inference.GRPCInferenceService/ModelInfer"
TOLD = {
    grpc.StatusCode.OK,
    grpc.StatusCode.INVALID_ARGUMENT,
    grpc.StatusCode.NOT_FOUND,
    grpc.StatusCode.RESOURCE_EXHAUSTED,
}
TOML = """\
[project]
name = "cars"
version = "1.2.0"
language = "python"
description = "It says \\"hello\\""
[model]
code = "model.py"
files = ["data"]
row_independent = true
[model.inputs]
wt = { type = "number", unit = "1000 lb", min = 0, max = 10, missing = "allow" }
"factor(cyl)" = { type = "category", levels = ["4", "6"] }
[model.outputs]
prediction = "number"
[model.options]
level = { type = "number", default = 0.95, min = 0, max = 1 }
[service]
workers = 2
writable = ["cache"]
[tasks.train]
run = ["python", "train.py"]
needs = ["data/cars.csv"]
makes = ["model.joblib"]
"""


FEW, MANY = 150, 5_000
few_or_many = pytest.mark.parametrize("number", [FEW, pytest.param(MANY, marks=pytest.mark.long)])


def examples(number: int) -> settings:
    """Try so many examples: a few, always the same, at each change; many others where there is time."""
    return settings(
        max_examples=number,
        deadline=None,
        database=None,
        derandomize=number == FEW,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate,),
    )


@st.composite
def altered(draw: st.DrawFn, good: bytes) -> bytes:
    """Bytes that were good: some changed, left out or put in, or cut off."""
    data = bytearray(good)
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        match draw(st.sampled_from(["change", "leave out", "put in", "repeat", "cut"])):
            case "change":
                data[at : at + 1] = draw(st.binary(min_size=1, max_size=1))
            case "leave out":
                del data[at : at + draw(st.integers(1, 9))]
            case "put in":
                data[at:at] = draw(st.binary(max_size=9))
            case "repeat":
                data[at:at] = data[at : at + draw(st.integers(1, 40))]
            case _:
                del data[at:]
    return bytes(data)


def bytes_like(good: bytes) -> st.SearchStrategy[bytes]:
    return st.one_of(altered(good), st.binary(max_size=300))


def public_request() -> oip.ModelInferRequest:
    request = oip.ModelInferRequest(model_name="sum", id="7")
    for name in ("a", "b"):
        tensor = request.inputs.add(name=name, datatype="FP64", shape=[2])
        tensor.contents.fp64_contents.extend([1.0, 2.0])
    return request


def private_request() -> bytes:
    frame = Frame((Column("a", "number", [1.0], None), Column("b", "number", [2.0], None)), 1)
    return bytes(Request.of(frame, {}, model_name="sum").to_bytes())


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    project = write_project(tmp_path_factory.mktemp("fuzzed"), "python", "sum")
    with running("anops_model_service", "--project", str(project), "--port", "0") as service:
        workers = {worker.pid for worker in service.workers()}
        yield service
        assert {worker.pid for worker in service.workers()} == workers, "a worker has died"


def still_answers(channel: grpc.Channel) -> None:
    answer = open_inference_pb2_grpc.GRPCInferenceServiceStub(channel).ModelInfer(public_request(), timeout=60)
    assert struct.unpack("<2d", answer.raw_output_contents[0]) == (2.0, 4.0)


@few_or_many
def test_no_message_over_grpc_does_harm(service: Service, number: int) -> None:
    with grpc.insecure_channel(f"127.0.0.1:{service.port}") as channel:
        call = channel.unary_unary(INFER, request_serializer=bytes, response_deserializer=bytes)

        @examples(number)
        @given(bytes_like(public_request().SerializeToString()))
        def tried(data: bytes) -> None:
            ended = call.future(data, timeout=60)
            assert ended.code() in TOLD, (ended.code(), ended.details())

        tried()
        still_answers(channel)


@few_or_many
def test_no_message_on_the_private_stream_does_harm(service: Service, number: int) -> None:
    with grpc.insecure_channel(f"127.0.0.1:{service.port}") as channel:
        stub = open_inference_pb2_grpc.GRPCInferenceServiceStub(channel)
        told = stub.ModelMetadata(oip.ModelMetadataRequest(name="sum"), timeout=60)
        announced = Announcement.from_text(told.properties[metadata.STREAM])
        assert announced is not None
        good = message(StreamKind.REQUEST, 1, private_request())
        kinds = st.integers(0, 255)
        messages = st.one_of(
            altered(good),
            st.binary(max_size=300),
            st.builds(lambda kind, body: HEADER.pack(kind, 1, len(body)) + body, kinds, bytes_like(private_request())),
            st.builds(lambda kind, long: HEADER.pack(kind, 1, long), kinds, st.integers(0, 2**64 - 1)),
        )

        @examples(number)
        @given(st.sampled_from([announced.greeting] * 9 + [b"x" * GREETING_BYTES, b""]), st.lists(messages, max_size=4))
        def tried(greeting: bytes, sent: list[bytes]) -> None:
            address = "127.0.0.1", announced.port
            with socket.create_connection(address, timeout=60) as stream, suppress(ConnectionError):
                stream.sendall(greeting + b"".join(sent))
                stream.shutdown(socket.SHUT_WR)
                while stream.recv(1 << 16):
                    pass

        tried()
        still_answers(channel)


@few_or_many
def test_no_text_in_ao_toml_ends_in_anything_but_a_place_and_a_reason(number: int) -> None:
    with tempfile.TemporaryDirectory() as folder:

        @examples(number)
        @given(bytes_like(TOML.encode()))
        def tried(text: bytes) -> None:
            Path(folder, "ao.toml").write_bytes(text)
            with suppress(ConfigurationError, CommandError):
                load(Path(folder))

        tried()
