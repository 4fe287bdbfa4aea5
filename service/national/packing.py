"""Columns of some entities as one block: a row group of the Parquet form, whole by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from scoring.rating.columnar import ABSENT, NO_DAY, NO_POINTS, Coded
from service.national.layout import ATTRIBUTE, EVIDENCE, FACTS, WORD

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from scoring.rating.columnar import Columns

    Array = NDArray[Any]

EPOCH: Final = 719_163
"""The ordinal of 1970-01-01, from which Parquet counts days."""
ABSENT_AS: Final = {pa.date32(): NO_DAY, pa.int64(): NO_POINTS, pa.int32(): ABSENT}
"""By type, what stands for null in the columns of the engine."""


def block_of(columns: Columns, keys: Sequence[str], schema: pa.Schema) -> pa.Table:
    """The rows of some entities of one kind, whose public keys stand in their order."""
    held = _held(columns, keys)
    sizes = {fact: len(next(iter(each.values()))) for fact, each in held.items()}
    begins = dict(zip(FACTS, np.cumsum([0, *sizes.values()]).tolist(), strict=False))
    rows = sum(sizes.values())
    found = {"fact": _words(Coded(FACTS, np.repeat(np.arange(4, dtype=np.int32), list(sizes.values()))))}
    for fact, filled in held.items():
        for name, values in filled.items():
            found[name] = _spread(values, EVIDENCE[fact][name], begins[fact], rows)
    for name in schema.names:
        if name.startswith(ATTRIBUTE):
            plain = name.removeprefix(ATTRIBUTE)
            of = (
                (columns.attributes.get(plain), begins["entity"]),
                (
                    columns.events.attributes.get(plain),
                    begins["event"],
                ),
            )
            found[name] = _attribute(of, rows)
    return pa.table([found[name] for name in schema.names], schema=schema)


def _held(columns: Columns, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
    """By fact and column, the values of its rows."""
    size, events = columns.entities, columns.events
    occasions, licences = columns.occasions, columns.licences
    none = np.zeros(0, np.int32)
    free = np.zeros(size + 1, np.int64)
    return {
        "entity": {
            "entity": keys,
            "kind": Coded((columns.kind,), np.zeros(size, np.int32)),
            "licences": np.diff(free if licences is None else licences.offsets),
            "occasions": np.diff(free if occasions is None else occasions.offsets),
            "events": np.diff(columns.offsets),
            "known_since": columns.known_since,
            "licensed": np.zeros(size, np.bool_) if licences is None else licences.looked_at,
        },
        "licence": {
            "valid_from": none if licences is None else licences.start,
            "valid_to": none if licences is None else licences.end,
        },
        "occasion": {
            "held_on": none if occasions is None else occasions.held_on,
            "occasion_type": Coded(columns.occasion_types, none if occasions is None else occasions.type),
            "closed": np.zeros(0, np.bool_) if occasions is None else occasions.closed,
        },
        "event": {
            **{name: getattr(events, name) for name in EVIDENCE["event"]},
            "code": Coded(columns.codes, events.code),
            "severity": None if events.severity is None else Coded(columns.severities, events.severity),
            "final": np.ones(len(events.code), np.bool_) if events.final is None else events.final,
        },
    }


def _spread(values: Any, kind: pa.DataType, begin: int, rows: int) -> pa.Array:  # noqa: ANN401 - a column of any type
    """A column whose values stand from a row on, null before and after."""
    if values is None:
        return pa.nulls(rows, kind)
    if isinstance(values, Coded):
        index = np.full(rows, ABSENT, np.int32)
        index[begin : begin + len(values.index)] = values.index
        return _words(Coded(values.texts, index))
    own = _plain(values, kind)
    return pa.concat_arrays([pa.nulls(begin, kind), own, pa.nulls(rows - begin - len(own), kind)])


def _plain(values: Any, kind: pa.DataType) -> pa.Array:  # noqa: ANN401 - as above
    if kind not in ABSENT_AS:
        return pa.array(values, kind)
    absent = values == ABSENT_AS[kind]
    if kind != pa.date32():
        return pa.array(values.astype(kind.to_pandas_dtype()), kind, mask=absent)
    since = np.where(absent, 0, values.astype(np.int64) - EPOCH).astype(np.int32)
    return pa.array(since, pa.int32(), mask=absent).view(kind)


def _words(coded: Coded) -> pa.Array:
    index = pa.array(coded.index, pa.int32(), mask=coded.index == ABSENT)
    return pa.DictionaryArray.from_arrays(index, pa.array(coded.texts, pa.string()))


def _attribute(parts: Sequence[tuple[Coded | None, int]], rows: int) -> pa.Array:
    """An attribute of entities and of events, in one column with one dictionary."""
    places: dict[str, int] = {}
    index = np.full(rows, ABSENT, np.int32)
    for coded, begin in parts:
        if coded is not None:
            table = np.array([*(places.setdefault(text, len(places)) for text in coded.texts), ABSENT], np.int32)
            index[begin : begin + len(coded.index)] = table[coded.index]
    return _words(Coded(tuple(places), index)) if places else pa.nulls(rows, WORD)


def attributes_of(some: Iterable[Columns]) -> tuple[str, ...]:
    """The attributes that any of some columns have."""
    return tuple(sorted({name for each in some for name in (*each.attributes, *each.events.attributes)}))
