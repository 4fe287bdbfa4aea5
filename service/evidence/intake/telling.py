"""What those who may have received a record are told when it turns out to be wrong, or is deleted by law."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy.dialects.postgresql import insert

from service.platform import Outbox

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.evidence.intake.applying import Target
    from service.evidence.lifecycle import Act

TOPICS: Final = {"annulment": "record.annulled", "correction": "record.corrected", "withdrawal": "record.withdrawn"}
"""By act, the topic of the outbox; other acts are told by whoever decides them."""


def tell(session: Session, target: Target, act: Act, now: datetime) -> None:
    """Put an act that takes a record back, or changes it, into the outbox, in the transaction that records it."""
    topic = TOPICS.get(act.act)
    if topic is not None:
        payload = {"record": target.id, "on": act.acted_on.isoformat()}
        row = {"topic": topic, "subject": target.entity, "payload": payload, "recorded_at": now}
        session.execute(insert(Outbox).values(row))
