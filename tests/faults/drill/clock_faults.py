"""The clocks of the service's hosts, set forward and back by what goes wrong in life: seconds to more than a day."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.sample.chance import Chance
    from tests.faults.drill.stand import Scene

DISTANCES = (2, 90, 3_600, 8 * 3_600, 25 * 3_600)
"""Seconds: a correction, a drifted clock, a changed hour, a zone taken for another, a day."""


@contextmanager
def forward(scene: Scene, chance: Chance) -> Iterator[None]:
    """They are ahead, and then set right."""
    with _off(scene, DISTANCES[chance.number(0, len(DISTANCES) - 1)]):
        yield


@contextmanager
def back(scene: Scene, chance: Chance) -> Iterator[None]:
    """They are behind, and then set right."""
    with _off(scene, -DISTANCES[chance.number(0, len(DISTANCES) - 1)]):
        yield


@contextmanager
def _off(scene: Scene, seconds: float) -> Iterator[None]:
    scene.stand.clocks.set(seconds)
    try:
        yield
    finally:
        scene.stand.clocks.set(0)
