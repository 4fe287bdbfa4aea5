"""Evidence written as Parquet: a folder for each region, in it files of whole blocks, and the manifest at last."""

from __future__ import annotations

from hashlib import file_digest
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pyarrow.parquet as pq

from service.national.layout import MANIFEST, REGION, evidence_schema
from service.national.manifest import EvidenceFile, manifest_of
from service.national.packing import attributes_of, block_of
from service.national.partition import COMPRESSION, LEVEL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from scoring.rating.columnar import Columns

EVENTS_AT_ONCE: Final = 1 << 18
"""A block has about so many events: enough that making the tables of an edition for each is little beside them."""
ENTITIES_A_FILE: Final = 50_000


class Part(NamedTuple):
    """The entities of one kind in one region: their columns, and their public keys, ascending."""

    columns: Columns
    keys: Sequence[str]


class _Piece(NamedTuple):
    """Some neighbours of a part, of which one block is made."""

    part: Part
    first: int
    last: int


def write_evidence(
    folder: Path,
    regions: Iterable[tuple[str, Sequence[Part]]],
    *,
    day: date,
    position: int,
    branches: Mapping[str, bool],
    entities_a_file: int = ENTITIES_A_FILE,
) -> None:
    """Write the parts of each region, by kind, into an empty folder; the manifest comes last."""
    files: list[EvidenceFile] = []
    kinds: dict[str, list[str]] = {}
    for region, parts in regions:
        ordered = sorted(parts, key=lambda part: part.columns.kind)
        kinds[region] = [part.columns.kind for part in ordered]
        (folder / f"{REGION}{region}").mkdir()
        for number, pieces in enumerate(_files(ordered, entities_a_file)):
            name = f"{REGION}{region}/part-{number:05}.parquet"
            _write(folder / name, pieces)
            with (folder / name).open("rb") as source:
                digest = file_digest(source, "sha256").hexdigest()
            size = (folder / name).stat().st_size
            entities = sum(each.last - each.first for each in pieces)
            files.append(EvidenceFile(name, region, entities, size, digest))
    (folder / MANIFEST).write_bytes(manifest_of(day, position, kinds, branches, files))


def _files(parts: Sequence[Part], entities: int) -> Iterator[list[_Piece]]:
    """The pieces of each file: one is full when it has so many entities, or events of twenty times as many."""
    held: list[_Piece] = []
    for piece in (piece for part in parts for piece in _pieces(part, min(entities, ENTITIES_A_FILE))):
        held.append(piece)
        if sum(each.last - each.first for each in held) >= entities or sum(map(_events, held)) >= 20 * entities:
            yield held
            held = []
    if held:
        yield held


def _events(piece: _Piece) -> int:
    return int(piece.part.columns.offsets[piece.last] - piece.part.columns.offsets[piece.first])


def _pieces(part: Part, entities: int) -> Iterator[_Piece]:
    """Entities cut where a block has enough events, or a file enough entities."""
    first, offsets, size = 0, part.columns.offsets, part.columns.entities
    while first < size:
        enough = int(np.searchsorted(offsets, offsets[first] + EVENTS_AT_ONCE))
        last = min(max(enough, first + 1), first + entities, size)
        yield _Piece(part, first, last)
        first = last


def _write(file: Path, pieces: Sequence[_Piece]) -> None:
    columns = [each.part.columns.part(each.first, each.last) for each in pieces]
    schema = evidence_schema(attributes_of(columns))
    shared = [name for name in schema.names if name != "entity"]
    how = {"compression": COMPRESSION, "compression_level": LEVEL, "use_dictionary": shared}
    with pq.ParquetWriter(file, schema, **how) as out:
        for piece, own in zip(pieces, columns, strict=True):
            table = block_of(own, part_keys(piece), schema)
            out.write_table(table, row_group_size=max(table.num_rows, 1))


def part_keys(piece: _Piece) -> Sequence[str]:
    """The keys of the entities of a piece."""
    return piece.part.keys[piece.first : piece.last]
