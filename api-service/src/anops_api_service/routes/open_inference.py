"""The Open Inference Protocol over REST, for the clients of KServe, Triton and MLServer."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
from anops_http.request_ids import request_id_of
from anops_model_interface.codes import Code
from anops_model_interface.datatypes import DATATYPES
from anops_model_interface.errors import AnOpsError, FaultCollector
from anops_model_interface.notices import Notices
from anops_model_interface.requests import decode_request
from anops_model_interface.validation import checked_frame
from starlette.routing import Route

from anops_api_service.api_version import API_VERSION
from anops_api_service.bodies import infer_request
from anops_api_service.bodies.apart import read_apart
from anops_api_service.bodies.body_room import Held
from anops_api_service.bodies.compressed import rest_of, unpacked
from anops_api_service.bodies.media import packing, read_body
from anops_api_service.bodies.upload import Upload
from anops_api_service.facts import facts_of
from anops_api_service.models.replaced import ReplacedError
from anops_api_service.request_context import UPLOAD
from anops_api_service.request_headers import headers_of, names
from anops_api_service.routes.reading import json, reading
from anops_api_service.routes.sending import OF_TRITON, send_body
from anops_api_service.routes.unknown import unknown_extension
from anops_api_service.sent import Decoded
from anops_api_service.writers.infer_writer import write

if TYPE_CHECKING:
    from collections.abc import Iterable

    from anops_model_interface.schema import ColumnSpec, Schema
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

    from anops_api_service.bodies.infer_request import InferRequest
    from anops_api_service.models.described_model import DescribedModel
    from anops_api_service.models.models import Models
    from anops_api_service.models.served_model import ServedModel
    from anops_api_service.routes.predict import PredictEndpoint

EXTENSIONS = ("binary_tensor_data", "model_configuration")
"""What of the protocol's extensions there is."""
_STATISTICS = "/v2/models/stats"
"""Where Triton's client asks for the statistics of all models, unless a model has this name."""
_PATHS = ("/v2/models/{name}", "/v2/models/{name}/versions/{version}")
_HEADERS = names("content-encoding", "content-length", infer_request.HEAD_SIZE)
_LARGE_BYTES = 200_000
"""Bodies beyond this are read in a thread, so that health checks are answered meanwhile."""


def routes(models: Models, infer: ASGIApp) -> list[Route]:
    """Return the endpoints.

    Args:
        models: The models.
        infer: Answers inferences.
    """

    async def server(_: Request) -> Response:
        told = {"name": "anops-api-service", "version": API_VERSION, "extensions": EXTENSIONS}
        return json(msgspec.json.encode(told))

    async def live(_: Request) -> Response:
        return json(b'{"live":true}')

    async def ready(_: Request) -> Response:
        if (problem := models.problem) is not None:
            raise AnOpsError.of(problem)
        return json(b'{"ready":true}')

    async def model(request: Request) -> Response:
        described = await _asked(models, request).ready_model()
        facts_of(request.scope).model = described.identity
        known = (models.identity(one) for one in models.versions(described.name))
        versions = [each[1] for each in known if each is not None and each[1]]
        return json(msgspec.json.encode(_metadata(described, versions)))

    async def model_ready(request: Request) -> Response:
        one = models.asked(request.path_params)
        if (problem := one.problem) is not None:
            raise AnOpsError.of(problem)
        name = one.model.name if one.model is not None else request.path_params["name"]
        return json(msgspec.json.encode({"name": name, "ready": True}))

    async def config(request: Request) -> Response:
        return json(msgspec.json.encode(_configuration(await models.asked(request.path_params).ready_model())))

    return [
        reading("/v2", server),
        reading("/v2/health/live", live),
        reading("/v2/health/ready", ready),
        *(reading(path, model) for path in _PATHS),
        *(reading(f"{path}/ready", model_ready) for path in _PATHS),
        *(reading(f"{path}/config", config) for path in _PATHS),
        *(Route(f"{path}/infer", infer, methods=["POST"]) for path in _PATHS),
    ]


def _asked(models: Models, request: Request) -> ServedModel:
    try:
        return models.asked(request.path_params)
    except AnOpsError as error:
        if error.problem.code is Code.MODEL_NOT_FOUND and request.url.path == _STATISTICS:
            raise unknown_extension(_STATISTICS) from error
        raise


def _metadata(model: DescribedModel, versions: list[str]) -> dict[str, Any]:
    return {
        "name": model.name,
        "versions": versions,
        "platform": model.metadata.platform,
        "inputs": _tensors(model.schema.inputs.items()),
        "outputs": _tensors(model.schema.outputs.items()),
    }


def _configuration(model: DescribedModel) -> dict[str, Any]:
    """Return a model's configuration as Triton's is written: its perf analyzer does not begin without one.

    A tensor's only dimension are its rows. To Triton that is a model without batches of its own making: with a
    `max_batch_size` the analyzer takes the rows for the batch, and finds that nothing is left of the tensor.
    Source: Triton, "Model Configuration Extension"; perf_analyzer 2.60, model_parser.cc.
    """
    return {
        "name": model.name,
        "platform": model.metadata.platform,
        "backend": "anops",
        "max_batch_size": 0,
        "input": _configured(model.schema.inputs.items()),
        "output": _configured(model.schema.outputs.items()),
        "model_transaction_policy": {"decoupled": False},
        "parameters": {},
    }


def _configured(columns: Iterable[tuple[str, ColumnSpec]]) -> list[dict[str, Any]]:
    return [
        {
            "name": tensor["name"],
            "data_type": "TYPE_STRING" if tensor["datatype"] == "BYTES" else f"TYPE_{tensor['datatype']}",
            "format": "FORMAT_NONE",
            "dims": tensor["shape"],
            "is_shape_tensor": False,
            "allow_ragged_batch": False,
            "optional": False,
        }
        for tensor in _tensors(columns)
    ]


def _tensors(columns: Iterable[tuple[str, ColumnSpec]]) -> list[dict[str, Any]]:
    return [{"name": name, "datatype": DATATYPES.get(spec.type, "BYTES"), "shape": [-1]} for name, spec in columns]


@dataclass(frozen=True, slots=True)
class InferEndpoint:
    """Answers inferences.

    Attributes:
        predict: Answers predictions in our own form, within the same limits.
    """

    predict: PredictEndpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; which media type it says to have does not count: Triton's client says none."""
        limits, headers = self.predict.limits, headers_of(scope, _HEADERS)
        held = Held(self.predict.bodies)
        try:
            try:
                if packed := packing(headers.get("content-encoding", "")):
                    receive = unpacked(receive, packed)
                body = await read_body(
                    receive,
                    most=limits.body,
                    announced=headers.get("content-length", ""),
                    held=held,
                    scope=scope,
                )
            except AnOpsError:
                scope[UPLOAD] = Upload(rest_of(receive), scope, limits.stream, "max_stream_mb")
                raise
            await self._answer(scope, receive, send, body, headers.get(infer_request.HEAD_SIZE, ""))
        finally:
            if held.size:
                held.give_back()

    async def _answer(self, scope: Scope, receive: Receive, send: Send, body: bytes, head_size: str) -> None:
        request_id, facts, large = request_id_of(scope), facts_of(scope), len(body) > _LARGE_BYTES
        served = self.predict.served(scope)
        deadline = served.deadlines.begin()
        while True:
            model = await served.ready_model(deadline)
            facts.asks(model)
            if large:
                async with self.predict.one_large:
                    asked, sent = await asyncio.to_thread(
                        read_apart, _read, [body], head_size, model.schema, model.name, model.version
                    )
                deadline = served.deadlines.begin()
            else:
                asked, sent = _read(body, head_size, model.schema, model.name, model.version)
            try:
                answered = await deadline.wait(served.answer(model, sent, deadline, request_id=request_id), receive)
                break
            except ReplacedError:
                continue  # it is read again, for the model that there is now
        self.predict.note(request_id, sent, answered, facts)
        told = (answered, asked, model.schema.outputs)
        answer = await asyncio.to_thread(write, *told) if large else write(*told)
        await send_body(scope, send, [*answer.headers], [answer.content], size=len(answer.content), encodings=OF_TRITON)


def _read(body: bytes, head_size: str, schema: Schema, name: str, version: str) -> tuple[InferRequest, Decoded]:
    asked = infer_request.read(body, head_size, model=name, version=version)
    frame, options = decode_request(asked.request, schema)
    faults, notices = FaultCollector(), Notices()
    frame = checked_frame(frame, schema, faults, notices)
    faults.raise_if_any(model=name)
    asked.request.buffers.clear()  # the frame has them
    return asked, Decoded(frame, options, notices.warnings(), notices.all())
