"""Back-tests of a city whose truth is known: what was known then, and whether intervals hold the truth."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pytest

from scoring.edition.tiering import Frequency
from scoring.kernel.days import add_months
from scoring.rating.explain import explain
from scoring.rating.history import Event, History, Occasion
from service.studio.backtest.document import Trial, back_test_document
from service.studio.backtest.figures import Setting, detection_told
from service.studio.backtest.outcomes import Outcomes
from service.studio.backtest.pairs import beside, paired
from service.studio.backtest.past import Decided, Origin
from service.studio.backtest.report import as_page
from service.studio.backtest.seen import Asked, Seen, seen_at
from service.studio.backtest.steadiness import counts_of
from service.studio.measures.discrimination import discrimination_of
from service.studio.measures.groups import rates_of
from tests.builders import plain, sample_town
from tests.builders.stocks import stock_of

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

SIZE, MONTHS, HORIZON = 2500, 18, 6


class World(NamedTuple):
    town: sample_town.Town
    trial: Trial
    seen: list[Seen]
    told: dict[str, Any]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    town, chain = sample_town.town(SIZE), sample_town.chain()
    last = add_months(sample_town.UNTIL, -HORIZON)
    days = [add_months(last, -back) for back in range(MONTHS)][::-1]
    section = chain.editions[0].rating_for(sample_town.KIND)
    clauses = {clause: place for place, clause in enumerate(sorted({one.clause for one in section.rules.values()}))}
    trial = Trial(
        past=Decided(town.stock(tmp_path_factory.mktemp("stock"))),
        law=lambda *_: chain,
        asked=Asked("bj-culture", section.tiers, clauses, 24),
        edition=chain.editions[0],
        origins=[Origin(day, day.toordinal()) for day in days],
        outcomes=town.outcomes,
        horizon=HORIZON,
    )
    seen = [seen_at(trial.past, trial.law, origin, trial.asked) for origin in trial.origins]
    return World(town, trial, seen, back_test_document(trial))


def test_everybody_stands_where_what_was_decided_by_then_puts_them(world: World) -> None:
    chain = sample_town.chain()
    for origin, seen in list(zip(world.trial.origins, world.seen, strict=True))[::8]:
        there = dict(zip(seen.ids.tolist(), range(len(seen.ids)), strict=True))
        for number, history in list(enumerate(world.town.histories))[::40]:
            if history.known_since is not None and history.known_since > origin.day:
                assert number not in there
                continue
            known = [one for one in history.events if one.decided_on <= origin.day]
            then = [
                one._replace(annulled_on=None) if one.annulled_on and one.annulled_on > origin.day else one
                for one in known
            ]
            held = [one for one in history.occasions if one.held_on <= origin.day]
            told = explain(history._replace(events=tuple(then), occasions=tuple(held)), chain, origin.day)
            place = there[number]
            tier = None if seen.rank[place] < 0 else world.trial.asked.tiers[seen.rank[place]]
            assert tier == told.tier
            risk = None if told.total is None else -told.total / 100
            assert (None if np.isnan(seen.risk[place]) else seen.risk[place]) == risk
            counted = -sum(line.counted for line in told.lines) / 100
            assert seen.clauses[place].sum() == pytest.approx(counted)
            since = add_months(origin.day, -24)
            assert seen.looked_at[place] == sum(one.held_on > since for one in held)


def weights(days: list[date]) -> NDArray[np.float64]:
    """How much each origin counts: a day after several of them counts a part for each."""
    spans = [(day.toordinal(), add_months(day, HORIZON).toordinal()) for day in days]
    covering = np.zeros(spans[-1][1] - spans[0][0] + 1)
    for first, last in spans:
        covering[first + 1 - spans[0][0] : last + 1 - spans[0][0]] += 1
    return np.array([sum(1 / covering[day - spans[0][0]] for day in range(a + 1, b + 1)) for a, b in spans])


def test_the_intervals_hold_the_truth_of_the_city(world: World) -> None:
    """The truth needs no visit: everybody's rating at each origin, and everybody's true risk."""
    days = [origin.day for origin in world.trial.origins]
    weight = np.concatenate([np.full(len(seen.ids), one) for seen, one in zip(world.seen, weights(days), strict=True)])
    rank, risk = (np.concatenate([getattr(seen, name) for seen in world.seen]) for name in ("rank", "risk"))
    truth = world.town.risk[np.concatenate([seen.ids for seen in world.seen])]
    for told, place in zip(world.told["tiers"][:3], range(3), strict=True):
        mine = rank == place
        assert told["rate"]["low"] <= np.average(truth[mine], weights=weight[mine]) <= told["rate"]["high"]
    rated = (rank >= 0) & ~np.isnan(risk)
    for name, score in (("tier", rank), ("points", risk)):
        auc = true_auc(score[rated].astype(float), (weight * truth)[rated], (weight * (1 - truth))[rated])
        assert world.told[name]["auc"]["low"] <= auc <= world.told[name]["auc"]["high"]
        assert world.told[name]["auc"]["low"] > 0.55
    assert world.told["mirror"]["mirrors"] is False
    assert world.told["detection"]["uniform"] == pytest.approx(100 * np.average(truth, weights=weight), rel=0.2)
    assert world.told["detection"]["gain"]["low"] > 1


def true_auc(score: NDArray[np.float64], problems: NDArray[np.float64], clean: NDArray[np.float64]) -> float:
    """Of everybody, who has a problem with one weight and none with the other: each against all less risky."""
    order = np.argsort(score)
    ranked, before = score[order], np.concatenate([[0.0], np.cumsum(clean[order])])
    first, last = (np.searchsorted(ranked, score, side=side) for side in ("left", "right"))
    less_risky, alike = before[first], before[last] - before[first]
    return float((problems * (less_risky + alike / 2)).sum() / (problems.sum() * clean.sum()))


def test_what_is_told_counts_each_visit_once(world: World) -> None:
    told, days = world.told, world.trial.origins
    span = (days[0].day.toordinal(), add_months(days[-1].day, HORIZON).toordinal())
    day = world.town.outcomes.day
    assert told["visits"] <= int(((day > span[0]) & (day <= span[1])).sum())
    assert told["found"] == len(
        {place for place in np.flatnonzero(world.town.outcomes.found) if span[0] < day[place] <= span[1]}
    )
    assert len(told["steadiness"]) == MONTHS
    assert told["steadiness"][0]["shift"]["value"] == 0
    assert {one["code"] for one in told["warnings"]} <= {"problems", "clean", "visits"}
    assert told["clauses"][0]["loss"]["value"] > 0


@pytest.mark.parametrize(("lang", "said"), [("zh", "回测报告"), ("en", "How well it tells")])
def test_the_page_shows_every_figure_in_either_language_and_runs_nothing(world: World, lang: str, said: str) -> None:
    facts = {"position": 1, "stock_day": "2026-06-30", "stock_digest": "d", "tried": False, "knowledge": "decided"}
    page = as_page({**facts, **world.told}, lang)
    assert said in page
    assert f"{world.told['points']['auc']['value']:.3f}" in page
    assert page.count("<svg") == 6
    assert "<script" not in page
    assert "http://" not in page.replace("http://www.w3.org/2000/svg", "")


def test_who_is_asked_for_by_visits_a_year_and_no_ratio_is_among_the_visits(world: World) -> None:
    """One visit of everybody in A and two of everybody in D: nobody counts for more than one."""
    parts = [
        beside(world.trial.outcomes, origin.day, seen, HORIZON)
        for origin, seen in zip(world.trial.origins, world.seen, strict=True)
    ]
    frequency = {tier: Frequency(tier, "c", min_per_year=least) for tier, least in (("A", 1), ("D", 2))}
    edition = replace(world.trial.edition, frequency=frequency)
    setting = Setting((*world.trial.asked.tiers, "unrated"), 0.95, 30)
    entities = counts_of(world.seen[-1], setting)
    told, unknown = detection_told(paired(world.trial.outcomes, parts), setting, entities, edition)
    assert unknown == ()
    assert told is not None
    assert told["planned"] == {"A": entities[0], "B": 0, "C": 0, "D": entities[3], "unrated": 0}


def test_a_contribution_is_of_the_clause_that_was_law_on_its_day(tmp_path: Path) -> None:
    """The first edition knows a code that the second does not, and has the other code under another clause."""
    old = plain.rule("gone", -1000), replace(plain.rule("fine", -2000), clause="§old")
    editions = (
        plain.edition(plain.rating(*old), force_to=date(2025, 7, 1)),
        plain.edition(plain.rating(plain.rule("fine", -3000)), id="plain-2", force_from=date(2025, 7, 1)),
    )
    chain, on = plain.chain(*editions), date(2025, 12, 31)
    events = [("1", "gone", "2025-02-01"), ("2", "fine", "2025-03-01"), ("3", "fine", "2025-08-01")]
    history = History("own:1", "shop", tuple(plain.event(*each) for each in events))
    past = Decided(stock_of(tmp_path, [history], on, at_once=1))
    asked = Asked("plain", ("A", "B", "C", "D"), {"§fine": 0, "§gone": 1, "§old": 2}, 24)
    seen = seen_at(past, lambda *_: chain, Origin(on, on.toordinal()), asked)
    assert seen.risk.tolist() == [-40]
    assert seen.clauses.tolist() == [[30, 10, 20]]


ROUNDS, TOWN, YEAR = 120, 900, 8
START = 738_000


def test_about_nineteen_of_twenty_intervals_hold_the_truth_though_visits_count_at_many_origins() -> None:
    """Of 120 towns, each of 900 places visited by monthly draws at two chances; at one in ten nobody is met.

    Nineteen in twenty is 114, and four standard deviations of so many coins are 9.5.
    """
    chance = np.random.default_rng(20261121)
    held = np.zeros(3)
    days = [add_months(date.fromordinal(START), month) for month in range(YEAR)]
    share, none = np.repeat(weights(days), TOWN), np.zeros(TOWN, np.int64)
    for _ in range(ROUNDS):
        truth = chance.beta(1, 4, TOWN)
        scores = [truth + chance.normal(0, 0.2, TOWN) for _ in days]
        tiers = [np.digitize(score, [0.15, 0.4]).astype(np.int32) for score in scores]
        seen = [
            Seen(np.arange(TOWN), tier, score, none, np.zeros((TOWN, 0)))
            for tier, score in zip(tiers, scores, strict=True)
        ]
        outcomes = visited_monthly(truth, chance)
        pairs = paired(outcomes, [beside(outcomes, day, one, HORIZON) for day, one in zip(days, seen, strict=True)])
        rank, score, risk = np.concatenate(tiers), np.concatenate(scores), np.tile(truth, YEAR)
        rates = rates_of(pairs.pooled, pairs.seen.rank.astype(np.int64), 3, confidence=0.95)
        for place in (0, 2):
            mine, interval = rank == place, rates[place].interval
            assert interval is not None
            held[place // 2] += interval.low <= np.average(risk[mine], weights=share[mine]) <= interval.high
        auc = discrimination_of(pairs.pooled, pairs.seen.risk, confidence=0.95).interval
        assert auc is not None
        held[2] += auc.low <= true_auc(score, share * risk, share * (1 - risk)) <= auc.high
    assert all(held >= ROUNDS * 0.95 - 9.5)
    assert all(held < ROUNDS)


def visited_monthly(truth: NDArray[np.float64], chance: np.random.Generator) -> Outcomes:
    """Draws of a month at 2 % of one half of the town and 6 % of the other."""
    months = YEAR + HORIZON - 1
    design = np.where(np.arange(TOWN) % 2, 0.02, 0.06)
    month, entity = np.nonzero(chance.random((months, TOWN)) < design)
    met = chance.random(len(month)) < 0.9
    cell = month * 2 + entity % 2
    bounds = np.array([add_months(date.fromordinal(START), one).toordinal() for one in range(months + 1)])
    day = bounds[month] + 1 + (chance.random(len(month)) * np.diff(bounds)[month]).astype(np.int64)
    order = np.argsort(day[met], kind="stable")
    found = chance.random(len(month)) < truth[entity]
    drawn = np.bincount(cell, minlength=2 * months)
    kept = np.flatnonzero(met)[order]
    return Outcomes(entity[kept], day[kept].astype(np.int32), design[entity[kept]], cell[kept], found[kept], drawn)


def test_a_city_that_writes_up_whoever_is_looked_at_is_called_a_mirror_in_words(tmp_path: Path) -> None:
    """Inspectors go where the risk is and write down a problem at every visit: the rating counts their visits."""
    chance, last = np.random.default_rng(20261121), date(2025, 12, 31)
    risk = chance.beta(1, 3, 1500)
    histories = []
    for number, visits in enumerate(chance.poisson(6 * risk).tolist()):
        days = sorted(date.fromordinal(last.toordinal() - back) for back in chance.integers(0, 700, visits).tolist())
        seen = [Occasion(f"{number}-{place}", "daily", day) for place, day in enumerate(days)]
        found = [Event("s", one.ref, "problem_found", one.held_on, severity="minor", occasion=one.ref) for one in seen]
        histories.append(History(f"own:{number}", sample_town.KIND, tuple(found), tuple(seen)))
    chain = sample_town.chain()
    section = chain.editions[0].rating_for(sample_town.KIND)
    clauses = {clause: place for place, clause in enumerate(sorted({one.clause for one in section.rules.values()}))}
    whom = chance.choice(1500, 1000, replace=False)
    told = back_test_document(
        Trial(
            past=Decided(stock_of(tmp_path, histories, last, at_once=1500)),
            law=lambda *_: chain,
            asked=Asked("bj-culture", section.tiers, clauses, 24),
            edition=chain.editions[0],
            origins=[Origin(last, last.toordinal())],
            outcomes=Outcomes(
                whom,
                np.full(1000, last.toordinal() + 9, np.int32),
                np.full(1000, 2 / 3),
                np.zeros(1000, np.int64),
                chance.random(1000) < risk[whom],
                np.array([1000]),
            ),
            horizon=HORIZON,
        )
    )
    assert told["mirror"]["mirrors"] is True
    assert told["mirror"]["correlation"] > 0.4
    assert told["points"]["auc"]["low"] > 0.5
    (warned,) = [one for one in told["warnings"] if one["code"] == "mirrors"]
    assert f"{told['mirror']['within']['value']:.2f}" in warned["en"]
