"""Files that people and other systems send: entities, inspectors, items and records, as tables, lines and workbooks."""

from __future__ import annotations

import gzip
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from marshmallow import ValidationError

from scoring.kernel.merkle import MerkleTree
from service.evidence.bulk.columns import body_of
from service.evidence.bulk.fieldmap import field_maps
from service.evidence.bulk.limits import LIMITS
from service.evidence.bulk.lines import lines, surveyed, unpacked, watched
from service.evidence.bulk.parsing import chunks
from service.evidence.bulk.records import csv_records, ndjson
from service.evidence.bulk.workbook import csv_of, without_formulas
from service.evidence.catalogue import Catalogue, decision_kinds, event_codes
from service.evidence.intake.refusing import told as told_fault
from service.platform import EncodingSniffer, Problem, job_actor, web
from service.register.inspecting.catalogues import CATALOGUES
from service.register.intake import FileFlaw, Flaw, check_entry, read_rows
from service.register.intake.cells import ENTITY_COLUMNS
from tests.builders.workbooks import workbook
from tests.fuzz import changing, hostile
from tests.fuzz.target import Target, promise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from service.evidence.bulk.records import Mapper
    from tests.fuzz.target import Attempt

PIECE: Final = 4_096
"""Bytes handed over at once: small, so that what is cut between two pieces is met often."""

ENTITIES: Final = "统一社会信用代码,名称,门类,自然人,attributes.floor,上级主体\n"
ENTITY_ROWS: Final = (
    ("own:1", "示例网吧", "net_cafe||2020-01-01", "否", "2", ""),
    ("uscc:91110000101623741K", "第二", "cinema|许可1号|2020-01-01|2025-01-01;net_cafe||2021-02-03", "是", "", "own:1"),
)
ENTITY_LINES: Final = (
    b'{"key":"own:1","name":"a","kinds":[{"kind":"cinema","valid_from":"2020-01-01","valid_to":null,"licence_no":"1"}],'
    b'"natural_person":false,"attributes":{"floor":"2"},"parent":null,"status":"active"}\n'
    b'{"key":"uscc:91110000101623741K","name":"b","accept_unverified":true,"established_on":"2001-02-03"}\n'
)
RECORDS: Final = "source,source_ref,entity,code,decided_on,value,kinds,attributes.critical,severity,case_ref\n"
RECORD_ROWS: Final = (
    ("case-system", "京文执罚〔2025〕1号", "uscc:91110000101623741K", "penalty.fine", "2025-03-01", "-12.5"),
    ("case-system", "2", "own:1", "no_problem_found", "2025-03-02", ""),
)
ACTS: Final = "act,source,source_ref,event.source,event.source_ref,reason,acted_on,changes.value,changes.cleared\n"
RECORD_LINES: Final = (
    b'{"source":"s","source_ref":"1","entity":"own:1","code":"penalty.fine","decided_on":"2025-03-01","value":"-12.5",'
    b'"kinds":["net_cafe"],"attributes":{"critical":"yes"}}\n'
    b'{"source":"s","source_ref":"o","entity":"own:1","type":"random","held_on":"2025-03-01","closed":true}\n'
    b'{"act":"annul","source":"s","source_ref":"a","event":{"source":"s","source_ref":"1"},"reason":"r",'
    b'"acted_on":"2025-04-01"}\n'
)
INSPECTING: Final = {
    "inspector": (
        "code,name,authority,unit,skills,certificates,status,leave,cap,relations",
        "I-1,x,bj-culture-110105,d,fire;food,1|2020-01-01|,active,2026-05-01|2026-05-03,20,own:1|kin",
    ),
    "inspection_item": (
        "code,names.zh,names.en,authority,level,kinds,basis,methods,skills,merging_group,valid_from,checklist",
        'A-1,x,y,bj-culture-110105,general,cinema,t|a;u,on_site,fire,g,2020-01-01,"[{""id"":""1""}]"',
    ),
    "owed_item": ("code,name,authority,basis,valid_from,valid_to", "A-1,x,bj-culture-110105,t|a,2020-01-01,2030-01-01"),
}
"""Of each catalogue a heading and a row."""


def told(code: str, params: dict[str, Any]) -> None:
    """A fault is told in both languages."""
    problem = Problem(code)
    problem.params.update(params)
    for language in ("zh", "en"):
        text = problem.text(language)
        promise(kept=bool(text.title and text.detail and text.next), words=code)


def _register(file_format: str, name: str = "") -> Attempt:
    """Rows of a file of the register, each checked as the import does."""
    catalogue = CATALOGUES.get(name)
    schema = catalogue.schema() if catalogue else None
    columns = catalogue.columns if catalogue else ENTITY_COLUMNS

    def check(raw: dict[str, object]) -> None:
        if schema is None:
            for flaw in check_entry(raw)[1]:
                told(flaw.code, flaw.params)
            return
        try:
            schema.dump(schema.load(raw))
        except ValidationError as refused:
            faults = list(web.faults(refused.normalized_messages()))
            promise(kept=bool(faults), words=raw)
            for fault in faults:
                _tell(fault)

    def attempt(data: bytes) -> None:
        reading = read_rows(BytesIO(data), file_format, None, columns)
        try:
            for _, raw in reading:
                if isinstance(raw, Flaw):
                    told(raw.code, raw.params)
                else:
                    check(raw)
        except FileFlaw as flaw:
            told(flaw.code, flaw.params)

    return attempt


def _evidence(file_format: str, field_map: str = "") -> Attempt:
    """Records of a file of evidence: surveyed, read, checked and put into chunks, as from the bulk intake."""
    known = Catalogue(
        {kind.code: kind for kind in decision_kinds()},
        {code.code: code for code in event_codes()},
        frozenset({"cinema", "net_cafe"}),
    )
    rename: Mapper | None = field_maps()[field_map].body if field_map else None
    actor = job_actor("fuzzing")

    def attempt(data: bytes) -> None:
        packed = data.startswith(b"\x1f\x8b")
        cut = [data[at : at + PIECE] for at in range(0, len(data), PIECE)]
        try:
            if file_format == "xlsx":
                cut, make = list(csv_of(BytesIO(data), LIMITS)), without_formulas(rename or body_of)
            else:
                make = rename or body_of
            surveyed(unpacked(cut, LIMITS, compressed=packed), LIMITS, lambda _: None)
            sniffer = EncodingSniffer()
            every = lines(watched(unpacked(cut, LIMITS, compressed=packed), sniffer), LIMITS)
            found = ndjson(every) if file_format == "ndjson" else csv_records(every, LIMITS, sniffer, make)
            for chunk in chunks(found, known, LIMITS, MerkleTree(), actor):
                for remark in chunk.remarks:
                    _tell(told_fault(remark.fault))
        except Problem as refused:
            _tell(refused)

    return attempt


def _tell(problem: Problem) -> None:
    told(problem.code, problem.params)


def _table(heading: str, rows: Iterable[Sequence[str]]) -> bytes:
    width = heading.count(",") + 1
    return (heading + "".join(",".join([*row, *[""] * (width - len(row))]) + "\n" for row in rows)).encode()


def _tables(heading: str, rows: Sequence[Sequence[str]]) -> Iterator[bytes]:
    table = _table(heading, rows)
    yield table
    yield table.decode().encode("utf-8-sig")
    yield table.decode().encode("gb18030")
    yield gzip.compress(table)


def _books(heading: str, rows: Sequence[Sequence[object]]) -> Iterator[bytes]:
    yield workbook(tuple(heading.strip().split(",")), *map(tuple, rows))


def _one(data: bytes) -> Callable[[], Iterator[bytes]]:
    return lambda: iter((data,))


def _text_target(
    name: str, prepare: Callable[[], Attempt], seeds: Callable[[], Iterable[bytes]], heading: str
) -> Target:
    hostile_tables = partial(hostile.of_table, heading.encode())
    return Target(name, prepare, seeds, hostile_tables, changing.packed_or_words, 8_192)


def _line_target(name: str, prepare: Callable[[], Attempt], lines_of: bytes) -> Target:
    return Target(name, prepare, _one(lines_of), hostile.of_json, changing.words, 8_192)


def _book_target(name: str, prepare: Callable[[], Attempt], seeds: Callable[[], Iterable[bytes]]) -> Target:
    return Target(name, prepare, seeds, hostile.of_workbooks, changing.workbook, 32_768)


def _records() -> Iterator[bytes]:
    yield from _tables(RECORDS, RECORD_ROWS)
    yield _table(
        ACTS, [("annul", "s", "a", "s", "1", "r", "2025-04-01"), ("correct", "s", "b", "s", "1", "r", "", "1")]
    )


TARGETS = (
    _text_target("entities-csv", partial(_register, "csv"), partial(_tables, ENTITIES, ENTITY_ROWS), ENTITIES.strip()),
    _line_target("entities-ndjson", partial(_register, "ndjson"), ENTITY_LINES),
    _book_target("entities-xlsx", partial(_register, "xlsx"), partial(_books, ENTITIES, ENTITY_ROWS)),
    *(
        _text_target(
            f"{name.replace('_', '-')}s-csv",
            partial(_register, "csv", name),
            _one("\n".join(said).encode()),
            said[0],
        )
        for name, said in INSPECTING.items()
    ),
    _text_target("records-csv", partial(_evidence, "csv"), _records, RECORDS.strip()),
    _line_target("records-ndjson", partial(_evidence, "ndjson"), RECORD_LINES),
    _book_target("records-xlsx", partial(_evidence, "xlsx"), partial(_books, RECORDS, RECORD_ROWS)),
)
