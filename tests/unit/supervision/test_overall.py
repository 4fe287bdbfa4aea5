"""The overall tier: the worst rated kind of a domain; what is not rated is listed and moves nothing."""

import pytest

from scoring.edition.model import Frequency
from scoring.kernel.errors import LawError
from scoring.supervision import DomainStanding, KindStanding, frequency_of, overall
from tests.builders.plain import edition, rating

TIERS = ("A", "B", "C", "D")


def stand(kind: str, tier: str | None, *, domain: str = "culture", reason: str | None = None) -> KindStanding:
    return KindStanding(kind, domain, "rated" if reason is None else "unrated", reason, tier)


def test_worst_rated_kind_of_a_domain_gives_the_tier() -> None:
    found = overall([stand("cinema", "A"), stand("net_cafe", "C"), stand("lodging", "D", domain="tourism")], TIERS)
    assert found["culture"] == DomainStanding("rated", "C", ("net_cafe",), ())
    assert found["tourism"].tier == "D"


def test_an_unrated_kind_neither_betters_nor_worsens_and_is_named() -> None:
    found = overall([stand("cinema", "B"), stand("net_cafe", None, reason="new")], TIERS)["culture"]
    assert (found.tier, found.by, found.without) == ("B", ("cinema",), (("net_cafe", "new"),))


def test_only_if_every_kind_is_unrated_the_domain_is() -> None:
    found = overall([stand("cinema", None, reason="new"), stand("net_cafe", None, reason="exempt")], TIERS)["culture"]
    assert (found.state, found.tier) == ("unrated", None)


def test_a_rated_kind_without_tiers_is_rated_without_one() -> None:
    found = overall([stand("restaurant", None)], TIERS)["culture"]
    assert (found.state, found.tier, found.without) == ("rated", None, (("restaurant", "no_tier"),))


def test_a_tier_that_the_domain_does_not_have_is_refused_by_its_code() -> None:
    with pytest.raises(LawError) as caught:
        overall([stand("cinema", "E")], TIERS)
    assert caught.value.code == "tier_unknown"


def test_frequency_follows_the_tier() -> None:
    often = Frequency("D", "§9", (1, 1), min_per_year=4)
    section = edition(rating(), frequency={"D": often})
    assert frequency_of(section, "D") is often
    assert (frequency_of(section, "A"), frequency_of(section, None)) == (None, None)
