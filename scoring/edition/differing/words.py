"""A change of an edition as a sentence: clause, what it governs, before and after, and from when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Final

from scoring.edition.differing.changes import ORDERED, is_sentence, number
from scoring.edition.differing.labels import LABELS
from scoring.edition.place import Decimals

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scoring.edition.differing.changes import Change, Step, Written

_PHRASES: Final[dict[str, tuple[str, str]]] = {
    "clause": ("{clause}：", "Clause {clause}: "),
    "changed": ("{place}由“{before}”改为“{after}”", "{place}: {before} → {after}"),
    "added": ("增加{place}“{after}”", "{place} added: {after}"),
    "removed": ("删去{place}“{before}”", "{place} removed (was {before})"),
    "entries": ("{place}{moved}", "{place}: {moved}"),
    "more": ("增加“{entries}”", "added {entries}"),
    "fewer": ("删去“{entries}”", "removed {entries}"),
    "from": ("，自{day}起", ", from {day}"),
}
_JOINTS: Final = {"place": ("之", ", "), "list": ("、", ", "), "moved": ("，", "; "), "pair": (" ", " ")}
_FLAGS: Final = {True: ("是", "yes"), False: ("否", "no")}


def sentence(change: Change, *, start: date, lang: str = "zh") -> str:
    """A change in one sentence, ``start`` being the day from which the later edition is in force.

    Names and texts are told in ``lang`` where the edition has them in it, else in Chinese.
    """
    side = _side(lang)
    clause = _PHRASES["clause"][side].format(clause=change.clause) if change.clause else ""
    return clause + _what(change, lang) + _PHRASES["from"][side].format(day=start.isoformat())


def place_of(path: Sequence[Step], lang: str = "zh") -> str:
    """The place at the end of some steps down, as a change tells it."""
    return _JOINTS["place"][_side(lang)].join(_told(step, lang) for step in path)


def _what(change: Change, lang: str) -> str:
    side, before, after = _side(lang), change.before, change.after
    place = place_of(change.path, lang)
    if isinstance(before, list) and isinstance(after, list) and change.path[-1].key not in ORDERED:
        moved = _JOINTS["moved"][side].join(_moved(before, after, lang))
        if moved:
            return _PHRASES["entries"][side].format(place=place, moved=moved)
    how = "added" if before is None else "removed" if after is None else "changed"
    return _PHRASES[how][side].format(place=place, before=_shown(before, lang), after=_shown(after, lang))


def _moved(before: Sequence[Written], after: Sequence[Written], lang: str) -> Iterator[str]:
    """The entries that only one of two lists has."""
    for how, many, few in (("more", after, before), ("fewer", before, after)):
        entries = [_shown(entry, lang) for entry in many if entry not in few]
        if entries:
            yield _PHRASES[how][_side(lang)].format(entries=_JOINTS["list"][_side(lang)].join(entries))


def _told(step: Step, lang: str) -> str:
    label = LABELS.get(step.key, (step.key, step.key))[_side(lang)]
    name = step.names.get(lang, step.names.get("zh", ""))
    return " ".join(part for part in (label, name, f"({step.entry})" if name and step.entry else step.entry) if part)


def _shown(value: Written, lang: str) -> str:
    """A value on one line: labels for keys, names in the language, numbers without idle zeros."""
    side = _side(lang)
    if isinstance(value, bool):
        return _FLAGS[value][side]
    if isinstance(value, int | Decimals):
        return number(value)
    if isinstance(value, Mapping):
        if is_sentence(value):
            return str(value.get(lang, value["zh"]))
        pairs = (
            LABELS.get(key, (key, key))[side] + _JOINTS["pair"][side] + _shown(entry, lang)
            for key, entry in value.items()
            if key != "clause"
        )
        return _JOINTS["list"][side].join(pairs)
    if isinstance(value, list):
        return _JOINTS["list"][side].join(_shown(entry, lang) for entry in value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _side(lang: str) -> int:
    return 1 if lang == "en" else 0
