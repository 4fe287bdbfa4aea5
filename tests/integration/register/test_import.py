"""Files of entities read into a real database: what is kept, what is refused, what is told of it."""

import io
import json
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import text

from service import register
from service.platform import Actor, Database, Problem, Role
from service.register.intake import Limits
from tests.builders.entities import entered, entry
from tests.integration.register.conftest import ADMINISTRATOR

CHAOYANG = Actor(kind="token", id="t1", role=Role.HANDLER, authority="bj-culture-110105", regions=("110105",))


def load(
    database: Database,
    *rows: Mapping[str, Any] | str,
    actor: Actor = ADMINISTRATOR,
    **options: Any,  # noqa: ANN401 options of the import
) -> register.ImportReport:
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    stream = io.BytesIO("\n".join(lines).encode())
    return register.import_entities(
        database.unit_of_work, actor=actor, stream=stream, file_format=options.pop("file_format", "ndjson"), **options
    )


def flaws(database: Database, report: register.ImportReport) -> list[tuple[int, str, str]]:
    with database.reader() as session:
        rows = session.execute(
            text(
                "SELECT f.row, f.pointer, f.code FROM entity_import_error f JOIN entity_import i ON i.id = f.import_id "
                "WHERE i.public_id = :id ORDER BY f.row, f.place"
            ),
            {"id": report.id},
        )
        return [tuple(row) for row in rows]  # type: ignore[misc]


def keys(database: Database) -> list[str]:
    with database.reader() as session:
        return list(session.scalars(text("SELECT public_key FROM entity ORDER BY 1")))


def actions(database: Database) -> list[str]:
    with database.reader() as session:
        return list(session.scalars(text("SELECT action FROM audit WHERE action LIKE 'register.import%'")))


def test_a_file_is_one_audit_row_however_many_entities_it_brings(database: Database) -> None:
    report = load(database, *(entry(f"own:{n}", name=f"第{n}家") for n in range(50)))

    assert (report.state, report.rows, report.created, report.flaws) == ("stored", 50, 50, 0)
    assert actions(database) == ["register.imported"]
    with database.reader() as session:
        audited = session.execute(text("SELECT DISTINCT audit_id FROM entity_version")).scalar_one()
        detail = session.execute(text("SELECT detail FROM audit WHERE id = :id"), {"id": audited}).scalar_one()
        assert session.execute(text("SELECT count(*) FROM rerate_mark WHERE reason = 'register'")).scalar_one() == 50
    assert (detail["rows"], detail["digest"], len(detail["merkle_root"])) == (50, report.digest, 64)


def test_the_same_file_again_changes_nothing(database: Database) -> None:
    rows = [entry("own:1"), entry("own:2", name="另一家", parent="own:1")]
    load(database, *rows)
    again = load(database, *rows)

    assert (again.created, again.changed, again.unchanged) == (0, 0, 2)
    with database.reader() as session:
        assert session.execute(text("SELECT count(*) FROM entity_version")).scalar_one() == 2


def test_a_row_that_says_something_else_makes_one_new_version(database: Database) -> None:
    load(database, entry("own:1"), entry("own:2", name="另一家"))
    report = load(database, entry("own:1"), {"key": "own:2", "kinds": []})

    assert (report.created, report.changed, report.unchanged) == (0, 1, 1)
    with database.reader() as session:
        number = register.resolve(session, ["own:2"])["own:2"]
        facts = register.facts(session, [number], position=None)[number]
    assert (facts.name, facts.kinds) == ("另一家", {})


BAD = (
    entry("own:1"),
    entry("own:2", name="另一家", region="999999"),
    "{broken",
    entry("own:3", name="第三家", established_on="2026-02-30", colour="red"),
    entry("own:4", name="第四家", parent="own:2"),
    entry("own:5", name="第五家", parent="own:1"),
    entry("own:1", name="又一家"),
    entry("own:1"),
)
FOUND = [
    (2, "/region", "entity_region_unknown"),
    (3, "", "import_row_not_json"),
    (4, "/established_on", "entity_field_not_a_day"),
    (4, "/colour", "entity_field_unknown"),
    (5, "/parent", "entity_parent_unknown"),
    (7, "/key", "entity_key_twice"),
]


def test_good_rows_are_kept_and_every_bad_one_told_when_the_caller_says_so(database: Database) -> None:
    report = load(database, *BAD, mode="keep_good")

    assert (report.state, report.created, report.refused, report.flaws, report.repeated) == ("stored", 2, 5, 6, 1)
    assert keys(database) == ["own:1", "own:5"]
    assert flaws(database, report) == FOUND


@pytest.mark.parametrize("dry_run", [False, True])
def test_all_or_nothing_keeps_nothing_and_tells_the_same(database: Database, *, dry_run: bool) -> None:
    report = load(database, *BAD, dry_run=dry_run)

    assert report.state == ("checked" if dry_run else "refused")
    assert keys(database) == []
    assert flaws(database, report) == FOUND
    assert actions(database) == [f"register.import_{report.state}"]
    with database.reader() as session:
        assert session.execute(text("SELECT count(*) FROM rerate_mark")).scalar_one() == 0


def test_a_dry_run_of_a_good_file_tells_what_would_be_and_stores_nothing(database: Database) -> None:
    entered(database, ADMINISTRATOR, "own:1")
    report = load(database, entry("own:1", name="改名"), entry("own:2", name="另一家"), dry_run=True)

    assert (report.state, report.created, report.changed) == ("checked", 1, 1)
    assert keys(database) == ["own:1"]


def test_a_parent_may_stand_later_in_the_file_but_not_be_its_own_descendant(database: Database) -> None:
    report = load(
        database,
        entry("own:B", name="分部", parent="own:A"),
        entry("own:A", name="总部"),
        entry("own:X", name="环一", parent="own:Y"),
        entry("own:Y", name="环二", parent="own:Z"),
        entry("own:Z", name="环三", parent="own:X"),
        mode="keep_good",
    )
    assert keys(database) == ["own:A", "own:B"]
    assert flaws(database, report) == [(row, "/parent", "entity_parent_cycle") for row in (3, 4, 5)]
    with database.reader() as session:
        numbers = register.resolve(session, ["own:A", "own:B"])
        assert register.branches(session, numbers.values()) == {numbers["own:A"]: [numbers["own:B"]]}


def test_a_ring_through_a_stored_entity_is_found(database: Database) -> None:
    load(database, entry("own:A", name="甲"), entry("own:B", name="乙", parent="own:A"))
    report = load(database, {"key": "own:A", "parent": "own:B"})
    assert flaws(database, report) == [(1, "/parent", "entity_parent_cycle")]


def test_rows_out_of_the_callers_scope_are_refused_those_inside_are_kept(database: Database) -> None:
    entered(database, ADMINISTRATOR, "own:H", authority="bj-culture-110108", region="110108")
    report = load(
        database,
        entry("own:1"),
        entry("own:2", name="海淀店", authority="bj-culture-110108", region="110108"),
        {"key": "own:H", "name": "夺来", "authority": "bj-culture-110105", "region": "110105"},
        actor=CHAOYANG,
        mode="keep_good",
    )
    assert flaws(database, report) == [(2, "/key", "entity_out_of_scope"), (3, "/key", "entity_out_of_scope")]
    assert keys(database) == ["own:1", "own:H"]


def test_an_import_cannot_declare_an_entity_unreachable_but_may_repeat_it(database: Database) -> None:
    entered(database, ADMINISTRATOR, "own:1")
    said = {"status": "unreachable", "status_on": "2026-01-02", "status_evidence": "报告 1"}
    assert flaws(database, load(database, {"key": "own:1", **said})) == [(1, "/status", "entity_status_needs_persons")]


def test_equal_names_are_proposed_never_merged(database: Database) -> None:
    entered(database, ADMINISTRATOR, "own:old", name="示例（北京）书店")
    report = load(
        database,
        entry("own:1", name="示例(北京)書店"),
        entry("own:2", name="示例北京书店"),
        entry("own:B", name="示例北京书店", parent="own:old"),
        entry("own:P", name="张三", natural_person=True),
        entry("own:Q", name="张三", natural_person=True),
    )
    assert (report.created, report.proposed) == (5, 2)
    with database.reader() as session:
        pairs = session.execute(
            text(
                "SELECT l.public_key, h.public_key FROM same_name s JOIN entity l ON l.id = s.entity_low "
                "JOIN entity h ON h.id = s.entity_high ORDER BY 1, 2"
            )
        )
        assert [tuple(pair) for pair in pairs] == [("own:old", "own:1"), ("own:old", "own:2")]


def test_a_renamed_entity_is_proposed_beside_the_other_bearer(database: Database) -> None:
    load(database, entry("own:1", name="甲"), entry("own:2", name="乙"))
    assert load(database, {"key": "own:1", "name": "乙"}).proposed == 1
    assert load(database, {"key": "own:1", "name": "乙 "}).proposed == 0


def test_a_file_that_breaks_in_the_middle_leaves_nothing(database: Database) -> None:
    with pytest.raises(Problem) as refused:
        load(database, entry("own:1"), "\0", mode="keep_good")
    assert (refused.value.code, refused.value.params["row"]) == ("import_nul_byte", 2)
    assert keys(database) == []
    assert actions(database) == []


def test_an_unknown_format_and_too_many_rows_are_refused(database: Database) -> None:
    with pytest.raises(Problem, match="import_format_unknown"):
        load(database, entry(), file_format="xls")
    with pytest.raises(Problem, match="import_too_many_rows"):
        load(database, entry("own:1"), entry("own:2"), limits=Limits(rows=1))


def test_a_table_in_gb18030_is_read_like_any(database: Database) -> None:
    headings = "统一社会信用代码,名称,监管部门,行政区划,门类\n"
    table = headings + "91110000101623741K,示例书店,bj-culture,110000,museum||2020-01-01\n"
    report = register.import_entities(
        database.unit_of_work, actor=ADMINISTRATOR, stream=io.BytesIO(table.encode("gb18030")), file_format="csv"
    )
    assert (report.state, report.created) == ("stored", 1)
    assert keys(database) == ["uscc:91110000101623741K"]


def test_progress_is_told_on_the_way_and_at_the_end(database: Database) -> None:
    told: list[int] = []
    load(database, *(entry(f"own:{n}", name=f"第{n}家") for n in range(2_500)), on_progress=told.append)
    assert told == [1_000, 2_000, 2_500]


def test_the_ledger_row_vouches_for_every_entry(database: Database) -> None:
    roots = set()
    for name in ("甲", "乙", "甲"):
        load(database, entry("own:1"), entry("own:2", name=name))
        with database.reader() as session:
            roots.add(
                session.scalars(
                    text("SELECT detail ->> 'merkle_root' FROM audit ORDER BY recorded_at DESC, id DESC LIMIT 1")
                ).one()
            )
    assert len(roots) == 2
