"""Traces, from a request to the job that it woke: what the rest of the program knows of them.

Off unless an address is set for them and the extra `telemetry` is installed: then nothing of it is even imported.
docs/adr/0022-traces.md says why they are made as they are.
"""

from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from service.platform.open_telemetry import OpenTelemetry

log = structlog.get_logger(__name__)


class _Process:
    """The traces of this process."""

    traces: "OpenTelemetry | None" = None


def start_tracing(endpoint: str | None, part: str) -> None:
    """From now on send traces to an OTLP receiver (HTTP), as this part of the service; None: no traces.

    Call it after a process was forked. Where the extra is not installed that is told once, and nothing else changes.
    """
    if endpoint is None:
        return
    try:
        from service.platform.open_telemetry import OpenTelemetry  # noqa: PLC0415 -- an extra, imported where wanted
    except ImportError:
        log.warning("telemetry_not_installed", wanted="xinjian[telemetry]")
        return
    _Process.traces = OpenTelemetry(endpoint, part)


def stop_tracing() -> None:
    """Send what is left and end."""
    if _Process.traces is not None:
        _Process.traces.stop()
        _Process.traces = None


def traces() -> "OpenTelemetry | None":
    """The traces of this process, None where there are none."""
    return _Process.traces


def trace_carrier() -> str | None:
    """What leads on to the span that runs now, as W3C Trace Context writes it; None where none does."""
    return None if _Process.traces is None else _Process.traces.carrier()
