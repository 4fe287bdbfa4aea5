"""The metrics as the page tells them and as the program has them."""

import re
from typing import NamedTuple

from prometheus_client.metrics import MetricWrapperBase

import service.bootstrap  # noqa: F401 - it knows every room, and so every gauge is declared
from service.platform.metrics import counted, families

from .tree import ROOT, read

PAGE = ROOT / "docs/metrics.md"
_ROW = re.compile(r"^\| `([a-z_]+)` \| (counter|gauge|histogram) \| ([a-z_, –]+) \| ", re.MULTILINE)
_LABEL = re.compile(r"^\| ([a-z_]+) \| [^|]+ \|$", re.MULTILINE)
_OURS = "service.platform.metrics.counted"


class Metric(NamedTuple):
    """A metric by the name that a query says (of a histogram without its ending), its type and its labels."""

    name: str
    kind: str
    labels: tuple[str, ...]


def told(page: str) -> list[Metric]:
    """What the page tells."""
    return [Metric(name, kind, _labels(said)) for name, kind, said in _ROW.findall(page)]


def labels_told(page: str) -> list[str]:
    """The labels whose values the page tells."""
    return [name for name in _LABEL.findall(page.partition("## Labels")[2]) if name != "label"]


def held() -> list[Metric]:
    """What the program has: what it counts, and the gauges that rooms declare."""
    module = __import__(_OURS, fromlist=["*"])
    counts = [one for one in vars(module).values() if isinstance(one, MetricWrapperBase)]
    return [*map(_counted, counts), *(Metric(one.name, "gauge", one.labels) for one in families().values())]


def registered() -> set[str]:
    """Every name that the registry of this process would tell of our own, whatever module made it."""
    foreign = ("python_", "process_")
    return {one.name for one in counted().collect() if not one.name.startswith(foreign)}


def page() -> str:
    """The page as it stands."""
    return read(PAGE)


def _counted(one: MetricWrapperBase) -> Metric:
    (said,) = one.describe()
    name = f"{said.name}_total" if said.type == "counter" else said.name
    return Metric(name, said.type, tuple(one._labelnames))  # noqa: SLF001 - the library tells it in no other way


def _labels(said: str) -> tuple[str, ...]:
    return () if said == "–" else tuple(said.split(", "))
