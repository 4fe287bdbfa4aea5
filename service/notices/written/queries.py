"""Reading notices: those of an entity, those that wait to be served, one with its texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, or_, select

from service.notices.written.serving import held_notice
from service.notices.written.tables import NoticeRow, NoticeService, NoticeText
from service.platform import Role, region_prefix
from service.register import resolve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from service.platform import Actor


def notices(
    session: Session, actor: Actor, *, entity: str | None, kind: str | None, unserved: bool, after: int, limit: int
) -> Sequence[NoticeRow]:
    """Notices within the caller's scope, oldest first; ``unserved``: only those that nobody has served or confirmed."""
    wanted = select(NoticeRow).where(NoticeRow.id > after)
    if actor.role is Role.ENTITY:
        wanted = wanted.where(NoticeRow.entity_key == actor.subject)
    if actor.authorities is not None:
        wanted = wanted.where(NoticeRow.authority.in_(actor.authorities))
    if actor.regions:
        wanted = wanted.where(or_(*(NoticeRow.region.startswith(region_prefix(own)) for own in actor.regions)))
    if entity is not None:
        number = resolve(session, [entity]).get(entity)
        wanted = wanted.where(NoticeRow.entity_id == number)
    if kind is not None:
        wanted = wanted.where(NoticeRow.kind == kind)
    if unserved:
        done = exists().where(NoticeService.notice_id == NoticeRow.id, NoticeService.act.in_(("served", "confirmed")))
        wanted = wanted.where(~done)
    return session.scalars(wanted.order_by(NoticeRow.id).limit(limit)).all()


def notice(session: Session, actor: Actor, number: str) -> tuple[NoticeRow, dict[str, Any]]:
    """One notice with its texts and how it was served, as it is answered.

    Raises:
        Problem: ``notice_not_found``.
    """
    found = held_notice(session, actor, number)
    texts = session.scalars(select(NoticeText).where(NoticeText.notice_id == found.id)).all()
    served = select(NoticeService).where(NoticeService.notice_id == found.id).order_by(NoticeService.id)
    return found, {
        **listed(found),
        "facts": found.facts,
        "law": found.law,
        "check_code": found.check_code,
        "template": found.template.hex(),
        "texts": {row.language: {"text": row.text, "sha256": row.sha256.hex()} for row in texts},
        "services": [
            {
                **{name: getattr(row, name) for name in ("act", "way", "on_day", "person", "recipient", "note")},
                "receipt": None if row.receipt is None else row.receipt.hex(),
                "recorded_at": row.recorded_at,
            }
            for row in session.scalars(served)
        ],
    }


def text_of(session: Session, actor: Actor, number: str, language: str) -> tuple[NoticeRow, NoticeText]:
    """The text of a notice in one language.

    Raises:
        Problem: ``notice_not_found``.
    """
    found = held_notice(session, actor, number)
    return found, session.get_one(NoticeText, (found.id, language))


def listed(row: NoticeRow) -> dict[str, Any]:
    """A notice as a list shows it."""
    return {name: getattr(row, name) for name in ("number", "kind", "about", "authority", "made_on")} | {
        "entity": row.entity_key
    }
