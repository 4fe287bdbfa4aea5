"""Items in force on a day, and inspectors with the days on which they may visit."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import text

from service.platform import Problem
from service.register.seeds import roster_cap, visiting_statuses

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy.orm import Session

    from service.register.inspecting.catalogues import Catalogue

_ITEMS = text("""
SELECT body FROM (
  SELECT DISTINCT ON (code, valid_from) code, valid_from, body FROM inspection_item_version
  ORDER BY code, valid_from, id DESC) newest
ORDER BY code, valid_from
""")
_INSPECTORS = text("""
SELECT body FROM (SELECT DISTINCT ON (code) code, body FROM inspector_version ORDER BY code, id DESC) newest
ORDER BY code COLLATE "C"
""")
_OWED_ITEMS = text("""
SELECT body FROM (
  SELECT DISTINCT ON (code, valid_from) code, valid_from, body FROM owed_item_version
  ORDER BY code, valid_from, id DESC) newest
ORDER BY code, valid_from
""")
_QUERIES = {"inspection_item": _ITEMS, "owed_item": _OWED_ITEMS, "inspector": _INSPECTORS}


class ItemRow(NamedTuple):
    """An inspection item on a day. ``checklist``: entries as they were entered."""

    code: str
    names: Mapping[str, str]
    authority: str
    level: str
    kinds: tuple[str, ...]
    basis: tuple[Mapping[str, str], ...]
    methods: tuple[str, ...]
    skills: tuple[str, ...]
    merging_group: str | None
    checklist: tuple[Mapping[str, Any], ...]
    illustrative: bool


class InspectorRow(NamedTuple):
    """An inspector who may visit. ``certified``: days [from, to) on which a certificate is valid, joined, in order.

    ``leave``: days away, both included. ``related``: public keys of entities that he must not inspect.
    """

    code: str
    name: str
    authority: str
    skills: tuple[str, ...]
    cap: int
    certified: tuple[tuple[date, date | None], ...]
    leave: tuple[tuple[date, date], ...]
    related: tuple[str, ...]

    def may_visit_on(self, day: date) -> bool:
        """Whether a certificate is valid on the day of the visit and he is not away."""
        return any(first <= day and (end is None or day < end) for first, end in self.certified) and not any(
            first <= day <= last for first, last in self.leave
        )

    def certified_through(self, first_day: date, last_day: date) -> bool:
        """Whether one certificate after the other covers every day of a window, both ends included."""
        return any(start <= first_day and (end is None or last_day < end) for start, end in self.certified)


def bodies(session: Session, catalogue: Catalogue) -> list[dict[str, Any]]:
    """Every record of a catalogue as it stands, in the order of its key."""
    return [dict(row) for row in session.scalars(_QUERIES[catalogue.name])]


def inspection_items(
    session: Session, *, on: date, kinds: Iterable[str] | None = None, authorities: Iterable[str] | None = None
) -> tuple[ItemRow, ...]:
    """Items in force on a day, by code; only those for any of the kinds, of any of the authorities, where named."""
    wanted = None if kinds is None else frozenset(kinds)
    owners = None if authorities is None else frozenset(authorities)
    rows = [dict(body) for body in session.scalars(_ITEMS)]
    return tuple(
        _item(body)
        for body in rows
        if _in_force(body, on)
        and (wanted is None or wanted.intersection(body["kinds"]))
        and (owners is None or body["authority"] in owners)
    )


def owed_items(session: Session, *, on: date) -> dict[str, frozenset[str]]:
    """Codes of the items that are owed on a day, by the authority on whose list they stand."""
    found: dict[str, set[str]] = {}
    for body in session.scalars(_OWED_ITEMS):
        if _in_force(body, on):
            found.setdefault(body["authority"], set()).add(body["code"])
    return {authority: frozenset(codes) for authority, codes in found.items()}


def inspection_item(session: Session, code: str, *, on: date) -> ItemRow:
    """One item on a day.

    Raises:
        Problem: ``inspection_item_not_found``: no item of this code is in force on that day.
    """
    for item in inspection_items(session, on=on):
        if item.code == code:
            return item
    raise Problem("inspection_item_not_found", item=code[:80], on=on.isoformat())


def inspectors(session: Session, *, authorities: Sequence[str] | None = None) -> tuple[InspectorRow, ...]:
    """Inspectors whose status lets them visit, by code; of any of the authorities, where named."""
    rows = (dict(body) for body in session.scalars(_INSPECTORS))
    return tuple(
        _inspector(body)
        for body in rows
        if body["status"] in visiting_statuses() and (authorities is None or body["authority"] in authorities)
    )


def _in_force(body: Mapping[str, Any], on: date) -> bool:
    day = on.isoformat()
    return body["valid_from"] <= day and (body["valid_to"] is None or day < body["valid_to"])


def _item(body: Mapping[str, Any]) -> ItemRow:
    return ItemRow(
        code=body["code"],
        names=body["names"],
        authority=body["authority"],
        level=body["level"],
        kinds=tuple(body["kinds"]),
        basis=tuple(body["basis"]),
        methods=tuple(body["methods"]),
        skills=tuple(body["skills"]),
        merging_group=body["merging_group"],
        checklist=tuple(body["checklist"]),
        illustrative=body["illustrative"],
    )


def _inspector(body: Mapping[str, Any]) -> InspectorRow:
    return InspectorRow(
        code=body["code"],
        name=body["name"],
        authority=body["authority"],
        skills=tuple(sorted(body["skills"])),
        cap=roster_cap() if body["cap"] is None else body["cap"],
        certified=_joined(body["certificates"]),
        leave=tuple((_day(one["first_day"]), _day(one["last_day"])) for one in body["leave"]),
        related=tuple(sorted({one["entity"] for one in body["relations"]})),
    )


def _day(text_: str) -> date:
    return date.fromisoformat(text_)


def _end(text_: str | None) -> date:
    return date.max if text_ is None else _day(text_)


def _joined(certificates: Sequence[Mapping[str, Any]]) -> tuple[tuple[date, date | None], ...]:
    """Spans that touch or overlap made one: a renewed certificate leaves no gap."""
    spans = sorted((_day(one["valid_from"]), _end(one["valid_to"])) for one in certificates)
    joined: list[tuple[date, date]] = []
    for first, end in spans:
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((first, end))
    return tuple((first, None if end == date.max else end) for first, end in joined)
