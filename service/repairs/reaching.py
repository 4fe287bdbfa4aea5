"""Outreach: who could have a record repaired, now or by a day, and with what missing, so that nobody calls in vain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from service.platform import contains, local_day
from service.publicity import every_record
from service.repairs.record import adverse_of, eligible, law_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from service.register import EntityFacts

OUTREACH_COLUMNS: Final = (
    "entity", "name", "region", "record", "code", "decided_on", "class", "standing", "from_day", "missing", "papers",
    "edition",
)  # fmt: skip


def outreach(
    session: Session, *, now: datetime, authorities: list[str] | None, region: str | None, by: date | None
) -> Iterator[dict[str, Any]]:
    """Rows of ``OUTREACH_COLUMNS``, by entity: records that stand and could be repaired.

    ``standing``: ``now``, or ``waits`` where time alone is missing, up to ``by`` (None: however long). ``missing``:
    what is to be done first, such as ``performed_on``; ``papers``: what an application brings.
    """
    seen: set[int] = set()
    for one in every_record(session, now=now, authorities=authorities):
        entity = one.entity
        if entity.id in seen or one.standing.state in {"ended", "withdrawn"}:
            continue
        seen.add(entity.id)
        if region is not None and not contains(region, entity.region):
            continue
        yield from _of_entity(session, entity, local_day(now, entity.timezone), by)


def _of_entity(session: Session, entity: EntityFacts, day: date, by: date | None) -> Iterator[dict[str, Any]]:
    edition = law_of(session, "repair", entity, day)
    if edition is None or edition.repair is None:
        return
    for record in adverse_of(session, entity, as_of=day):
        said = eligible(record, edition, day)
        if said.waits_until is None or (by is not None and said.waits_until > by):
            continue
        yield {
            "entity": entity.key,
            "name": entity.name,
            "region": entity.region,
            "record": record.event_id,
            "code": record.event.code,
            "decided_on": record.event.decided_on.isoformat(),
            "class": record.facts.class_ or "",
            "standing": "now" if said.waits_until == day else "waits",
            "from_day": said.waits_until.isoformat(),
            "missing": " ".join(said.missing),
            "papers": " ".join(said.papers),
            "edition": edition.id,
        }
