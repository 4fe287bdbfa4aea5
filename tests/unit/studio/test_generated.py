"""Histories made up from a law's own words, and what the search finds of the editions that are shipped."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from scoring.edition.parse import parse
from scoring.rating.columnar import Standing, columns_of, rate_all
from scoring.rating.history import EditionChain
from service.studio.sensitivity import Sizes, generated, monotone
from tests.tidy.tree import ROOT, read

if TYPE_CHECKING:
    from scoring.edition.model import Edition

AS_OF = date(2026, 6, 30)
RATED = ("bj-culture", "js-environment", "tax-credit")
"""Those whose window is a span of days; that of the others counts inspections."""


def shipped(name: str) -> tuple[Edition, str]:
    edition = parse(read(ROOT / "scoring" / "editions" / f"{name}.toml"))
    return edition, (edition.kinds or ("any",))[0]


@pytest.mark.parametrize("name", RATED)
def test_no_shipped_edition_rewards_a_decision_or_punishes_a_correction(name: str) -> None:
    edition, kind = shipped(name)
    made = generated(edition.rating_for(kind), kind, AS_OF, Sizes(300, 6, 800), seed=20270104)
    found = list(monotone(columns_of(made), EditionChain((edition,)), AS_OF, [0, 200]))
    assert [one.counter_example for one in found if one.counter_example] == []
    assert sum(one.weighed for one in found) > 500


@pytest.mark.parametrize("name", RATED)
def test_what_is_made_up_is_read_by_its_rules_and_holds_together(name: str) -> None:
    edition, kind = shipped(name)
    rating = edition.rating_for(kind)
    made = generated(rating, kind, AS_OF, Sizes(300, 6, 800), seed=7)
    assert made == generated(rating, kind, AS_OF, Sizes(300, 6, 800), seed=7)
    assert made != generated(rating, kind, AS_OF, Sizes(300, 6, 800), seed=8)
    events = [event for history in made for event in history.events]
    assert {event.code for event in events} == set(rating.rules)
    acts = [(event.decided_on, event.corrected_on) for event in events if event.corrected_on]
    assert all(decided_on <= acted <= AS_OF for decided_on, acted in acts)
    assert 0.2 < len(acts) / len(events) < 0.5
    standing = rate_all(columns_of(made), EditionChain((edition,)), AS_OF).standing
    assert standing is not None
    unread = {Standing.NO_RULE, Standing.SEVERITY_NOT_RATED, Standing.VALUE_MISSING, Standing.VALUE_NOT_ALLOWED}
    assert not unread & {Standing(each) for each in set(standing.tolist())}
    assert Standing.COUNTED in set(standing.tolist())
