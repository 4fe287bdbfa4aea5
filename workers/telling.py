"""Telling metrics over HTTP from processes that serve nothing else."""

from typing import TYPE_CHECKING

import structlog
from prometheus_client import start_http_server

from service.platform.metrics import counted

if TYPE_CHECKING:
    from service.platform import Settings

log = structlog.get_logger(__name__)


def tell_metrics(settings: "Settings") -> None:
    """Answer `GET /metrics` at METRICS_BIND, from a thread, with what the processes of this machine counted.

    An address that is taken is told of in the log and keeps no work from being done.
    """
    if settings.metrics_bind is None:
        return
    host, _, port = settings.metrics_bind.rpartition(":")
    try:
        start_http_server(int(port), host.strip("[]"), counted())
    except OSError:
        log.exception("metrics_address_taken", address=settings.metrics_bind)
