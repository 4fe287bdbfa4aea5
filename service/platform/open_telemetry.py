"""Traces by OpenTelemetry. Nothing of a caller is in them but what a log tells too; of an exception, what it is."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from opentelemetry import context as contexts
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Link, Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from sqlalchemy import Engine, event

from service.platform.told_faults import told_name

_FIELD: Final = "traceparent"
_WITHIN: Final = 5  # seconds that a receiver is given
_FLUSHED: Final = 2_000  # milliseconds that a process waits for it before it ends
_FAULT: Final = 500
_SPANS: Final = "xinjian_spans"
_PLACE: Final = re.compile(r"^\s*(\w+)\b(?:.*?\b(?:FROM|INTO|UPDATE|JOIN)\s+([a-z_][a-z0-9_]*))?", re.DOTALL)


class Traced:
    """A span that is current until it is ended."""

    def __init__(self, span: Span) -> None:
        self._span = span
        self._token = contexts.attach(trace.set_span_in_context(span))

    def answered(self, method: str, route: str, status: int, **more: str | None) -> None:
        """Say what a request was and how it was answered; `more`: what else is known of it."""
        said = {"http.request.method": method, "http.route": route, "http.response.status_code": status}
        self._span.update_name(f"{method} {route}")
        self._span.set_attributes({**said, **{f"xinjian.{name}": told for name, told in more.items() if told}})
        if status >= _FAULT:
            self.fail(more.get("problem") or str(status))

    def fail(self, said: str) -> None:
        """Say that it failed, in words of ours."""
        self._span.set_status(Status(StatusCode.ERROR, said))

    def end(self) -> None:
        """It is over; what was current before is again."""
        contexts.detach(self._token)
        self._span.end()


class OpenTelemetry:
    """Makes spans and sends them, from a thread, to an OTLP receiver over HTTP."""

    def __init__(self, endpoint: str, part: str) -> None:
        resource = Resource.create({"service.name": "xinjian", "service.version": _release(), "xinjian.part": part})
        exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces", timeout=_WITHIN)
        self._provider = TracerProvider(resource=resource)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("xinjian")
        self._fields = TraceContextTextMapPropagator()

    def begin_request(self) -> Traced:
        """A request arrives: a trace of its own, or a part of that of the page which asks for it."""
        return Traced(self._tracer.start_span("request", kind=SpanKind.SERVER))

    @contextmanager
    def job(self, work: str, *, parent: str | None, woken_by: Sequence[str]) -> Iterator[None]:
        """A job runs: within the trace of the one request that queued it, or with links to all that woke it."""
        span = self._tracer.start_span(
            f"job {work}",
            context=self._read(parent) if parent else None,
            kind=SpanKind.CONSUMER,
            attributes={"xinjian.work": work, "xinjian.woken_by": len(woken_by)},
            links=[Link(trace.get_current_span(self._read(one)).get_span_context()) for one in woken_by],
        )
        traced = Traced(span)
        try:
            yield
        except BaseException as error:
            traced.fail(told_name(error))
            raise
        finally:
            traced.end()

    def carrier(self) -> str | None:
        """What leads on to the current span."""
        carried: dict[str, str] = {}
        self._fields.inject(carried)
        return carried.get(_FIELD)

    def trace_id(self) -> str | None:
        """The number of the current trace, as receivers show it."""
        found = trace.get_current_span().get_span_context()
        return trace.format_trace_id(found.trace_id) if found.is_valid else None

    def follow_statements(self, engine: Engine) -> None:
        """Make a span of every statement that belongs to a request or job: what it does and to which table."""
        event.listen(engine, "before_cursor_execute", self._begin_statement)
        event.listen(engine, "after_cursor_execute", _end_statement)
        event.listen(engine, "handle_error", _fail_statement)

    def flush(self) -> None:
        """Send what is waiting: a process is about to end without further ado."""
        self._provider.force_flush(_FLUSHED)

    def stop(self) -> None:
        """Send what is left and end."""
        self.flush()
        self._provider.shutdown()

    def _read(self, carried: str) -> contexts.Context:
        return self._fields.extract({_FIELD: carried}, contexts.Context())

    def _begin_statement(self, connection: Any, _cursor: object, statement: str, *_rest: object) -> None:  # noqa: ANN401 - SQLAlchemy's own
        if not trace.get_current_span().is_recording():
            return
        found = _PLACE.match(statement)
        said = " ".join(part for part in (found.groups() if found else ()) if part) or "statement"
        span = self._tracer.start_span(
            said, kind=SpanKind.CLIENT, attributes={"db.system.name": "postgresql", "db.query.summary": said}
        )
        connection.info.setdefault(_SPANS, []).append(span)


def _end_statement(connection: Any, *_rest: object) -> None:  # noqa: ANN401 - SQLAlchemy's own
    if spans := connection.info.get(_SPANS):
        spans.pop().end()


def _fail_statement(failed: Any) -> None:  # noqa: ANN401 - SQLAlchemy's own
    spans = failed.connection.info.get(_SPANS) if failed.connection is not None else None
    if spans:
        span = spans.pop()
        span.set_status(Status(StatusCode.ERROR, told_name(failed.original_exception)))
        span.end()


def _release() -> str:
    try:
        return version("xinjian")
    except PackageNotFoundError:
        return "source"
