"""Histories made up from a law's own words, and what the search finds of the editions that are shipped."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from scoring.edition.parse import parse
from scoring.rating.columnar import Standing, columns_of, rate_all
from scoring.rating.history import EditionChain
from service.studio.sensitivity import Added, Sizes, generated, monotone
from tests.tidy.tree import ROOT, read

if TYPE_CHECKING:
    from scoring.edition.model import Edition

AS_OF = date(2026, 6, 30)
RATED = ("bj-culture", "js-environment", "tax-credit", "la-food", "nyc-restaurants", "uk-fhrs")
"""Three whose window is a span of days, and three who look at the latest inspection."""


def shipped(name: str) -> tuple[Edition, str]:
    edition = parse(read(ROOT / "scoring" / "editions" / f"{name}.toml"))
    return edition, (edition.kinds or ("any",))[0]


@pytest.mark.parametrize("name", RATED)
def test_shipped_editions_reward_no_decision_and_punish_no_correction_but_for_one_absorption(name: str) -> None:
    """An external score of the illustrative edition is over after a year, and absorbs still what counts in its case."""
    edition, kind = shipped(name)
    made = generated(edition.rating_for(kind), kind, AS_OF, Sizes(300, 6, 800), seed=20270104)
    found = list(monotone(columns_of(made), EditionChain((edition,)), AS_OF, [0, 200]))
    against = [one.counter_example.change for one in found if one.counter_example]
    known = [Added("external_score", None, -500, (), None, of_case=True)] if name == "bj-culture" else []
    assert against == known
    assert sum(one.weighed for one in found) > 30, "an edition that asks for several findings at once weighs seldom"


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
