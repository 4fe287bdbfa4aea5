"""The Parquet form holds what the columns hold, and a file that is anything else is told and rated by nobody."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from scoring.rating.columnar import columns_of
from scoring.rating.explain import explain
from service.national.layout import evidence_schema
from service.national.packing import attributes_of, block_of
from service.national.partition import Answer, Question, rate_partition
from service.national.unpacking import read_block
from tests.builders.dice import SeededDice
from tests.builders.histories import Stock, stock
from tests.spark import city
from tests.unit.studio.test_stock import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from scoring.rating.history import EditionChain


def bytes_of(table: pa.Table, **how: Any) -> bytes:  # noqa: ANN401 - options of the writer
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, **how)
    raw: bytes = sink.getvalue().to_pybytes()
    return raw


def table_of(asked: Stock) -> pa.Table:
    columns = columns_of(asked.histories)
    keys = [f"own:{number:04}" for number in range(len(asked.histories))]
    return block_of(columns, keys, evidence_schema(attributes_of([columns])))


def asked_of(content: bytes, laws: Mapping[str, EditionChain], *, as_of: Any) -> Answer:  # noqa: ANN401 - a day
    question = Question("region=1/part-00000.parquet", len(content), sha256(content).hexdigest(), laws, (), as_of)
    return rate_partition(question, pa.py_buffer(content))


def test_whatever_is_written_is_read_and_rated_as_explain_does() -> None:
    seen = 0
    for seed in range(150):
        asked = stock(SeededDice(seed), most=6)
        table = table_of(asked)
        assert plain(read_block(table).columns) == plain(columns_of(asked.histories)), seed
        answer = asked_of(bytes_of(table), {asked.histories[0].kind: asked.chain}, as_of=asked.as_of)
        rows = pq.read_table(pa.py_buffer(answer.content)).to_pylist()
        for row, history in zip(rows, asked.histories, strict=True):
            verdict = explain(history, asked.chain, asked.as_of).verdict
            expected = verdict.state, verdict.total, verdict.grade, verdict.tier
            assert (row["state"], row["total"], row["grade"], row["tier"]) == expected, (seed, row)
            seen += verdict.grade is not None
    assert seen > 50


def place(table: pa.Table, name: str, row: int, value: object) -> pa.Table:
    """The table with another value in one cell."""
    values = table.column(name).to_pylist()
    values[row] = value
    return table.set_column(table.column_names.index(name), name, pa.array(values, table.schema.field(name).type))


def last(table: pa.Table, fact: str) -> int:
    return len(table) - 1 - table.column("fact").to_pylist()[::-1].index(fact)


OTHERS: dict[str, tuple[str, Callable[[pa.Table], pa.Table]]] = {
    "no version": ("xinjian.schema", lambda table: table.replace_schema_metadata({})),
    "a column less": ("tie is missing", lambda table: table.drop_columns(["tie"])),
    "another type": (
        "decided_on must be date32",
        lambda table: table.set_column(
            table.column_names.index("decided_on"), "decided_on", pa.nulls(len(table), pa.string())
        ),
    ),
    "a column more": ("weight is unknown", lambda table: table.append_column("weight", pa.nulls(len(table)))),
    "rows upside down": ("rows must be", lambda table: table.take(list(range(len(table)))[::-1])),
    "a word that is no fact": ("rows must be", lambda table: place(table, "fact", 0, "shop")),
    "one event too many": ("does not add up", lambda table: place(table, "events", 0, 99)),
    "less than no licence": ("does not add up", lambda table: place(table, "licences", 0, -1)),
    "two of one key": ("each once", lambda table: place(table, "entity", 1, table.column("entity")[0].as_py())),
    "no key": ("each once", lambda table: place(table, "entity", 0, None)),
    "two kinds in a row group": ("of one kind", lambda table: place(table, "kind", 1, "museum")),
    "a kind of which nobody heard": ("does not name this kind", lambda table: all_of_kind(table, "museum")),
    "no code": ("code has nulls", lambda table: place(table, "code", len(table) - 1, None)),
    "no day": ("decided_on has nulls", lambda table: place(table, "decided_on", len(table) - 1, None)),
    "an occasion too far": (
        "does not have",
        lambda table: place(place(table, "occasion", len(table) - 1, 50), "decided_on", len(table) - 1, city.AS_OF),
    ),
    "days in disorder": ("by decided_on", lambda table: place(table, "decided_on", len(table) - 1, city.AS_OF.min)),
    "an occasion without a day": (
        "held_on has nulls",
        lambda table: place(table, "held_on", last(table, "occasion"), None),
    ),
}


def all_of_kind(table: pa.Table, kind: str) -> pa.Table:
    for row in range(last(table, "entity") + 1):
        table = place(table, "kind", row, kind)
    return table


@pytest.fixture(scope="module")
def good() -> pa.Table:
    columns = city.columns_of("110101", "cinema", 5)
    return block_of(columns, city.keys_of("110101", "cinema", 5), evidence_schema(attributes_of([columns])))


@pytest.mark.parametrize("name", OTHERS)
def test_another_schema_is_told(good: pa.Table, name: str) -> None:
    said, change = OTHERS[name]
    laws = {"cinema": city.chain()}
    assert asked_of(bytes_of(good), laws, as_of=city.AS_OF).code == ""
    answer = asked_of(bytes_of(change(good)), laws, as_of=city.AS_OF)
    assert (answer.code, answer.content) == ("national_schema_differs", b"")
    assert said in answer.fault


def test_row_groups_stand_by_kind_and_key(good: pa.Table) -> None:
    sink = pa.BufferOutputStream()
    with pq.ParquetWriter(sink, good.schema) as out:
        out.write_table(good)
        out.write_table(good)
    answer = asked_of(sink.getvalue().to_pybytes(), {"cinema": city.chain()}, as_of=city.AS_OF)
    assert "row groups must stand" in answer.fault


def test_texts_may_be_written_plainly(good: pa.Table) -> None:
    """Other programs know no dictionaries."""
    types = [pa.field(one.name, pa.string() if pa.types.is_dictionary(one.type) else one.type) for one in good.schema]
    plainly = good.cast(pa.schema(types, good.schema.metadata))
    laws = {"cinema": city.chain()}
    ours, theirs = (asked_of(bytes_of(table), laws, as_of=city.AS_OF) for table in (good, plainly))
    assert ours.content == theirs.content != b""


def test_a_file_that_was_cut_or_changed_is_damaged(good: pa.Table) -> None:
    raw = bytes_of(good)
    laws = {"cinema": city.chain()}
    question = Question("region=1/part-00000.parquet", len(raw), sha256(raw).hexdigest(), laws, (), city.AS_OF)
    changed = raw[:100] + bytes([raw[100] ^ 1]) + raw[101:]
    for content in (raw[:-1], changed, b""):
        assert rate_partition(question, pa.py_buffer(content)).code == "national_partition_damaged"
    # of the right digest, and yet no Parquet
    assert asked_of(raw[:-9], laws, as_of=city.AS_OF).code == "national_partition_damaged"
