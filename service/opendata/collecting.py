"""The rows of each file, some at a time, by the same functions that answer everybody who asks for one page."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from service import editions, evidence, publicity, ratings, register
from service.inspections import draws, plans, visits
from service.platform import ANONYMOUS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

AT_ONCE = 500
"""Rows read at a time."""

Row = dict[str, Any]


def collected(session: Session, now: datetime) -> Mapping[str, Callable[[], Iterator[list[Row]]]]:
    """By file, a function that reads its rows anew."""
    return {
        "records.csv": lambda: _records(session, now),
        "record_places.csv": lambda: _places(session, now),
        "results.csv": lambda: _results(session),
        "plans.csv": lambda: _plans(session),
        "tasks.csv": lambda: _tasks(session),
        "draws.csv": lambda: _draws(session),
        "tier_counts.csv": lambda: _tiers(session),
        "codes.csv": lambda: _codes(session, now),
    }


def _published(session: Session, now: datetime) -> Iterator[list[Row]]:
    after = 0
    while True:
        found = publicity.public_records(session, entity=None, authority=None, now=now, after=after, limit=AT_ONCE)
        if found:
            yield [publicity.public_document(one) for one in found]
        if len(found) < AT_ONCE:
            return
        after = found[-1].decision.event


def _records(session: Session, now: datetime) -> Iterator[list[Row]]:
    return _published(session, now)


def _places(session: Session, now: datetime) -> Iterator[list[Row]]:
    for some in _published(session, now):
        yield [{"event": one["event"], **place} for one in some for place in sorted(one["published"], key=_by_place)]


def _by_place(one: Mapping[str, Any]) -> str:
    return str(one["place"])


def _results(session: Session) -> Iterator[list[Row]]:
    after: tuple[date, int] | None = None
    while True:
        found = visits.published_results(
            session, entity=None, name=None, draw=None, authority=None, after=after, limit=AT_ONCE
        )
        if found:
            yield [_result(one.document) for one in found]
        if len(found) < AT_ONCE:
            return
        day, number = found[-1].key
        after = (date.fromisoformat(day), number)


def _result(said: Mapping[str, Any]) -> Row:
    correction = said["correction"] or {}
    return {
        **said,
        "authorities": [one["code"] for one in said["authorities"]],
        "type": said["type"]["code"],
        "result": said["result"]["code"],
        **{f"correction_{name}": correction.get(name) for name in ("due_on", "outcome", "closed_on")},
    }


def _shown_plans(session: Session) -> Iterator[plans.Plan]:
    after = 0
    while True:
        found = plans.plans(session, ANONYMOUS, authority=None, year=None, after=after, limit=AT_ONCE)
        yield from found[:AT_ONCE]
        if len(found) <= AT_ONCE:
            return
        after = found[AT_ONCE - 1].id


def _plans(session: Session) -> Iterator[list[Row]]:
    for one in _shown_plans(session):
        names = one.body["names"]
        at = None if one.published_at is None else one.published_at.isoformat()
        yield [
            {
                "plan": one.number,
                "authority": one.authority,
                "year": one.year,
                "special": one.special,
                "name_zh": names.get("zh"),
                "name_en": names.get("en"),
                "published_at": at,
            }
        ]


def _tasks(session: Session) -> Iterator[list[Row]]:
    for plan in _shown_plans(session):
        tasks = plans.plan_view(session, plan.number, published_only=True).tasks
        yield [_task(plan.number, number, body) for number, body in sorted(tasks.items())]


def _task(plan: str, number: str, body: Mapping[str, Any]) -> Row:
    names = ("channel", "method", "items", "kinds", "regions", "lead", "partners", "first_day", "last_day")
    title = body["title"]
    told = {"task": number, "plan": plan, "title_zh": title.get("zh"), "title_en": title.get("en")}
    return told | {name: body.get(name) for name in names}


def _draws(session: Session) -> Iterator[list[Row]]:
    after = 0
    while True:
        found = draws.listed_draws(session, authority=None, task=None, after=after, limit=AT_ONCE)
        if found:
            yield [{**one.document, "draw": one.document["number"]} for one in found]
        if len(found) < AT_ONCE:
            return
        after = found[-1].id


def _tiers(session: Session) -> Iterator[list[Row]]:
    public = [one.id for one in editions.shelf(session).editions if one.published_to_public]
    yield [one._asdict() for one in ratings.published_tiers(session, public)]


def _codes(session: Session, now: datetime) -> Iterator[list[Row]]:
    catalogue = evidence.read_catalogue(session)
    lists: dict[str, Mapping[str, Mapping[str, str]]] = {
        "authority": {one.code: one.names for one in register.authorities(session)},
        "region": {one.code: one.names for one in register.regions(session)},
        "kind": register.kind_names(session),
        "decision_kind": {code: one.names for code, one in catalogue.kinds.items()},
        "code": {code: one.names for code, one in catalogue.codes.items()},
        "type": {code: one.word for code, one in visits.visit_types().items()},
        "result": {code: one.word for code, one in visits.result_codes().items()},
        "item": {one.code: one.names for one in register.inspection_items(session, on=now.date())},
    }
    for name, found in lists.items():
        rows = sorted(found.items())
        yield [{"list": name, "code": code, "zh": said.get("zh"), "en": said.get("en")} for code, said in rows]
