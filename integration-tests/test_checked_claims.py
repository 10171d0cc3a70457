"""Rows are checked by the model-service whatever their sender says of them, unless it is our own api-service."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import grpc
import numpy as np
import pytest
from anops_model_interface.answers import decode_answer
from anops_model_interface.columns import Column
from anops_model_interface.frames import Frame
from anops_model_interface.open_inference import open_inference_pb2 as oip
from anops_model_interface.open_inference.metadata import SCHEMA
from anops_model_interface.open_inference.open_inference_pb2_grpc import GRPCInferenceServiceStub
from anops_model_interface.open_inference.requests import message_of
from anops_model_interface.open_inference.responses import answer_of
from anops_model_interface.requests import Request
from anops_model_interface.schema import Schema
from little_models import write_project
from stack import running

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("value", [-5.0, 1e6, math.nan])
def test_a_client_that_says_its_rows_are_checked_is_not_believed(tmp_path: Path, language: str, value: float) -> None:
    limited = '{ type = "number", min = 0, max = 10, missing = "error" }'
    project = write_project(tmp_path, language, "sum", inputs=f"a = {limited}\nb = {limited}")
    with (
        running("anops_model_service", "--project", str(project), "--port", "0") as service,
        grpc.insecure_channel(f"127.0.0.1:{service.port}") as channel,
    ):
        stub = GRPCInferenceServiceStub(channel)
        metadata = stub.ModelMetadata(oip.ModelMetadataRequest(name="sum"))
        schema = Schema.from_json(metadata.properties[SCHEMA])

        def ask(a: float) -> oip.ModelInferResponse:
            columns = (Column("a", "number", np.array([a])), Column("b", "number", np.array([2.0])))
            request = Request.of(Frame(columns, 1), {}, model_name="sum", checked=schema.digest)
            return stub.ModelInfer(message_of(request))

        predictions = decode_answer(answer_of(ask(3.0)), schema.outputs)
        assert predictions["prediction"].values.tolist() == [5.0]
        with pytest.raises(grpc.RpcError, match=r"column `a` must .*row 1") as refused:
            ask(value)
    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
