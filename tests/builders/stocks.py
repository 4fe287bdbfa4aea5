"""Stocks of histories, with no database: written as the job writes them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from service.register import EntityFacts
from service.studio.stock import Stock, open_stock
from service.studio.stock.layout import FORMAT, MANIFEST
from service.studio.stock.writing import Writing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from scoring.rating.history import History


def facts_of(history: History, number: int) -> EntityFacts:
    """Who the entity of a history could be: regions and authorities take turns."""
    authority, region = f"office-{number % 2}", f"11010{number % 3}"
    whose = (number, history.entity, history.entity, authority, "Asia/Shanghai", region, "active")
    return EntityFacts(*whose, None, None, None, natural_person=False, unverified_code=False, attributes={}, kinds={})


def stock_of(folder: Path, histories: Sequence[History], day: date, *, at_once: int) -> Stock:
    """A stock of histories, in each kind so many of them at a time; numbers begin anew in each."""
    kinds = {}
    for place, kind in enumerate(dict.fromkeys(one.kind for one in histories)):
        writing, mine = Writing(folder, f"{place:03}-own"), [one for one in histories if one.kind == kind]
        for first in range(0, len(mine), at_once):
            some = mine[first : first + at_once]
            writing.add([facts_of(each, first + number) for number, each in enumerate(some)], some)
        kinds[kind] = {"own": writing.finish(), "joined": None}
    said = {"format": FORMAT, "position": 1, "day": day.isoformat(), "kinds": kinds}
    (folder / MANIFEST).write_text(json.dumps(said), encoding="utf-8")
    return open_stock(folder)
