"""How the law of a city is changed, whole: proposed, decided by another, in force at midnight, the past untouched."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest

from scoring.exchange.bundle import verify_bundle
from service import evidence, ratings, register, sample
from service.evidence.bulk import work_off
from service.platform import FixedClock, job_actor, seal
from service.ratings import drain, switch, work_on

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from service.platform import web

SIZE = 12
DAY, FIRST_DAY = "2026-06-01", "2026-07-01"
BEFORE = datetime(2026, 6, 1, 4, tzinfo=UTC)
MIDNIGHT = datetime(2026, 6, 30, 16, tzinfo=UTC)
"""The first instant of 1 July in Beijing."""
NOW_IN_FORCE = (files("scoring.editions") / "bj-culture.toml").read_text("utf-8")
STRICTER = (
    NOW_IN_FORCE.replace('id = "bj-culture.2022"', 'id = "bj-culture.2026"\npredecessor = "bj-culture.2022"')
    .replace("force_from = 2022-04-12", f"force_from = {FIRST_DAY}")
    .replace("at_least = 90", "at_least = 96")
)
CASES = """
[[case]]
title = { zh = "四年没有不良记录：92 分，不到 96 分", en = "Four years without a bad record: 92, below 96" }
kind = "cinema"
as_of = 2026-08-01
known_since = 2020-01-01
expect = { score = 92, grade = "B", tier = "B" }
"""


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(BEFORE)


@pytest.fixture
def keys(assembly: web.Assembly) -> list[str]:
    """A small city, rated: the keys of its entities."""
    entities, events = io.BytesIO(), io.BytesIO()
    sample.write(sample.City(seed="law", size=SIZE, until=date(2026, 5, 31)), entities, events)
    operator = job_actor("tests")
    with assembly.database.unit_of_work(operator) as uow:
        ratings.put_edition_in_force(uow=uow, words=NOW_IN_FORCE, reason="现行")
    entities.seek(0)
    units = assembly.database.unit_of_work
    report = register.import_entities(units, actor=operator, stream=entities, file_format="ndjson")
    assert report.state == "stored"
    with units(operator) as uow:
        how = evidence.Submission("ndjson", "all")
        received = evidence.submit_bulk(uow=uow, pieces=[events.getvalue()], submission=how)
    work_off(database=assembly.database, job_id=received.job_id)
    drain(database=assembly.database)
    seal(assembly.database)
    with assembly.database.reader() as session:
        return sorted({one["key"] for one in ratings.all_ratings(session, authorities=None, now=BEFORE)})


def kinds_of(client: FlaskClient, key: str, **asked: str) -> dict[str, Any]:
    """What is said of each kind of an entity."""
    answer = client.get(f"/v1/entities/{key}/tier", query_string=asked)
    assert answer.status_code == 200, answer.get_json()
    found: dict[str, Any] = answer.get_json()["kinds"]
    return found


def tiers(told: dict[str, dict[str, Any]]) -> dict[tuple[str, str], tuple[Any, ...]]:
    """What is in force of each kind of each entity, and what is proposed."""
    names = ("state", "score", "grade", "tier", "proposed")
    return {
        (key, kind): tuple(said.get(name) for name in names)
        for key, kinds in told.items()
        for kind, said in kinds.items()
    }


def test_a_city_passes_from_one_law_to_the_next_at_midnight(
    assembly: web.Assembly, caller: Callable[..., FlaskClient], clock: FixedClock, keys: list[str]
) -> None:
    editor, approver, handler = caller("rulebook_editor"), caller("approver"), caller("handler")
    known = {"as_of": DAY, "known_at": clock.now().isoformat()}
    clock.advance(timedelta(hours=1))
    before = {key: kinds_of(handler, key) for key in keys}
    assert {key: kinds_of(handler, key, **known) for key in keys} == before

    offer = {"text": STRICTER, "cases": CASES, "reason": "提高 A 级门槛"}
    said = editor.post("/v1/edition-proposals", json=offer).get_json()
    assert any("90 → 96" in one["en"] and FIRST_DAY in one["en"] for one in said["changes"]), said
    approval = approver.post(f"/v1/edition-proposals/{said['proposal']}/approval", json={"reason": "同意"})
    assert approval.status_code == 200
    work_on(database=assembly.database)
    seal(assembly.database)
    (run,) = approver.get("/v1/rerates").get_json()
    assert (run["state"], run["entities"], run["staged"]) == ("staged", len(keys), len(keys))
    assert tiers({key: kinds_of(handler, key) for key in keys}) == tiers(before)
    assert {key: kinds_of(handler, key, **known) for key in keys} == before, "the same question, the same answer"

    clock.advance(MIDNIGHT - clock.now())
    at_once = {key: kinds_of(handler, key) for key in keys}
    switch(database=assembly.database)
    work_on(database=assembly.database)
    drain(database=assembly.database)
    seal(assembly.database)
    after = {key: kinds_of(handler, key) for key in keys}
    assert tiers(after) == tiers(at_once)
    assert {key: kinds_of(handler, key, **known) for key in keys} == before
    for key in keys[:1]:
        for kind, told in after[key].items():
            reproduced(handler, {"kind": kind, "as_of": FIRST_DAY}, key, "bj-culture.2026", told)
            that_day = kinds_of(handler, key, as_of=DAY)[kind]
            reproduced(handler, {"kind": kind, "as_of": DAY}, key, "bj-culture.2026", that_day)
            reproduced(handler, {"kind": kind} | known, key, "bj-culture.2022", before[key][kind])


def reproduced(client: FlaskClient, asked: dict[str, str], key: str, edition: str, told: dict[str, Any]) -> None:
    """A stranger works the same explanation out from what a bundle holds."""
    bundle = client.get(f"/v1/entities/{key}/rating-bundle", query_string=asked)
    report = verify_bundle(bundle.data)
    assert report.passes(strict=True), report.lines("en")
    document = bundle.get_json()
    assert (document["editions"][-1]["id"], document["explanation_digest"]) == (edition, told["digest"])
