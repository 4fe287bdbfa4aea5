"""Between two texts of an edition: with none, all or one of their changes made."""

from __future__ import annotations

import tomllib
from datetime import date
from typing import Any

from scoring.edition.differing import changes, mixed
from scoring.edition.parse import parse, parse_tables
from scoring.edition.place import Decimals
from service.editions import shipped

BEFORE = next(text for text in shipped() if tomllib.loads(text)["id"] == "bj-culture.2022")
AFTER = (
    BEFORE.replace("at_least = 90", "at_least = 92", 1)
    .replace('id = "bj-culture.2022"', 'id = "bj-culture.2027"', 1)
    .replace("force_from = 2022-", "force_from = 2027-", 1)
)


def tables(text: str) -> dict[str, Any]:
    return tomllib.loads(text, parse_float=Decimals)


def without_grade(text: str, key: str) -> str:
    head, _, rest = text.partition(f'[[rating.grade]]\nkey = "{key}"')
    _, mark, tail = rest.partition("\n[[")
    return head + mark[1:] + tail


def test_all_changes_are_the_later_text_and_none_the_earlier_with_its_name() -> None:
    for older, newer in ((BEFORE, AFTER), (BEFORE, without_grade(AFTER, "B")), (without_grade(BEFORE, "B"), AFTER)):
        assert changes(older, newer)
        assert mixed(older, newer, lambda _: True) == tables(newer)
        named = {key: tables(newer)[key] for key in ("id", "force_from")}
        assert mixed(older, newer, lambda _: False) == tables(older) | named


def test_one_change_alone_is_made_where_it_stands() -> None:
    newer = without_grade(AFTER, "B")
    told = changes(BEFORE, newer)
    assert len(told) == 2
    removed = next(one for one in told if one.after is None)
    keys = [one["key"] for one in mixed(BEFORE, newer, lambda one: one == removed)["rating"]["grade"]]
    bounds = [one.get("at_least") for one in mixed(BEFORE, newer, lambda one: one != removed)["rating"]["grade"]]
    assert (keys, bounds[0], len(bounds)) == (["A", "C", "D"], 92, 4)


def test_an_order_that_decides_is_a_change_to_make_or_not() -> None:
    head, first, second, rest = AFTER.split("[[rating.outcome]]\n", 3)
    turned = f"{head}[[rating.outcome]]\n{second}[[rating.outcome]]\n{first}[[rating.outcome]]\n{rest}"

    def outcomes(*, made: bool) -> list[str]:
        mix = mixed(BEFORE, turned, lambda one: made and isinstance(one.before, list))
        return [one["reason"] for one in mix["rating"]["outcome"]]

    assert outcomes(made=False) == ["closed_at_inspection", "new", "first_year"]
    assert outcomes(made=True) == ["new", "closed_at_inspection", "first_year"]


def test_the_days_of_force_are_those_of_the_later_text() -> None:
    ending, later = (f"force_to = {end}\n{text}" for end, text in (("2027-01-01", BEFORE), ("2030-01-01", AFTER)))
    assert "force_to" not in mixed(ending, AFTER, lambda _: False)
    assert mixed(BEFORE, later, lambda _: False)["force_to"] == date(2030, 1, 1)


def test_what_comes_out_is_read_as_an_edition_of_its_own() -> None:
    edition = parse_tables(mixed(BEFORE, AFTER, lambda _: False))
    older = parse(BEFORE)
    assert (edition.id, edition.ratings) == ("bj-culture.2027", older.ratings)
    assert edition.digest not in {older.digest, parse(AFTER).digest}
