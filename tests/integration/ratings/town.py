"""A small town rated by a small edition: enough to see every move of the drain."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import TYPE_CHECKING, Any

from psycopg.types.json import Jsonb
from sqlalchemy import select, text

from service.evidence import tables as evidence
from service.platform import Actor, Role
from service.ratings import drain, put_edition_in_force
from service.register.names import keys_of
from service.register.tables import Authority, Entity, EntityVersion
from tests.builders.fillings import seeded

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from service.platform import Database

OPERATOR = Actor(kind="operator", id="test", role=Role.ADMINISTRATOR)
AUTHORITY = "bj-culture-110101"
REGION = "110101"
_numbers = count(1)

EDITION = """
id = "town.2025"
rulebook = "town"
title = { zh = "小镇评价办法（示例）", en = "Rules of the town (illustrative)" }
legal_basis = [{ zh = "示例", en = "An example" }]
verified = false
illustrative = true
unverified_clauses = ["1", "2"]
authority = "bj-culture"
regions = ["110000"]
kinds = ["cinema"]
force_from = 2020-01-01
published_to_public = true

[clauses]
"1" = { zh = "罚款一次扣二十分，一年后不再计", en = "A fine costs twenty points for a year" }
"2" = { zh = "九十分以上为甲，其余为丁", en = "Ninety and more is A, the rest is D" }

[rating]
direction = "higher_better"
base = 100
tiers = ["A", "D"]
window = { months = 12 }
absorption = { mode = "greatest", clause = "1" }
branches = "separate"

[[rating.dimension]]
key = "conduct"
name = { zh = "守法", en = "Conduct" }

[[rating.grade]]
key = "A"
name = { zh = "甲", en = "A" }
tier = "A"
clause = "2"
at_least = 90

[[rating.grade]]
key = "D"
name = { zh = "丁", en = "D" }
tier = "D"
clause = "2"

[[rating.event]]
code = "fine"
clause = "1"
name = { zh = "罚款", en = "Fine" }
dimension = "conduct"
points = -20
"""


def found(database: Database, *, edition: str = EDITION) -> None:
    """Master data and the town's edition."""
    with database.unit_of_work(OPERATOR) as uow:
        seeded(uow)
    with database.unit_of_work(OPERATOR) as uow:
        put_edition_in_force(uow=uow, words=edition, reason="test")


def entity(session: Session, *, audit_id: int, parent: int | None = None, **changes: object) -> int:
    """One cinema as the register stores it; returns its number."""
    key = f"own:T-{next(_numbers)}"
    authority = session.query(Authority).filter_by(code=AUTHORITY).one()
    parent_key = None if parent is None else session.get_one(Entity, parent).public_key
    body: dict[str, Any] = {
        "key": key,
        "name": f"示例影院 {key}",
        "authority": AUTHORITY,
        "region": REGION,
        "status": "active",
        "status_on": None,
        "status_evidence": None,
        "established_on": "2015-01-01",
        "parent": parent_key,
        "natural_person": False,
        "unverified_code": False,
        "attributes": {},
        "kinds": [{"kind": "cinema", "licence_no": "1", "valid_from": "2015-01-01", "valid_to": None}],
        **changes,
    }
    found_by = keys_of(body["name"])
    row = Entity(
        public_key=key,
        name=body["name"],
        name_key=found_by.key,
        pinyin=found_by.pinyin,
        initials=found_by.initials,
        grams=tuple(found_by.grams),
        authority_id=authority.id,
        region=REGION,
        status="active",
        unverified_code=False,
        parent_id=parent,
        natural_person=False,
        body=body,
    )
    session.add(row)
    session.flush()
    session.add(EntityVersion(entity_id=row.id, audit_id=audit_id, body=body))
    session.flush()
    return row.id


def fine(session: Session, entity_id: int, *, on: date = date(2026, 1, 10), **given: object) -> int:
    """One final fine; returns its number."""
    row = evidence.Event(
        entity_id=entity_id,
        source="cases",
        source_ref=f"f{next(_numbers)}",
        body_sha256=b"",
        decided_on=on,
        **{"decision_kind": "penalty", "code": "fine", "final": True, **given},
    )
    session.add(row)
    session.flush()
    return row.id


def people(database: Database, how_many: int) -> list[int]:
    """So many cinemas, each marked as registration marks them."""
    with database.unit_of_work(OPERATOR) as uow:
        audit_id = uow.audit("test.registered", "town", {})
        ids = [entity(uow.session, audit_id=audit_id) for _ in range(how_many)]
        uow.mark(ids, "register")
    return ids


def ids(database: Database) -> list[int]:
    """The numbers of all entities, in the order of their registration."""
    with database.reader() as session:
        return list(session.scalars(select(Entity.id).order_by(Entity.id)))


def punish(database: Database, entity_id: int, **given: object) -> int:
    """A fine and its mark in one transaction, as intake leaves them."""
    with database.unit_of_work(OPERATOR) as uow:
        number = fine(uow.session, entity_id, audit_id=uow.audit("test.fined", str(entity_id), {}), **given)
        uow.mark([entity_id], "event")
    return number


def one_fined(database: Database) -> None:
    """The town with one cinema that was fined, rated."""
    found(database)
    (number,) = people(database, 1)
    punish(database, number)
    drain(database=database)


def key_of(database: Database, entity_id: int) -> str:
    """The public key of an entity."""
    with database.reader() as session:
        return session.get_one(Entity, entity_id).public_key


def marks(database: Database) -> int:
    """How many marks wait."""
    with database.reader() as session:
        waiting: int = session.execute(text("SELECT count(*) FROM rerate_mark")).scalar_one()
        return waiting


def spoil(session: Session, entity_id: int) -> None:
    """Give an entity a kind that no catalogue has: rating it raises."""
    _kind(session, entity_id, "no_such_kind")


def mend(session: Session, entity_id: int) -> None:
    """Give a spoiled entity its kind back."""
    _kind(session, entity_id, "cinema")


def _kind(session: Session, entity_id: int, kind: str) -> None:
    statement = text("UPDATE entity SET body = jsonb_set(body, '{kinds,0,kind}', :kind) WHERE id = :id")
    session.execute(statement, {"kind": Jsonb(kind), "id": entity_id})
