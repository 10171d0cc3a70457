"""MLServer's answer is written here field by field: its messages and ours can't live in one process."""

from __future__ import annotations

import pytest
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_model_interface.open_inference.metadata_bytes import metadata_of_bytes
from anops_model_interface.open_inference.open_inference_pb2 import InferParameter, ModelMetadataResponse

OURS = ModelMetadataResponse(
    name="m", versions=["1"], platform="p", inputs=[{"name": "x", "datatype": "FP64", "shape": [-1, 4]}]
)


def field(number: int, content: bytes) -> bytes:
    size, lead = len(content), bytearray([number << 3 | 2])
    while True:
        lead.append(size & 0x7F | (0x80 if size > 0x7F else 0))
        size >>= 7
        if not size:
            return bytes(lead) + content


def with_parameters(**parameters: InferParameter) -> bytes:
    entries = [field(1, key.encode()) + field(2, value.SerializeToString()) for key, value in parameters.items()]
    return OURS.SerializeToString() + b"".join(field(6, entry) for entry in entries)


def test_mlservers_parameters_are_read_whatever_their_values() -> None:
    response = metadata_of_bytes(
        with_parameters(
            small=InferParameter(int64_param=5),
            large=InferParameter(int64_param=128),
            negative=InferParameter(int64_param=-1),
            yes=InferParameter(bool_param=True),
            text=InferParameter(string_param="grün" * 50),
            nothing=InferParameter(),
        )
    )
    assert dict(response.properties) == {
        "small": "5",
        "large": "128",
        "negative": "-1",
        "yes": "true",
        "text": "grün" * 50,
        "nothing": "",
    }
    assert response.inputs == OURS.inputs


def test_our_own_properties_are_read_as_they_are() -> None:
    ours = ModelMetadataResponse(name="m", properties={"anops.schema": '{"inputs": {}}', "": "", "k": "(text)"})
    assert metadata_of_bytes(ours.SerializeToString()) == ours


@pytest.mark.parametrize(
    "data",
    [
        b"\xff",
        b"\x0a\xff",
        b"\x0f",
        b"\x32\x02\x12\x05",
        b"\x32\x06\x0a\x01k\x12\x01\xff",
        b"\x0a\x01\xff",
        b"\xff" * 40,
    ],
)
def test_what_is_no_metadata_is_refused_with_the_reason(data: bytes) -> None:
    with pytest.raises(AnOpsError, match="ModelMetadata") as caught:
        metadata_of_bytes(data)
    assert caught.value.problem.code is Code.NOT_READY
