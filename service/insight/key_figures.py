"""The key figures of inspection work, each with what is counted above and below the line."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import text

from service import register
from service.insight.audited import audited_of, parts_sent
from service.insight.vocabulary import rules
from service.inspections.plans import task_of
from service.platform import Beyond, beyond_scope

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import TextClause
    from sqlalchemy.orm import Session

    from service.insight.scope import Asked

_ACCOUNTS = text("""
SELECT DISTINCT a.person FROM account a
 WHERE a.role = 'inspector' AND a.person = ANY(:people)
   AND (a.ended_at IS NULL OR CAST(a.ended_at AT TIME ZONE :zone AS date) > :on)
   AND EXISTS (SELECT FROM audit u WHERE u.subject = 'account:' || a.id AND u.action = 'accounts.signed_in'
                  AND CAST(u.recorded_at AT TIME ZONE :zone AS date) BETWEEN :since AND :on)
""")
_CHECKS = text("""
SELECT count(*) FILTER (WHERE o.source = ANY(:sources)), count(*)
  FROM occasion o JOIN entity e ON e.id = o.entity_id JOIN authority a ON a.id = e.authority_id
 WHERE o.held_on >= :since AND o.held_on <= :on AND a.code = ANY(:authorities)
""")
_PUBLISHED = text("""
SELECT count(*) FILTER (WHERE p.published_on <= o.publish_by), count(*)
  FROM visit_outcome o JOIN visit v ON v.id = o.visit_id LEFT JOIN visit_publication p ON p.visit_id = v.id
 WHERE o.publish_by >= :since AND o.publish_by <= :on AND v.authority = ANY(:authorities)
""")
_CORRECTED = text("""
SELECT count(*) FILTER (WHERE r.outcome = ANY(:performed)), count(*)
  FROM rectification_order r JOIN visit v ON v.id = r.visit_id
 WHERE r.due_on >= :since AND r.due_on <= :on AND v.authority = ANY(:authorities)
""")


class Figure(NamedTuple):
    """What is counted above and below the line; ``rate`` None where nothing is below it."""

    code: str
    numerator: int
    denominator: int

    @property
    def rate(self) -> float | None:
        """The part that the numerator is of the denominator."""
        return self.numerator / self.denominator if self.denominator else None


def figures_of(session: Session, asked: Asked) -> list[Figure]:
    """Every figure of ``statistics.toml``, in its order."""
    return [Figure(row["code"], *COUNTED[row["code"]](session, asked)) for row in rules()["figure"]]


def _items(session: Session, asked: Asked) -> tuple[int, int]:
    """Codes that the lists of the authorities, and of those above them, owe, and how many are in force on the day.

    The list that ships for an authority counts until one of its own is there.
    """
    lines = {code for one in asked.authorities for code in register.authority_line(session, one)}
    lists = {row["authority"]: frozenset(row["items"]) for row in rules()["owed"]}
    lists |= register.owed_items(session, on=asked.on)
    owed = {code for authority, codes in lists.items() if authority in lines for code in codes}
    there = {row.code for row in register.inspection_items(session, on=asked.on)}
    return len(owed & there), len(owed)


def _accounts(session: Session, asked: Asked) -> tuple[int, int]:
    """Inspectors with a certificate on the day, and those of them who signed in with their own account in the year."""
    people = [
        row.code
        for row in register.inspectors(session, authorities=asked.authorities)
        if row.certified_through(asked.on, asked.on)
    ]
    wanted = {"people": people, "zone": asked.zone, "since": asked.first_day, "on": asked.on}
    with beyond_scope(session, Beyond.FIGURES):
        held = session.scalars(_ACCOUNTS, wanted).all()
    return len(held), len(people)


def _checks(session: Session, asked: Asked) -> tuple[int, int]:
    """Inspections of the year by whomever, and those that came from devices of this service."""
    return _counts(session, asked, _CHECKS, sources=rules()["mobile_sources"])


def _completion(session: Session, asked: Asked) -> tuple[int, int]:
    """Targets of draws whose deadline fell in the year and is over, as they stand after every replacement."""
    done = targets = 0
    for _, part in parts_sent(session, asked):
        deadline = date.fromisoformat(task_of(session, part.task).body["deadline"])
        if not asked.first_day <= deadline <= asked.on:
            continue
        final = {
            one.entity
            for one in audited_of(session, part)
            if one.audited_on <= deadline and one.result not in rules()["pending_results"]
        }
        standing = {part.rows.keys[code] for code in part.standing.teams}
        done, targets = done + len(standing & final), targets + len(standing)
    return done, targets


def _published(session: Session, asked: Asked) -> tuple[int, int]:
    """Results that were due to be public in the year, and those that were in time."""
    return _counts(session, asked, _PUBLISHED)


def _corrected(session: Session, asked: Asked) -> tuple[int, int]:
    """Orders to correct that were due in the year, and those performed."""
    return _counts(session, asked, _CORRECTED, performed=rules()["performed_orders"])


def _counts(session: Session, asked: Asked, statement: TextClause, **more: object) -> tuple[int, int]:
    known = {"since": asked.first_day, "on": asked.on, "authorities": list(asked.authorities), **more}
    above, below = session.execute(statement, known).one()
    return above, below


COUNTED: Mapping[str, Callable[[Session, Asked], tuple[int, int]]] = {
    "item_entry": _items,
    "mobile_accounts": _accounts,
    "mobile_use": _checks,
    "completion": _completion,
    "publication": _published,
    "correction": _corrected,
}
"""How each figure of the table is counted: numerator and denominator."""
