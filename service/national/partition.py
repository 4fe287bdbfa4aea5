"""One partition rated: the bytes of a file of evidence in, the bytes of a file of ratings out. Runs anywhere."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from scoring.rating.columnar import ABSENT, NO_POINTS, STATES, UnsortedColumnsError, rate_all
from service.national.layout import ATTRIBUTE, RATINGS, WORD, WORDS, differences
from service.national.unpacking import BlockError, read_block

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from scoring.rating.columnar import Columns, Ratings
    from scoring.rating.history import EditionChain
    from service.national.unpacking import Block

COMPRESSION: Final = "zstd"
LEVEL: Final = 1


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a file: ``file`` within the evidence, its length and SHA-256, by kind the law, and the day.

    Entities of the kinds ``left_out`` are passed over.
    """

    file: str
    bytes: int
    sha256: str
    laws: Mapping[str, EditionChain]
    left_out: tuple[str, ...]
    as_of: date


@dataclass(frozen=True, slots=True)
class Answer:
    """The file of ratings with its SHA-256, and what it counts; or the code and fault of what is wrong.

    ``first`` and ``last``: kind and key of the entities at its ends, as one text that sorts as both do.
    """

    file: str
    content: bytes = b""
    sha256: str = ""
    tally: Mapping[str, Any] | None = None
    first: str = ""
    last: str = ""
    code: str = ""
    fault: str = ""


def rate_partition(question: Question, content: pa.Buffer) -> Answer:
    """The ratings of all entities of a file, in its order; what is wrong with it is an answer, too."""
    if sha256(content).hexdigest() != question.sha256:
        return _refused(question, "national_partition_damaged", "SHA-256 不符 · its bytes are others")
    try:
        source = pq.ParquetFile(pa.BufferReader(content), read_dictionary=list(WORDS))
        difference = differences(source.schema_arrow)
        if difference is not None:
            return _refused(question, "national_schema_differs", difference)
        return _rated(question, _blocks(source))
    except (pa.ArrowException, OSError) as error:
        return _refused(question, "national_partition_damaged", str(error))
    except (BlockError, UnsortedColumnsError) as error:
        return _refused(question, "national_schema_differs", str(error))


def _refused(question: Question, code: str, fault: str) -> Answer:
    return Answer(question.file, code=code, fault=fault)


def _blocks(source: pq.ParquetFile) -> Iterator[Block]:
    """The row groups one after the other; kinds ascend, and within a kind the entities."""
    last: tuple[str, str] = ("", "")
    for number in range(source.num_row_groups):
        block = read_block(_in_words(source.read_row_group(number, use_threads=False)))
        first = block.columns.kind, block.keys[0].as_py()
        if first <= last:
            raise BlockError("行组应按门类与主体编码升序 · row groups must stand by kind and key")
        last = block.columns.kind, block.keys[-1].as_py()
        yield block


def _in_words(table: pa.Table) -> pa.Table:
    """Texts as words, also attributes, which another program may have written plainly."""
    for place, name in enumerate(table.column_names):
        if (name in WORDS or name.startswith(ATTRIBUTE)) and table.column(place).type != WORD:
            table = table.set_column(place, name, table.column(place).dictionary_encode())
    return table


def _rated(question: Question, blocks: Iterator[Block]) -> Answer:
    sink = pa.BufferOutputStream()
    tally = Tally()
    ends: list[str] = []
    words = [name for name in RATINGS.names if name != "entity"]
    with pq.ParquetWriter(sink, RATINGS, compression=COMPRESSION, compression_level=LEVEL, use_dictionary=words) as out:
        for block in blocks:
            ends += [f"{block.columns.kind} {block.keys[place].as_py()}" for place in (0, -1)]
            if block.columns.kind in question.left_out:
                continue
            chain = question.laws.get(block.columns.kind)
            if chain is None:
                raise BlockError(f"清单未列出门类 {block.columns.kind} · the manifest does not name this kind")
            ratings = rate_all(block.columns, chain, question.as_of, lines=False)
            out.write_table(_table(block, ratings, chain, question.as_of))
            tally.add(block.columns, ratings)
    if not ends:
        raise BlockError("文件中没有主体 · a file without entities")
    made = sink.getvalue()
    return Answer(question.file, made.to_pybytes(), sha256(made).hexdigest(), tally.told(), ends[0], ends[-1])


def _table(block: Block, ratings: Ratings, chain: EditionChain, as_of: date) -> pa.Table:
    size = block.columns.entities
    place = chain.index_on(as_of)
    edition = ("", "") if place is None else (chain.editions[place].id, chain.editions[place].digest)
    reason = np.where(ratings.reason == 0, ABSENT, ratings.reason).astype(np.int8)
    columns = {
        "entity": block.keys,
        "kind": _same(block.columns.kind, size),
        "state": _words(STATES, ratings.state),
        "reason": _words(ratings.reasons, reason),
        "total": pa.array(ratings.total, mask=ratings.total == NO_POINTS),
        "grade": _words(ratings.grades, ratings.grade),
        "tier": _words(ratings.tiers, ratings.tier),
        "risk": _words(ratings.levels, ratings.risk),
        "edition": _same(edition[0], size),
        "edition_digest": _same(edition[1], size),
    }
    return pa.table([columns[name] for name in RATINGS.names], schema=RATINGS)


def _same(text: str, size: int) -> pa.Array:
    """One text in every row; an empty one is none."""
    return _words((text,), np.full(size, 0 if text else ABSENT, np.int8))


def _words(texts: Sequence[str], index: NDArray[np.int8]) -> pa.Array:
    places = pa.array(index.astype(np.int32), pa.int32(), mask=index == ABSENT)
    return pa.DictionaryArray.from_arrays(places, pa.array(texts, pa.string()))


class Tally:
    """What the ratings of a partition count: by kind the entities, their events, states, grades, tiers and totals."""

    def __init__(self) -> None:
        self._kinds: dict[str, Counter[str]] = {}

    def add(self, columns: Columns, ratings: Ratings) -> None:
        """The ratings of one block."""
        found = self._kinds.setdefault(columns.kind, Counter())
        found["entities"] += columns.entities
        found["events"] += int(columns.offsets[-1])
        rated = ratings.total[ratings.total != NO_POINTS]
        found["with_total"] += len(rated)
        found["total_hundredths"] += int(rated.sum())
        named = (("state", STATES, ratings.state), ("grade", ratings.grades, ratings.grade))
        for what, texts, index in (*named, ("tier", ratings.tiers, ratings.tier)):
            counts = np.bincount(index[index != ABSENT], minlength=len(texts))
            found.update({f"{what}:{text}": int(count) for text, count in zip(texts, counts, strict=True) if count})

    def told(self) -> dict[str, dict[str, int]]:
        """By kind, the counts by what they count."""
        return {kind: dict(sorted(found.items())) for kind, found in sorted(self._kinds.items())}
