"""The study of a sampling policy: rates from random visits, the plan, what stands in its way, and the page."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from scoring.edition.parse import parse
from service.bootstrap import assemble
from service.evidence import tables as evidence
from service.platform import Settings, seal
from service.studio.runs import work_off
from service.studio.stock import build_stock
from tests.api.conftest import NOW
from tests.builders.fillings import filled
from tests.integration.ratings import town
from tests.unit.studio.test_policy import FREQUENCY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session

    from service.platform import Database, FixedClock, web
    from tests.builders.fillings import Filling

ADDRESS = "/v1/studies/policy"
GOOD, BAD, VISITED = 45, 35, date(2026, 4, 10)


def visit(session: Session, entity: int, audit_id: int, chance: float, *, found: bool) -> None:
    given = {"source": f"drawn {chance}", "source_ref": f"v{entity}", "body_sha256": b"", "audit_id": audit_id}
    row = evidence.Occasion(
        entity_id=entity, held_on=VISITED, type="routine", closed=False, probability=int(chance * 10**9), **given
    )
    session.add(row)
    session.flush()
    if found:
        town.fine(session, entity, on=VISITED, audit_id=audit_id, code="problem_found", occasion_id=row.id)


def populate(database: Database) -> None:
    """45 cinemas without a fine, of whom 40 were visited and 4 found at fault; 35 fined in January, 34 and 17."""
    town.found(database, edition=town.EDITION + FREQUENCY)
    shops = town.people(database, GOOD + BAD)
    good, bad = shops[:GOOD], shops[GOOD:]
    with database.unit_of_work(town.OPERATOR) as uow:
        audit_id = uow.audit("test.visited", "town", {})
        for entity in bad:
            town.fine(uow.session, entity, audit_id=audit_id)
        for place, entity in enumerate(good[:40]):
            visit(uow.session, entity, audit_id, 0.5, found=place < 4)
        for place, entity in enumerate(bad[:34]):
            visit(uow.session, entity, audit_id, 0.8, found=place < 17)
    seal(database)


@pytest.fixture
def filling() -> Filling:
    return filled(NOW, populate)


@pytest.fixture
def assembly(database_url: str, clock: FixedClock, tmp_path: Path) -> Iterator[web.Assembly]:
    """The town and its stock."""
    built = assemble(Settings(database_url=database_url, stock_folder=tmp_path / "stock"), clock=clock)
    build_stock(database=built.database, folder=tmp_path / "stock", keep=1)
    yield built
    built.notes.close()
    built.database.close()


@pytest.fixture
def asked(caller: Callable[..., FlaskClient], assembly: web.Assembly) -> Callable[..., Any]:
    """A function that asks for a policy and gives the study as it ended and the client."""

    def ask(**options: object) -> tuple[dict[str, Any], FlaskClient]:
        editor = caller("rulebook_editor")
        made = editor.post(ADDRESS, json={"edition": "town.2025", "visits_per_day": 2, **options})
        assert made.status_code == 202, made.get_json()
        here = made.headers["Location"]
        work_off(database=assembly.database, folder=assembly.settings.stock_folder, study=int(here.rpartition("/")[2]))
        return editor.get(here, headers={"Accept-Language": "en"}).get_json(), editor

    return ask


def test_the_plan_finds_most_within_the_bounds_and_names_what_stands_in_its_way(asked: Callable[..., Any]) -> None:
    told, editor = asked(days=30)
    here = f"/v1/studies/{told['study']}"
    found = editor.get(f"{here}/result").get_json()
    assert told["state"] == "done"
    assert [
        (one["tier"], one["entities"], one["least"], one["most"], one["random_visits"], one["rate"], one["visits"])
        for one in found["tiers"]
    ] == [("A", 45, 3, 45, 40, 0.1, 25), ("D", 35, 18, 35, 34, 0.5, 35)]
    assert [one["finds"] for one in found["tiers"]] == [2.5, 17.5]
    assert found["best"]["per_hundred"] == pytest.approx(100 * 20 / 60, abs=1e-4)
    assert found["law"]["per_hundred"] == pytest.approx(100 * 9.3 / 21, abs=1e-4)
    assert found["best"]["interval"][0] < 33 < found["best"]["interval"][1]
    assert [(one["constraint"], one["tier"], one["gain"]) for one in found["binding"]] == [
        ("size", "D", 40), ("inspector_days", None, 10),
    ]  # fmt: skip
    # visits of 1/0.5 and 1/0.8 entities each: 80 and 42.5
    assert found["uniform"]["per_hundred"] == pytest.approx(100 * (8 + 21.25) / (80 + 42.5), abs=1e-4)
    assert (found["worse_tiers"], found["curve"][0]["visits"], found["curve"][-1]["visits"]) == (
        ["D"], [42, 18], [25, 35],
    )  # fmt: skip
    assert [(one["in_all"], one["visits"], one["finds"]) for one in found["growth"]] == [
        (21, [3, 18], 9.3), (38, [3, 35], 17.8), (60, [25, 35], 20.0), (80, [45, 35], 22.0),
    ]  # fmt: skip
    assert parse(found["draft"]).frequency["A"].ratio == (5, 9)
    page = editor.get(f"{here}/report", headers={"Accept-Language": "en"})
    assert page.mimetype == "text/html"
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    text = page.get_data(as_text=True)
    assert text.count("<polyline") == 2
    assert "the size of tier D: 35 visits reach every entity: 40.0" in text


def test_a_policy_that_cannot_be_met_names_the_binding_constraint(asked: Callable[..., Any]) -> None:
    told, editor = asked(days=10)
    assert (told["state"], told["problem"]["code"]) == ("failed", "policy_not_feasible")
    assert "the minimums of all tiers need 21 visits, 10 inspector days make 20" in told["problem"]["detail"]
    zh = editor.get(f"/v1/studies/{told['study']}").get_json()
    assert "检查人日" in zh["problem"]["detail"]
    capped, _ = asked(days=500, minimums=[{"tier": "A", "ratio": "3/2"}])
    assert "the cap of tier A: its minimum is 68 visits" in capped["problem"]["detail"]
    nobody, _ = asked(days=500, minimums=[{"tier": "B", "ratio": "1/2"}])
    assert nobody["problem"]["code"] == "policy_tier_unknown"


def test_where_random_visits_are_too_few_no_rate_is_made_up(asked: Callable[..., Any]) -> None:
    """Six years later the window of the rates is empty."""
    told, editor = asked(days=100, day="2032-06-01")
    found = editor.get(f"/v1/studies/{told['study']}/result").get_json()
    assert [(one["tier"], one["rate"], one["finds"], one["visits"]) for one in found["tiers"]] == [("A", None, None, 4)]
    assert found["unknown"] == [{"tier": "A", "random_visits": 0, "needs": 30}]
    assert (found["best"]["per_hundred"], found["binding"]) == (None, [])
    page = editor.get(f"/v1/studies/{told['study']}/report", headers={"Accept-Language": "en"})
    text = page.get_data(as_text=True)
    assert "too few random visits: 0 of 30" in text
    assert "<polyline" not in text
    assert "No choice" in text
    assert "nothing is known of what they find" in text


def test_places_visited_twice_are_no_twice_as_many_pieces_of_news(
    asked: Callable[..., Any], assembly: web.Assembly, tmp_path: Path
) -> None:
    """Every place of D is visited a second time, and found as it was found the first time."""
    widths = []
    for again in (False, True):
        if again:
            with assembly.database.unit_of_work(town.OPERATOR) as uow:
                audit_id, fined = uow.audit("test.visited", "again", {}), town.ids(assembly.database)[GOOD:]
                for place, entity in enumerate(fined[:34]):
                    visit(uow.session, entity, audit_id, 0.4, found=place < 17)
            seal(assembly.database)
            build_stock(database=assembly.database, folder=tmp_path / "stock", keep=1)
        told, editor = asked(days=30)
        found = editor.get(f"/v1/studies/{told['study']}/result").get_json()["tiers"][1]
        assert (found["tier"], found["rate"], found["random_visits"]) == ("D", 0.5, 68 if again else 34)
        widths.append(found["interval"][1] - found["interval"][0])
    assert widths[1] == pytest.approx(widths[0], rel=0.02)


def test_a_minimum_for_a_tier_that_nobody_is_in_says_where_it_stands(asked: Callable[..., Any]) -> None:
    told, _ = asked(days=30, minimums=[{"tier": "C", "ratio": "1/2"}])
    assert (told["problem"]["code"], told["problem"]["pointer"]) == ("policy_tier_unknown", "/minimums")
