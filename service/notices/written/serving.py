"""Serving a notice: how, when, by whom, and who signed for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from service.accounts import is_issuer
from service.notices.written.tables import NoticeRow, NoticeService
from service.notices.written.vocabulary import ways
from service.platform import Actor, Problem, Role, is_kept, local_day
from service.register import authorities

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from sqlalchemy.orm import Session

    from service.platform import UnitOfWork

CODE_ISSUED: Final = "code_issued"
"""The kind of notice that tells an entity of a code issued at the counter."""


def record_service(
    *,
    uow: UnitOfWork,
    number: str,
    way: str,
    on_day: date,
    served: bool = True,
    recipient: str | None = None,
    receipt: str | None = None,
    note: str | None = None,
) -> None:
    """Record that a notice was served, or tried in vain (``served`` False: ``note`` says why).

    ``recipient``: who signed. ``receipt``: SHA-256, hex, of a kept file that shows it.

    Raises:
        Problem: ``notice_not_found``, ``notice_own_code``: it tells of a code that the caller issued,
            ``notice_way_unknown``, ``notice_served_before_made``,
            ``notice_receipt_missing``, ``notice_receipt_unknown``, ``notice_note_missing``.
    """
    found = held_notice(uow.session, uow.actor, number)
    if found.kind == CODE_ISSUED and is_issuer(uow.session, uow.actor, found.about or ""):
        raise Problem("notice_own_code", number=number)
    known = ways().get(way)
    if known is None:
        raise Problem("notice_way_unknown", pointer="/way", way=way, ways=", ".join(ways()))
    if not found.made_on <= on_day <= _today(uow, found):
        raise Problem("notice_served_before_made", pointer="/on_day", made=found.made_on, today=_today(uow, found))
    if served and known.receipt and recipient is None and receipt is None:
        raise Problem("notice_receipt_missing", pointer="/recipient", way=way)
    if not served and note is None:
        raise Problem("notice_note_missing", pointer="/note")
    if receipt is not None and not is_kept(uow.session, bytes.fromhex(receipt)):
        raise Problem("notice_receipt_unknown", pointer="/receipt", receipt=receipt)
    act = "served" if served else "failed"
    said = {"way": way, "on": on_day.isoformat(), "receipt": receipt}
    audit_id = uow.audit(f"notices.notice_{act}", number, said)
    uow.session.add(
        NoticeService(
            notice_id=found.id,
            act=act,
            way=way,
            on_day=on_day,
            person=uow.actor.person or uow.actor.id,
            recipient=recipient,
            receipt=None if receipt is None else bytes.fromhex(receipt),
            note=note,
            recorded_at=uow.now,
            audit_id=audit_id,
        )
    )


def confirm_receipt(*, uow: UnitOfWork, number: str) -> None:
    """The entity confirms that it has received a notice; once is enough.

    Raises:
        Problem: ``notice_not_found``.
    """
    found = held_notice(uow.session, uow.actor, number)
    before = select(NoticeService.id).where(NoticeService.notice_id == found.id, NoticeService.act == "confirmed")
    audit_id = uow.audit("notices.notice_confirmed", number, {})
    if uow.session.scalars(before.limit(1)).one_or_none() is not None:
        return
    uow.session.add(
        NoticeService(
            notice_id=found.id,
            act="confirmed",
            way=None,
            on_day=_today(uow, found),
            person=uow.actor.id,
            recipient=None,
            receipt=None,
            note=None,
            recorded_at=uow.now,
            audit_id=audit_id,
        )
    )


def held_notice(session: Session, actor: Actor, number: str) -> NoticeRow:
    """A notice that the caller may see: staff within their scope, an entity its own.

    Raises:
        Problem: ``notice_not_found``.
    """
    found = session.scalars(select(NoticeRow).where(NoticeRow.number == number)).one_or_none()
    if found is None or not may_see(actor, found):
        raise Problem("notice_not_found", number=number[:80])
    return found


def may_see(actor: Actor, notice: NoticeRow) -> bool:
    """Whether a notice is within the caller's scope; an entity sees its own alone."""
    if actor.role is Role.ENTITY and actor.subject != notice.entity_key:
        return False
    return actor.may_see(notice.authority, notice.region)


def readable_notices(session: Session, actor: Actor, numbers: Collection[str]) -> set[str]:
    """Those of some notices, by number, that the caller may see."""
    if not numbers:
        return set()
    rows = session.scalars(select(NoticeRow).where(NoticeRow.number.in_(numbers)))
    return {row.number for row in rows if may_see(actor, row)}


def _today(uow: UnitOfWork, notice: NoticeRow) -> date:
    zones = {row.code: row.timezone for row in authorities(uow.session)}
    return local_day(uow.now, zones[notice.authority])
