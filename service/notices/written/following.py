"""From the outbox to notices: tiers that changed, and notices that other parts of the service ask for."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import structlog
from sqlalchemy import select
from sqlalchemy.exc import InterfaceError, OperationalError

from service import ratings, register
from service.notices.written import cases
from service.notices.written.making import make, noticed_entity
from service.notices.written.tables import NoticeRow
from service.notices.written.vocabulary import kind_by_topic, kind_of, told_facts
from service.platform import LANGUAGES, Database, Inbox, Problem, job_actor, note_done
from service.platform.metrics import ALARMS, backlog

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.platform import Outbox, UnitOfWork
    from service.platform.metrics import Figure
    from service.register import EntityFacts

log = structlog.get_logger(__name__)

CONSUMER = "notices.written"
ASKED = "notice.asked"
"""Other rooms ask by a row of this topic: its subject is the key of the entity, its payload holds `kind`, `facts` and
perhaps `about`, as `notify` takes them."""

CHANGED = "tier.changed"
TIERS = ("old.tier", "new.tier")
"""Where a change of tier has both of them; one that has not is told to nobody."""
_OF_CASE = {
    "missing_papers": cases.missing_papers,
    "refusal": cases.refusal,
    "objection_decision": cases.objection_decision,
}

AT_ONCE = 25
ROUND = 2.0
"""Notices of one round, and the seconds after which it begins no further one: the ways back of an entity with a long
history take a processor's time, nobody waits for them by the second, and whoever stops the service must not either."""

_GIVEN_UP = ALARMS.labels("notice", "given_up")
"""Told from the start: of a count that begins with one, no rise is seen."""
_inboxes: WeakKeyDictionary[Database, Inbox] = WeakKeyDictionary()


def figures(session: Session, now: datetime) -> Iterable[Figure]:
    """What of the outbox no notice was written of yet."""
    return backlog(session, now, CONSUMER, (ASKED, *kind_by_topic()))


def follow_outbox(database: Database) -> int:
    """Write what the outbox asks for, each notice in a transaction of its own; returns how many were written.

    One that cannot be written leaves an alarm and keeps no other waiting.
    """
    inbox = _inboxes.setdefault(database, Inbox(CONSUMER, (ASKED, *kind_by_topic())))
    passed = Inbox.PASSED
    while passed == Inbox.PASSED:
        with database.bookkeeping() as session:
            passed = inbox.pass_lacking(session, CHANGED, TIERS)
    with database.reader() as session:
        rows = inbox.look(session, database.clock.now())
    idle = [row for row in rows if row.topic == CHANGED and not tells_a_change(row.payload)]
    with database.bookkeeping() as session:
        note_done(session, CONSUMER, [row.id for row in idle])
    wanted = [row for row in rows if row not in idle][:AT_ONCE]
    until, written = time.monotonic() + ROUND, 0
    for row in wanted:
        if time.monotonic() > until:
            break
        written += 1
        try:
            with database.unit_of_work(job_actor("notices")) as uow:
                _write(uow, row)
                note_done(uow.session, CONSUMER, [row.id])
        except (OperationalError, InterfaceError):
            raise  # the database went away: the row is to blame for nothing
        except Exception as error:
            log.exception("notice_not_written", message=row.id)
            _give_up(database, row, error)
    return written


def tells_a_change(payload: Mapping[str, Any]) -> bool:
    """Whether a change of a kind's summary is one to give notice of: another tier in force, or one newly proposed.

    The first tier of an entity is none, and neither is the end of a kind.
    """
    old, new = payload["old"] or {}, payload["new"] or {}
    if not old.get("tier") or not new.get("tier"):
        return False
    proposed = new.get("proposed") if new["state"] == "provisional" else None
    return old["tier"] != new["tier"] or (proposed is not None and proposed != old.get("proposed"))


def _write(uow: UnitOfWork, row: Outbox) -> None:
    source = f"outbox:{row.id}"
    if uow.session.scalars(select(NoticeRow.id).where(NoticeRow.source == source)).one_or_none() is not None:
        uow.audit("notices.notice_held", row.subject, {"source": source})
        return
    if row.topic == ASKED:
        kind, asked = kind_of(row.payload["kind"]), row.payload["facts"]
    else:
        kind, asked = kind_by_topic()[row.topic], {}
    entity = noticed_entity(uow, row.subject)
    if row.topic == ASKED:
        about, kinds, facts = row.payload.get("about"), sorted(entity.kinds), dict.fromkeys(LANGUAGES, asked)
    elif row.topic == CHANGED:
        about, kinds = row.payload["kind"], [row.payload["kind"]]
        ways = _ways(uow, entity, row.payload["kind"])
        facts = {lang: _of_change(uow, entity, row.payload, lang, ways[lang]) for lang in LANGUAGES}
    else:
        about, kinds, event = row.payload["case"], sorted(entity.kinds), row.topic.partition(".")[2]
        facts = {lang: _OF_CASE[kind.code](uow, row.payload, event, lang) for lang in LANGUAGES}
    facts = {lang: told_facts(kind, said, lang) for lang, said in facts.items()}
    make(uow, kind, entity, facts, kinds=kinds, about=about, source=source)


def _of_change(
    uow: UnitOfWork, entity: EntityFacts, payload: Mapping[str, Any], lang: str, ways: Sequence[str]
) -> dict[str, Any]:
    """The facts of a change of tier: its reasons as they were rated, the ways back as of now."""
    kind, old, new = payload["kind"], payload["old"], payload["new"]
    names = register.kind_names(uow.session).get(kind, {"zh": kind})
    provisional = new["state"] == "provisional"
    return {
        "kind": kind,
        "kind_name": names.get(lang, names["zh"]),
        "old_tier": old["tier"],
        "new_tier": new["tier"],
        "proposed": new["proposed"] if provisional else None,
        "due_on": new["due_on"] if provisional else None,
        "reasons": ratings.reasons_of(uow.session, entity, kind, said=new, lang=lang),
        "ways": list(ways),
    }


def _ways(uow: UnitOfWork, entity: EntityFacts, kind: str) -> Mapping[str, Sequence[str]]:
    standing = ratings.current(uow.session, entity.key, uow.now)
    if standing is None or kind not in entity.kinds:
        return dict.fromkeys(LANGUAGES, ())
    return ratings.way_back(uow.session, standing, kind, now=uow.now, on=None, langs=LANGUAGES)[1]


def _give_up(database: Database, row: Outbox, error: Exception) -> None:
    with database.unit_of_work(job_actor("notices")) as uow:
        note_done(uow.session, CONSUMER, [row.id])
        why = error.code if isinstance(error, Problem) else type(error).__name__
        told = {"message": row.id, "topic": row.topic, "error": why}
        uow.audit("notices.notice_given_up", row.subject, told)
        uow.publish("alarm.notice", row.subject, told)
        uow.after_commit(_GIVEN_UP.inc)
