"""Bundles that someone has changed, each with the codes that must catch it."""

from __future__ import annotations

import json
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from scoring.kernel.canonical import canonical, digest

from .making import whole

if TYPE_CHECKING:
    from collections.abc import Callable

Bundle = dict[str, Any]


def changed(change: Callable[[Bundle], object]) -> bytes:
    """The bundle of two editions, changed and written canonically again."""
    bundle: Bundle = json.loads(whole())
    change(bundle)
    return canonical(bundle)


def put(*path: str | int, value: object) -> Callable[[Bundle], object]:
    """Put a value in place of another, or beside others."""

    def change(bundle: Bundle) -> None:
        place: Any = bundle
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value

    return change


def drop(*path: str | int) -> Callable[[Bundle], object]:
    """Leave something out."""

    def change(bundle: Bundle) -> None:
        place: Any = bundle
        for step in path[:-1]:
            place = place[step]
        del place[path[-1]]

    return change


def both(*changes: Callable[[Bundle], object]) -> Callable[[Bundle], object]:
    """One change after the other."""

    def change(bundle: Bundle) -> None:
        for each in changes:
            each(bundle)

    return change


def reworded(old: str, new: str) -> Callable[[Bundle], object]:
    """Change the text of the second edition."""

    def change(bundle: Bundle) -> None:
        text = bundle["editions"][1]["text"]
        assert old in text, old
        bundle["editions"][1]["text"] = text.replace(old, new)

    return change


def redigested(bundle: Bundle) -> None:
    """Let every digest fit what it stands beside."""
    for edition in bundle["editions"]:
        edition["digest"] = sha256(edition["text"].encode()).hexdigest()
    bundle["explanation_digest"] = digest(bundle["explanation"])


def moved(bundle: Bundle) -> None:
    """Another day, in the explanation too."""
    bundle["as_of"] = bundle["explanation"]["as_of"] = "2025-06-30"
    redigested(bundle)


def swapped(bundle: Bundle) -> None:
    bundle["explanation_digest"] = json.loads(whole(date(2026, 12, 31)))["explanation_digest"]


def appended(line: Bundle) -> Callable[[Bundle], object]:
    """One line of evidence more."""
    return lambda bundle: bundle["evidence"].append({"entity": "own:SHOP-1"} | line)


EVENT = {"code": "x", "decided_on": "2026-03-01"}
EXPLAINED = ["R-EXPLANATION"]

CHANGES: dict[str, tuple[list[str], Callable[[Bundle], object]]] = {
    "type_of_another_file": (["R-SHAPE"], put("type", value="transcript")),
    "schema_unknown": (["R-SHAPE"], put("schema", value="xinjian/rating_bundle/2")),
    "field_missing": (["R-SHAPE"], drop("known_at")),
    "field_unknown": (["R-SHAPE"], put("skip", value=["R-EXPLANATION"])),
    "day_impossible": (["R-SHAPE"], put("as_of", value="2026-02-30")),
    "instant_impossible": (["R-SHAPE"], put("known_at", value="2026-06-31T08:00:00Z")),
    "instant_without_zone": (["R-SHAPE"], put("known_at", value="2026-06-30T08:00:00")),
    "position_negative": (["R-SHAPE"], put("position", value=-1)),
    "position_true": (["R-SHAPE"], put("position", value=True)),
    "region_in_words": (["R-SHAPE"], put("region", value="深圳")),
    "digest_in_capitals": (["R-SHAPE"], put("explanation_digest", value="A" * 64)),
    "edition_with_a_note": (["R-SHAPE"], put("editions", 0, "note", value="")),
    "evidence_no_list": (["R-SHAPE"], put("evidence", value={})),
    "explanation_null": (["R-SHAPE"], put("explanation", value=None)),
    "entity_with_a_break": (["R-SHAPE"], put("entity", value="own:\n1")),
    "points_changed": (["R-CHAIN", "R-EDITION", "R-EXPLANATION"], reworded("points = -7", "points = -1")),
    "points_changed_with_digest": (
        ["R-CHAIN", "R-EXPLANATION"],
        both(reworded("points = -7", "points = -1"), redigested),
    ),
    "comment_added": (["R-CHAIN", "R-EDITION", "R-EXPLANATION"], reworded("[rating]", "# nothing\n[rating]")),
    "edition_no_toml": (["R-EDITION"], both(reworded("[rating]", "[rating"), redigested)),
    "edition_unknown_key": (["R-EDITION"], both(reworded("[rating]", "lenient = true\n[rating]"), redigested)),
    "edition_renamed": (["R-EDITION"], put("editions", 1, "id", value="t.3")),
    "editions_swapped": (["R-CHAIN"], lambda bundle: bundle["editions"].reverse()),
    "edition_dropped": (["R-EXPLANATION"], drop("editions", 0)),
    "edition_in_force_dropped": (["R-CHAIN", "R-EXPLANATION"], drop("editions", 1)),
    "edition_of_another_rulebook": (
        ["R-CHAIN"],
        both(reworded('rulebook = "t"', 'rulebook = "u"'), redigested),
    ),
    "editions_overlap": (["R-CHAIN"], both(reworded("force_from = 2026-01-01", "force_from = 2025-06-01"), redigested)),
    "edition_with_lint": (["R-CHAIN"], both(reworded('clause = "art. 1"', 'clause = "art. 9"'), redigested)),
    "edition_of_another_kind": (
        ["R-CHAIN", "R-EXPLANATION"],
        both(reworded("published_to_public", 'kinds = ["bar"]\npublished_to_public'), redigested),
    ),
    "edition_of_another_region": (
        ["R-CHAIN", "R-EXPLANATION"],
        both(reworded("published_to_public", 'regions = ["110000"]\npublished_to_public'), redigested),
    ),
    "line_without_a_day": (["R-EVIDENCE"], appended({"code": "x"})),
    "line_with_unknown_field": (["R-EVIDENCE"], appended({**EVENT, "phone": "000"})),
    "line_that_says_nothing": (["R-EVIDENCE"], appended({})),
    "line_of_another_entity": (["R-EVIDENCE"], appended({**EVENT, "entity": "own:SHOP-9"})),
    "line_that_asks": (["R-EVIDENCE"], appended({"as_of": "2026-06-30"})),
    "id_used_twice": (["R-EVIDENCE"], appended({**EVENT, "source": "cases", "id": "z-2026-1"})),
    "occasion_contradicted": (["R-EVIDENCE"], appended({"occasion": "visit-1", "held_on": "2025-02-27"})),
    "event_dropped": (EXPLAINED, drop("evidence", 3)),
    "event_added": (EXPLAINED, appended({**EVENT, "id": "more"})),
    "event_moved": (EXPLAINED, put("evidence", 3, "decided_on", value="2025-03-02")),
    "event_of_another_kind": (EXPLAINED, put("evidence", 4, "kind", value="bar")),
    "event_repaired": (EXPLAINED, put("evidence", 4, "repaired_on", value="2026-06-30")),
    "event_renamed": (EXPLAINED, put("evidence", 5, "id", value="z-2026-2")),
    "warning_instead": (EXPLAINED, put("evidence", 5, "final", value=False)),
    "licence_ended": (EXPLAINED, put("evidence", 0, "licences", value=[["2019-05-01", "2026-06-30"]])),
    "another_day": (EXPLAINED, put("as_of", value="2026-06-29")),
    "another_day_and_edition": (["R-CHAIN", "R-EXPLANATION"], put("as_of", value="2025-06-30")),
    "another_day_throughout": (["R-CHAIN", "R-EXPLANATION"], moved),
    "another_kind": (EXPLAINED, put("kind", value="bar")),
    "tier_edited": (["R-DIGEST", "R-EXPLANATION"], put("explanation", "tier", value="A")),
    "tier_edited_with_digest": (EXPLAINED, both(put("explanation", "tier", value="A"), redigested)),
    "line_explained_away": (["R-DIGEST", "R-EXPLANATION"], drop("explanation", "lines", 1)),
    "remark_in_explanation": (EXPLAINED, both(put("explanation", "note", value="ok"), redigested)),
    "null_in_explanation": (EXPLAINED, both(put("explanation", "reason", value=None), redigested)),
    "explanation_of_another_edition": (
        ["R-CHAIN", "R-EXPLANATION"],
        both(put("explanation", "edition", value="t.1"), redigested),
    ),
    "explanation_without_edition": (["R-CHAIN", "R-EXPLANATION"], both(drop("explanation", "edition"), redigested)),
    "digest_swapped": (["R-DIGEST"], swapped),
}


def replaced(old: bytes, new: bytes) -> bytes:
    """The bundle of two editions with bytes exchanged, once."""
    data = whole()
    assert data.count(old) >= 1, old
    return data.replace(old, new, 1)


def bytes_refused() -> dict[str, bytes]:
    """Bytes that are no canonical JSON, whatever they say."""
    return {
        "empty": b"",
        "no_json": b'{"type":"rating_bundle"',
        "a_list": b'[{"type":"rating_bundle"}]',
        "key_twice": replaced(b'{"as_of":"2026-06-30"', b'{"as_of":"2026-06-30","as_of":"2026-06-30"'),
        "key_twice_in_a_line": replaced(b'"id":"z-2026-1"', b'"id":"z-2026-1","id":"z-2026-1"'),
        "line_break_at_the_end": whole() + b"\n",
        "byte_order_mark": b"\xef\xbb\xbf" + whole(),
        "spaces": replaced(b'{"as_of":', b'{ "as_of":'),
        "escaped_letter": replaced(b'"own:SHOP-1"', b'"\\u006fwn:SHOP-1"'),
        "keys_out_of_order": replaced(b'"known_at":"2026-06-30T08:00:00Z","region":"440305"',
                                      b'"region":"440305","known_at":"2026-06-30T08:00:00Z"'),
        "fraction": replaced(b'"region":"440305"', b'"position":41.0,"region":"440305"'),
        "too_large_a_number": replaced(b'"region":"440305"', b'"position":9007199254740992,"region":"440305"'),
        "many_digits": replaced(b'"region":"440305"', b'"position":' + b"9" * 5000 + b',"region":"440305"'),
        "not_a_number": replaced(b'"region":"440305"', b'"position":NaN,"region":"440305"'),
        "half_a_character": replaced(b'"own:SHOP-1"', b'"own:\\ud800"'),
        "no_utf8": replaced("案-7".encode(), "案-7".encode("gbk")),
        "deep": b'{"evidence":' + b"[" * 100_000 + b"]" * 100_000 + b',"type":"rating_bundle"}',
    }  # fmt: skip


def refused() -> dict[str, tuple[list[str], bytes]]:
    """Every bundle that is not in order, by name, with the codes that fail."""
    tampered = {name: (sorted(codes), changed(change)) for name, (codes, change) in CHANGES.items()}
    lists = {"a_list": ["R-SHAPE"]}
    return tampered | {name: (lists.get(name, ["R-JSON"]), data) for name, data in bytes_refused().items()}
