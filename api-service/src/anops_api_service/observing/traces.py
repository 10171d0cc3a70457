"""Spans of requests for an OpenTelemetry collector: where each was, and for how long.

A span of a request has two below it: `queue`, while its rows waited or were on their way, and `model`, while the
model computed, by the worker's own clock. Requests whose rows went to the model together have a link to one span of
that call. The model's server is told of the span that its work belongs to. Rows and predictions are in none.
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
from anops_api_service.call_trace import trace_headers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opentelemetry.context import Context
    from opentelemetry.trace import Span, SpanContext
    from starlette.types import Scope

    from anops_api_service.call_trace import Ended, Metadata
    from anops_api_service.facts import Facts
    from anops_api_service.model_answer import Predictions

_SECOND = 1_000_000_000
_NOT_FOUND = 404
_FAILED = 500


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

    def begin(self, scope: Scope) -> RequestTrace:
        """Begin with a request that has come; the trace that it names goes on."""
        headers = dict(trace_headers(dict(scope["headers"])))
        span = self._tracer.start_span(
            scope["method"], self._propagator.extract(headers, context.Context()), kind=trace.SpanKind.SERVER
        )
        return RequestTrace(self, scope, span)

    def close(self) -> None:
        """Send what has not been sent yet."""
        self._provider.shutdown()

    def start(
        self, name: str, within: Context, *, start_time: int | None = None, links: Sequence[trace.Link] = ()
    ) -> Span:
        """Start a span below another, or the first of its trace; where no time is given, now."""
        return self._tracer.start_span(name, within, start_time=start_time, links=links)

    def metadata_of(self, span: Span) -> Metadata:
        """Return how a server is told that its work belongs below a span."""
        told: dict[str, str] = {}
        self._propagator.inject(told, trace.set_span_in_context(span, context.Context()))
        return tuple(told.items())

    def call_of(self, answered: Predictions) -> SpanContext | None:
        """Return the span of the call that was answered so, where that was shared."""
        return self._calls.get(answered)

    def was_shared(self, answered: Predictions, call: Span) -> None:
        """Remember the call that was answered so, for as long as anybody has the answer."""
        self._calls[answered] = call.get_span_context()


class RequestTrace:
    """The span of a request.

    Attributes:
        metadata: What the model's server is told of it.
    """

    def __init__(self, traces: Traces, scope: Scope, span: Span) -> None:
        """Have begun with it.

        Args:
            traces: Where it goes.
            scope: The request.
            span: Its span.
        """
        self.metadata = traces.metadata_of(span)
        self._traces = traces
        self._scope = scope
        self._span = span

    def shared(self) -> SharedTrace:
        """Begin the span of a call that is made for several requests."""
        return SharedTrace(self._traces)

    def end(self, ended: Ended, facts: Facts | None) -> str:
        """Know how the request ended.

        Args:
            ended: How.
            facts: What became known of it.

        Returns:
            The id of its trace, as 32 hexadecimal digits.
        """
        span, scope = self._span, self._scope
        if span.is_recording():
            span.set_attributes(_told(scope, ended, facts))
            # paths that are none would make a name of their own each
            if ended.status != _NOT_FOUND:
                span.update_name(f"{scope['method']} {scope['path']}")
            if ended.status >= _FAILED or not ended.status:
                span.set_status(trace.StatusCode.ERROR, ended.code)
            end = time.time_ns()
            if facts is not None and facts.model_seconds is not None:
                self._parts(facts, trace.set_span_in_context(span, context.Context()), end)
            span.end(end)
        return f"{span.get_span_context().trace_id:032x}"

    def _parts(self, facts: Facts, within: Context, end: int) -> None:
        asked = end - int((facts.model_seconds or 0.0) * _SECOND)
        arrived = asked - int((facts.queue_seconds or 0.0) * _SECOND)
        self._traces.start("queue", within, start_time=arrived).end(asked)
        call = None if facts.shared is None else self._traces.call_of(facts.shared)
        links = [] if call is None else [trace.Link(call)]
        self._traces.start("model", within, links=links, start_time=asked).end(end)


class SharedTrace:
    """The span of a call that is made for several requests: it is in none of their traces, and they link to it.

    Attributes:
        metadata: What the model's server is told of it.
    """

    def __init__(self, traces: Traces) -> None:
        """Begin it.

        Args:
            traces: Where it goes.
        """
        self._traces = traces
        self._span = traces.start("batch", context.Context())
        self.metadata = traces.metadata_of(self._span)

    def shared(self) -> None:
        """Begin none: it is shared already."""

    def ended(self, rows: int, answered: Predictions | None) -> None:
        """Know how the call ended."""
        self._span.set_attribute("anops.rows", rows)
        if answered is None:
            self._span.set_status(trace.StatusCode.ERROR)
        else:
            self._traces.was_shared(answered, self._span)
        self._span.end()


def _told(scope: Scope, ended: Ended, facts: Facts | None) -> dict[str, Any]:
    told: dict[str, Any] = {
        "http.request.method": scope["method"],
        "url.path": scope["path"],
        "http.response.status_code": ended.status,
        "anops.request_id": ended.request_id,
    }
    if ended.code:
        told["anops.code"] = ended.code
    if facts is not None and facts.model is not None:
        told |= {"anops.model": facts.model.name, "anops.version": facts.model.version}
        told["anops.digest"] = facts.model.digest
    if facts is not None and facts.rows is not None:
        told["anops.rows"] = facts.rows
    return told
