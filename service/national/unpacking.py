"""A block of the Parquet form read back as columns; every claim that it makes about itself is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scoring.rating.columnar import ABSENT, NO_DAY, NO_POINTS, Coded, Columns, Events, Licences, Occasions
from service.national.layout import ATTRIBUTE, FACTS, WORD
from service.national.packing import EPOCH

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scoring.rating.columnar.arrays import Rows

    Array = NDArray[Any]

DAYS: Final = ("corrected_on", "performed_on", "repaired_on", "annulled_on", "publicity_ends_on")


class BlockError(ValueError):
    """A block contradicts itself; says how, in both languages."""


@dataclass(frozen=True, slots=True)
class Block:
    """Some entities of one kind: their public keys, ascending, and their evidence."""

    keys: pa.Array
    columns: Columns


def read_block(table: pa.Table) -> Block:
    """The block of a row group.

    Raises:
        BlockError: its facts are not in their order, its counts are wrong, or it lacks what must be there.
    """
    reading = _Reading(table)
    (keys, kind), own = reading.who(), reading.entities
    offsets = {fact: reading.offsets(fact) for fact in FACTS[1:]}
    events, occasions = _events(reading), _occasions(reading, offsets["occasion"])
    _refuse_strangers(events, occasions, offsets["event"])
    licences = Licences(
        offsets["licence"],
        reading.flags("licensed", own),
        reading.sure_days("valid_from", reading.of["licence"]),
        reading.days("valid_to", reading.of["licence"], whole=True),
    )
    codes = reading.words("code", reading.of["event"], whole=True)
    severities = reading.words("severity", reading.of["event"])
    types = reading.words("occasion_type", reading.of["occasion"], whole=True)
    assert codes is not None, "asked for as a whole"  # noqa: S101 - `words` raises otherwise
    assert types is not None, "likewise"  # noqa: S101 - likewise
    columns = Columns(
        kind=kind,
        codes=codes.texts,
        offsets=offsets["event"],
        events=events,
        severities=() if severities is None else severities.texts,
        occasion_types=types.texts,
        occasions=occasions,
        known_since=reading.days("known_since", own),
        attributes=reading.attributes(own),
        licences=licences,
    )
    return Block(keys, columns)


def _events(reading: _Reading) -> Events:
    rows = reading.of["event"]
    code, severity = reading.words("code", rows, whole=True), reading.words("severity", rows)
    assert code is not None, "asked for as a whole"  # noqa: S101 - `words` raises otherwise
    return Events(
        decided_on=reading.sure_days("decided_on", rows),
        code=code.index,
        severity=None if severity is None else severity.index,
        final=reading.flags("final", rows),
        value=reading.numbers("value", rows, NO_POINTS),
        occasion=reading.numbers("occasion", rows, ABSENT),
        case=reading.numbers("case", rows, ABSENT),
        tie=reading.numbers("tie", rows, ABSENT),
        attributes=reading.attributes(rows),
        **{name: reading.days(name, rows) for name in DAYS},
    )


def _occasions(reading: _Reading, offsets: Rows) -> Occasions:
    rows = reading.of["occasion"]
    kind = reading.words("occasion_type", rows, whole=True)
    assert kind is not None, "asked for as a whole"  # noqa: S101 - `words` raises otherwise
    return Occasions(offsets, reading.sure_days("held_on", rows), kind.index, reading.flags("closed", rows))


def _refuse_strangers(events: Events, occasions: Occasions, offsets: Rows) -> None:
    """An event names the place of an occasion among its entity's own."""
    if events.occasion is not None:
        held = np.repeat(np.diff(occasions.offsets), np.diff(offsets))
        if bool(((events.occasion >= held) | (events.occasion < ABSENT)).any()):
            raise BlockError("事件所指的检查不存在 · an event names an occasion that its entity does not have")


class _Reading:
    """The columns of a table. ``of``: by fact its rows, which follow one another."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table
        fact = self._column("fact", slice(0, table.num_rows))
        known = {text: place for place, text in enumerate(FACTS)}
        ranks = np.array([*(known.get(text, ABSENT) for text in fact.dictionary.to_pylist()), ABSENT], np.int8)
        rank = ranks[_index(fact)]
        if bool((rank == ABSENT).any()) or bool((rank[1:] < rank[:-1]).any()):
            raise BlockError("行的顺序应为主体、许可、检查、事件 · rows must be entities, licences, occasions, events")
        bounds = np.searchsorted(rank, np.arange(len(FACTS) + 1)).tolist()
        self.of = {each: slice(bounds[place], bounds[place + 1]) for place, each in enumerate(FACTS)}
        self.entities = self.of["entity"]

    def who(self) -> tuple[pa.Array, str]:
        """The public keys of the entities, and their kind."""
        keys, kind = self._column("entity", self.entities), self.words("kind", self.entities, whole=True)
        assert kind is not None, "asked for as a whole"  # noqa: S101 - `words` raises otherwise
        if len(set(kind.index.tolist())) != 1:
            raise BlockError("一个行组只能有一个门类 · a row group must be of one kind")
        ascending = len(keys) <= 1 or pc.all(pc.less(keys[:-1], keys[1:])).as_py()
        if keys.null_count or not ascending:
            raise BlockError("主体应按编码升序且不重复 · entities must stand by their keys, each once")
        return keys, kind.texts[int(kind.index[0])]

    def offsets(self, fact: str) -> Rows:
        """Where the rows of each entity begin among those of a fact."""
        sizes = self._column(f"{fact}s", self.entities)
        counts = _values(sizes, ABSENT).astype(np.int64)
        found: Rows = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
        rows = self.of[fact]
        if bool((counts < 0).any()) or found[-1] != rows.stop - rows.start:
            raise BlockError(f"列 {fact}s 与行数不符 · the column {fact}s does not add up to the rows")
        return found

    def days(self, name: str, rows: slice, *, whole: bool = False) -> Any:  # noqa: ANN401 - days or None
        """A column of days; None where all are absent, unless it is wanted ``whole``."""
        column = self._column(name, rows)
        if column.null_count == len(column) and not whole:
            return None
        return _values(column.view(pa.int32()), NO_DAY - EPOCH) + np.int32(EPOCH)

    def sure_days(self, name: str, rows: slice) -> Any:  # noqa: ANN401 - days
        """A column of days none of which is absent."""
        self._refuse_nulls(name, self._column(name, rows))
        return self.days(name, rows, whole=True)

    def numbers(self, name: str, rows: slice, absent: int) -> Any:  # noqa: ANN401 - numbers or None
        """A column of whole numbers; None where all are absent."""
        column = self._column(name, rows)
        return None if column.null_count == len(column) > 0 else _values(column, absent)

    def flags(self, name: str, rows: slice) -> Any:  # noqa: ANN401 - flags
        """A column of flags none of which is absent."""
        column = self._column(name, rows)
        self._refuse_nulls(name, column)
        return column.to_numpy(zero_copy_only=False).astype(np.bool_)

    def words(self, name: str, rows: slice, *, whole: bool = False) -> Coded | None:
        """A column of texts. ``whole``: none is absent; else None where all are."""
        column = self._column(name, rows)
        if whole:
            self._refuse_nulls(name, column)
        elif column.null_count == len(column):
            return None
        return Coded(tuple(column.dictionary.to_pylist()), _index(column))

    def attributes(self, rows: slice) -> dict[str, Coded]:
        """Those that any of some rows have."""
        named = [name for name in self._table.column_names if name.startswith(ATTRIBUTE)]
        found = {name.removeprefix(ATTRIBUTE): self.words(name, rows) for name in named}
        return {name: each for name, each in found.items() if each is not None}

    def _column(self, name: str, rows: slice) -> pa.Array:
        column = self._table.column(name)
        if column.type == WORD:
            column = column.unify_dictionaries()
        return column.combine_chunks().slice(rows.start, rows.stop - rows.start)

    def _refuse_nulls(self, name: str, column: pa.Array) -> None:
        if column.null_count:
            raise BlockError(f"列 {name} 有空值 · the column {name} has nulls")


def _index(column: pa.Array) -> Any:  # noqa: ANN401 - codes
    return _values(column.indices, ABSENT)


def _values(column: pa.Array, absent: int) -> Any:  # noqa: ANN401 - an array of numbers
    if column.null_count:
        column = column.fill_null(absent)
    return column.to_numpy(zero_copy_only=True)
