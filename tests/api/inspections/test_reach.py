"""What a fine that was struck had reached: the tier in force, a real draw, a partner who asked, one who was sent it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from service.notices.webhooks import store
from service.notices.webhooks.fanning import fan_out, new_inbox
from service.platform import FixedClock
from service.ratings import drain
from tests.api.inspections.test_draws import committed, concluded, done, refused
from tests.builders import drawing
from tests.builders.partners import rows
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from service.platform import web

    Caller = Callable[..., FlaskClient]

FINE = date(2023, 5, 8)
PARTNER = {
    "code": "credit",
    "name": "信用平台",
    "url": "https://93.184.216.34/hook",  # public, and never called here
    "topics": ["tier.changed"],
    "purpose": "信用信息共享",
}


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(drawing.at(drawing.FREEZING))


def struck(system: FlaskClient, event: int, on: str) -> None:
    """Annul an event as the system that sent it does."""
    body = {"source": "cases", "source_ref": f"a{event}", "act": "annulment", "acted_on": on, "reason": "quashed"}
    done(system.post(f"/v1/events/{event}/acts", json=body), 201)


def sent(assembly: web.Assembly) -> list[str]:
    """Deliver what waits for the partner; returns whom it was about."""
    fan_out(assembly.database, new_inbox())
    taken: list[str] = []
    ended: list[store.Ended] = []
    while due := store.turn(assembly.database, ended, {"credit": 50}, ()):
        taken += [one.subject for one in due]
        ended = [store.Ended(one, assembly.database.clock.now(), "delivered", 204, 3) for one in due]
    return taken


def tells_the_tier_and_the_draw(told: dict[str, Any], number: str, again: date) -> None:
    """In force to the day before the entity was rated again; in the frame of the draw under the tier of then."""
    (tier,), (draw,) = told["tiers"], told["draws"]
    assert (tier["first"], tier["last"]) == ("2023-08-23", (again - timedelta(1)).isoformat())
    assert (tier["was"]["tier"], tier["now"]["tier"], tier["by_record"]) == ("D", "A", True)
    assert (draw["draw"], draw["cut_off_day"], draw["became"]) == (number, "2023-08-23", "drawn")
    then, now = ([one["tier"], one["stratum"], one["state"]] for one in (draw["was"], draw["now"]))
    assert (then, now, draw["by_record"]) == (["D", "D", "in"], ["A", "A", "in"], True)


def test_a_struck_fine_is_followed_to_every_tier_draw_and_partner(
    assembly: web.Assembly, clock: FixedClock, caller: Caller
) -> None:
    database = assembly.database
    done(caller("administrator").post("/v1/webhook-partners", json=PARTNER), 201)
    ids = drawing.district(database, 12, fined=2)
    staff = {role: caller(role, authority=drawing.HERE) for role in ("handler", "approver", "auditor")}
    staff["custodian"] = caller("partner")
    system = caller("handler", authority=drawing.HERE, sources=("cases",))
    bad, late = town.key_of(database, ids[0]), town.key_of(database, ids[2])
    ((event,),) = rows(database, "SELECT id FROM event WHERE entity_id = :id", id=ids[0])
    place = f"/v1/events/{event}/reach"
    number = committed(database, staff)
    refused(staff["auditor"].get(place), "event_not_corrected")
    assert bad in sent(assembly)
    done(staff["custodian"].get(f"/v1/entities/{bad}/tier?purpose=loan"))
    done(staff["custodian"].post("/v1/tiers", json={"entities": [bad, late], "purpose": "loan"}))
    assembly.notes.flush()

    clock.advance(timedelta(minutes=1))
    struck(system, event, "2023-08-23")
    early = done(staff["auditor"].get(place))
    assert [one["became"] for one in early["draws"]] == ["no_result"]
    concluded(clock, staff, number)
    above = caller("handler", authority=drawing.ABOVE)
    assert [one["became"] for one in done(above.get(place))["draws"]] == ["hidden"]
    clock.advance(timedelta(days=2))
    drain(database=database)
    assert sent(assembly) == [bad]
    clock.advance(timedelta(days=1))

    told: dict[str, Any] = done(staff["auditor"].get(place, headers={"Accept-Language": "en"}))
    assert (told["entity"], told["since"], told["corrections"][0]["act"]) == (bad, "2023-05-08", "annulment")
    ((again,),) = rows(database, "SELECT max(as_of) FROM rating WHERE entity_id = :id", id=ids[0])
    tells_the_tier_and_the_draw(told, number, again)
    assert [(one["partner"], one["purpose"], one["in_batch"]) for one in told["asked"]] == [
        ("partner", "loan", False),
        ("partner", "loan", True),
    ]
    (message,) = told["delivered"]
    assert (message["partner"], message["state"], message["told_since"] is not None) == ("credit", "delivered", True)
    assert [one["code"] for one in told["notes"]] == ["tiers_stand", "draws_stand", "others_unsaid", "batches"]
    assert told["notes"][1]["text"].startswith("A draw was committed to and stands.")
    ((noted,),) = rows(
        database, "SELECT count(*) FROM query_log WHERE purpose = 'correction_reach' AND subject = :key", key=bad
    )
    assert noted == 3

    refused(caller("auditor", authority="bj-culture-110105").get(place), "event_not_found")
    refused(staff["auditor"].get("/v1/events/999/reach"), "event_not_found")
    refused(caller("partner").get(place), "forbidden")


def test_a_difference_that_another_record_makes_is_told_apart(
    assembly: web.Assembly, clock: FixedClock, caller: Caller
) -> None:
    database = assembly.database
    ids = drawing.district(database, 12, fined=2)
    staff = {role: caller(role, authority=drawing.HERE) for role in ("handler", "approver", "auditor")}
    staff["custodian"] = caller("partner")
    system = caller("handler", authority=drawing.HERE, sources=("cases",))
    number = committed(database, staff)
    clock.advance(timedelta(minutes=1))
    first, second = (town.punish(database, ids[2], on=FINE + timedelta(days)) for days in (0, 1))
    struck(system, second, "2023-08-23")
    told = done(staff["auditor"].get(f"/v1/events/{second}/reach"))
    (tier,), (draw,) = told["tiers"], told["draws"]
    assert [(tier["was"]["tier"], tier["now"]["tier"], tier["by_record"])] == [("A", "D", False)]
    assert (draw["draw"], draw["was"]["tier"], draw["now"]["tier"], draw["by_record"]) == (number, "A", "D", False)
    assert "not_by_record" in [one["code"] for one in told["notes"]]
    clock.advance(timedelta(minutes=1))
    struck(system, first, "2023-08-23")
    told = done(staff["auditor"].get(f"/v1/events/{first}/reach"))
    assert (told["tiers"], told["draws"]) == ([], []), "known after the freeze, and struck before anything followed"
