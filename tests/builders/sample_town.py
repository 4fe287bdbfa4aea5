"""The invented city without a database: its lines as histories, a stock, and what its random visits found."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import replace
from datetime import date
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from scoring.edition.parse import parse
from scoring.rating.history import EditionChain, Event, History, Occasion
from service import sample
from service.evidence.catalogue import decision_kinds, event_codes
from service.studio.backtest.outcomes import Outcomes
from tests.builders.stocks import stock_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from service.studio.stock import Stock

UNTIL = date(2026, 6, 30)
KIND = "cinema"


class Town(NamedTuple):
    """Everybody in one kind. ``risk``: the true one of each, by number."""

    histories: list[History]
    risk: np.ndarray[tuple[int], np.dtype[np.float64]]
    outcomes: Outcomes

    def stock(self, folder: Path) -> Stock:
        """A stock of it; numbers of entities are places."""
        return stock_of(folder, self.histories, UNTIL, at_once=len(self.histories))


def chain() -> EditionChain:
    """The illustrative Beijing edition, as if it had been in force for ever."""
    edition = parse((files("scoring.editions") / "bj-culture.toml").read_text("utf-8"))
    return EditionChain((replace(edition, force_from=date.min),))


@cache
def town(size: int, seed: str = "xinjian") -> Town:
    """A city of so many entities."""
    city = sample.City(seed=seed, size=size, until=UNTIL)
    who, what = BytesIO(), BytesIO()
    sample.write(city, who, what)
    lines: dict[str, list[dict[str, Any]]] = defaultdict(list)
    struck: dict[str, date] = {}
    for line in map(json.loads, what.getvalue().splitlines()):
        if "act" in line:
            struck[line["event"]["source_ref"]] = date.fromisoformat(line["acted_on"])
        else:
            lines[line["entity"]].append(line)
    places = [json.loads(line) for line in who.getvalue().splitlines()]
    histories = [_history(one, lines[one["key"]], struck) for one in places]
    risk = np.array([sample.true_risk(city, one["key"]) for one in places])
    return Town(histories, risk, _outcomes(places, lines))


def _history(who: dict[str, Any], lines: Sequence[dict[str, Any]], struck: dict[str, date]) -> History:
    finals = {kind.code: kind.final for kind in decision_kinds()}
    final = {code.code: finals[code.kinds[0]] for code in event_codes()}
    days = ("decided_on", "corrected_on", "performed_on", "publicity_ends_on")
    plain = ("source", "code", "severity", "case_ref", "occasion")
    events = []
    for line in (line for line in lines if "code" in line):
        said: dict[str, Any] = {name: line[name] for name in plain if name in line}
        said |= {name: date.fromisoformat(line[name]) for name in days if name in line}
        ref = line["source_ref"]
        events.append(Event(ref=ref, final=final[line["code"]], annulled_on=struck.get(ref), **said))
    occasions = [
        Occasion(line["source_ref"], line["type"], date.fromisoformat(line["held_on"]))
        for line in lines
        if "held_on" in line
    ]
    since = date.fromisoformat(who["established_on"])
    return History(who["key"], KIND, tuple(events), tuple(occasions), who["attributes"], since)


def _outcomes(places: Sequence[dict[str, Any]], lines: dict[str, list[dict[str, Any]]]) -> Outcomes:
    """Those at which somebody was met; cells as for visits of other systems."""
    rows, cells, drawn = [], dict[tuple[int, str], int](), defaultdict[int, int](int)
    for number, one in enumerate(places):
        mine = lines[one["key"]]
        problems = {line["occasion"] for line in mine if "occasion" in line and line["code"] != "no_problem_found"}
        for line in (line for line in mine if "probability" in line):
            cell = cells.setdefault((int(line["held_on"][:4]), line["probability"]), len(cells))
            drawn[cell] += 1
            if line["type"] != "attempt":
                held = date.fromisoformat(line["held_on"]).toordinal()
                rows.append((held, number, float(line["probability"]), cell, line["source_ref"] in problems))
    day, entity, probability, of_cell, found = zip(*sorted(rows), strict=True)
    sizes = np.array([drawn[place] for place in range(len(cells))])
    return Outcomes(
        np.array(entity), np.array(day, np.int32), np.array(probability), np.array(of_cell), np.array(found), sizes
    )
