"""A rating with all that it is made from, as one file that a stranger can verify (``docs/verify.md``)."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from scoring.exchange.bundle import Asked, build_bundle
from scoring.kernel.errors import LawError
from service import editions
from service.platform import Problem, local_day
from service.ratings.assemble import history
from service.ratings.rate import rolls_up

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from service.ratings.assemble import Subject


def rating_bundle(
    session: Session, found: Subject, kind: str, *, as_of: date | None, known_at: datetime, position: int | None
) -> bytes:
    """The bundle of an entity in one kind on a day (None: the day of ``known_at`` where its authority is).

    ``found``: the entity as known at ``position``, or where that is None as committed at the instant ``known_at``.
    The tier that the evidence gives is in it; a proposal that keeps another one in force is not. Neither is a name, nor
    any attribute that no edition reads.

    Raises:
        Problem: ``tier_kind_not_held``, ``rating_bundle_not_expressible``.
    """
    facts = found.facts
    if kind not in facts.kinds:
        raise Problem("tier_kind_not_held", key=facts.key, kind=kind)
    day = as_of or local_day(known_at, facts.timezone)
    chain = editions.shelf(session, position).chain(kind=kind, region=facts.region, as_of=day)
    texts = {edition.id: editions.text_of(session, edition.id) or "" for edition in chain.editions}
    ends = {edition.id: edition.force_to for edition in chain.editions if edition.force_to is not None}
    told = history(found, kind, with_branches=rolls_up(chain, kind, day), as_of=day)
    try:
        return build_bundle(told, [*texts.values()], Asked(day, facts.region, _instant(known_at), position), ends)
    except LawError as refused:
        raise Problem("rating_bundle_not_expressible", zh=refused.zh, en=refused.en) from refused


def _instant(moment: datetime) -> str:
    precision = "microseconds" if moment.microsecond else "seconds"
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec=precision) + "Z"
