"""The stock of a town: rated all at once it says what the heads say, and stays what it was when more is recorded."""

from __future__ import annotations

import fcntl
import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from scoring.kernel.points import format_points
from scoring.rating.columnar import ABSENT, NO_POINTS, STATES, rate_all
from service import editions
from service.cli.commands import main
from service.evidence import tables as evidence
from service.platform import Database, FixedClock, Problem, last_position, seal
from service.ratings import drain
from service.studio.stock import Stock, build_stock, newest_stock
from tests.integration.ratings import town
from workers.jobs.stock import run as job

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
DAY = date(2026, 3, 2)
TO_PARENT = town.EDITION.replace('branches = "separate"', 'branches = "to_parent"')


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url, clock=FixedClock(NOW))
    try:
        yield database
    finally:
        database.close()


def populate(database: Database, *, edition: str) -> None:
    """Cinemas of two districts: one has a branch, one an inspection, one a fine suspended, one a net café too."""
    town.found(database, edition=edition)
    first, second, third, *_ = town.people(database, 6)
    with database.unit_of_work(town.OPERATOR) as uow:
        audit_id = uow.audit("test.registered", "branch", {})
        branch = town.entity(uow.session, audit_id=audit_id, parent=first)
        two = [
            {"kind": kind, "licence_no": "1", "valid_from": "2015-01-01", "valid_to": "2026-01-15"} for kind in KINDS
        ]
        other = town.entity(
            uow.session, audit_id=audit_id, kinds=two, region="110102", attributes={"floor_area": "large"}
        )
        held = {"source": "visits", "source_ref": "o1", "body_sha256": b"", "type": "routine", "closed": False}
        occasion = evidence.Occasion(entity_id=second, audit_id=audit_id, held_on=date(2026, 1, 9), **held)
        uow.session.add(occasion)
        uow.session.flush()
        uow.mark([branch, other], "register")
        number = occasion.id
    town.punish(database, branch)
    town.punish(database, second, occasion_id=number, severity="grave", case_ref="c1", attributes={"item": "3"})
    town.punish(database, second, occasion_id=number, case_ref="c1", on=date(2026, 1, 9))
    town.punish(database, other, kinds=["cinema"])
    disputed = town.punish(database, third)
    with database.unit_of_work(town.OPERATOR) as uow:
        audit_id = uow.audit("test.disputed", str(disputed), {})
        act = {"act": "dispute", "acted_on": date(2026, 2, 1), "detail": {"suspends": "OB-1"}}
        uow.session.add(evidence.EventAct(event_id=disputed, audit_id=audit_id, **act, **ACT))
        uow.mark([third], "act")
    drain(database=database)
    seal(database)


KINDS = ("cinema", "net_cafe")
ACT = {"source": "cases", "source_ref": "a1", "body_sha256": b""}


def heads(database: Database) -> dict[tuple[int, str], tuple[Any, ...]]:
    with database.reader() as session:
        rows = session.execute(text("SELECT entity_id, summary FROM rating_head")).all()
    return {
        (entity, kind): tuple(said[name] for name in ("state", "score", "grade", "tier"))
        for entity, summary in rows
        for kind, said in summary.items()
    }


def rated(database: Database, stock: Stock) -> dict[tuple[int, str], tuple[Any, ...]]:
    """What the engine for all entities says of the stock, region by region."""
    found: dict[tuple[int, str], tuple[Any, ...]] = {}
    with database.reader() as session:
        shelf = editions.shelf(session)
    for kind in stock.kinds:
        for code in ("110101", "110102"):
            chain = shelf.chain(kind=kind, region=code, as_of=stock.day)
            together = bool(chain.editions) and chain.editions[-1].rating_for(kind).branches == "to_parent"
            held = stock.of(kind, with_branches=together)
            answer = rate_all(held.columns, chain, stock.day, lines=False)
            for place, entity in enumerate(held.ids.tolist()):
                if held.region.texts[held.region.index[place]] == code:
                    total, grade, tier = (int(each[place]) for each in (answer.total, answer.grade, answer.tier))
                    found[entity, kind] = (
                        STATES[answer.state[place]],
                        None if total == NO_POINTS else format_points(total),
                        None if grade == ABSENT else answer.grades[grade],
                        None if tier == ABSENT else answer.tiers[tier],
                    )
    return found


@pytest.mark.parametrize("edition", [town.EDITION, TO_PARENT], ids=["separate", "to_parent"])
def test_a_stock_rates_as_the_heads_do(database: Database, tmp_path: Path, edition: str) -> None:
    populate(database, edition=edition)
    built = build_stock(database=database, folder=tmp_path, keep=2, at_once=2)
    stock = newest_stock(tmp_path)
    assert built is not None
    with database.reader() as session:
        assert (stock.position, stock.day, built.new) == (last_position(session), DAY, True)
    expected = heads(database)
    assert rated(database, stock) == expected
    assert {tier for *_, tier in expected.values()} == {"A", "D", None}
    stock.check()
    again = build_stock(database=database, folder=tmp_path, keep=2)
    assert again == built._replace(new=False)
    for day in (date(2026, 2, 1), date(2026, 1, 1)):
        older = build_stock(database=database, folder=tmp_path, keep=2, day=day)
        assert older is not None
        assert older.folder.is_dir(), "what was asked for stays, and so does the newest"
        assert built.folder.is_dir()


def test_old_stocks_go_and_an_opened_one_stays_whole(database: Database, tmp_path: Path) -> None:
    town.found(database)
    shop = town.people(database, 1)[0]
    seal(database)
    other = tmp_path / "reports-of-2026"
    other.mkdir()
    build_stock(database=database, folder=tmp_path, keep=1)
    held = newest_stock(tmp_path).of("cinema")
    town.punish(database, shop)
    early = newest_stock(tmp_path).position
    unsealed = build_stock(database=database, folder=tmp_path, keep=1)
    assert unsealed is not None
    assert not unsealed.new
    seal(database)
    build_stock(database=database, folder=tmp_path, keep=1)
    found = newest_stock(tmp_path)
    assert found.position > early
    assert len([each for each in tmp_path.iterdir() if each.is_dir() and each != other]) == 1
    assert other.is_dir(), "what is no stock is neither opened nor removed"
    assert (len(held.columns.events.decided_on), len(found.of("cinema").columns.events.decided_on)) == (0, 1)


def test_the_job_builds_where_a_folder_is_set_and_the_command_checks(
    database: Database, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.found(database)
    town.people(database, 3)
    seal(database)
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.delenv("REDIS_URL", raising=False)
    refused = CliRunner().invoke(main, ["studio", "stock"])
    assert (refused.exit_code, "STOCK_FOLDER" in refused.output) == (1, True)
    monkeypatch.setenv("STOCK_FOLDER", str(tmp_path))
    job(database)
    told = CliRunner().invoke(main, ["studio", "stock", "--check", "--day", "2026-03-02"])
    said = json.loads(told.stdout)
    assert (said["new"], said["day"], said["entities"]) == (False, "2026-03-02", {"cinema": 3})
    assert said["digest"] == newest_stock(tmp_path).digest


def test_what_was_left_unfinished_is_not_opened_and_goes(database: Database, tmp_path: Path) -> None:
    (tmp_path / ".building").mkdir()
    (tmp_path / ".building" / "000-own-000.npy").write_bytes(b"half")
    with pytest.raises(Problem, match="stock_missing"):
        newest_stock(tmp_path)
    town.found(database)
    town.people(database, 1)
    seal(database)
    with (tmp_path / ".lock").open("a", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert build_stock(database=database, folder=tmp_path, keep=1) is None
    assert build_stock(database=database, folder=tmp_path, keep=1) is not None
    assert newest_stock(tmp_path).of("cinema").columns.entities == 1
    assert not (tmp_path / ".building").exists()
