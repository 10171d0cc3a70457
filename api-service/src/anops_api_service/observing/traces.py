"""Spans of requests for an OpenTelemetry collector: where each was, and for how long.

A span of a request has two below it: `queue`, while its rows waited or were on their way, and `model`, while the
model computed, by the worker's own clock. Requests whose rows went to the model together have a link to one span of
that call. Rows and predictions are in none.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from opentelemetry import context, trace
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from anops_api_service.api_version import API_VERSION

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.trace import SpanContext
    from starlette.types import Scope

    from anops_api_service.facts import Facts
    from anops_api_service.model_answer import Predictions

_SECOND = 1_000_000_000
_NOT_FOUND = 404
_FAILED = 500
_CONTEXT = (b"traceparent", b"tracestate")


class Traces:
    """Sends spans to a collector, some at a time, from a thread of its own."""

    def __init__(self, collector: str) -> None:
        """Send to a collector.

        What OpenTelemetry's own variables say, such as `OTEL_TRACES_SAMPLER` or `OTEL_EXPORTER_OTLP_HEADERS`, holds.

        Args:
            collector: Its address for OTLP over gRPC: `http://127.0.0.1:4317`, with `https` over TLS.
        """
        # a name in OTEL_SERVICE_NAME goes before it
        about = Resource.create({"service.name": "anops-api-service", "service.version": API_VERSION})
        self._provider = TracerProvider(resource=about, shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=collector)))
        self._tracer = self._provider.get_tracer("anops", API_VERSION)
        self._propagator = TraceContextTextMapPropagator()
        self._calls: WeakKeyDictionary[Predictions, SpanContext] = WeakKeyDictionary()

    def add(self, scope: Scope, *, request_id: str, status: int, code: str, seconds: float, facts: Facts | None) -> str:
        """Take in a request that has been answered.

        Args:
            scope: The request; the trace that it names goes on.
            request_id: Its id.
            status: The status it was answered with; 0: its client left.
            code: The code of its problem; empty: none.
            seconds: How long it took.
            facts: What became known of it.

        Returns:
            The id of its trace, as 32 hexadecimal digits.
        """
        end = time.time_ns()
        start = end - int(seconds * _SECOND)
        told: dict[str, Any] = {
            "http.request.method": scope["method"],
            "url.path": scope["path"],
            "http.response.status_code": status,
            "anops.request_id": request_id,
        }
        if code:
            told["anops.code"] = code
        if facts is not None and facts.model is not None:
            told |= {"anops.model": facts.model.name, "anops.version": facts.model.version}
            told["anops.digest"] = facts.model.digest
        if facts is not None and facts.rows is not None:
            told["anops.rows"] = facts.rows
        # paths that are none would make a name of their own each
        name = scope["method"] if status == _NOT_FOUND else f"{scope['method']} {scope['path']}"
        span = self._tracer.start_span(
            name, self._context_of(scope), kind=trace.SpanKind.SERVER, attributes=told, start_time=start
        )
        if span.is_recording():
            if status >= _FAILED or not status:
                span.set_status(trace.StatusCode.ERROR, code)
            if facts is not None and facts.model_seconds is not None:
                self._parts(facts, trace.set_span_in_context(span), end)
        span.end(end)
        return f"{span.get_span_context().trace_id:032x}"

    def close(self) -> None:
        """Send what has not been sent yet."""
        self._provider.shutdown()

    def _context_of(self, scope: Scope) -> Context:
        headers = {name.decode(): value.decode("latin-1") for name, value in scope["headers"] if name in _CONTEXT}
        return self._propagator.extract(headers)

    def _parts(self, facts: Facts, within: Context, end: int) -> None:
        asked = end - int((facts.model_seconds or 0.0) * _SECOND)
        arrived = asked - int((facts.queue_seconds or 0.0) * _SECOND)
        self._tracer.start_span("queue", within, start_time=arrived).end(asked)
        links = [trace.Link(call) for call in (self._call(facts, asked, end),) if call is not None]
        self._tracer.start_span("model", within, links=links, start_time=asked).end(end)

    def _call(self, facts: Facts, start: int, end: int) -> SpanContext | None:
        """Return the span of the call that the rows went with, where it was shared."""
        shared = facts.shared
        if shared is None:
            return None
        found = self._calls.get(shared)
        if found is None:
            rows = {"anops.rows": shared.frame.rows}
            span = self._tracer.start_span("batch", context.Context(), attributes=rows, start_time=start)
            found = self._calls[shared] = span.get_span_context()
            span.end(end)
        return found
