"""Events, occasions and acts out of a CSV file: in either encoding, saying what the same lines of JSON say."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from service.evidence import bulk_remarks, evidence_of, read_job, work_off
from service.evidence.bulk.columns import body_of, is_column
from service.evidence.bulk.limits import Limits
from service.evidence.lifecycle import EFFECTS
from service.platform import Database, FixedClock, Problem
from service.register import resolve
from tests.builders.register_rows import put_entity
from tests.integration.evidence.bulk_files import EVENT, load, ndjson, receive

if TYPE_CHECKING:
    from service.evidence import EntityEvidence, Job

LATER = datetime(2026, 6, 1, 4, tzinfo=UTC)
ENCODINGS = ["utf-8", "utf-8-sig", "gb18030"]
ACTS = """\
act,acted_on,event.source,event.source_ref,source,source_ref,reason,changes.severity,changes.kinds,changes.attributes.note,changes.cleared
correction,2025-04-01,cases,1,acts,1,录入有误,serious,museum;cinema,更正,case_ref;value
dispute,2025-04-02,cases,2,acts,2,当事人提出异议,,,,
dispute_closed,2025-04-03,cases,2,acts,3,异议不成立,,,,
repair,2025-06-01,cases,3,acts,4,完成信用修复,,,,
annulment,2025-06-02,cases,4,acts,5,复议撤销,,,,
withdrawal,2025-06-03,cases,5,acts,6,依法删除,,,,
rectified,2025-04-04,cases,6,acts,7,复查合格,,,,
performed,2025-04-05,cases,6,acts,8,罚款缴清,,,,
publicity_end,2025-09-01,cases,6,acts,9,公示期满,,,,
repair_revocation,2025-07-01,cases,3,acts,10,材料虚假,,,,
"""
CHANGES = {
    "severity": "serious",
    "kinds": ["cinema", "museum"],
    "attributes": {"note": "更正"},
    "case_ref": None,
    "value": None,
}
SAME = [
    {"act": "correction", "acted_on": "2025-04-01", "event": "1", "reason": "录入有误", "changes": CHANGES},
    {"act": "dispute", "acted_on": "2025-04-02", "event": "2", "reason": "当事人提出异议"},
    {"act": "dispute_closed", "acted_on": "2025-04-03", "event": "2", "reason": "异议不成立"},
    {"act": "repair", "acted_on": "2025-06-01", "event": "3", "reason": "完成信用修复"},
    {"act": "annulment", "acted_on": "2025-06-02", "event": "4", "reason": "复议撤销"},
    {"act": "withdrawal", "acted_on": "2025-06-03", "event": "5", "reason": "依法删除"},
    {"act": "rectified", "acted_on": "2025-04-04", "event": "6", "reason": "复查合格"},
    {"act": "performed", "acted_on": "2025-04-05", "event": "6", "reason": "罚款缴清"},
    {"act": "publicity_end", "acted_on": "2025-09-01", "event": "6", "reason": "公示期满"},
    {"act": "repair_revocation", "acted_on": "2025-07-01", "event": "3", "reason": "材料虚假"},
]  # fmt: skip


def said(database: Database, job: Job) -> list[tuple[int, str, str, dict[str, Any]]]:
    with database.reader() as session:
        return [(r.row, r.pointer, r.code, r.params) for r in bulk_remarks(session, job.id)]


def known(database: Database) -> EntityEvidence:
    with database.reader() as session:
        entity = resolve(session, ["own:old"])["own:old"]
        return evidence_of(session, [entity], position=None)[entity]


def outcome(job: Job) -> tuple[str, int, int, int, int]:
    return (job.state, job.rows, job.stored, job.held, job.refused)


def notes(database: Database) -> list[str]:
    return [event.attributes["note"] for event, *_ in known(database).events]


@pytest.mark.parametrize("pack", [False, True])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_chinese_text_is_the_same_in_every_encoding(database: Database, encoding: str, pack: bool) -> None:  # noqa: FBT001 - a case
    content = "source,source_ref,entity,code,decided_on,attributes.note\n" + "".join(
        f"cases,{n},own:old,problem_found,2025-03-01,第{n}次检查：未公示价格、𠮷野家\n" for n in range(3)
    )
    job = load(database, content.encode(encoding), format="csv", pack=pack)
    assert outcome(job) == ("done", 3, 3, 0, 0)
    assert notes(database) == [f"第{n}次检查：未公示价格、𠮷野家" for n in range(3)]


def test_a_field_map_reads_chinese_headings_in_gb18030(database: Database) -> None:
    content = (
        "行政处罚决定书文号,统一社会信用代码,处罚类别,处罚决定日期\n"
        "京文执罚1,91110000101623741K,罚款,2025年3月1日\n"
        "京文执罚2,91110000101623741K,不明,2025年3月1日\n"
    )
    remarks = [
        said(database, load(database, content.encode(encoding), format="csv", field_map="case_export"))
        for encoding in ENCODINGS
    ]
    assert [(row, code) for row, _, code, _ in remarks[2]] == [(2, "unknown_entity"), (3, "value_not_mapped")]
    assert remarks[0] == remarks[1] == remarks[2]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_undecodable_bytes_are_told_by_row_and_byte_of_the_file(database: Database, encoding: str) -> None:
    lines = ["source,source_ref,entity,code,decided_on,attributes.note"]
    lines += [f"cases,{n},own:old,problem_found,2025-03-01,市场检查记录第{n}号某某某某" for n in range(3)]
    head, tail = ("\n".join(lines) + "\ncases,bad,own:old,problem_found,2025-03-01,坏").encode(encoding), b"\xff\n"
    after = "cases,9,own:old,problem_found,2025-03-01,好\n".encode(encoding.removesuffix("-sig"))
    job = load(database, head + tail + after, format="csv")
    assert outcome(job) == ("done", 5, 4, 0, 1)
    shown = encoding.removesuffix("-sig").upper()
    assert said(database, job) == [(5, "", "line_encoding", {"offset": str(len(head)), "encoding": shown})]
    assert notes(database)[-1] == "好"


def test_a_header_that_is_no_text_refuses_the_file_by_its_byte(database: Database) -> None:
    with pytest.raises(Problem, match="line_encoding") as refused:
        receive(database, b"source,\xff\n1,2\n", format="csv")
    assert (refused.value.params["row"], refused.value.params["offset"]) == (1, 7)


def test_json_stays_utf_8_and_tells_the_byte_too(database: Database) -> None:
    good = ndjson({**EVENT, "attributes": {"note": "检查"}})
    bad = '{"source": "中文"}\n'.encode("gb18030")
    job = load(database, good + bad)
    place = str(len(good) + len(b'{"source": "'))
    assert said(database, job) == [(2, "", "line_encoding", {"offset": place, "encoding": "UTF-8"})]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_file_in_either_encoding_goes_on_where_its_worker_died(database: Database, encoding: str) -> None:
    content = "source,source_ref,entity,code,decided_on,attributes.note\n" + "".join(
        f"cases,{n},own:old,problem_found,2025-03-01,{'检查' if n > 5 else 'ascii'}{n}\n" for n in range(12)
    )
    job_id = receive(database, content.encode(encoding), format="csv")

    def die(_: Job) -> None:
        raise ConnectionError

    for rows in (5, 3):
        with pytest.raises(ConnectionError):
            work_off(database=database, job_id=job_id, on_progress=die, limits=Limits(rows=rows))
    with database.reader() as session:
        assert read_job(session, job_id).rows == 8
    assert outcome(work_off(database=database, job_id=job_id)) == ("done", 12, 12, 0, 0)
    assert notes(database)[5:8] == ["ascii5", "检查6", "检查7"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_acts_in_csv_say_the_same_as_in_json(database: Database, encoding: str) -> None:
    assert {row["act"] for row in SAME} == set(EFFECTS)
    load(database, ndjson(*({**EVENT, "source_ref": str(n), "case_ref": "C", "value": "-1"} for n in range(1, 7))))
    job = load(database, ACTS.encode(encoding), format="csv")
    assert (outcome(job), said(database, job)) == (("done", 10, 10, 0, 0), [])
    by_ref = {event.ref: (event, kinds, disputed) for event, kinds, _, disputed in known(database).events}
    corrected, kinds, _ = by_ref["1"]
    assert (corrected.severity, corrected.case_ref, corrected.value) == ("serious", None, None)
    assert (kinds, corrected.attributes) == (("cinema", "museum"), {"note": "更正"})
    assert [by_ref["2"][2], by_ref["3"][0].repaired_on, str(by_ref["4"][0].annulled_on)] == [False, None, "2025-06-02"]
    assert "5" not in by_ref
    repeats = [
        {**row, "event": {"source": "cases", "source_ref": row["event"]}, "source": "acts", "source_ref": str(n)}
        for n, row in enumerate(SAME, 1)
    ]
    assert outcome(load(database, ndjson(*repeats))) == ("done", 10, 0, 10, 0)


def test_events_occasions_and_acts_share_a_file(database: Database) -> None:
    content = (
        "source,source_ref,entity,type,held_on,closed,code,decided_on,occasion,act,acted_on,event.source,event.source_ref,reason\n"
        "cases,v,own:old,daily,2025-03-01,true,,,,,,,,\n"
        "cases,1,own:old,,,,problem_found,2025-03-01,v,,,,,\n"
        "acts,1,,,,,,,,annulment,2025-05-01,cases,1,依申请\n"
        "acts,2,,,,,,,,repair,2025-05-01,cases,1,依申请\n"
        "acts,3,,,,,,,,pardon,2025-05-01,cases,1,依申请\n"
        "acts,4,,,,,,,,annulment,2025-05-01,cases,,依申请\n"
        "acts,5,,,,,,,,annulment,2025-05-01,,,依申请\n"
        "acts,6,own:old,,,,,,,annulment,2025-05-01,cases,1,依申请\n"
        "acts,7,,,,,,,,rectified,2025-05-01,cases,1,\n"
    )
    job = load(database, content.encode(), format="csv")
    assert outcome(job) == ("done", 9, 3, 0, 6)
    assert [(row, pointer, code) for row, pointer, code, _ in said(database, job)] == [
        (5, "", "event_annulled"),
        (6, "/act", "unknown_act"),
        (7, "/event/source_ref", "field_missing"),
        (8, "/event", "field_missing"),
        (9, "/entity", "field_unknown"),
        (10, "/reason", "act_without_reason"),
    ]
    with database.reader() as session:
        assert session.execute(text("SELECT count(*) FROM event_act")).scalar_one() == 1


def test_a_quote_that_is_never_closed_ends_the_file_and_not_one_row_after_another(database: Database) -> None:
    """All that follows would be one cell: nobody knows where the next row begins, so none is guessed at."""
    good = "cases,1,own:old,problem_found,2025-03-01\n"
    row = "cases,2,own:old,problem_found,2025-03-01\n"
    content = "source,source_ref,entity,code,decided_on\n" + good + 'cases,"open' + row + row * 100_000
    job = load(database, content.encode(), format="csv")
    assert outcome(job) == ("refused", 0, 0, 0, 0)
    assert job.problem is not None
    assert (job.problem["code"], job.problem["params"]["row"]) == ("line_too_long", "3")
    assert said(database, job) == []


def test_a_quoted_cell_of_several_lines_is_one_record(database: Database) -> None:
    header = "source,source_ref,entity,code,decided_on,attributes.note\n"
    content = (
        header + 'cases,1,own:old,problem_found,2025-03-01,"一\n二"\ncases,2,own:old,problem_found,2025-03-01,三\n'
    )
    job = load(database, content.encode(), format="csv")
    assert [(row, pointer) for row, pointer, *_ in said(database, job)] == [(2, "/attributes/note")]
    assert outcome(job) == ("done", 2, 1, 0, 1)


@pytest.mark.parametrize(
    ("heading", "is_one"),
    [
        *[(name, True) for name in ("source", "act", "acted_on", "reason", "held_on", "kinds", "event.source")],
        *[(name, True) for name in ("attributes.x", "changes.code", "changes.attributes.x", "changes.cleared")],
        *[
            (name, False)
            for name in ("", "event", "changes", "attributes", "attributes.", "event.id", "changes.entity")
        ],
        *[(name, False) for name in ("changes.attributes", "changes.attributes.", "changes.", "source.x", "动作")],
    ],
)
def test_the_headings_that_there_are(heading: str, is_one: bool) -> None:  # noqa: FBT001 - a case
    assert is_column(heading) is is_one


CELL = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)


@given(st.dictionaries(st.sampled_from(["code", "reason", "attributes.a", "changes.code", "event.source"]), CELL))
def test_a_row_says_what_its_cells_say_and_nothing_of_empty_ones(cells: dict[str, str]) -> None:
    told = body_of(cells)
    flat = {
        (f"{name}.{inner}" if isinstance(value, dict) else name): (value[inner] if isinstance(value, dict) else value)
        for name, value in told.items()
        for inner in (value if isinstance(value, dict) else [""])
    }
    assert flat == {name: cell for name, cell in cells.items() if cell}
    assert all(is_column(name) for name in cells)


def test_the_examples_of_the_page_are_one_file_in_two_forms(database: Database) -> None:
    page = (Path(__file__).parents[3] / "docs" / "evidence.md").read_text(encoding="utf-8")
    json_lines, cells = (re.findall(rf"```{form}\n(.*?)```", page, re.DOTALL)[0] for form in ("ndjson", "csv"))
    with database.bookkeeping() as session:
        put_entity(session, "own:DEMO-1")
    database = Database(database.engine.url.render_as_string(hide_password=False), clock=FixedClock(LATER))
    assert outcome(load(database, cells.encode("gb18030"), format="csv")) == ("done", 3, 3, 0, 0)
    assert outcome(load(database, json_lines.encode())) == ("done", 3, 0, 3, 0)
    database.close()
