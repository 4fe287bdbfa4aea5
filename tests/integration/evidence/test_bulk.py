"""A file of evidence: what is stored, what is said of each row, and that it happens once."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from scoring.kernel.merkle import MerkleTree
from service.evidence import bulk_remarks, evidence_of, file_faults, left_lying, work_off
from service.evidence.bulk.limits import Limits
from service.platform import Actor, Problem, Role
from service.register import resolve
from tests.integration.evidence.bulk_files import EVENT, events, load, ndjson, receive

if TYPE_CHECKING:
    from service.evidence import Job
    from service.platform import Database


def said(database: Database, job: Job) -> list[tuple[int, str, str]]:
    with database.reader() as session:
        return [(remark.row, remark.pointer, remark.code) for remark in bulk_remarks(session, job.id)]


def count(database: Database, what: str) -> int:
    with database.reader() as session:
        return int(session.execute(text(f"SELECT count(*) FROM {what}")).scalar_one())  # noqa: S608 - a test's own


def outcome(job: Job) -> tuple[str, int, int, int, int]:
    return (job.state, job.rows, job.stored, job.held, job.refused)


def test_a_good_file_is_stored_marked_once_and_audited_once(database: Database) -> None:
    content = ndjson(*events(30), *events(5, entity="own:elsewhere", source="other"))
    job = load(database, content)
    assert outcome(job) == ("done", 35, 35, 0, 0)
    assert (count(database, "event"), count(database, "rerate_mark")) == (35, 2)
    tree = MerkleTree()
    for line in content.splitlines():
        tree.append(line)
    with database.reader() as session:
        detail, number = session.execute(
            text("SELECT detail, id FROM audit WHERE action = 'evidence.file_recorded'")
        ).one()
        assert session.execute(text("SELECT DISTINCT audit_id FROM event")).scalar_one() == number
    assert detail["sha256"] == sha256(content).hexdigest()
    assert detail["merkle_root"] == tree.root().hex()


def test_the_same_file_again_is_held_and_leaves_no_mark(database: Database) -> None:
    content = ndjson(*events(30))
    load(database, content)
    again = load(database, content, pack=True)
    assert outcome(again) == ("done", 30, 0, 30, 0)
    assert (count(database, "event"), count(database, "rerate_mark")) == (30, 1)


@pytest.mark.parametrize("mode", ["good", "all"])
def test_rows_held_before_and_rows_named_twice_are_told_apart_from_new_ones(database: Database, mode: str) -> None:
    load(database, ndjson(*events(3)))
    new, old = events(4, source="other"), events(3)
    assert outcome(load(database, ndjson(*new, old[1], new[0]), mode=mode)) == ("done", 6, 4, 2, 0)
    assert count(database, "event") == 7


def test_in_a_later_chunk_an_old_row_is_held_and_another_body_of_it_refused(database: Database) -> None:
    load(database, ndjson(*events(1)))
    (old,) = events(1)
    file = ndjson(*events(2, source="other"), *events(2, source="third"), old, {**old, "code": "no_problem_found"})
    job = work_off(database=database, job_id=receive(database, file), limits=Limits(rows=2))
    assert outcome(job) == ("done", 6, 4, 1, 1)
    assert said(database, job) == [(6, "/source_ref", "reference_taken")]


def test_every_bad_row_is_told_by_its_code_and_the_good_ones_are_kept(database: Database) -> None:
    rows: list[dict[str, Any] | bytes] = [
        {**EVENT, "source_ref": "good"},
        {**EVENT, "source_ref": "a", "entity": "own:nobody"},
        {**EVENT, "source_ref": "b", "code": "no_such_code"},
        {**EVENT, "source_ref": "c", "decided_on": "2026-03-03"},
        {**EVENT, "source_ref": "d", "decided_on": "2010-01-01"},
        {**EVENT, "source_ref": "e", "occasion": "none"},
        {**EVENT, "source_ref": "good"},
        {**EVENT, "source_ref": "good", "severity": "serious"},
        b"{not json",
        b'["a list"]',
        '{"source": "中文"'.encode("gb18030"),
        b'{"a": "\x00"}',
        b'{"source_ref": "a\\u0000b"}',
        b"",
        {**EVENT, "source_ref": "warned", "code": "case_filed", "decided_on": "2010-01-01"},
        {**EVENT, "source_ref": "f", "severity": 3, "extra": 1},
        b'{"source_ref": "g", "attributes": {"a": "1", "a": "2"}}',
        b'{"a\\u0000b": 1, "a\\u0000b": 2}',
        b'{"a\\u0000b": 1}',
    ]
    job = load(database, ndjson(*rows))
    assert outcome(job) == ("done", 18, 2, 1, 15)
    assert (job.warned, count(database, "event")) == (1, 2)
    found = said(database, job)
    assert [(row, code) for row, _, code in found if row not in {13, 19}] == [
        (2, "unknown_entity"),
        (3, "unknown_event_code"),
        (4, "date_in_future"),
        (5, "before_establishment"),
        (6, "unknown_occasion"),
        (8, "reference_taken"),
        (9, "line_malformed"),
        (10, "line_malformed"),
        (11, "line_encoding"),
        (12, "nul_byte"),
        (15, "before_establishment"),
        (16, "field_unknown"),
        (16, "not_a_string"),
        (17, "repeated_name"),
        (18, "repeated_name"),
    ]
    assert (17, "/attributes/a", "repeated_name") in found
    assert (13, "/source_ref", "nul_byte") in found


@pytest.mark.parametrize("depth", [200, 260, 1000])
def test_a_row_that_nests_deeply_is_refused_and_the_others_are_kept(database: Database, depth: int) -> None:
    deep = b"[" * depth + rb'"\u0000"' + b"]" * depth
    rows = [b'{"source_ref": "a", "attributes": {"b": %b}}' % deep, b'{"source_ref": "b", "extra": %b}' % deep, deep]
    job = load(database, ndjson(*rows, EVENT))
    assert outcome(job) == ("done", 4, 1, 0, 3)
    assert {row for row, *_ in said(database, job)} == {1, 2, 3}


def test_of_a_row_with_thousands_of_faults_the_first_are_told(database: Database) -> None:
    hostile = {f"x{n:04}": n for n in range(5000)}
    job = load(database, ndjson(hostile, EVENT, hostile))
    assert outcome(job) == ("done", 3, 1, 0, 2)
    found = said(database, job)
    assert [row for row, *_ in found] == [1] * 20 + [3] * 20
    assert {code for *_, code in found} == {"field_missing", "field_unknown"}


def test_all_or_none_keeps_none_and_still_tells_the_rows(database: Database) -> None:
    job = load(database, ndjson(*events(3), {**EVENT, "entity": "own:nobody"}), mode="all")
    assert outcome(job) == ("refused", 4, 0, 0, 1)
    assert job.problem is not None
    assert job.problem["code"] == "row_refused"
    assert said(database, job) == [(4, "/entity", "unknown_entity")]
    assert (count(database, "event"), count(database, "rerate_mark")) == (0, 0)
    assert outcome(load(database, ndjson(*events(3)), mode="all")) == ("done", 3, 3, 0, 0)
    assert (count(database, "event"), count(database, "rerate_mark")) == (3, 1)


def test_occasions_events_and_acts_in_one_file(database: Database) -> None:
    visit = {"source": "cases", "source_ref": "v", "entity": "own:old", "type": "daily", "held_on": "2025-03-01"}
    annulled = {
        "source": "cases",
        "source_ref": "x",
        "act": "annulment",
        "event": {"source": "cases", "source_ref": "1"},
        "acted_on": "2025-05-01",
        "reason": "复议撤销",
    }
    lost = {**annulled, "source_ref": "y", "event": {"source": "cases", "source_ref": "never"}}
    twice = {**annulled, "source_ref": "z"}
    job = load(database, ndjson(visit, {**EVENT, "occasion": "v"}, annulled, lost, twice, annulled))
    assert outcome(job) == ("done", 6, 3, 1, 2)
    assert said(database, job) == [(4, "/event", "event_not_found"), (5, "", "event_annulled")]
    with database.reader() as session:
        entity = resolve(session, ["own:old"])["own:old"]
        found = evidence_of(session, [entity], position=None)[entity]
    ((event, *_),), ((occasion, _),) = found.events, found.occasions
    assert (event.occasion, str(event.annulled_on)) == (occasion.ref, "2025-05-01")


def test_a_row_out_of_the_senders_scope_is_refused(database: Database) -> None:
    narrow = Actor(kind="token", id="t", role=Role.HANDLER, regions=("110102",))
    job = load(database, ndjson(EVENT, {**EVENT, "source_ref": "2", "entity": "own:elsewhere"}), actor=narrow)
    assert outcome(job) == ("done", 2, 1, 0, 1)
    assert said(database, job) == [(1, "/entity", "out_of_scope")]


def test_csv_says_the_same_as_json(database: Database) -> None:
    content = (
        "\ufeffsource,source_ref,entity,code,decided_on,value,kinds,attributes.critical\r\n"
        'cases,1,own:old,problem_found,2025-03-01,-2.50,cinema;museum,"a, ""b"""\r\n'
        "cases,2,own:old,problem_found,2025-03-01,,,\r\n"
        "cases,3,own:old\r\n"
        "cases,4,own:old,problem_found,1 March,,,\r\n"
    ).encode()
    job = load(database, content, format="csv")
    assert outcome(job) == ("done", 4, 2, 0, 2)
    assert said(database, job) == [(4, "", "csv_columns"), (5, "/decided_on", "not_a_date")]
    same = {**EVENT, "value": -2.5, "kinds": ["museum", "cinema"], "attributes": {"critical": 'a, "b"'}}
    assert outcome(load(database, ndjson({**same, "value": "-2.5"}, {**EVENT, "source_ref": "2"})))[2:4] == (0, 2)


def test_the_export_of_a_case_system_through_its_field_map(database: Database) -> None:
    content = (
        "行政处罚决定书文号,统一社会信用代码,处罚类别,处罚决定日期,公示截止期,违法严重程度,备注\n"
        "京文执罚1,91110000101623741K,罚款,2025年3月1日,2026/3/1,一般,无\n"
        "京文执罚2,91110000101623741K,撤销立案,20250302,,,无\n"
        "京文执罚3,91110000101623741K,不明,20250302,,,无\n"
    ).encode()
    job = load(database, content, format="csv", field_map="case_export")
    assert said(database, job) == [
        (2, "/entity", "unknown_entity"),
        (3, "/entity", "unknown_entity"),
        (4, "/code", "value_not_mapped"),
    ]


def test_a_verified_complaint_is_an_event_and_a_raw_one_a_warning() -> None:
    from service.evidence.bulk.fieldmap import field_map  # noqa: PLC0415 - only here

    row = {"工单编号": "1", "统一社会信用代码": "91110000101623741K", "办结日期": "2025/3/1"}
    verified = field_map("complaints").body({**row, "核查结果": "部分属实"})
    raw = field_map("complaints").body({**row, "核查结果": "不属实"})
    assert (verified["code"], raw["code"]) == ("complaint_verified", "complaint_received")  # type: ignore[index]
    assert verified["decided_on"] == "2025-03-01"  # type: ignore[index]


class CrashError(Exception):
    """The process dies here."""


@pytest.mark.parametrize("pack", [False, True])
@pytest.mark.parametrize("form", ["ndjson", "csv"])
def test_a_job_that_dies_between_chunks_goes_on_where_it_stood(database: Database, form: str, pack: bool) -> None:  # noqa: FBT001 - a case
    if form == "csv":
        lines = [",".join(body.values()) for body in events(50)]
        content = "\n".join([",".join(EVENT), *lines]).encode()
    else:
        content = ndjson(*events(50))
    job_id = receive(database, content, pack=pack, format=form)
    seen: list[int] = []

    def die(job: Job) -> None:
        seen.append(job.rows)
        if len(seen) % 2 == 0:
            raise CrashError

    limits = Limits(rows=7)
    for _ in range(20):
        try:
            job = work_off(database=database, job_id=job_id, on_progress=die, limits=limits)
            break
        except CrashError:
            continue
    assert outcome(job) == ("done", 50, 50, 0, 0)
    assert seen == sorted(seen)
    assert len(seen) > 8
    assert (count(database, "event"), count(database, "rerate_mark")) == (50, 1)
    assert count(database, "audit WHERE action = 'evidence.file_recorded'") == 1
    once = work_off(database=database, job_id=job_id)
    assert outcome(once) == ("done", 50, 50, 0, 0)
    with database.reader() as session:
        assert list(file_faults(session)) == []


@pytest.mark.parametrize(
    ("content", "how", "code"),
    [
        (b"", {}, "file_empty"),
        (b"\n \n", {}, "file_empty"),
        (b"{" * 70_000, {}, "line_too_long"),
        (b"\x1f\x8bnot gzip", {}, "gzip_malformed"),
        (b"a,b\n1,2\n", {"format": "csv"}, "csv_header"),
        (b"source,source\n1,2\n", {"format": "csv"}, "csv_header"),
        (",".join(f"attributes.a{n}" for n in range(201)).encode(), {"format": "csv"}, "csv_header"),
        (b"\xff\xfe,a\n1,2\n", {"format": "csv"}, "line_encoding"),
        (b"source\xff,a\n1,2\n", {"format": "csv"}, "line_encoding"),
        ('{"source": "案"}\n'.encode("utf-16"), {}, "line_encoding"),
        (b"\xfe\xff" + '{"source": "案"}\n'.encode("utf-16-be"), {}, "line_encoding"),
        ('{"source": "案"}\n'.encode("utf-32"), {}, "line_encoding"),
        (b"{}", {"field_map": "nobody"}, "field_map_unknown"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_whole_and_leaves_nothing(
    database: Database, content: bytes, how: dict[str, Any], code: str
) -> None:
    with pytest.raises(Problem, match=code):
        receive(database, content, **how)
    assert (count(database, "bulk_job"), count(database, "bulk_chunk"), count(database, "bulk_file")) == (0, 0, 0)


def test_a_gzip_bomb_is_refused_before_it_is_unpacked(database: Database) -> None:
    with pytest.raises(Problem, match="gzip_bomb"):
        receive(database, b"\n" * 64 * 1024**2, pack=True)


def test_a_gzip_file_of_many_members_is_read_and_one_of_empty_ones_is_empty(database: Database) -> None:
    import gzip  # noqa: PLC0415 - only here

    packed = b"".join(gzip.compress(line) for line in ndjson(*events(40)).splitlines(keepends=True))
    assert outcome(work_off(database=database, job_id=receive(database, [packed]))) == ("done", 40, 40, 0, 0)
    with pytest.raises(Problem, match="file_empty"):
        receive(database, [gzip.compress(b"") * 50_000])


def test_a_truncated_gzip_file_is_refused(database: Database) -> None:
    import gzip  # noqa: PLC0415 - only here

    with pytest.raises(Problem, match="gzip_malformed"):
        receive(database, gzip.compress(ndjson(*events(500)))[:-9])


def test_a_line_of_two_gigabytes_is_refused_at_its_first_piece(database: Database) -> None:
    """A stream that never ends a line: were it read on, the test would not end."""

    def endless() -> Any:  # noqa: ANN401 - bytes without end
        while True:
            yield b"x" * 1024**2

    with pytest.raises(Problem, match="line_too_long"):
        receive(database, endless())


def test_a_job_that_is_not_there(database: Database) -> None:
    with pytest.raises(Problem, match="bulk_job_not_found"):
        work_off(database=database, job_id=404)


def test_the_sweeper_finds_a_job_only_while_nobody_works_on_one(database: Database) -> None:
    first, second = receive(database, ndjson(*events(3))), receive(database, ndjson(EVENT))
    while_working: list[int | None] = []

    def look(_: Job) -> None:
        with database.reader() as session:
            while_working.append(left_lying(session))

    with database.reader() as session:
        assert left_lying(session) == first
    work_off(database=database, job_id=first, on_progress=look)
    assert set(while_working) == {None}
    with database.reader() as session:
        assert left_lying(session) == second


def test_what_was_stored_before_a_file_could_not_go_on_is_audited_and_marked(database: Database) -> None:
    """Limits were lowered between the day the file was received and the day it was worked off."""
    job_id = receive(database, ndjson(*events(4), {**EVENT, "case_ref": "x" * 120}))
    job = work_off(database=database, job_id=job_id, limits=Limits(rows=2, line=150))
    assert outcome(job) == ("refused", 4, 4, 0, 0)
    assert job.problem is not None
    assert job.problem["code"] == "line_too_long"
    assert (count(database, "event"), count(database, "rerate_mark")) == (4, 1)
    with database.reader() as session:
        assert list(file_faults(session)) == []
    assert count(database, "event e JOIN audit a ON a.id = e.audit_id") == 4
