"""The town under an edition that first proposes a fall to C or D, and a direct grade; and what people do there."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from service.evidence import tables as evidence
from service.platform import Actor, Role
from service.ratings import Standing, current, drain
from service.ratings.usecases import Decided, decide_proposal
from tests.integration.ratings import town

if TYPE_CHECKING:
    from service.platform import Database

MONDAY = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
RAISED, DUE = date(2026, 3, 2), date(2026, 3, 23)
"""Fifteen working days: four that week, five in each of two more, and the Monday after."""
APPROVER = Actor(kind="token", id="approver", role=Role.APPROVER)
HANDLER = Actor(kind="token", id="handler", role=Role.HANDLER)

GRADES = "".join(
    f"""
[[rating.grade]]
key = "{key}"
name = {{ zh = "{key}", en = "{key}" }}
tier = "{key}"
clause = "2"
{bound}
"""
    for key, bound in {"A": "at_least = 90", "B": "at_least = 70", "C": "at_least = 50", "D": ""}.items()
)
PROVISIONAL = """
[[rating.event]]
code = "revoked"
clause = "1"
name = { zh = "吊销", en = "Revoked" }
dimension = "conduct"
points = 0
direct = { grade = "B", term = { ends = "months", months = 36 } }

[rating.provisional]
tiers = ["C", "D"]
direct_grade = true
due_days = 15
counting = "working_days"
lapses_to = "in_force"
clause = "2"
"""


def edition(*, lapses_to: str = "in_force", **changes: str) -> str:
    """The edition: a fine costs twenty of a hundred points; one leads to B, two to C, three to D."""
    start, rest = town.EDITION.split('[[rating.grade]]\nkey = "A"')
    events = rest[rest.index("[[rating.event]]") :]
    text_ = start.replace('tiers = ["A", "D"]', 'tiers = ["A", "B", "C", "D"]') + GRADES + events + PROVISIONAL
    text_ = text_.replace("force_from", 'calendar = "cn"\nforce_from').replace('"in_force"', f'"{lapses_to}"')
    for old, new in changes.items():
        text_ = text_.replace(old, new)
    return text_


def shop_of(database: Database, *, fines: int = 0) -> int:
    """One cinema, rated A; then fined so often, and rated again."""
    (shop,) = town.people(database, 1)
    drain(database=database)
    for _ in range(fines):
        town.punish(database, shop)
    drain(database=database)
    return shop


def standing(database: Database, shop: int) -> Standing:
    """What is in force now."""
    with database.reader() as session:
        found = current(session, town.key_of(database, shop), database.clock.now())
    assert found is not None
    return found


def cinema(database: Database, shop: int) -> dict[str, Any]:
    """What is in force now in the one kind."""
    said: dict[str, Any] = standing(database, shop).summary["cinema"]
    return said


def act(database: Database, event: int, name: str, **detail: object) -> None:
    """An act on an event and the mark of its entity, as intake leaves them."""
    with database.unit_of_work(HANDLER) as uow:
        row = uow.session.get_one(evidence.Event, event)
        audit_id = uow.audit("test.acted", str(event), {})
        uow.session.add(
            evidence.EventAct(
                event_id=event,
                act=name,
                acted_on=uow.now.date(),
                detail=detail,
                source="cases",
                source_ref=f"{name}-{event}",
                body_sha256=b"",
                audit_id=audit_id,
            )
        )
        uow.mark([row.entity_id], "act")


def decide(database: Database, shop: int, outcome: Any, *, by: Actor = APPROVER) -> Decided:  # noqa: ANN401 - one of two words
    """An approver's decision on the open proposal, and the next round of the drain."""
    (number,) = (row["id"] for row in proposals(database, shop) if row["outcome"] is None)
    with database.unit_of_work(by) as uow:
        decided = decide_proposal(uow=uow, proposal_id=number, outcome=outcome, reason="looked into")
    drain(database=database)
    return decided


def proposals(database: Database, shop: int) -> list[dict[str, Any]]:
    """Every proposal of an entity with how it ended, oldest first."""
    with database.reader() as session:
        found = session.execute(
            text(
                "SELECT p.*, r.outcome, r.resolved_on, r.reason, r.person FROM rating_proposal p"
                " LEFT JOIN rating_proposal_resolution r ON r.proposal_id = p.id WHERE entity_id = :id ORDER BY p.id"
            ),
            {"id": shop},
        )
        return [row._asdict() for row in found]


def ends(database: Database, shop: int) -> list[tuple[str, str, str | None]]:
    """Of every proposal: the tier in force, the proposed one, how it ended."""
    return [(row["tier"], row["proposed"], row["outcome"]) for row in proposals(database, shop)]
