"""Raising warnings by rule: complaints, a fallen tier, no contact, a late commitment (data/warning_rules.toml)."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from service.evidence.intake.draft import event_draft
from service.evidence.queries.catalogue import read_catalogue
from service.evidence.sql import sql
from service.evidence.usecases.recording import record
from service.platform import local_day, note_done, undone
from service.platform.metrics import backlog
from service.register import facts, resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from service.evidence.catalogue import Catalogue
    from service.platform import UnitOfWork
    from service.platform.metrics import Figure

SOURCE: Final = "warning-rules"
_CONSUMER: Final = "evidence.warnings"
_AT_ONCE: Final = 500


@cache
def warning_rules() -> tuple[Mapping[str, Any], ...]:
    """The rules as shipped."""
    text = (resources.files("service.evidence") / "data" / "warning_rules.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["rule"])


def raise_warnings(*, uow: UnitOfWork) -> int:
    """Record a warning event for every entity that a rule finds now; returns how many. Safe to run again at once."""
    known = read_catalogue(uow.session)
    raised = 0
    for rule in warning_rules():
        for key, day, ref in _FINDERS[rule["by"]](uow, rule):
            raised += _warn(uow, known, rule, {"entity": key, "decided_on": day.isoformat(), "source_ref": ref})
    return raised


def _warn(uow: UnitOfWork, known: Catalogue, rule: Mapping[str, Any], what: Mapping[str, str]) -> bool:
    draft = event_draft({"source": SOURCE, "code": rule["code"], **what}, known)
    if isinstance(draft, list):
        raise TypeError(f"the warning rule {rule['id']} makes no event: {draft}")
    return not record(uow=uow, draft=draft).held


def _by_query(uow: UnitOfWork, rule: Mapping[str, Any], name: str) -> Iterator[tuple[str, date, str]]:
    given = {**rule, "now": uow.now, "source": SOURCE}
    for key, day in uow.session.connection().exec_driver_sql(sql(name), given).all():
        yield key, day, f"{rule['id']}:{key}:{day.isoformat()}"


def _by_commitments(uow: UnitOfWork, rule: Mapping[str, Any]) -> Iterator[tuple[str, date, str]]:
    """Each commitment warns once; its breach scores only when a person has recorded it."""
    given = {**rule, "now": uow.now, "source": SOURCE}
    for key, day, number in uow.session.connection().exec_driver_sql(sql("warn_commitment"), given).all():
        yield key, day, f"{rule['id']}:{number}"


def figures(session: Session, now: datetime) -> Iterable[Figure]:
    """What of the outbox was not looked at for warnings yet."""
    return backlog(session, now, _CONSUMER, [rule["topic"] for rule in warning_rules() if "topic" in rule])


def _by_topic(uow: UnitOfWork, rule: Mapping[str, Any]) -> Iterator[tuple[str, date, str]]:
    """Falls told by the outbox since the last time; that a change is a fall is told with it, by the edition's order."""
    while rows := undone(uow.session, _CONSUMER, [rule["topic"]], limit=_AT_ONCE):
        fallen = {row.id: row.subject for row in rows if row.payload.get("fell") is True}
        numbers = resolve(uow.session, set(fallen.values()))
        known = facts(uow.session, list(numbers.values()), position=None)
        for number, key in fallen.items():
            if key in numbers:
                yield key, local_day(uow.now, known[numbers[key]].timezone), f"{rule['id']}:{number}"
        note_done(uow.session, _CONSUMER, [row.id for row in rows])
        uow.audit("evidence.warnings_looked_for", rule["id"], {"rows": len(rows)})


_FINDERS: Final[Mapping[str, Callable[[UnitOfWork, Mapping[str, Any]], Iterator[tuple[str, date, str]]]]] = {
    "events": lambda uow, rule: _by_query(uow, rule, "warn_spike"),
    "status": lambda uow, rule: _by_query(uow, rule, "warn_status"),
    "topic": _by_topic,
    "commitments": _by_commitments,
}
