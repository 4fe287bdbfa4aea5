"""Where an entity stands in a frame: stratum by tier and history, out of it only by a record."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.edition import parse
from scoring.edition.tiering import Frequency
from scoring.kernel.errors import LawError
from scoring.sampling.rows import CODE, REASONS
from scoring.sampling.strata import WEIGHTED, Candidate, Exclusion, code_of, place, ratio_of, weights_of
from tests.law_cases import shipped

DAY = date(2026, 6, 1)
FREQUENCY = parse(shipped.text("bj-culture")).frequency
ONE = Candidate("uscc:91110000101623741K", "net_cafe", "B", last_on=date(2025, 1, 1), last_ref="case/7")


@pytest.mark.parametrize(
    ("changed", "stratum"),
    [
        ({}, "B"),
        ({"tier": None}, "unrated"),
        ({"last_on": None}, "never_inspected"),
        ({"last_on": DAY - timedelta(89)}, "recent"),
        ({"last_on": DAY - timedelta(90)}, "B"),
        ({"tier": "D", "last_on": DAY - timedelta(1)}, "D"),
        ({"carried": True, "last_on": DAY, "visits": 99}, "carried"),
    ],
)
def test_tier_and_history_give_the_stratum(changed: dict[str, object], stratum: str) -> None:
    row = place(ONE._replace(**changed), FREQUENCY, DAY)  # type: ignore[arg-type] # fields of a candidate
    assert (row.state, row.stratum, row.reason, row.basis) == ("in", stratum, "", "")


def test_the_yearly_cap_takes_out_with_the_last_inspection_as_its_record() -> None:
    assert place(ONE._replace(visits=1), FREQUENCY, DAY).state == "in"
    row = place(ONE._replace(visits=2), FREQUENCY, DAY)
    assert (row.state, row.stratum, row.reason, row.basis) == ("out", "", "cap", "case/7")


def test_a_record_that_excludes_comes_before_what_an_earlier_draw_owes() -> None:
    row = place(ONE._replace(exclusion=Exclusion("deregistered", "reg/1"), carried=True), FREQUENCY, DAY)
    assert (row.state, row.reason, row.basis) == ("out", "deregistered", "reg/1")


def test_weighed_tiers_are_one_stratum_and_the_strata_beside_them_stay() -> None:
    weights = weights_of(FREQUENCY | {"B": replace(FREQUENCY["B"], weight=3)}, {"A": 1})
    assert weights == {"A": 1, "B": 3}
    row = place(ONE, FREQUENCY, DAY, weights)
    assert (row.stratum, row.weight) == (WEIGHTED, 3)
    for changed in ({"carried": True}, {"last_on": None}, {"last_on": DAY - timedelta(3)}, {"tier": None}):
        beside = ONE._replace(**changed)  # type: ignore[arg-type] # fields of a candidate
        assert place(beside, FREQUENCY, DAY, weights) == place(beside, FREQUENCY, DAY)
    with pytest.raises(LawError) as refused:
        place(ONE, FREQUENCY, DAY, {"A": 1})
    assert refused.value.code == "tier_without_weight"


def test_without_a_stratum_for_recent_inspections_the_interval_excludes() -> None:
    bare = {tier: entry for tier, entry in FREQUENCY.items() if tier not in {"recent", "never_inspected"}}
    row = place(ONE._replace(last_on=DAY - timedelta(3)), bare, DAY)
    assert (row.state, row.reason, row.basis) == ("out", "cooldown", "case/7")
    assert place(ONE._replace(last_on=None), bare, DAY).stratum == "B"


def test_a_tier_without_a_ratio_is_drawn_by_its_verification_sample_and_nothing_is_invisible() -> None:
    assert ratio_of("A", FREQUENCY) == (FREQUENCY["A"].ratio, "示例十六")
    sample = {"A": Frequency("A", "art. 1", ratio=(0, 1), verification_sample=(1, 100))}
    assert ratio_of("A", sample) == ((1, 100), "art. 1")
    for entry, code in ((Frequency("A", "1", ratio=(0, 1)), "stratum_never_drawn"), (None, "stratum_without_ratio")):
        with pytest.raises(LawError) as refused:
            ratio_of("A", {} if entry is None else {"A": entry})
        assert refused.value.code == code


def test_codes_are_the_unified_code_or_say_where_they_come_from() -> None:
    assert code_of("uscc:91110000101623741K") == "91110000101623741K"
    assert code_of("reg:110105012345678") == "REG-110105012345678"
    assert code_of("own:T-17") == "OWN-T-17"
    digest = sha256(b"shop_17.a").hexdigest()[:32].upper()
    assert code_of("own:shop_17.a") == f"OWNX-{digest}"


@given(st.from_regex(r"own:[A-Za-z0-9][A-Za-z0-9._-]{0,63}", fullmatch=True))
def test_every_own_number_has_a_lawful_code(key: str) -> None:
    assert CODE.fullmatch(code_of(key))


CANDIDATES = st.builds(
    Candidate,
    key=st.just("own:X"),
    kind=st.just("net_cafe"),
    tier=st.sampled_from(["A", "B", "C", "D", None]),
    visits=st.integers(0, 15),
    last_on=st.none() | st.dates(date(2020, 1, 1), DAY),
    last_ref=st.just("case/1"),
    exclusion=st.none() | st.sampled_from([Exclusion(reason, "r") for reason in sorted(REASONS)]),
    carried=st.booleans(),
)


@given(CANDIDATES)
def test_everyone_is_in_one_stratum_with_a_chance_or_out_by_a_listed_reason(candidate: Candidate) -> None:
    row = place(candidate, FREQUENCY, DAY)
    if row.state == "out":
        assert row.reason in REASONS
        assert row.basis
        assert row.stratum == ""
    elif row.stratum != "carried":
        ratio, clause = ratio_of(row.stratum, FREQUENCY)
        assert ratio[0] > 0
        assert clause
