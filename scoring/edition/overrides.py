"""The rating section as it holds for each kind: the section itself, and the overrides laid over it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from scoring.edition.grammar import EVENT, KEY, RATING_FIELDS
from scoring.edition.model import EventRule, Rating
from scoring.edition.place import Place, Refused
from scoring.edition.shapes import Field, ListOf, Table, optional

if TYPE_CHECKING:
    from collections.abc import Iterable

EVERY_KIND: Final = "*"


@dataclass(frozen=True, slots=True)
class LaidOver:
    """An event of an override: only its code is needed, the keys it leaves out stay as they are."""

    def read(self, value: object, at: Place) -> object:
        """The table as written; it is read once it lies over the event of the same code."""
        if isinstance(value, Mapping):
            return value
        return at.refuse("wrong_type", zh="这里应写表 { … }", en="write a table { … } here")

    def schema(self) -> dict[str, object]:
        """As JSON Schema."""
        whole = EVENT.schema()
        return {**{key: part for key, part in whole.items() if key != "allOf"}, "required": ["code"]}


OVERRIDE: Final = Table(
    dict,
    {
        "kinds": Field(ListOf(KEY, least=1)),
        "without": optional(ListOf(KEY), ()),
        **{key: optional(field.shape) for key, field in RATING_FIELDS.items()},
        "event": optional(ListOf(LaidOver()), ()),
    },
)
RATING: Final = Table(dict, {**RATING_FIELDS, "override": optional(ListOf(OVERRIDE), ())})
BASE: Final = Table(dict, RATING_FIELDS)


@dataclass(frozen=True, slots=True)
class RatingSection:
    """The section as a shape of the document: what every kind is rated by."""

    def read(self, value: object, at: Place) -> object:
        """Ratings by kind."""
        return read_ratings(value, at)

    def schema(self) -> dict[str, object]:
        """As JSON Schema."""
        return RATING.schema()


@dataclass(frozen=True, slots=True)
class Section:
    """The section without overrides: its keys and events as written, and what was made of them."""

    written: Mapping[str, Any]
    fields: Mapping[str, Any]
    events: Mapping[str, EventRule]
    event_texts: Mapping[str, Mapping[str, object]]


def read_ratings(raw: object, at: Place) -> Mapping[str, Rating]:
    """Read the section and its overrides; ``"*"`` holds for every kind that none of them names.

    An override replaces the keys it writes. Its events are laid, key by key, over the event of the same code, or
    added; the codes in ``without`` are dropped.
    """
    if not isinstance(raw, Mapping):
        at.refuse("wrong_type", zh="这里应写表 [ … ]", en="write a table here")
        return MappingProxyType({})
    section = _read_section({key: value for key, value in raw.items() if key != "override"}, at)
    ratings = {EVERY_KIND: _rating(section.fields, section.events)} if len(section.fields) == len(RATING_FIELDS) else {}
    overrides = ListOf(LaidOver()).read(raw.get("override", []), at.down("override"))
    if isinstance(overrides, tuple):
        for number, override in enumerate(overrides):
            _read_override(ratings, section, override, at.down("override").down(number))
    return MappingProxyType(ratings)


def _read_section(written: Mapping[str, Any], at: Place) -> Section:
    fields = BASE.read_fields(written, at)
    _refuse_wrong_bounds(written, written.get("direction"), at)
    known: Mapping[str, Any] = {} if isinstance(fields, Refused) else fields
    events = _by_code(known.get("event", ()), at.down("event"))
    listed = written.get("event", [])
    texts = {text["code"]: text for text in listed if isinstance(text, Mapping) and isinstance(text.get("code"), str)}
    return Section(written, known, events, texts)


def _read_override(ratings: dict[str, Rating], section: Section, raw: Mapping[str, Any], at: Place) -> None:
    fields: dict[str, Any] | Refused = OVERRIDE.read_fields(raw, at)
    _refuse_wrong_bounds(raw, raw.get("direction", section.written.get("direction")), at)
    if isinstance(fields, Refused):
        return
    for number, code in enumerate(fields["without"]):
        if code not in section.event_texts:
            at.down("without").down(number).refuse(
                "unknown_code",
                zh=f"本节没有事项 {code}，请改正或删去",
                en=f"the section has no event {code}: correct it or leave it out",
            )
    texts = [{**section.event_texts.get(str(text.get("code")), {}), **text} for text in fields["event"]]
    own = _by_code(ListOf(EVENT).read(texts, at.down("event")), at.down("event"))
    kept = {code: rule for code, rule in section.events.items() if code not in fields["without"]}
    written = {key: fields[key] for key in raw if key in RATING_FIELDS}
    if len(section.fields) < len(RATING_FIELDS):
        return
    rating = _rating({**section.fields, **written}, {**kept, **own})
    for number, kind in enumerate(fields["kinds"]):
        if kind in ratings:
            at.down("kinds").down(number).refuse(
                "kind_twice",
                zh=f"门类 {kind} 已有规则，请合并为一处",
                en=f"kind {kind} already has its rules: put them in one override",
            )
        ratings[kind] = rating


def _by_code(rules: object, at: Place) -> dict[str, EventRule]:
    found: dict[str, EventRule] = {}
    for number, rule in enumerate(rules if isinstance(rules, tuple) else ()):
        if rule.code in found:
            at.down(number).down("code").refuse(
                "code_twice",
                zh=f"事项 {rule.code} 写了两次，请合并",
                en=f"event {rule.code} is written twice: keep one",
            )
        found[rule.code] = rule
    return found


def _refuse_wrong_bounds(written: Mapping[str, Any], direction: object, at: Place) -> None:
    wrong, right = ("at_most", "at_least") if direction == "higher_better" else ("at_least", "at_most")
    grades = written.get("grade")
    for number, grade in enumerate(grades if isinstance(grades, list) else ()):
        if isinstance(grade, Mapping) and wrong in grade:
            at.down("grade").down(number).down(wrong).refuse(
                "wrong_bound",
                zh=f"方向为 {direction} 时应写 {right}",
                en=f"in direction {direction} write {right}",
            )


def _rating(fields: Mapping[str, Any], events: Mapping[str, EventRule]) -> Rating:
    names: Iterable[tuple[str, str]] = (
        ("dimension", "dimensions"),
        ("cap", "caps"),
        ("streak", "streaks"),
        ("grade", "grades"),
        ("outcome", "outcomes"),
        ("ceiling", "ceilings"),
    )
    plural = dict(names)
    rest = {plural.get(key, key): value for key, value in fields.items() if key != "event"}
    return Rating(rules=MappingProxyType(dict(events)), **rest)
