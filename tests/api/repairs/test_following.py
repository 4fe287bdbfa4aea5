"""A granted case stays open until all have followed whom its edition makes follow: who shows, and who was handed on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from workers.jobs import repairs as job

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from tests.api.repairs.conftest import Town

SITE, PLATFORM, COURT = "enforcement-site", "credit-platform", "court"
DAY = "2026-06-16"


def act(place: Town, what: str, where: str) -> None:
    body = {"act": what, "place": where, "done_on": DAY}
    answer = place.handler.post(f"/v1/events/{place.record}/publication-acts", json=body)
    assert answer.status_code == 201, answer.json


def confirmed(place: Town, client: FlaskClient, where: str) -> None:
    body = {"place": where, "done_on": DAY, "reference": "T-1"}
    answer = client.post(f"/v1/events/{place.record}/takedown-acknowledgements", json=body)
    assert answer.status_code == 201, answer.json


def closing(place: Town, number: str) -> Any:  # noqa: ANN401 - an answer
    body = {"reason": "as found"}
    return place.handler.post(f"/v1/repairs/{number}/closure", json=body, headers={"Accept-Language": "en"})


@pytest.mark.parametrize("effects", [("stop_sharing",)])
def test_a_case_waits_for_who_shows_who_was_handed_on_and_who_has_not_confirmed(
    place: Town, caller: Callable[..., FlaskClient]
) -> None:
    platform, court = (caller("partner", places=[one]) for one in (PLATFORM, COURT))
    for where in (SITE, PLATFORM):
        act(place, "publish", where)
    act(place, "forward", COURT)
    number = place.to_decision()
    place.does(place.approver, number, "decision", decision="grant")

    def awaited() -> str:
        job.run(place.database)
        assert place.case(number)["state"] == "granted"
        refused = closing(place, number)
        assert (refused.status_code, refused.json["code"]) == (409, "repair_still_shown")
        return str(refused.json["detail"])

    assert f"{COURT}, {PLATFORM}, {SITE}." in awaited()
    act(place, "withdraw", SITE)
    act(place, "withdraw", PLATFORM)
    assert f"{COURT}, {PLATFORM}." in awaited()
    confirmed(place, platform, PLATFORM)
    assert f" {COURT}." in awaited()
    confirmed(place, court, COURT)
    job.run(place.database)
    assert place.case(number)["state"] == "closed"


def test_where_the_edition_ends_publication_alone_nobody_waits_for_who_was_handed_on(place: Town) -> None:
    act(place, "publish", SITE)
    act(place, "forward", COURT)
    number = place.to_decision()
    place.does(place.approver, number, "decision", decision="grant")
    assert f" {SITE}." in str(closing(place, number).json["detail"])
    act(place, "withdraw", SITE)
    job.run(place.database)
    assert place.case(number)["state"] == "closed"
