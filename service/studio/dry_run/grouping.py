"""By what entities are counted apart: region, authority, and each attribute that has few values or bands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from scoring.kernel.points import PointsError, parse_points
from scoring.rating.columnar import ABSENT, Coded
from service.studio.dry_run.limits import limits

if TYPE_CHECKING:
    from service.studio.dry_run.limits import Band
    from service.studio.dry_run.sides import Sides

ATTRIBUTE = "attribute:"


def groups_of(sides: Sides) -> dict[str, Coded]:
    """The groups by the name of what tells them apart; who has no value of an attribute is in none."""
    bands = {one.attribute: one for one in limits().bands}
    groups = {"region": sides.region, "authority": sides.authority}
    for name, coded in sides.attributes.items():
        found = banded(coded, bands[name]) if name in bands else coded
        if len(found.texts) <= limits().most_groups:
            groups[ATTRIBUTE + name] = found
    return groups


def banded(coded: Coded, band: Band) -> Coded:
    """An attribute that is a number, by its bands; a value that is no number is in none."""
    bounds = [100 * each for each in band.bounds]
    table = [_place(text, bounds) for text in coded.texts]
    return Coded(band.names, np.array([*table, ABSENT], np.int32)[coded.index])


def _place(text: str, bounds: list[int]) -> int:
    try:
        value = parse_points(text)
    except PointsError:
        return ABSENT
    return sum(value >= bound for bound in bounds)
