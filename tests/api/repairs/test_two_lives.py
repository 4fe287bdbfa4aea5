"""Publicity and rating are two lives of a decision: a rating reads the end that is recorded, never the one derived."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from scoring.exchange.bundle import verify_bundle
from service.ratings import put_edition_in_force
from service.ratings.drain import drain
from tests.api.repairs.test_expiry import EXPIRY, OVER, ZERO, nearer_law
from tests.builders import publishing
from tests.integration.ratings import town
from workers.jobs import repair_expiry

if TYPE_CHECKING:
    from tests.api.repairs.conftest import Town

RATED_TO_THE_END = (
    town.EDITION.replace('id = "town.2025"', 'id = "near.2026"')
    .replace('rulebook = "town"', 'rulebook = "near"')
    .replace('regions = ["110000"]', 'regions = ["110101"]')
    .replace("points = -20", 'points = -20\nvalidity = { ends = "publicity_end" }')
)
OVER_FOR_LONG = 300
"""Days to 12 April 2027; the longest publicity of the fine ended on 15 March."""


def rated(place: Town) -> tuple[str, dict[str, Any]]:
    """The tier, and the fine as the file for strangers has it, which they find consistent."""
    while town.marks(place.database):
        drain(database=place.database)
    tier = place.handler.get(f"/v1/entities/{place.key}/tier").json["tier"]
    data = place.handler.get(f"/v1/entities/{place.key}/rating-bundle?kind=cinema").data
    report = verify_bundle(data)
    assert report.passes(strict=True), report.lines("en")
    lines = [line for line in json.loads(data)["evidence"] if line.get("code") == "fine"]
    return tier, lines[0]


def publicity_of(place: Town) -> str:
    (one,) = place.handler.get(f"/v1/entities/{place.key}/publicity").json["items"]
    return str(one["state"])


def rated_to_the_end(place: Town) -> None:
    with place.database.unit_of_work(town.OPERATOR) as uow:
        put_edition_in_force(uow=uow, words=RATED_TO_THE_END, reason="test")
    place.clock.advance(timedelta(days=OVER_FOR_LONG))


def test_points_outlive_a_publicity_that_is_over_until_its_end_is_recorded(place: Town) -> None:
    nearer_law(place, 0, without=EXPIRY)
    rated_to_the_end(place)
    repair_expiry.run(place.database)
    tier, fine = rated(place)
    assert (publicity_of(place), tier, "publicity_ends_on" in fine) == ("ended", "D", False)
    publishing.act(place.database, place.record, "publicity_end", OVER)
    with place.database.unit_of_work(town.OPERATOR) as uow:
        uow.mark([place.entity_id], "act")
        uow.audit("test.marked", place.key, {})
    tier, fine = rated(place)
    assert (tier, fine["publicity_ends_on"]) == ("A", OVER.isoformat())


def test_repair_by_expiry_records_the_end_that_publicity_derived(place: Town) -> None:
    nearer_law(place, 0, without=ZERO)
    rated_to_the_end(place)
    assert rated(place)[0] == "D"
    repair_expiry.run(place.database)
    tier, fine = rated(place)
    assert (publicity_of(place), tier, fine["publicity_ends_on"]) == ("ended", "A", OVER.isoformat())


def test_a_stated_end_is_what_the_rating_reads_even_where_publicity_goes_on(place: Town) -> None:
    stated = date(2026, 7, 1)
    publishing.act(place.database, place.record, "correction", stated, changes={"severity": "serious"})
    publishing.act(place.database, place.record, "publicity_end", stated)
    with place.database.unit_of_work(town.OPERATOR) as uow:
        put_edition_in_force(uow=uow, words=RATED_TO_THE_END, reason="test")
    place.clock.advance(timedelta(days=30))
    tier, fine = rated(place)
    assert (publicity_of(place), tier, fine["publicity_ends_on"]) == ("due", "A", stated.isoformat())
