"""The verifier against hostile bytes: any change is noticed, nothing makes it stumble, every word is there twice."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.exchange.bundle import CODES, Asked, build_bundle, verify_bundle
from scoring.exchange.bundle.difference import first_difference
from scoring.exchange.bundle.reading import LONGEST, MOST_EDITIONS, MOST_LINES
from scoring.exchange.bundle.words import LAST, SENTENCES
from scoring.kernel.canonical import canonical
from scoring.kernel.errors import LawError
from scoring.rating.history import Event, History
from tests.builders.bundles.making import KNOWN_AT, NEW, OLD, history, whole

GOOD = whole()
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab~/"), inner, max_size=3),
)


def places(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value below a value."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(below for step, item in steps for below in places(item, (*path, step)))]


PLACES = [path for path in places(json.loads(GOOD)) if path]


@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255))
def test_one_other_byte_anywhere_is_noticed_unless_it_says_when_or_where_it_was_asked(place: int, turn: int) -> None:
    data = bytearray(GOOD)
    data[place] ^= turn
    report = verify_bundle(bytes(data))
    bare = GOOD.index(b'"known_at":"') <= place < GOOD.index(b'"schema"')
    decides_nothing = GOOD.index(b'"evidence"') < place < GOOD.index(b'"explanation":')
    assert bare or decides_nothing or not report.passes()
    assert [said.code for said in report.said] == list(CODES)


@given(st.sampled_from(PLACES), JSON)
def test_any_value_in_any_place_ends_in_a_report(path: tuple[Any, ...], value: object) -> None:
    bundle: Any = json.loads(GOOD)
    place = bundle
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    report = verify_bundle(canonical(bundle))
    assert report.passes() == (not report.failed())
    assert all(report.lines(lang) for lang in ("zh", "en"))


@given(st.binary(max_size=200))
def test_any_bytes_end_in_a_report_that_refuses_them(data: bytes) -> None:
    assert not verify_bundle(data).passes()


@given(st.text(max_size=200))
def test_any_text_in_place_of_an_edition_is_refused(text: str) -> None:
    bundle = json.loads(GOOD)
    bundle["editions"][1]["text"] = text
    assert "R-EDITION" in verify_bundle(canonical(bundle)).failed()


@given(JSON, JSON)
def test_a_difference_is_found_where_there_is_one_and_can_be_pointed_at(one: object, other: object) -> None:
    found = first_difference(one, other)
    assert (found is None) == (canonical(one) == canonical(other))
    if found is not None:
        for tree, said in ((one, found.found), (other, found.expected)):
            assert said == "—" or pointed(tree, found.where) == said


def pointed(tree: Any, pointer: str) -> object:  # noqa: ANN401 - a JSON value
    """What a JSON pointer leads to, by RFC 6901."""
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        tree = tree[int(key)] if isinstance(tree, list) else tree[key]
    return tree


def test_the_first_difference_is_first_in_canonical_order() -> None:
    found = first_difference({"b": 1, "a": [1, {"x/y": True}]}, {"b": 2, "a": [1, {"x/y": 1}]})
    assert found == ("/a/1/x~1y", True, 1)


def test_a_report_ends_with_what_to_compare_outside() -> None:
    last = {lang: verify_bundle(GOOD).lines(lang)[-1] for lang in ("zh", "en")}
    bundle = json.loads(GOOD)
    for sentence in last.values():
        assert all(f"{edition['id']} {edition['digest']}" in sentence for edition in bundle["editions"])
        assert sentence.endswith(bundle["explanation_digest"])
    assert last["en"].startswith("consistent, not anchored")


def test_every_sentence_is_there_in_both_languages() -> None:
    for zh, en in (*SENTENCES.values(), *LAST.values()):
        assert zh.isascii() is False
        assert en.isascii() is True


def test_a_bundle_that_strangers_would_refuse_is_not_given_out() -> None:
    asked = Asked(date(2026, 6, 30), "440305", KNOWN_AT)
    odd = history()._replace(events=(Event("s", "x" * 201, "x", date(2026, 1, 1)),))
    with pytest.raises(LawError) as refused:
        build_bundle(odd, [OLD, NEW], asked)
    assert refused.value.code == "bundle_not_expressible"
    assert "/evidence/3/id" in refused.value.zh
    with pytest.raises(LawError, match="editions_overlap"):
        build_bundle(history(), [NEW, NEW], asked)


def test_thousands_of_events_are_still_one_file() -> None:
    """Of one entity: far more than any has."""
    events = tuple(Event("s", f"{n}", "x", date(2026, 1, 1 + n % 28)) for n in range(5_000))
    data = build_bundle(History("own:1", "shop", events), [OLD, NEW], Asked(date(2026, 6, 30), "440305", KNOWN_AT))
    assert verify_bundle(data).passes(strict=True)


@pytest.mark.parametrize(
    ("field", "many", "code", "where"),
    [
        ("evidence", [{}] * (MOST_LINES + 1), "R-SHAPE", "/evidence"),
        ("editions", [{"id": "t", "digest": "0" * 64, "text": ""}] * (MOST_EDITIONS + 1), "R-SHAPE", "/editions"),
        ("entity", "x" * LONGEST, "R-JSON", "/"),
    ],
)
def test_a_file_that_asks_for_too_much_work_is_refused_before_it_is_done(
    field: str, many: object, code: str, where: str
) -> None:
    report = verify_bundle(canonical(json.loads(GOOD) | {field: many}))
    (said,) = (said for said in report.said if said.verdict == "FAIL")
    assert (said.code, said.where) == (code, where)
    assert {other.verdict for other in report.said[2:]} == {"UNSEEN"}


@pytest.mark.parametrize(("end", "failed"), [("2025-12-01", False), ("2026-02-01", True), ("1999-01-01", True)])
def test_an_end_beside_a_text_may_only_be_an_earlier_one(end: str, failed: bool) -> None:  # noqa: FBT001 - a case
    bundle = json.loads(GOOD)
    bundle["editions"][0]["force_to"] = end
    report = verify_bundle(canonical(bundle))
    assert [said.code for said in report.said if said.verdict == "FAIL"] == (["R-EDITION"] if failed else [])


def test_an_edition_that_a_successor_elsewhere_ended_explains_no_day_thereafter() -> None:
    ended = OLD.replace("force_to = 2026-01-01", "")
    asked = Asked(date(2026, 6, 30), "440305", KNOWN_AT)
    plain, early = (
        json.loads(build_bundle(history(), [ended], asked, ends)) for ends in ({}, {"t.1": date(2026, 1, 1)})
    )
    assert (plain["explanation"]["state"], early["explanation"]["reason"]) == ("rated", "no_edition")
    assert [one["editions"][0].get("force_to") for one in (plain, early)] == [None, "2026-01-01"]
