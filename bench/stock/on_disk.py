"""Made evidence as a stock on the disk: arrays part after part, as the job leaves them, without any database."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from bench.stock.plain import AS_OF
from service.studio.stock.growing import Growing
from service.studio.stock.layout import (
    ATTRIBUTE,
    CODED,
    ENTITY,
    EVENT,
    FORMAT,
    LICENCE,
    MANIFEST,
    OCCASION,
    OFFSETS,
    Kept,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from scoring.rating.columnar import Coded, Columns

DISTRICTS = 16


def write_stock(folder: Path, kinds: Mapping[str, Iterable[Columns]], entities: int) -> None:
    """A stock in a folder of the name that the job gives it: in each kind sixteen districts, one after the other.

    ``entities``: how many each kind has.
    """
    place = folder / f"{1:016}-{AS_OF.isoformat()}"
    place.mkdir(parents=True)
    made = {}
    for number, (name, parts) in enumerate(kinds.items()):
        kind = _Kind(place, f"{number:03}", entities)
        for part in parts:
            kind.add(part)
        made[name] = {"own": kind.finish(), "joined": None}
    said = {"format": FORMAT, "position": 1, "day": AS_OF.isoformat(), "kinds": made}
    (place / MANIFEST).write_text(json.dumps(said), encoding="utf-8")


class _Kind:
    """The arrays of a kind; every part has the same dictionaries."""

    def __init__(self, folder: Path, name: str, entities: int) -> None:
        self._folder, self._name, self._entities = folder, name, entities
        self._arrays: dict[str, Growing] = {}
        self._rows = dict.fromkeys(("entity", "event", "occasion", "licence"), 0)
        districts = [f"1101{1 + number:02}" for number in range(DISTRICTS)]
        self._texts: dict[str, Any] = {"region": districts, "authority": [f"bj-culture-{code}" for code in districts]}

    def add(self, part: Columns) -> None:
        """Some more entities."""
        assert part.occasions is not None
        assert part.licences is not None
        self._texts |= {"code": part.codes, "severity": part.severities, "occasion_type": part.occasion_types}
        first, events = self._rows["entity"], len(part.events.code)
        tie = np.arange(events) - np.repeat(part.offsets[:-1], np.diff(part.offsets))
        rows = {"event": part.offsets, "occasion": part.occasions.offsets, "licence": part.licences.offsets}
        for table, offsets in rows.items():
            self._offsets(table, offsets)
        event = {name: tie if name == "tie" else getattr(part.events, name) for name in EVENT}
        self._table("event", EVENT, event, part.events.attributes)
        self._table("occasion", OCCASION, {name: getattr(part.occasions, name) for name in OCCASION}, {})
        self._table("licence", LICENCE, {name: getattr(part.licences, name) for name in LICENCE}, {})
        numbers = np.arange(first, first + part.entities)
        entity = {"known_since": part.known_since, "looked_at": part.licences.looked_at, "id": numbers}
        self._table("entity", ENTITY, entity, part.attributes)
        for name in ("region", "authority"):
            self._array(f"entity/{name}", CODED).append(numbers * DISTRICTS // self._entities)
        for table, size in (("entity", part.entities), *((name, int(each[-1])) for name, each in rows.items())):
            self._rows[table] += size

    def finish(self) -> dict[str, Any]:
        """Close the files; what the manifest says of them."""
        for each in self._arrays.values():
            each.close()
        arrays = {
            name: {"file": each.file.name, "rows": each.rows, "bytes": each.file.stat().st_size, "sha256": ""}
            for name, each in self._arrays.items()
        }
        return {"texts": self._texts, "arrays": arrays}

    def _offsets(self, table: str, offsets: Any) -> None:  # noqa: ANN401 - an array
        array = self._array(f"{table}/offsets", OFFSETS)
        array.append(offsets[1:] + self._rows[table] if self._rows["entity"] else offsets)

    def _table(
        self, table: str, kept: Mapping[str, Kept], columns: Mapping[str, Any], coded: Mapping[str, Coded]
    ) -> None:
        for name, how in kept.items():
            self._array(f"{table}/{name}", how).append(columns[name])
        for name, each in coded.items():
            self._texts[f"{table}/{ATTRIBUTE}{name}"] = each.texts
            self._array(f"{table}/{ATTRIBUTE}{name}", CODED).append(each.index)

    def _array(self, name: str, how: Kept) -> Growing:
        if name not in self._arrays:
            self._arrays[name] = Growing(self._folder / f"{self._name}-{len(self._arrays):03}.npy", how.dtype, None)
        return self._arrays[name]
