"""The fast checker and the published schema say the same of every entry."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from marshmallow import ValidationError

from service.register.intake import check_entry
from service.register.schemas import EntitySchema
from service.register.seeds import risk_factors, statuses

GOOD = {
    "key": "91110000101623741K",
    "name": " 示例书店 ",
    "authority": "bj-culture-110105",
    "region": "110105",
    "kinds": [
        {"kind": "publication_distributor", "valid_from": "2024-01-01", "valid_to": "2027-01-01"},
        {"kind": "art_dealer", "licence_no": "京-7", "valid_from": "2024-01-01", "valid_to": None},
    ],
    "attributes": {"crowd_density": "high", "floor": "2"},
    "established_on": "2019-02-28",
    "status": "suspended",
    "status_on": "2026-01-31",
    "status_evidence": "歇业备案 3",
    "parent": "own:HQ-1",
    "natural_person": False,
}


def schema_says(raw: Mapping[str, object]) -> tuple[dict[str, object] | None, set[tuple[str, str]]]:
    try:
        return EntitySchema().load(raw), set()
    except ValidationError as error:
        return None, set(flat(error.normalized_messages(), "", dictionary=False))


def flat(messages: Mapping[Any, Any], pointer: str, *, dictionary: bool) -> list[tuple[str, str]]:
    """Marshmallow's tree of messages as (pointer, code); its own marks ``_schema``, ``key``, ``value`` left out."""
    found = []
    for name, inner in messages.items():
        own_mark = name == "_schema" or (dictionary and name in {"key", "value"})
        part = str(name)[:80].replace("~", "~0").replace("/", "~1")
        place = pointer if own_mark else f"{pointer}/{part}"
        if isinstance(inner, dict):
            found += flat(inner, place, dictionary=place.startswith("/attributes/"))
        else:
            nested = [one for one in inner if isinstance(one, dict)]
            found += [(place, code) for code in inner if not isinstance(code, dict)]
            found += [pair for one in nested for pair in flat(one, place, dictionary=False)]
    return found


def checker_says(raw: dict[str, object]) -> tuple[dict[str, object] | None, set[tuple[str, str]]]:
    entry, flaws = check_entry(raw)
    return (None if flaws else entry), {(flaw.pointer, flaw.code) for flaw in flaws}


texts = st.one_of(
    st.sampled_from(["", " ", "a", "示例", "x" * 65, "x" * 81, "y" * 201, "a\nb", " a ", "nul\0", "\x85", "\ud800"]),
    st.text(max_size=6),
)
keys = st.sampled_from(
    [
        "91110000101623741K",
        "uscc:91110000101623741k",
        "uscc:91350211M0000XUF46",
        "own:1",
        "own:110101199001011234",
        "reg:110000123456789",
        "reg:1100001234567",
        "tax:1",
        "own:HQ-1",
        "uscc:short",
    ]
)
days = st.sampled_from(
    ["2024-02-29", "2023-02-29", "2024-1-1", "20240101", "0999-01-01", "1000-01-01", "2999-12-31", "2025-W01-1", ""]
)
scraps = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), texts, st.just([]), st.just({}), st.just([1])
)


def mostly(good: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(good, good, good, scraps)


licences = st.fixed_dictionaries(
    {},
    optional={
        "kind": mostly(st.sampled_from(["net_cafe", "museum"])),
        "licence_no": mostly(texts),
        "valid_from": mostly(days),
        "valid_to": mostly(days),
        "extra": scraps,
    },
)
attributes = st.dictionaries(
    st.one_of(st.sampled_from([*risk_factors(), "Floor", "a~b/c", "key", "value", "floor", "licensed_on"]), texts),
    mostly(st.sampled_from(["low", "high", "x", "2026-01-31"])),
    max_size=4,
)
entries = st.fixed_dictionaries(
    {},
    optional={
        "key": mostly(keys),
        "name": mostly(texts),
        "authority": mostly(texts),
        "region": mostly(texts),
        "kinds": mostly(st.lists(mostly(licences), max_size=3)),
        "attributes": mostly(attributes),
        "established_on": mostly(days),
        "status": mostly(st.sampled_from(sorted(statuses()))),
        "status_on": mostly(days),
        "status_evidence": mostly(texts),
        "parent": mostly(keys),
        "natural_person": mostly(st.booleans()),
        "accept_unverified": mostly(st.booleans()),
        "~/": scraps,
    },
)


@settings(max_examples=400, deadline=None)
@given(entries)
@example(GOOD)
@example(GOOD | {"kinds": [{"kind": "museum", "valid_from": "2024-01-01"}] * 65})
@example(GOOD | {"attributes": {f"a{n}": "x" for n in range(65)}})
@example({})
def test_checker_and_schema_say_the_same(raw: dict[str, object]) -> None:
    assert checker_says(raw) == schema_says(raw)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_they_say_the_same_of_an_entry_with_one_thing_changed(data: st.DataObject) -> None:
    field = data.draw(st.sampled_from(sorted(GOOD)))
    changed = GOOD | {field: data.draw(mostly(st.sampled_from([GOOD[field], None])))}
    assert checker_says(changed) == schema_says(changed)


def test_a_good_entry_is_trimmed_ordered_and_written_in_full() -> None:
    entry, flaws = check_entry(GOOD)

    assert not flaws
    assert entry["key"] == "uscc:91110000101623741K"
    assert entry["name"] == "示例书店"
    assert entry["unverified_code"] is False
    assert [licence["kind"] for licence in entry["kinds"]] == ["art_dealer", "publication_distributor"]  # type: ignore[attr-defined]
    assert check_entry({key: value for key, value in entry.items() if key != "unverified_code"}) == (entry, [])


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"key": "uscc:91350211M0000XUF46"}, "/key", "code_check_failed"),
        ({"key": "uscc:9135"}, "/key", "uscc_length"),
        ({"key": "own:11010119900101123X", "natural_person": True}, "/key", "entity_identity_number"),
        ({"parent": "91110000101623741K"}, "/parent", "entity_parent_itself"),
        ({"status_evidence": None}, "/status_evidence", "entity_status_evidence_missing"),
        ({"status": "closed"}, "/status", "entity_status_unknown"),
        ({"attributes": {"crowd_density": "huge"}}, "/attributes/crowd_density", "entity_risk_value"),
        ({"attributes": {"licensed_on": "soon"}}, "/attributes/licensed_on", "entity_attribute_day"),
        ({"established_on": "2023-02-29"}, "/established_on", "entity_field_not_a_day"),
        ({"name": "a\0b"}, "/name", "entity_field_control_character"),
        ({"colour": "red"}, "/colour", "entity_field_unknown"),
    ],
)
def test_each_fault_has_its_place_and_code(change: dict[str, object], pointer: str, code: str) -> None:
    assert [(flaw.pointer, flaw.code) for flaw in check_entry({**GOOD, **change})[1]] == [(pointer, code)]


def test_a_span_that_ends_before_it_begins_is_refused_and_one_day_is_enough() -> None:
    def span(valid_to: str) -> list[str]:
        licence = {"kind": "museum", "valid_from": "2024-01-01", "valid_to": valid_to}
        return [flaw.pointer for flaw in check_entry({"key": "own:1", "kinds": [licence]})[1]]

    assert span("2024-01-01") == ["/kinds/0/valid_to"]
    assert span("2024-01-02") == []


def test_an_unverified_code_is_taken_when_the_caller_says_so_and_shows() -> None:
    entry, flaws = check_entry({"key": "uscc:91350211M0000XUF46", "accept_unverified": True})

    assert not flaws
    assert entry == {"key": "uscc:91350211M0000XUF46", "unverified_code": True}
