"""The shipped master data agrees with itself and with the law it names."""

from datetime import date
from importlib import resources
from zoneinfo import ZoneInfo

import pytest

from scoring.edition import parse
from service.register import seeds


def test_forty_four_kinds_of_the_culture_and_tourism_markets_each_official_or_derived() -> None:
    home = [k for k in seeds.kinds() if k.domain not in {"food", "environment", "tax", "market_regulation"}]

    assert len(home) == 44
    assert {k.origin for k in home} == {"official", "derived"}
    assert all((k.basis is not None) == (k.origin == "official") for k in seeds.kinds())


def test_every_code_is_said_once_and_every_name_in_both_languages() -> None:
    for table in (seeds.kinds(), seeds.domains(), seeds.authorities()):
        codes = [row.code for row in table]
        assert len(codes) == len(set(codes))
        assert all(row.names["zh"] and row.names["en"] for row in table)


def test_every_kind_belongs_to_a_known_domain() -> None:
    assert {k.domain for k in seeds.kinds()} == {d.code for d in seeds.domains()}


def test_the_capital_has_sixteen_districts_today_and_eighteen_before_the_merger_of_2010() -> None:
    def districts(day: date) -> list[str]:
        return [
            r.code
            for r in seeds.regions()
            if r.parent == "110000" and r.valid_from <= day and (r.valid_to is None or day < r.valid_to)
        ]

    assert len(districts(date(2026, 11, 21))) == 16
    assert len(districts(date(2010, 6, 30))) == 18
    assert "110118" not in districts(date(2015, 10, 12))
    assert "110228" in districts(date(2015, 10, 12))


def test_a_region_or_authority_stands_after_its_parent() -> None:
    for table in (seeds.regions(), seeds.authorities()):
        seen: set[str] = set()
        for row in table:
            assert row.parent is None or row.parent in seen
            seen.add(row.code)


def test_every_district_of_today_has_an_authority_under_the_city() -> None:
    served = {a.region for a in seeds.authorities() if a.parent == "bj-culture"}

    assert served == {r.code for r in seeds.regions() if r.parent == "110000" and r.valid_to is None}


def test_every_authority_has_a_real_time_zone_and_a_known_region() -> None:
    known = {r.code for r in seeds.regions()}
    for authority in seeds.authorities():
        assert ZoneInfo(authority.timezone).key == authority.timezone
        assert authority.region in known


def test_statuses_lead_only_to_known_ones_and_a_limited_one_says_what_follows() -> None:
    table = seeds.statuses()
    for status in table.values():
        assert status.to <= set(table)
        assert (status.longest_months is None) == (status.then is None)
        assert status.then is None or status.then in status.to


@pytest.mark.parametrize(("status", "persons", "months"), [("unreachable", 3, None), ("suspended", 1, 36)])
def test_the_numbers_of_practice_are_data(status: str, persons: int, months: int | None) -> None:
    assert (seeds.statuses()[status].persons, seeds.statuses()[status].longest_months) == (persons, months)


def test_a_heading_in_chinese_finds_its_field() -> None:
    assert seeds.column_aliases()["统一社会信用代码"] == "key"
    assert seeds.column_aliases()["name"] == "name"


def test_every_shipped_edition_speaks_of_authorities_regions_and_kinds_that_ship_too() -> None:
    folder = resources.files("scoring.editions")
    editions = [parse(file.read_text(encoding="utf-8")) for file in folder.iterdir() if file.name.endswith(".toml")]
    assert editions
    authorities, regions = {a.code for a in seeds.authorities()}, {r.code for r in seeds.regions()}
    kinds = {k.code for k in seeds.kinds()}
    for edition in editions:
        assert edition.authority in authorities, edition.id
        assert set(edition.regions) <= regions, edition.id
        assert set(edition.kinds) <= kinds, edition.id
        assert set(edition.ratings) - {"*"} <= kinds, edition.id


def test_every_risk_factor_of_an_edition_that_ships_takes_values_of_the_catalogue() -> None:
    factors = seeds.risk_factors()
    for file in resources.files("scoring.editions").iterdir():
        if not file.name.endswith(".toml"):
            continue
        for rating in parse(file.read_text(encoding="utf-8")).ratings.values():
            for factor in rating.risk.factors if rating.risk else ():
                if factor.attribute in factors:
                    assert set(factor.points) <= set(factors[factor.attribute].values), factor.attribute
