"""Columns of some entities after the other put into files, with one dictionary for all of them."""

from __future__ import annotations

from collections import Counter
from hashlib import file_digest
from itertools import count
from typing import TYPE_CHECKING, Any

import numpy as np

from scoring.rating.columnar import ABSENT, columns_of
from service.studio.stock.growing import Growing
from service.studio.stock.layout import ATTRIBUTE, CODED, ENTITY, EVENT, LICENCE, OCCASION, OFFSETS, Kept

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from scoring.rating.columnar import Coded
    from scoring.rating.history import History
    from service.register import EntityFacts

    Array = NDArray[Any]


class Dictionary:
    """Distinct texts in the order in which they first came."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}

    @property
    def texts(self) -> list[str]:
        """All of them."""
        return list(self._places)

    def renumbered(self, texts: Sequence[str], index: Array) -> Array:
        """Positions in other texts as positions in these, which grow as they must; ``ABSENT`` stays."""
        table = [self._places.setdefault(each, len(self._places)) for each in texts]
        return np.array([*table, ABSENT], np.int32)[index]


class Writing:
    """The arrays of one kind, written entity by entity; their names are ``table/column``."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name, self._numbers = folder, name, count()
        self._growing: dict[str, Growing] = {}
        self._rows: Counter[str] = Counter()
        self._texts: dict[str, Dictionary] = {}
        self._cases = 0

    def add(self, facts: Sequence[EntityFacts], histories: Sequence[History]) -> None:
        """Some more entities, each with its history; all of one kind."""
        columns = columns_of(histories)
        events, occasions, licences = columns.events, columns.occasions, columns.licences
        assert occasions is not None, "columns of histories have occasions"  # noqa: S101 - `columns_of` makes them
        assert licences is not None, "columns of histories have licences"  # noqa: S101 - likewise
        self._offsets("event", columns.offsets)
        self._offsets("occasion", occasions.offsets)
        self._offsets("licence", licences.offsets)
        event: dict[str, Any] = {name: getattr(events, name) for name in EVENT}
        event["code"] = self._own("code").renumbered(columns.codes, events.code)
        event["severity"] = self._own("severity").renumbered(columns.severities, event["severity"])
        event["case"] = np.where(event["case"] == ABSENT, ABSENT, event["case"] + self._cases)
        self._cases += int(max(events.case.max(initial=ABSENT), ABSENT)) + 1 if events.case is not None else 0
        self._table("event", EVENT, event, events.attributes)
        kinds = self._own("occasion_type").renumbered(columns.occasion_types, occasions.type)
        held = {"held_on": occasions.held_on, "type": kinds, "closed": occasions.closed}
        self._table("occasion", OCCASION, held, {})
        self._table("licence", LICENCE, {"start": licences.start, "end": licences.end}, {})
        ids = np.array([each.id for each in facts], np.int64)
        entity: dict[str, Any] = {"known_since": columns.known_since, "looked_at": licences.looked_at, "id": ids}
        for name in ("authority", "region"):
            texts = [getattr(each, name) for each in facts]
            self._put(f"entity/{name}", CODED, self._own(name).renumbered(texts, np.arange(len(texts))))
        self._table("entity", ENTITY, entity, columns.attributes)

    def finish(self) -> dict[str, Any]:
        """Close the files; what the manifest says of them."""
        for name, growing in self._growing.items():
            if not name.endswith("/offsets"):
                growing.pad(self._rows[name.partition("/")[0]])
            growing.close()
        return {
            "entities": self._rows["entity"],
            "texts": {name: each.texts for name, each in self._texts.items()},
            "arrays": {name: _described(each) for name, each in self._growing.items() if each.written},
        }

    def _table(self, table: str, kept: Mapping[str, Kept], columns: Mapping[str, Array], coded: Any) -> None:  # noqa: ANN401
        for name, how in kept.items():
            self._put(f"{table}/{name}", how, columns[name])
        attributes: Mapping[str, Coded] = coded
        for name, each in attributes.items():
            key = f"{table}/{ATTRIBUTE}{name}"
            self._put(key, CODED, self._own(key).renumbered(each.texts, each.index))
        self._rows[table] += len(columns[next(iter(kept))])

    def _offsets(self, table: str, offsets: Array) -> None:
        key = f"{table}/offsets"
        if key not in self._growing:
            self._put(key, OFFSETS, offsets[:1])
        self._array(key, OFFSETS).append(offsets[1:] + self._rows[table])

    def _put(self, key: str, how: Kept, values: Array) -> None:
        growing = self._array(key, how)
        if how.usual is not None:
            growing.pad(self._rows[key.partition("/")[0]])
        growing.append(values)

    def _array(self, key: str, how: Kept) -> Growing:
        if key not in self._growing:
            self._growing[key] = Growing(self._folder / f"{self._name}-{next(self._numbers):03}.npy", *how)
        return self._growing[key]

    def _own(self, name: str) -> Dictionary:
        return self._texts.setdefault(name, Dictionary())


def _described(growing: Growing) -> dict[str, object]:
    with growing.file.open("rb") as source:
        digest = file_digest(source, "sha256").hexdigest()
    return {"file": growing.file.name, "rows": growing.rows, "bytes": growing.file.stat().st_size, "sha256": digest}
