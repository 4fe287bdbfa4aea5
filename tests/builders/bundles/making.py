"""The bundles that must be accepted, one for each thing that a bundle can hold."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from scoring.exchange.bundle import Asked, build_bundle
from scoring.exchange.cases.rating import read_cases
from scoring.rating.history import Event, History, Occasion
from tests.builders.edition_text import edition_text, event_text
from tests.law_cases import shipped

if TYPE_CHECKING:
    from collections.abc import Sequence

KNOWN_AT = "2026-06-30T08:00:00Z"
OLD = edition_text(event="points = -5", after=event_text("y", "points = -25")).replace(
    "force_from = 2026-01-01", "force_from = 2024-01-01\nforce_to = 2026-01-01"
)
NEW = (
    OLD.replace('id = "t.1"', 'id = "t.2"\npredecessor = "t.1"')
    .replace("force_from = 2024-01-01\nforce_to = 2026-01-01", "force_from = 2026-01-01\nforce_to = 2027-01-01")
    .replace("points = -5", "points = -7")
)
REGION = {"js-environment": "320100", "uk-fhrs": "GB", "nyc-restaurants": "US-NY", "bj-culture": "110101"}

SHIPPED = (
    ("base_only", "js-environment", 0),
    ("absorbed", "js-environment", 2),
    ("annulled", "js-environment", 6),
    ("latest_occasion", "uk-fhrs", 6),
    ("exempt", "uk-fhrs", 10),
    ("restored", "tax-credit", 2),
    ("ceiling", "tax-credit", 9),
    ("never_inspected", "nyc-restaurants", 7),
    ("reopened", "nyc-restaurants", 6),
    ("caps_and_risk", "bj-culture", 23),
    ("warning", "bj-culture", 33),
)
"""Name of the vector, edition, place of the case among the cases of the edition."""


def history() -> History:
    """A shop with two events under the old edition, one under the new, and an inspection without findings."""
    return History(
        entity="own:SHOP-1",
        kind="shop",
        events=(
            Event("cases", "z-2026-1", "x", date(2026, 2, 1), attributes={"phone": "000"}),
            Event("cases", "z-2025-2", "y", date(2025, 12, 31), case_ref="案-7", performed_on=date(2026, 1, 5)),
            Event("cases", "z-2025-1", "x", date(2025, 3, 1), occasion="visit-1"),
        ),
        occasions=(Occasion("visit-1", "routine", date(2025, 2, 28)), Occasion("visit-2", "", date(2026, 5, 1))),
        attributes={"phone": "000"},
        known_since=date(2019, 5, 1),
        licences=((date(2019, 5, 1), None),),
    )


def whole(as_of: date = date(2026, 6, 30), position: int | None = None) -> bytes:
    """The bundle of the shop under two editions."""
    return build_bundle(history(), [OLD, NEW], Asked(as_of, "440305", KNOWN_AT, position))


def of_case(name: str, place: int) -> bytes:
    """The bundle of one case beside a shipped edition."""
    case = read_cases(shipped.cases(name))[place]
    return build_bundle(case.history, [shipped.text(name)], Asked(case.as_of, REGION.get(name, "000000"), KNOWN_AT))


def bare(texts: Sequence[str] = ()) -> bytes:
    """The bundle of an entity of which nothing is known but its kind."""
    return build_bundle(History("own:SHOP-2", "shop", ()), texts, Asked(date(2026, 6, 30), "440305", KNOWN_AT, 0))


def accepted() -> dict[str, bytes]:
    """Every bundle that is in order, by name."""
    return {
        **{name: of_case(edition, place) for name, edition, place in SHIPPED},
        "two_editions": whole(),
        "position": whole(position=41),
        "last_day": whole(date(2026, 12, 31)),
        "between_editions": build_bundle(
            history(),
            [OLD.replace("force_to = 2026-01-01", "force_to = 2025-12-01"), NEW],
            Asked(date(2025, 12, 31), "440305", KNOWN_AT),
        ),
        "after_the_last_edition": whole(date(2027, 1, 1)),
        "no_rulebook": bare(),
        "no_evidence": bare([OLD, NEW]),
    }
