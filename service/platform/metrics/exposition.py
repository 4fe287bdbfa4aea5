"""All metrics in Prometheus' text format."""

import os
from collections.abc import Iterable, Mapping

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import REGISTRY, Collector

from service.platform.metrics.families import Family, Figure, families

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class _Figures(Collector):
    """Every gauge that was declared, with what was read of it."""

    def __init__(self, figures: Iterable[Figure]) -> None:
        self._found: dict[str, list[Figure]] = {}
        for one in figures:
            self._found.setdefault(one.family.name, []).append(one)

    def collect(self) -> Iterable[GaugeMetricFamily]:
        known: Mapping[str, Family] = families()
        for name, family in known.items():
            told = GaugeMetricFamily(name, family.says, labels=family.labels)
            for one in self._found.get(name, ()):
                told.add_metric(one.labels, one.value)
            yield told


def counted() -> CollectorRegistry:
    """What processes counted: all of this machine where PROMETHEUS_MULTIPROC_DIR is set, else this one."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call] # prometheus_client leaves it untyped
    return registry


def exposition(figures: Iterable[Figure]) -> bytes:
    """What was counted, and the figures that were read just now."""
    read = CollectorRegistry()
    read.register(_Figures(figures))
    return generate_latest(counted()) + generate_latest(read)
