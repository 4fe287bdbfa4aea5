"""What those who may have received a record, or apply a measure, are told: through the outbox, with what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy.dialects.postgresql import insert

from service.evidence.intake.draft import RESERVED
from service.platform import Outbox

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from service.evidence.intake.applying import Target
    from service.evidence.lifecycle import Act


class Told(NamedTuple):
    """What partners hear of a measure: what happened to it (``imposed``, or of ``measures.ACTS``), from which day on.

    ``until``: the last day of a lifting for a time, or of the measure imposed; ``cause`` as an act on a measure has it.
    """

    act: str
    measure: int
    record: int
    kind: str
    on: date
    until: str | None = None
    cause: str | None = None


TOPICS: Final = {"annulment": "record.annulled", "correction": "record.corrected", "withdrawal": "record.withdrawn"}
"""By act, the topic of the outbox."""
FROM_OUTSIDE: Final = {"repair": "record.repaired", "repair_revocation": "record.repair_revoked"}
"""The same of acts that another system decided. Those that follow from a case of the service are told with the case."""


def tell(session: Session, target: Target, act: Act, reference: tuple[str, str], now: datetime) -> None:
    """Put an act that takes a record back, or changes it, into the outbox, in the transaction that records it.

    ``reference``: its source, and how that knows it.
    """
    source, ref = reference
    topic = TOPICS.get(act.act) or (None if source in RESERVED else FROM_OUTSIDE.get(act.act))
    if topic is not None:
        payload = {"record": target.id, "on": act.acted_on.isoformat()}
        if topic in FROM_OUTSIDE.values():
            payload |= {"reference": f"{source}/{ref}", "reason": act.detail["reason"]}
        _put(session, topic, target.entity, payload, now)


def tell_measure(session: Session, entity: str, measure: Told, now: datetime) -> None:
    """Put what happened to a measure into the outbox, in the transaction that records it."""
    said = measure._asdict() | {"on": measure.on.isoformat()}
    _put(session, f"measure.{said.pop('act')}", entity, said, now)


def _put(session: Session, topic: str, subject: str, payload: Mapping[str, Any], now: datetime) -> None:
    row = {"topic": topic, "subject": subject, "payload": dict(payload), "recorded_at": now}
    session.execute(insert(Outbox).values(row))
