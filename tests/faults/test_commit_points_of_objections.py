"""An objection, its proof and the correction that it brings, killed at each point: nothing is half done."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import text

from service import repairs
from service.evidence import owned_record
from service.platform import Database, FixedClock
from tests.builders.repair_town import ELIGIBLE, PDF, fined
from tests.faults.test_commit_points_of_repairs import APPROVER, WHY, at, grown, handle, killed_at, stored

if TYPE_CHECKING:
    import pytest


def correct(number: str) -> None:
    with closing(at(ELIGIBLE)) as database, database.unit_of_work(APPROVER) as uow:
        repairs.decide_objection(uow, number=number, decision="correct", reason=WHY, acts=[{"act": "annulment"}])


def test_an_objection_its_proof_and_its_correction_stand_once_or_not_at_all(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    database = Database(database_url, clock=FixedClock(ELIGIBLE))
    entity = fined(database)
    said = {"entity": entity.key, "record": entity.record, "reason": WHY}
    objection = partial(handle, repairs.object_to, said)
    before = stored(database)
    killed_at(database, database_url, objection, ("event_act", "outbox"))
    objection()
    assert grown(database, before, "repair_case", "repair_step", "event_act", "outbox") == (1, 2, 1, 2)
    with database.reader() as session:
        number: str = session.execute(text("SELECT number FROM repair_case")).scalar_one()

    paper = {"procedure": "objection", "number": number, "key": "proof", "name": "现场.pdf", "content": PDF}
    proof = partial(handle, repairs.add_material, paper)
    before = stored(database)
    killed_at(database, database_url, proof, ("repair_material",))
    proof()
    proof()
    assert grown(database, before, "stored_file", "repair_material") == (1, 1), "sent twice and kept once"

    handle(repairs.examine, {"number": number, "right": False, "reason": WHY})
    before = stored(database)
    killed_at(database, database_url, partial(correct, number), ("event_act", "outbox"))
    correct(number)
    assert grown(database, before, "event_act", "repair_step") == (2, 1), "the mark is lifted and the record struck"
    with database.reader() as session:
        told = session.execute(text("SELECT topic FROM outbox ORDER BY id DESC LIMIT 2")).scalars().all()
        found = owned_record(session, entity.record)
    assert sorted(told) == ["objection.correct", "record.annulled"]
    assert found is not None
    assert (found.known.disputed, found.known.event.annulled_on) == (False, ELIGIBLE.date())
    database.close()
