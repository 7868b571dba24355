"""Traces: OpenTelemetry over OTLP/HTTP, from an allow-list of attributes, and silent where a trace would tell.

Every span passes `ScrubbedExporter`: whoever made it, only the attributes of `ATTRIBUTES` leave the process, exceptions
by type alone, span names of a fixed form. Contexts live in contextvars, which eventlet keeps apart for each
greenthread; what is *spawned* starts with an empty one.
"""

import atexit
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import NonRecordingSpan, Span, SpanContext, SpanKind, Status, StatusCode, TraceFlags, Tracer

from chassis import telemetry_database

# What the code calls it -> the attribute that may leave the process.
ATTRIBUTES = {
    "attempt": "paravent.attempt",
    "bytes": "paravent.bytes",
    "consumer": "messaging.consumer.group.name",
    "count": "paravent.count",
    "destination": "messaging.destination.name",
    "error": "error.type",
    "event_type": "paravent.event_type",
    "method": "http.request.method",
    "operation": "db.operation.name",
    "outcome": "paravent.outcome",
    "route": "http.route",
    "status": "http.response.status_code",
    "system": "db.system.name",
    "unit": "paravent.unit",
}
_EXPORTED = frozenset(ATTRIBUTES.values())
_RESOURCE = ("service.name", "service.namespace", "paravent.role")
_VALUE = re.compile(r"[\w.:/{}<>-]{0,120}", re.ASCII)
_NAME = re.compile(r"[\w.:/{}<> -]{1,120}", re.ASCII)
_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")


class _State:
    """Where this process's spans go; nowhere until `configure`."""

    def __init__(self) -> None:
        self.provider: TracerProvider | None = None
        self.tracer: Tracer = trace.NoOpTracer()


_state = _State()


class ScrubbedExporter(SpanExporter):
    """Lets only the allow-list through to the exporter that it wraps."""

    def __init__(self, inner: SpanExporter) -> None:
        self._inner = inner

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return self._inner.export([_scrub(span) for span in spans])

    def shutdown(self) -> None:
        self._inner.shutdown()

    def force_flush(self, timeout_millis: int = 5_000) -> bool:
        return self._inner.force_flush(timeout_millis)


def configure(service: str, role: str, endpoint: str | None, *, exporter: SpanExporter | None = None) -> None:
    """Trace this process to the OTLP/HTTP collector at `endpoint` (http://host:port); None: not at all.

    `exporter` stands in for the collector.
    """
    shutdown()
    target = exporter or (_otlp(endpoint) if endpoint else None)
    if target is None:
        return
    resource = Resource({"service.name": service, "service.namespace": "paravent", "paravent.role": role})
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(ScrubbedExporter(target), schedule_delay_millis=1_000))
    _state.provider = provider
    _state.tracer = provider.get_tracer("paravent")
    telemetry_database.watch(_statement)


def silent() -> None:
    """Make no spans in this process: a process of identity-vault exports counts by the hour, nothing finer."""
    shutdown()


def flush() -> None:
    """Send what waits."""
    if _state.provider is not None:
        _state.provider.force_flush(5_000)


def shutdown() -> None:
    """Send what waits, then trace no more."""
    provider, _state.provider, _state.tracer = _state.provider, None, trace.NoOpTracer()
    if provider is not None:
        provider.shutdown()


@contextmanager
def span(name: str, kind: SpanKind = SpanKind.INTERNAL, **attributes: Any) -> Iterator[Span]:
    """A span around the block, a child of the current one. An exception marks it by its type and passes on."""
    made = _state.tracer.start_span(name, kind=kind, attributes=_named(attributes))
    try:
        with trace.use_span(made, record_exception=False, set_status_on_exception=False):
            yield made
    except BaseException as error:
        made.set_status(Status(StatusCode.ERROR))
        made.set_attribute("error.type", type(error).__qualname__)
        raise
    finally:
        made.end()


def note(**attributes: Any) -> None:
    """Add attributes to the current span."""
    trace.get_current_span().set_attributes(_named(attributes))


def traceparent() -> str | None:
    """The current span in W3C form, to be carried to another process; None when there is none."""
    current = trace.get_current_span().get_span_context()
    if not current.is_valid:
        return None
    return f"00-{current.trace_id:032x}-{current.span_id:016x}-{current.trace_flags:02x}"


@contextmanager
def follow(carried: str | None) -> Iterator[None]:
    """Within the block, spans continue the trace that another process carried here; a new trace if it carried none."""
    match = _TRACEPARENT.fullmatch(carried or "")
    context = Context()
    if match is not None:
        remote = SpanContext(
            int(match[1], 16), int(match[2], 16), is_remote=True, trace_flags=TraceFlags(int(match[3], 16))
        )
        context = trace.set_span_in_context(NonRecordingSpan(remote), context)
    with _attached(context):
        yield


@contextmanager
def border() -> Iterator[None]:
    """Within the block there is no trace: nothing to carry across, and new spans are new roots without link."""
    with _attached(Context()):
        yield


@contextmanager
def _attached(context: Context) -> Iterator[None]:
    token = otel_context.attach(context)
    try:
        yield
    finally:
        otel_context.detach(token)


class TraceRequests:
    """ASGI middleware: one span a request, named by the route's template, never by path, query or address.

    A request starts a new trace: what a browser sends as `traceparent` is not followed.
    """

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with border(), span("request", SpanKind.SERVER, method=_method(scope)) as made:

            async def answer(message: Any) -> None:
                if message["type"] == "http.response.start":
                    made.set_attribute("http.response.status_code", message["status"])
                await send(message)

            try:
                await self._app(scope, receive, answer)
            finally:
                template = getattr(scope.get("route"), "path", None) or "<none>"
                made.update_name(f"{_method(scope)} {template}")
                made.set_attribute("http.route", template)


def _method(scope: Any) -> str:
    known = {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"}
    return scope["method"] if scope["method"] in known else "OTHER"


@contextmanager
def _statement(unit: str, operation: str) -> Iterator[None]:
    """A database statement within a traced piece of work; polling outside of one is not worth a trace."""
    if not trace.get_current_span().get_span_context().is_valid:
        yield
        return
    with span(f"db {unit}", SpanKind.CLIENT, unit=unit, operation=operation, system="postgresql"):
        yield


def _named(attributes: dict[str, Any]) -> dict[str, Any]:
    return {ATTRIBUTES.get(key, key): value for key, value in attributes.items()}


def _otlp(endpoint: str) -> SpanExporter:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    return OTLPSpanExporter(endpoint=endpoint.rstrip("/") + "/v1/traces", timeout=2)


def _scrub(original: ReadableSpan) -> ReadableSpan:
    resource = {key: original.resource.attributes[key] for key in _RESOURCE if key in original.resource.attributes}
    return ReadableSpan(
        name=original.name if _NAME.fullmatch(original.name) else "unnamed",
        context=original.context,
        parent=original.parent,
        resource=Resource(resource),
        attributes=_allowed(original),
        events=[_type_only(event) for event in original.events if event.name == "exception"],
        kind=original.kind,
        status=Status(original.status.status_code),
        start_time=original.start_time,
        end_time=original.end_time,
        instrumentation_scope=original.instrumentation_scope,
    )


def _allowed(original: ReadableSpan) -> dict[str, Any]:
    return {k: v for k, v in (original.attributes or {}).items() if k in _EXPORTED and _is_code(v)}


def _type_only(event: Event) -> Event:
    kind = (event.attributes or {}).get("exception.type", "")
    return Event("exception", {"exception.type": kind} if _is_code(kind) else {}, event.timestamp)


def _is_code(value: object) -> bool:
    if isinstance(value, str):
        return _VALUE.fullmatch(value) is not None
    return isinstance(value, (bool, int, float))


atexit.register(shutdown)
