"""Gauges read at the moment of asking: each declared once, whether or not there is anything to tell of it."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session


class Family(NamedTuple):
    """A gauge: its name, what it says, the names of its labels."""

    name: str
    says: str
    labels: tuple[str, ...]

    def of(self, value: float, **labels: str) -> "Figure":
        """The gauge at this moment; every label is given.

        Raises:
            KeyError: a label is missing.
        """
        return Figure(self, value, tuple(labels[name] for name in self.labels))


class Figure(NamedTuple):
    """One value of a gauge, with the values of its labels in their order."""

    family: Family
    value: float
    labels: tuple[str, ...]


Reader = Callable[[Session, datetime], Iterable[Figure]]
"""What a room tells of itself: a few statements, each over an index and none over more rows than it says."""

_declared: dict[str, Family] = {}


def gauge(name: str, says: str, *labels: str) -> Family:
    """Declare a gauge.

    Raises:
        ValueError: another gauge has this name.
    """
    if name in _declared:
        raise ValueError(f"the gauge {name} is declared twice")
    return _declared.setdefault(name, Family(name, says, labels))


def families() -> Mapping[str, Family]:
    """Every gauge that was declared, by name."""
    return _declared
