"""An edition with some of its numbers replaced, against the tables that TOML reads from both texts."""

from __future__ import annotations

import tomllib
from datetime import date
from typing import Any

import pytest

from scoring.edition.changed import changed, numbers
from scoring.edition.succeeding import succeeding
from scoring.kernel.errors import EditionError
from service.editions import shipped

TEXTS = {tomllib.loads(text)["id"]: text for text in shipped()}


def leaves(value: Any, place: str = "") -> dict[str, Any]:  # noqa: ANN401 - any part of a document
    if not isinstance(value, dict | list):
        return {place: value}
    entries = value.items() if isinstance(value, dict) else enumerate(value)
    found: dict[str, Any] = {}
    for key, each in entries:
        found |= leaves(each, f"{place}/{str(key).replace('~', '~0').replace('/', '~1')}")
    return found


@pytest.mark.parametrize("edition", TEXTS)
def test_every_number_is_found_and_can_be_changed_and_nothing_else_does(edition: str) -> None:
    text = TEXTS[edition]
    before = leaves(tomllib.loads(text))
    plain = {place: value for place, value in before.items() if type(value) in {int, float}}
    assert {one.place: float(one.written) for one in numbers(text)} == plain
    some = list(plain)[::7]
    after = changed(text, [(place, "77.5") for place in some])
    assert leaves(tomllib.loads(after)) == before | dict.fromkeys(some, 77.5)
    assert len(after.splitlines()) == len(text.splitlines())


@pytest.mark.parametrize("edition", TEXTS)
def test_a_successor_begins_as_its_predecessor_stands(edition: str) -> None:
    text = TEXTS[edition]
    after = leaves(tomllib.loads(succeeding(text, "x.2099", predecessor=edition, force_from=date(2099, 1, 1))))
    its_own = {"/id": "x.2099", "/predecessor": edition, "/force_from": date(2099, 1, 1)}
    assert after == leaves(tomllib.loads(text)) | its_own
    second = succeeding(text, "b", predecessor="a", force_from=date(2099, 1, 1))
    third = succeeding(second, "c", predecessor="b", force_from=date(2100, 1, 1))
    assert tomllib.loads(third)["predecessor"] == "b"


def test_comments_and_layout_stay() -> None:
    text = 'a = [ 1, 2 ]  # 3 of "4"\n[b]\nc = { "d/e" = 5.0, f = 2026-01-01 } # 6\n'
    assert [tuple(one) for one in numbers(text)] == [("/a/0", 1, "1"), ("/a/1", 1, "2"), ("/b/c/d~1e", 3, "5.0")]
    assert numbers("a = 0xFFFFFFFFFFFFFFF") == ()
    assert changed(text, [("/b/c/d~1e", "-0.5"), ("/a/1", "10")]) == text.replace("5.0", "-0.5").replace("2 ]", "10 ]")


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        ([("/rating", "1")], ["place_without_number"]),
        ([("", "1"), ("/rating/bas", "x")], ["place_without_number", "place_without_number", "not_a_number"]),
        ([("/rating/base", "1"), ("/rating/base", "2")], ["place_named_twice"]),
        ([("/rating/base", "1 # 2")], ["not_a_number"]),
        ([("/rating/base", "１")], ["not_a_number"]),
        ([("/rating/base", "nan")], ["not_a_number"]),
    ],
)
def test_what_cannot_be_replaced_is_named(values: list[tuple[str, str]], codes: list[str]) -> None:
    with pytest.raises(EditionError) as refused:
        changed("[rating]\nbase = 100\n", values)
    assert [one.code for one in refused.value.findings] == codes
    assert all(one.zh and one.en for one in refused.value.findings)


def test_what_is_no_toml_is_refused_as_an_edition_is() -> None:
    with pytest.raises(EditionError) as refused:
        changed("[rating\nbase = 100\n", [("/rating/base", "1")])
    assert refused.value.code == "not_toml"
