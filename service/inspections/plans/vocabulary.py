"""Words of plans and what the law of planning says of days, read from ``plans.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

CHANNELS = ("random", "targeted", "full")
METHODS = ("on_site", "off_site", "document")
NAMES = ("open", "dispatch", "completion")
ROWS = ("open", "none")
ORDERS = ("equal", "pareto")
ROUNDINGS = ("up", "half_up")


@cache
def planning() -> Mapping[str, Any]:
    """``publish_by``: month and day; ``uncounted``: types of occasion; ``exclusions``: status → reason; ``columns``.

    ``visits_per_day``: of an inspector.
    """
    return tomllib.loads((resources.files(__package__) / "plans.toml").read_text(encoding="utf-8"))
