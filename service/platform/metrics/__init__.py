"""Metrics for Prometheus: what processes count, over all of them where PROMETHEUS_MULTIPROC_DIR is set, and gauges.

`docs/metrics.md` tells each: what it says, what is normal, and what to do where it is not.
"""

from service.platform.metrics.counted import (
    ALARMS,
    DELIVERIES,
    FRESHNESS,
    MESSAGES,
    PROBLEMS,
    SIGN_INS,
    count_job,
    method_label,
    series,
    watch_pool,
)
from service.platform.metrics.exposition import MEDIA_TYPE, counted, exposition
from service.platform.metrics.families import Family, Figure, Reader, families, gauge
from service.platform.metrics.readings import Readings
from service.platform.metrics.stored import BUILD, OVERDUE, UNALARMED, backlog, platform_figures, queue_figures

__all__ = [
    "ALARMS",
    "BUILD",
    "DELIVERIES",
    "FRESHNESS",
    "MEDIA_TYPE",
    "MESSAGES",
    "OVERDUE",
    "PROBLEMS",
    "SIGN_INS",
    "UNALARMED",
    "Family",
    "Figure",
    "Reader",
    "Readings",
    "backlog",
    "count_job",
    "counted",
    "exposition",
    "families",
    "gauge",
    "method_label",
    "platform_figures",
    "queue_figures",
    "series",
    "watch_pool",
]
