"""A district in the days around a round of the beacon whose value is known: what the life of a draw needs."""

from __future__ import annotations

from datetime import UTC, date, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from scoring.sampling.keys import witness_commitment
from service.evidence.tables import Occasion
from service.inspections import plans
from service.inspections.plans.schemas import TaskSchema
from service.platform import Actor, Role
from service.ratings import drain
from service.register import change_entity
from service.register.inspecting import INSPECTORS, ITEMS, enter_record
from tests.builders import planning
from tests.builders.draws import material
from tests.builders.fillings import with_shipped
from tests.builders.inspecting import inspector, item
from tests.integration.ratings import town

if TYPE_CHECKING:
    from service.platform import Database

HERE = planning.HERE
ABOVE = "bj-culture"
INSTANT = material.INSTANT
FREEZING = INSTANT - 20_000
CLOSING = INSTANT - 7_000
WITNESS_VALUE = material.WITNESS_VALUE
MINUTES = b"%PDF-1.7 minutes of the draw"
EVIDENCE = sha256(MINUTES).hexdigest()
NUMBERS = [
    {"kind": "balls", "name": f"welfare-{n}", "day": "2023-08-24", "count": 7, "range": [1, 49], "sorted": True}
    for n in (1, 2, 3)
]
ANNOUNCED = [{"kind": "balls", "name": f"welfare-{n}", "values": [3, 9, 14, 20 + n, 31, 40, 48]} for n in (1, 2, 3)]


def at(second: int) -> datetime:
    """An instant out of Unix seconds."""
    return datetime.fromtimestamp(second, UTC)


def person(name: str, role: Role = Role.HANDLER, authority: str = HERE) -> Actor:
    """Somebody of an authority; the authority above reaches the district."""
    return Actor("token", name, role, authority, below=frozenset({HERE}) if authority == ABOVE else frozenset())


def inspector_of(code: str) -> Actor:
    """An inspector of the district, by staff code."""
    return Actor("token", code, Role.INSPECTOR, HERE, person=code)


HANDLER = person("h1")
APPROVER = person("a1", Role.APPROVER)
CUSTODIAN = Actor("token", "AU-01", Role.PARTNER)


def district(
    database: Database,
    cinemas: int = 12,
    *,
    fined: int = 2,
    inspectors: int = 6,
    frequencies: str = planning.FREQUENCIES,
    edition: str = town.EDITION,
    **said: Any,  # noqa: ANN401 any field of the item
) -> list[int]:
    """Cinemas, the first of them in tier D and inspected last year, an item, inspectors of whom every second leads."""
    town.found(database, edition=edition + frequencies)
    ids = town.people(database, cinemas)
    for number in ids[:fined]:
        town.punish(database, number, on=date(2023, 5, 8))
        inspected(database, number, date(2022, 3, 1))
    drain(database=database)
    with database.unit_of_work(town.OPERATOR) as uow:
        cinema = item("CINEMA-1", authority=HERE, kinds=["cinema"], valid_from="2022-01-01", **said)
        enter_record(uow, ITEMS, body=cinema)
    enrol(database, *(f"DC-{n:02}" for n in range(1, inspectors + 1)))
    return ids


def standing(database_url: str) -> None:
    """A filling: the district as it is unless something else is said, at the freeze."""
    with with_shipped(database_url, at(FREEZING)) as database:
        district(database)


def enrol(database: Database, *codes: str, **said: Any) -> None:  # noqa: ANN401 any field of an inspector
    """Inspectors of the district; those with an odd number lead."""
    with database.unit_of_work(town.OPERATOR) as uow:
        for code in codes:
            skills = ["leader"] if int(code[-2:]) % 2 else []
            enter_record(uow, INSPECTORS, body=inspector(code, authority=HERE, **{"skills": skills, **said}))


def inspected(database: Database, entity: int, on: date) -> None:
    """An earlier inspection of an entity."""
    with database.unit_of_work(town.OPERATOR) as uow:
        audit_id = uow.audit("test.inspected", str(entity), {})
        row = Occasion(
            entity_id=entity,
            source="visits",
            source_ref=f"v{audit_id}",
            body_sha256=b"",
            type="routine",
            held_on=on,
            closed=True,
            kinds=None,
            audit_id=audit_id,
        )
        uow.session.add(row)


def leaves_register(database: Database, key: str, status: str) -> None:
    """Let the register say that an entity has left it."""
    with database.unit_of_work(town.OPERATOR) as uow:
        change = {"status": status, "status_on": "2023-08-24", "status_evidence": "notice/7"}
        change_entity(uow, key=key, change=change)


def task(**said: Any) -> dict[str, Any]:  # noqa: ANN401 any field of a task
    """A random task around the known round, with a custodian of another organisation."""
    ours = {
        "cut_off_day": "2023-08-23",
        "first_day": "2023-09-01",
        "last_day": "2023-11-30",
        "deadline": "2023-12-15",
        "custodians": [{"id": "AU-01", "organisation": "市审计局"}],
        "steps": [1],
        "reserve_ratio": [1, 1],
    }
    return planning.task(**{**ours, **said})


def published(
    database: Database,
    *bodies: dict[str, Any],
    authority: str = HERE,
    handler: Actor = HANDLER,
    approver: Actor = APPROVER,
) -> list[str]:
    """A published plan with these tasks (one, if none is given); returns their numbers."""
    with database.unit_of_work(handler) as uow:
        names = {"zh": "2023年度抽查计划", "en": "Inspection plan for 2023"}
        plan = plans.draft_plan(uow, authority=authority, year=2023, names=names, special=True, reason="a campaign")
        numbers = [
            plans.put_task(uow, plan=plan, body=TaskSchema().dump(TaskSchema().load(body)))
            for body in bodies or [task()]
        ]
        plans.submit_plan(uow, plan=plan)
    with database.unit_of_work(approver) as uow:
        plans.decide_plan(uow, plan=plan, approved=True, reason="fits")
        plans.publish_plan(uow, plan=plan)
    return numbers


def terms(**said: Any) -> dict[str, Any]:  # noqa: ANN401 any field of the terms
    """Terms whose first attempt is the known round."""
    return {
        "close_at": CLOSING - 200,
        "result_by": INSTANT + 90_000,
        "publish_by": INSTANT + 864_000,
        "attempts": [{"when": "first", "sources": [material.DRAND], "instant": None, "deadline": INSTANT + 3_600}],
        "reason": "",
        "shortage_accepted": "",
        **said,
    }


def witness(draw: str, name: str = "NO-01") -> dict[str, str]:
    """What a witness sends before the freeze."""
    said = witness_commitment(draw, name, WITNESS_VALUE)
    return {"witness": name, "organisation": "市公证处", "commitment": said}
