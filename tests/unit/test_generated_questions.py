"""Generated questions reach every standing and make every primitive of the page decide something."""

from __future__ import annotations

from collections import Counter

from tests.builders.dice import SeededDice
from tests.builders.histories import question
from tests.oracle import rate

STANDINGS = """
annulled; warning; before_edition; no_rule; condition_not_met; severity_not_rated; value_missing;
value_not_allowed; outside_window; lapsed; repaired; absorbed; lesser_of_group; counted
"""

SENTENCES = """
map_codes used; map_codes dropped; map_dimensions used; restated code dropped;
window months; window cycle; window occasions; window unlimited;
validity months; validity cycle; validity publicity_end; validity unlimited;
validity months while unperformed; validity cycle while unperformed; validity publicity_end while unperformed;
validity unlimited while unperformed;
points plain; points by severity; points by value; factor; repetition; repetition without repaired; rounding of a half;
restoration by days; restoration by year; restoration with condition; restoration still to come;
absorption greatest; absorption named;
cap case bad; cap case good; cap case of named; cap code bad; cap code good; cap code of named;
cap dimension bad; cap dimension good; cap dimension of named; cap period bad; cap period good;
cap over all time; cap over calendar year; cap over months; cap over cycle;
dimension limit; total limit; streak of months; streak of occasions; no licence;
outcome younger; outcome without occasion; outcome without evidence; outcome occasion type; outcome closed;
outcome missing code; outcome attribute; outcome total from; outcome total to;
outcome grade; outcome pending; outcome ungraded; outcome unrated;
worst item; direct grade; floor; shift worse; shift better; ceiling; risk warning; matrix
"""


def test_every_standing_and_every_primitive_occurs_and_bites() -> None:
    expected = {name.strip() for name in f"{STANDINGS};{SENTENCES}".split(";")}
    seen: Counter[str] = Counter()
    for seed in range(4000):
        seen.update(rate(*question(SeededDice(seed))).seen)
    assert set(seen) == expected
    assert min(seen.values()) >= 5, seen.most_common()[-5:]


def test_the_same_seed_builds_the_same_question() -> None:
    assert [question(SeededDice(seed)) for seed in range(20)] == [question(SeededDice(seed)) for seed in range(20)]


def test_questions_spread_over_all_states_and_directions() -> None:
    asked = [question(SeededDice(seed)) for seed in range(300)]
    assert {rate(*one).state for one in asked} == {"rated", "unrated", "pending", "ungraded"}
    assert {one.chain.editions[0].ratings["*"].direction for one in asked} == {"higher_better", "higher_worse"}
    assert {len(one.chain.editions) for one in asked} == {1, 2, 3}
    assert {edition.transition for one in asked for edition in one.chain.editions} == {"keep", "restate"}
    assert any(len({event.decided_on for event in one.history.events}) < len(one.history.events) for one in asked)
