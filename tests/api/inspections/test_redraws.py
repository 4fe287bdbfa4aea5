"""A draw that is void after its instant, and its redraw: numbered, reasoned, by another approver, of a later value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scoring.sampling.verify import Outside, verify
from service.platform import FixedClock
from tests.api.at_once import at_once
from tests.api.inspections.test_draws import committed, concluded, done, move, refused
from tests.builders import drawing
from tests.builders.overridden import overridden

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from service.platform import web
    from tests.builders.fillings import Filling

    Caller = Callable[..., FlaskClient]

START, LATER = drawing.INSTANT + 4_000, drawing.INSTANT + 20_000


@pytest.fixture
def filling() -> Filling:
    return drawing.standing


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(drawing.at(drawing.FREEZING))


@pytest.fixture
def staff(caller: Caller) -> dict[str, FlaskClient]:
    here = {role: caller(role, authority=drawing.HERE) for role in ("handler", "approver", "auditor")}
    others = {"second approver": caller("approver", authority=drawing.HERE), "custodian": caller("partner")}
    return {**here, **others, "above": caller("approver", authority=drawing.ABOVE)}


def entered(anonymous: FlaskClient) -> list[tuple[str, str]]:
    items = done(anonymous.get(f"/v1/draw-registers/{drawing.HERE}"))["items"]
    return [(entry["kind"], entry["draw"]) for entry in items]


def test_a_void_draw_is_drawn_again_under_the_next_number_and_each_step_at_once_is_done_once(
    assembly: web.Assembly, clock: FixedClock, staff: dict[str, FlaskClient], anonymous: FlaskClient
) -> None:
    first = committed(assembly.database, staff)
    concluded(clock, staff, first)
    done(staff["approver"].post(f"/v1/draws/{first}/dispatch"))
    before = done(staff["auditor"].get(f"/v1/draws/{first}/transcript?view=full"))
    at = f"/v1/draws/{first}"
    refused(staff["approver"].post(f"{at}/void"), "draw_void_not_proposed")
    refused(staff["handler"].post(f"{at}/void-proposals", json={"reason": "second thoughts"}), "draw_reason_unknown")
    done(staff["handler"].post(f"{at}/void-proposals", json={"reason": "frame_unlawful"}), 204)
    refused(staff["approver"].post(f"{at}/void"), "draw_superior_needed")
    assert done(staff["above"].post(f"{at}/void"))["state"] == "void"
    refused(staff["approver"].post(f"{at}/opening"), "draw_void")

    move(clock, START)
    place = f"/v1/inspection-tasks/{before['commitment']['task']}/draws"
    attempts = [{"when": "first", "sources": drawing.NUMBERS, "instant": LATER, "deadline": LATER + 3_600}]
    terms = drawing.terms(close_at=START + 4_000, attempts=attempts)
    refused(staff["handler"].post(place, json=terms), "draw_reason_missing")
    known = drawing.terms(reason="frame_unlawful")
    refused(staff["handler"].post(place, json=known), "draw_times_out_of_order")
    again = done(staff["handler"].post(place, json={**terms, "reason": "frame_unlawful"}), 201)["number"]
    at = f"/v1/draws/{again}"
    assert (first, again) == ("110101-2023-00001", "110101-2023-00002")
    assert [one[:2] for one in overridden(assembly.database)] == [("draw_void", first), ("draw_again", again)]
    same = staff["approver"].post(f"{at}/commitment")
    refused(same, "draw_redraw_same_approver")
    assert first in same.json["detail"]
    done(staff["second approver"].post(f"{at}/commitment"))
    commitment = done(anonymous.get(f"{at}/documents/commitment"))
    assert (commitment["replaces"], commitment["reason"]) == (first, "frame_unlawful")

    secret = done(staff["handler"].get(f"{at}/secret"))["value"]
    done(staff["custodian"].post(f"{at}/custody", json={"custodian": "AU-01", "value": secret}), 204)
    move(clock, START + 5_000)
    done(staff["handler"].post(f"{at}/closing"))
    move(clock, LATER + 60)
    done(staff["handler"].post(f"{at}/secret", json={}))
    for person in ("handler", "approver"):
        done(staff[person].post(f"{at}/entropy", json={"values": drawing.ANNOUNCED}))
    both = [staff["handler"], staff["approver"]]
    one, other = (done(answer) for answer in at_once(lambda client: client.post(f"{at}/result"), both))
    assert one == other
    assert one["state"] == "concluded"
    done(staff["approver"].post(f"{at}/dispatch"))
    opened = [done(answer)["state"] for answer in at_once(lambda client: client.post(f"{at}/opening"), both)]
    assert opened == ["opened", "opened"]
    assert entered(anonymous) == [
        ("plan", ""),
        *((kind, first) for kind in ("commitment", "closing", "entropy", "result", "void")),
        ("plan", ""),  # with the ratios of the strata that are left beside the carried
        *((kind, again) for kind in ("commitment", "closing", "entropy", "result", "open")),
    ]
    full = staff["auditor"].get(f"{at}/transcript?view=full")
    drawn = {code for (code,) in before["parts"][0]["drawn"]}
    assert {code for (code,) in full.json["parts"][0]["drawn"]} >= drawn, "a redraw adds, it never frees"
    report = verify(full.data, Outside(previous=before))
    assert report.failed() == []
    assert report.verdict("F-CARRIED") == "PASS"
