"""Requests as spans, received by a collector's own interface."""

from __future__ import annotations

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import grpc
import pytest
from anops_api_service.__main__ import main
from anops_api_service.observing.traces import Traces
from fake_model_service import FakeModelService, total
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2_grpc import (
    TraceServiceServicer,
    add_TraceServiceServicer_to_server,
)
from running_service import run_service, tries

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx
    from fake_model_service import Loop

ROW = {"wt": 2.5, "hp": 110, "cyl": 6, "Gear Type": "auto"}
TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


class Collector(TraceServiceServicer):  # type: ignore[misc]  # made by a generator that writes no types
    """Keeps the spans that it is sent."""

    def __init__(self) -> None:
        self.spans: list[Any] = []
        self.services: set[str] = set()

    def Export(self, request: ExportTraceServiceRequest, context: Any) -> ExportTraceServiceResponse:  # noqa: N802
        del context
        for resource in request.resource_spans:
            about = {each.key: each.value.string_value for each in resource.resource.attributes}
            self.services.add(about["service.name"])
            self.spans += [span for scope in resource.scope_spans for span in scope.spans]
        return ExportTraceServiceResponse()

    def named(self, name: str) -> list[Any]:
        return [span for span in self.spans if span.name == name]


@pytest.fixture
def collector() -> Iterator[tuple[Collector, str]]:
    kept = Collector()
    server = grpc.server(ThreadPoolExecutor(2))
    add_TraceServiceServicer_to_server(kept, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield kept, f"http://127.0.0.1:{port}"
    server.stop(None).wait()


@contextmanager
def traced(loop: Loop, model_service: FakeModelService, address: str) -> Iterator[httpx.Client]:
    """Serve until the block ends; all spans are with the collector then."""
    with run_service(loop, model_service.url, traces=Traces(address)) as running:
        running.wait_until_ready()
        yield running.http


def attributes(span: Any) -> dict[str, Any]:
    return {each.key: getattr(each.value, each.value.WhichOneof("value")) for each in span.attributes}


def test_a_request_is_part_of_the_trace_that_it_names(
    loop: Loop, model_service: FakeModelService, collector: tuple[Collector, str]
) -> None:
    kept, address = collector
    with traced(loop, model_service, address) as http:
        answer = http.post(
            "/predict", json={"data": [ROW]}, headers={"traceparent": f"00-{TRACE}-{PARENT}-01", "x-request-id": "mine"}
        )
    (request,) = kept.named("POST /predict")
    assert (request.trace_id.hex(), request.parent_span_id.hex()) == (TRACE, PARENT)
    assert kept.services == {"anops-api-service"}
    told = attributes(request)
    assert told["anops.request_id"] == answer.headers["x-request-id"] == "mine"
    assert (told["http.response.status_code"], told["anops.rows"]) == (200, 1)
    assert (told["anops.model"], told["anops.version"]) == ("cars", "1.0.0")
    parts = [*kept.named("queue"), *kept.named("model")]
    assert [part.parent_span_id for part in parts] == [request.span_id] * 2
    queue, model = parts
    begin, end = request.start_time_unix_nano, request.end_time_unix_nano
    assert begin <= queue.start_time_unix_nano <= queue.end_time_unix_nano == model.start_time_unix_nano
    assert model.start_time_unix_nano <= model.end_time_unix_nano == end
    assert not kept.named("batch")


def test_the_server_of_the_model_is_told_of_the_span_of_the_request(
    loop: Loop, model_service: FakeModelService, collector: tuple[Collector, str]
) -> None:
    kept, address = collector
    with traced(loop, model_service, address) as http:
        told = {"traceparent": f"00-{TRACE}-{PARENT}-01", "tracestate": "vendor=1"}
        http.post("/predict", json={"data": [ROW]}, headers=told)
        http.post("/predict", json={"data": [ROW]})
    first, second = kept.named("POST /predict")
    assert [(each["traceparent"][:-3], each.get("tracestate")) for each in model_service.told[-2:]] == [
        (f"00-{TRACE}-{first.span_id.hex()}", "vendor=1"),
        (f"00-{second.trace_id.hex()}-{second.span_id.hex()}", None),
    ]


def test_without_a_collector_the_trace_of_the_caller_goes_on_to_the_server(
    loop: Loop, model_service: FakeModelService
) -> None:
    sent = [
        {"traceparent": f"00-{TRACE}-{PARENT}-00", "tracestate": "vendor=1"},
        {"traceparent": f"00-{TRACE}-{PARENT}-01", "tracestate": "vendor=\u00e4".encode()},
        {"traceparent": "none", "tracestate": "vendor=1"},
        {},
    ]
    with run_service(loop, model_service.url) as running:
        running.wait_until_ready()
        for headers in sent:
            running.http.post("/predict", json={"data": [ROW]}, headers=headers)
    passed = [{key: told[key] for key in ("traceparent", "tracestate") if key in told} for told in model_service.told]
    assert passed[-4:] == [sent[0], {"traceparent": f"00-{TRACE}-{PARENT}-01"}, {}, {}]


def test_values_are_in_no_span(loop: Loop, model_service: FakeModelService, collector: tuple[Collector, str]) -> None:
    kept, address = collector
    with traced(loop, model_service, address) as http:
        http.post("/predict", json={"data": [{**ROW, "Gear Type": "secret-gear"}]})
        http.post("/predict", json={"data": [{**ROW, "wt": 7654321.25}]})
    assert len(kept.named("POST /predict")) == 2
    assert "secret-gear" not in str(kept.spans)
    assert "7654321" not in str(kept.spans)


def test_refusals_and_unknown_paths_are_told(
    loop: Loop, model_service: FakeModelService, collector: tuple[Collector, str]
) -> None:
    kept, address = collector
    with traced(loop, model_service, address) as http:
        http.post("/predict", json={"data": [{**ROW, "cyl": 5}]})
        http.get("/no/such/path")
        http.get("/health/live")
    by_name = {span.name: attributes(span) for span in kept.spans}
    assert by_name["POST /predict"]["anops.code"] == "COLUMN_VALUE"
    assert by_name["GET"]["http.response.status_code"] == 404
    assert not any("health" in name for name in by_name)


def test_requests_that_share_a_call_have_a_link_to_it(
    loop: Loop, model_service: FakeModelService, collector: tuple[Collector, str]
) -> None:
    kept, address = collector
    free = asyncio.Event()

    async def slow(frame: Any, options: dict[str, Any]) -> Any:
        await free.wait()
        return await total(frame, options)

    model_service.behaviour = slow
    with (
        run_service(loop, model_service.url, traces=Traces(address)) as running,
        ThreadPoolExecutor(12) as callers,
    ):
        running.wait_until_ready()
        asked = [callers.submit(running.http.post, "/predict", json={"data": [ROW]}) for _ in range(12)]
        for _ in tries():
            if running.served.waiting == len(asked):
                break
        loop.event_loop.call_soon_threadsafe(free.set)
        assert {each.result().status_code for each in asked} == {200}
    named = {told["traceparent"][:-3] for told in model_service.told if "traceparent" in told}
    batches = {f"00-{span.trace_id.hex()}-{span.span_id.hex()}": attributes(span) for span in kept.named("batch")}
    rows = [frame.rows for frame, _ in model_service.calls if frame.rows > 1]
    assert [batches[name]["anops.rows"] for name in batches if name in named] == rows
    shared = {span.span_id: attributes(span)["anops.rows"] for span in kept.named("batch")}
    linked = [link.span_id for span in kept.named("model") for link in span.links]
    assert shared
    assert {each: linked.count(each) for each in shared} == shared


def test_an_address_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--traces", "collector:4317"]) == 2
    assert "traces" in capsys.readouterr().err


def test_where_open_telemetry_is_missing_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    monkeypatch.delitem(sys.modules, "anops_api_service.observing.traces", raising=False)
    assert main(["--traces", "http://127.0.0.1:4317", "--port", "0"]) == 2
    assert "pip install 'anops-api-service[traces]'" in capsys.readouterr().err
