"""The past by the recorded clock: at each origin everybody stands where the ledger then let one put him."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest
from click.testing import CliRunner

from scoring.edition.parse import parse
from scoring.rating.explain import explain
from scoring.rating.history import EditionChain
from service import evidence, ratings
from service.cli.commands import main
from service.evidence import tables
from service.platform import Database, FixedClock, Problem, last_position, seal
from service.register import seed
from service.register.tables import EntityVersion
from service.studio.backtest.past import Origin
from service.studio.backtest.recorded import recorded_past
from service.studio.backtest.seen import Asked, seen_at
from service.studio.backtest.study import back_test
from service.studio.runs import Work
from service.studio.stock import build_stock, open_stock
from tests.integration.ratings import town

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

TO_PARENT = town.EDITION.replace('branches = "separate"', 'branches = "to_parent"')
CHAIN = EditionChain((parse(TO_PARENT),))
ASKED = Asked("town", ("A", "D"), {"1": 0}, 12)
ACT = {"source": "cases", "body_sha256": b""}


def act(session: Session, event: int, kind: str, ref: str, **detail: object) -> None:
    audit = session.info["audit"]
    row = tables.EventAct(
        event_id=event, audit_id=audit, act=kind, acted_on=date(2026, 1, 20), detail=detail, source_ref=ref, **ACT
    )
    session.add(row)


def lived(database: Database, clock: FixedClock) -> list[int]:
    """Six months: fines, one struck later, one corrected, one told late, a branch fined, a kind gained; sealed monthly.

    Returns the position at the end of each month.
    """
    town.found(database, edition=TO_PARENT)
    first, second, third, fourth = town.people(database, 4)
    positions, fines = [], {}
    for month in range(6):
        with database.unit_of_work(town.OPERATOR) as uow:
            audit = uow.session.info["audit"] = uow.audit("test.month", str(month), {})
            on = clock.now().date()
            if month == 0:
                fines["struck"] = town.fine(uow.session, first, audit_id=audit, on=on)
                fines["corrected"] = town.fine(uow.session, second, audit_id=audit, on=on)
                branch = town.entity(uow.session, audit_id=audit, parent=third)
                held = {"source_ref": "o1", "type": "routine", "closed": False, **ACT}
                uow.session.add(tables.Occasion(entity_id=fourth, audit_id=audit, held_on=on, **held))
            elif month == 2:
                act(uow.session, fines["struck"], "annulment", "x1")
                town.fine(uow.session, branch, audit_id=audit, on=date(2026, 1, 5))
            elif month == 3:
                act(uow.session, fines["corrected"], "correction", "x2", changes={"code": "no_problem_found"})
                town.entity(uow.session, audit_id=audit)
            elif month == 4:
                body = uow.session.get_one(EntityVersion, _newest(uow.session, fourth)).body
                uow.session.add(
                    EntityVersion(entity_id=fourth, audit_id=audit, body={**body, "attributes": {"a": "b"}})
                )
                town.fine(uow.session, fourth, audit_id=audit, on=on)
        seal(database)
        with database.reader() as session:
            positions.append(last_position(session))
        clock.advance(timedelta(days=30))
    return positions


def _newest(session: Session, entity: int) -> int:
    return max(row.id for row in session.query(EntityVersion).filter_by(entity_id=entity))


def test_each_origin_sees_what_the_ledger_had_sealed_by_then(database_url: str) -> None:
    clock = FixedClock(datetime(2026, 1, 15, 4, tzinfo=UTC))
    with closing(Database(database_url, clock=clock)) as database:
        positions = lived(database, clock)
        days = [date(2026, 1, 15) + timedelta(days=30 * month) for month in range(6)]
        origins = [Origin(day, position) for day, position in zip(days, positions, strict=True)]
        with database.reader() as session:
            past = recorded_past(session, origins)
            told = [seen_at(past, lambda *_: CHAIN, origin, ASKED) for origin in origins]
            ids = sorted({one for seen in told for one in seen.ids.tolist()})
            for origin, seen in zip(origins, told, strict=True):
                then = ratings.histories_in(session, ids, "cinema", as_of=origin.day, position=origin.clock)
                assert seen.ids.tolist() == [one.facts.id for one in then]
                totals = [explain(one.joined, CHAIN, origin.day).total for one in then]
                assert (-100 * seen.risk).tolist() == totals
                looked_at = [sum(held.held_on <= origin.day for held in one.joined.occasions) for one in then]
                assert seen.looked_at.tolist() == looked_at
            shares = [
                evidence.share_recorded(session, day=days[0], position=one) for one in (positions[0], positions[2])
            ]
        assert len({tuple(np.sort(one.risk).tolist()) for one in told}) > 3
        assert shares == pytest.approx([2 / 3, 1])


def test_the_law_too_is_that_which_was_known_and_months_before_all_evidence_tell_nothing_of_the_clock(
    database_url: str, tmp_path: Path
) -> None:
    """Fines are recorded four weeks after they are decided; the edition, of 2020 by its text, is adopted after two."""
    clock = FixedClock(datetime(2026, 1, 15, 4, tzinfo=UTC))
    with closing(Database(database_url, clock=clock)) as database:
        with database.unit_of_work(town.OPERATOR) as uow:
            seed(uow)
        fined, _ = town.people(database, 2)
        for month in range(5):
            if month == 2:
                town.found(database)
            town.punish(database, fined, on=clock.now().date() - timedelta(days=28))
            seal(database)
            clock.advance(timedelta(days=30))
        built = build_stock(database=database, folder=tmp_path, keep=1)
        assert built is not None
        options = {"first": date(2025, 11, 20), "last": date(2026, 4, 20), "horizon": 1}
        told = back_test(Work(database, open_stock(built.folder), options, lambda _done, _whole: None))
        assert (told["knowledge"], told["origins"]) == ("recorded", ["2026-03-20", "2026-04-20"])
        decided = options | {"knowledge": "decided"}
        told = back_test(Work(database, open_stock(built.folder), decided, lambda _done, _whole: None))
        assert told["origins"][0] == "2025-11-20"


def test_a_history_that_was_imported_later_is_taken_by_its_days_and_says_so(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = FixedClock(datetime(2026, 6, 15, 4, tzinfo=UTC))
    with closing(Database(database_url, clock=clock)) as database:
        town.found(database)
        (first, second) = town.people(database, 2)
        with database.unit_of_work(town.OPERATOR) as uow:
            audit = uow.audit("test.imported", "history", {})
            town.fine(uow.session, first, audit_id=audit, on=date(2025, 8, 1))
            for number, entity in enumerate((first, second)):
                held = {
                    "source_ref": f"r{number}",
                    "type": "random",
                    "closed": False,
                    "probability": 500_000_000,
                    **ACT,
                }
                row = tables.Occasion(entity_id=entity, audit_id=audit, held_on=date(2025, 11, 3), **held)
                uow.session.add(row)
                uow.session.flush()
                if entity == first:
                    town.fine(uow.session, first, audit_id=audit, on=date(2025, 11, 3), occasion_id=row.id)
        seal(database)
        built = build_stock(database=database, folder=tmp_path, keep=1)
        assert built is not None
        stock = open_stock(built.folder)

        def tried(**options: object) -> dict[str, object]:
            return back_test(Work(database, stock, options, lambda _done, _whole: None))

        told = tried(first=date(2025, 9, 15), last=date(2025, 10, 15), horizon=2)
        assert (told["knowledge"], told["visits"], told["found"]) == ("decided", 2, 1)
        assert told["warnings"][0]["code"] == "decided"  # type: ignore[index]
        assert "only 0%" in told["warnings"][0]["en"]  # type: ignore[index]
        assert told["tier"]["auc"]["value"] == 1  # type: ignore[index]
        text = town.EDITION.replace('id = "town.2025"', 'id = "town.2027"').replace("points = -20", "points = 0")
        assert tried(text=text, last=date(2025, 10, 15), horizon=2)["points"]["auc"]["value"] == 0.5  # type: ignore[index]
        for code, options in {
            "back_test_not_recorded": {"knowledge": "recorded"},
            "back_test_no_origin": {"first": date(2026, 1, 1), "last": date(2025, 12, 1)},
            "back_test_many_origins": {"first": date(1990, 1, 1)},
            "back_test_too_late": {"last": date(2026, 6, 1)},
            "back_test_no_rulebook": {"rulebook": "other"},
            "edition_unknown": {"edition": "other"},
        }.items():
            with pytest.raises(Problem) as refused:
                tried(**options)
            assert refused.value.code == code
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("STOCK_FOLDER", str(tmp_path))
    asked = ["--from", "2025-09-15", "--to", "2025-10-15", "--horizon", "2", "--html", str(tmp_path / "page.html")]
    shown = CliRunner().invoke(main, ["studio", "back-test", *asked])
    assert shown.exit_code == 0, shown.output
    assert "AUC 等级 tier 1.000" in shown.stdout
    assert (tmp_path / "page.html").read_text("utf-8").startswith("<!doctype html>")
