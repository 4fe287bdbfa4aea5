"""What is in force follows from the evidence and from decisions by a few plain rules, in whatever order they come."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from scoring.edition import parse
from scoring.editions.shipped import calendar
from scoring.kernel.workdays import Term, last_day
from scoring.rating.explain import explain
from scoring.rating.history import EditionChain, Event, History
from service.ratings.proposals.law import Before, Rule, facts_of, judge, references
from service.ratings.proposals.model import Grounds, Resolution
from service.ratings.proposals.words import SENTENCES, proposal_told
from tests.integration.ratings import proposing

if TYPE_CHECKING:
    from scoring.rating.result import Result
    from service.ratings.proposals.law import Judgement
    from service.ratings.proposals.model import Proposal

START = date(2026, 3, 2)
NAMED = {"C", "D"}
CHAINS = {lapse: EditionChain((parse(proposing.edition(lapses_to=lapse)),)) for lapse in ("in_force", "dropped")}


class Step(NamedTuple):
    """So many days pass, something is recorded or annulled, somebody may decide."""

    days: int
    fines: int
    revoked: bool
    annul: int | None
    decide: str | None


STEPS = st.lists(
    st.builds(
        Step,
        st.integers(0, 12),
        st.integers(0, 2),
        st.integers(0, 9).map(lambda roll: roll == 0),
        st.none() | st.integers(0, 5),
        st.none() | st.sampled_from(["confirmed", "rejected"]),
    ),
    max_size=14,
)


class Town:
    """One entity, its evidence and its proposals, as the drain and an approver would keep them; no database."""

    def __init__(self, lapses_to: str) -> None:
        self.chain = CHAINS[lapses_to]
        edition = self.chain.editions[0]
        self.rule = Rule(edition, edition.rating_for("cinema"))
        self.day = START
        self.events: list[Event] = []
        self.proposals: list[Proposal] = []
        self.before: Before | None = None
        self.rate()

    def result(self) -> Result:
        return explain(History("own:T", "cinema", tuple(self.events)), self.chain, self.day)

    def judged(self) -> Judgement:
        return judge(self.result(), self.rule, self.proposals, self.before)

    def rate(self) -> str:
        """One round of the drain; the tier in force after it."""
        said = self.judged()
        for ended in said.closing:
            self.proposals[self.place(ended.id)] = ended
        shown = said.in_force
        if said.raising is not None:
            self.proposals.append(said.raising._replace(id=len(self.proposals)))
            shown = shown and shown._replace(proposal=len(self.proposals) - 1)
        result = self.result()
        own = Grounds(result.total, result.grade, str(result.tier))
        self.before = Before(own, None) if shown is None else Before(shown.before, shown.proposal)
        return self.before.grounds.tier

    def place(self, number: int | None) -> int:
        return next(place for place, one in enumerate(self.proposals) if one.id == number)

    def open(self) -> list[Proposal]:
        return [one for one in self.proposals if one.resolution is None]

    def live(self, step: Step) -> None:
        self.day += timedelta(days=step.days)
        codes = ["fine"] * step.fines + ["revoked"] * step.revoked
        for code in codes:
            self.events.append(Event("cases", f"f{len(self.events)}", code, self.day))
        if step.annul is not None and step.annul < len(self.events):
            self.events[step.annul] = self.events[step.annul]._replace(annulled_on=self.day)

    def decide(self, outcome: str) -> Proposal | None:
        """An approver's decision, where one may still be made."""
        for one in self.open():
            if self.day <= one.due_on:
                end = Resolution(outcome, self.day, facts_of(self.result()))  # type: ignore[arg-type]
                self.proposals[self.place(one.id)] = one._replace(resolution=end)
                return one
        return None


@given(st.sampled_from(sorted(CHAINS)), STEPS)
def test_what_is_in_force_follows_from_evidence_and_decisions(lapses_to: str, steps: list[Step]) -> None:
    town = Town(lapses_to)
    force = town.rate()
    scale = town.rule.rating.tiers
    for step in steps:
        town.live(step)
        decided = step.decide and town.decide(step.decide)
        lapsed = [one for one in town.open() if town.day > one.due_on]
        given_now = town.result()
        now = town.rate()
        gives = str(given_now.tier)

        taken = {one.proposed for one in (*lapsed, decided) if one}
        assert now in {gives, force, *taken}, "no tier from nowhere"
        assert scale.index(now) <= scale.index(gives), "never worse than the evidence"
        if scale.index(gives) <= scale.index(force):
            assert now == gives, "nothing keeps an entity down"
        if decided and step.decide == "confirmed":
            assert now == gives if gives == decided.proposed else True
            event("confirmed")
        if decided and step.decide == "rejected" and scale.index(gives) <= scale.index(decided.proposed):
            assert now == min(gives, decided.before.tier, key=scale.index), "a rejection keeps the tier of before"
            event("rejected")
        for one in lapsed:
            event(f"lapsed {lapses_to}")
            if gives == one.proposed:
                assert now == (gives if lapses_to == "in_force" else one.before.tier)
        if not decided and not lapsed and gives in NAMED and scale.index(gives) > scale.index(force):
            assert now == force, "a named fall takes no force by itself"
        waiting = town.open()
        assert len(waiting) <= 1
        again = town.judged()
        assert (again.closing, again.raising) == ((), None), "rating the same again changes nothing"
        assert bool(waiting) == (again.in_force is not None and again.in_force.status == "provisional")
        force = now


@given(st.integers(0, 400))
def test_the_due_day_is_so_many_working_days_after_the_fall(days: int) -> None:
    town = Town("in_force")
    town.live(Step(days, 2, revoked=False, annul=None, decide=None))
    town.rate()
    (one,) = town.open()
    due = last_day(Term(15, "working_days", "from_next_day"), town.day, calendar("cn"), to_act=True)
    assert (one.raised_on, one.due_on, one.due_provisional) == (town.day, due.day, due.provisional)
    assert one.due_provisional == (one.due_on.year > 2026)


def test_a_first_rating_and_one_after_none_raise_nothing() -> None:
    town = Town("in_force")
    town.before = None
    town.live(Step(0, 3, revoked=True, annul=None, decide=None))
    assert town.judged().raising is None
    assert town.rate() == "D"


def test_without_an_edition_nothing_is_proposed() -> None:
    town = Town("in_force")
    town.live(Step(0, 3, revoked=False, annul=None, decide=None))
    assert judge(town.result(), None, [], town.before).in_force is None


def test_facts_name_the_events_that_a_proposal_rests_on() -> None:
    town = Town("in_force")
    town.live(Step(0, 2, revoked=True, annul=0, decide=None))
    facts = facts_of(town.result())
    assert facts == {"cases/f1": 2000, "direct:cases/f2": 1}
    assert references(facts | {"risk:": 4, "outcome:art. 1": 1, "shift:a/b/c": 1}) == {
        ("cases", "f1"),
        ("cases", "f2"),
        ("a", "b/c"),
    }


@pytest.mark.parametrize("status", sorted(SENTENCES))
def test_every_status_has_its_sentence_in_both_languages(status: str) -> None:
    said = {"status": status, "tier": "A", "proposed": "D", "due_on": "2026-03-23"}
    zh, en = (proposal_told(said, lang) for lang in ("zh", "en"))
    assert zh is not None
    assert en is not None
    assert zh != en
    for text in (zh, en):
        assert "A" in text
        assert "D" in text
        assert "{" not in text
    assert proposal_told({"tier": "A"}, "zh") is None
