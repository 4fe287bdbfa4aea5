"""Checkpoints: each continues the one before, outsiders check them, and a ledger that is rewritten gets none."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from scoring.ledger import Held, read_key, read_note, verify_proof
from service.platform import (
    Database,
    FixedClock,
    Problem,
    ledger_check,
    make_checkpoint,
    newest_checkpoint,
    proof_between,
    published_keys,
    receipt,
    seal,
    use_ledger_keys,
)
from service.platform.checkpoints import tree
from tests.builders.owning import behind_the_back
from tests.integration.platform.conftest import ACTOR
from workers.jobs.checkpoint import run as sign_when_due

if TYPE_CHECKING:
    from collections.abc import Iterator

OLD, NEW = bytes(range(32)), bytes(range(1, 33))
NAME = "ledger.example.org"


@pytest.fixture(autouse=True)
def keys() -> Iterator[None]:
    use_ledger_keys(NAME, [OLD])
    yield
    use_ledger_keys(NAME, [])


def write(database: Database, count: int) -> None:
    with database.unit_of_work(ACTOR) as uow:
        for number in range(count):
            uow.audit("tests.happened", "somebody", {"number": number, "said": "门店"})
    seal(database)


def made(database: Database) -> str:
    note = make_checkpoint(database)
    assert note is not None
    return note


def held(database: Database, *kept: str) -> Held:
    with database.reader() as session:
        trusted = tuple(read_key(one.key) for one in published_keys(session))
    return Held(trusted, read_note(kept[0]) if kept else None)


@pytest.mark.parametrize(
    ("height", "sizes"), [(8, (1, 1)), (8, (256, 1)), (8, (300, 700)), (2, (3, 200)), (2, (64, 1)), (2, (255, 770))]
)
def test_a_checkpoint_continues_the_one_before_however_long_the_ledger_is(
    database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch, height: int, sizes: tuple[int, int]
) -> None:
    """With tiles of 4 entries a thousand make as many levels as ten million make with tiles of 256."""
    monkeypatch.setattr(tree, "_HEIGHT", height)
    monkeypatch.setattr(tree, "_WIDTH", 1 << height)
    write(database, sizes[0])
    first = made(database)
    clock.advance(timedelta(days=1))
    write(database, sizes[1])
    made(database)
    with database.reader() as session:
        proof = proof_between(session, first=sizes[0])
        entries = receipt(session, [1, sizes[0], sum(sizes)])
        assert ledger_check(session).intact
    continued, taken = verify_proof(proof, held(database, first)), verify_proof(entries, held(database))
    assert (continued.failed(), taken.failed()) == ([], [])
    assert continued.verdict("L-CONTINUES") == continued.verdict("L-KEPT") == continued.verdict("L-KEY") == "PASS"
    assert taken.verdict("L-ENTRY") == "PASS"
    assert continued.checkpoint is not None
    assert continued.checkpoint.size == sum(sizes)


def test_the_note_tells_when_the_ledger_was_sealed_and_by_which_name(database: Database) -> None:
    write(database, 2)
    note = read_note(made(database))
    assert (note.name, note.size) == (NAME, 2)
    assert note.more == ("sealed 2026-06-01T04:00:00+00:00",)


def test_one_is_made_when_it_is_time_whether_or_not_anything_happened(database: Database, clock: FixedClock) -> None:
    hour = timedelta(hours=1)
    write(database, 2)
    assert make_checkpoint(database, least=hour)
    assert make_checkpoint(database, least=hour) is None
    clock.advance(hour)
    assert make_checkpoint(database, least=hour)
    with database.reader() as session:
        newest = newest_checkpoint(session)
    assert newest is not None
    assert (newest.id, newest.size) == (2, 2)


def test_a_new_key_is_told_by_a_checkpoint_that_both_sign(database: Database) -> None:
    write(database, 1)
    made(database)
    old = held(database)
    use_ledger_keys(NAME, [NEW, OLD])
    write(database, 1)
    note = read_note(made(database))
    assert note.is_signed_by(old.keys)
    use_ledger_keys(NAME, [NEW])
    write(database, 1)
    note = read_note(made(database))
    assert note.is_signed_by(old.keys) is None
    assert note.is_signed_by(held(database).keys)
    with database.reader() as session:
        assert len(published_keys(session)) == 2


def test_nothing_is_signed_without_key_or_entries(database: Database) -> None:
    with pytest.raises(Problem, match="ledger_empty"):
        make_checkpoint(database)
    use_ledger_keys(NAME, [])
    with pytest.raises(Problem, match="ledger_key_missing"):
        make_checkpoint(database)


def test_a_ledger_that_has_only_begun_is_no_fault_and_one_that_was_emptied_is(database: Database) -> None:
    sign_when_due(database)
    with database.reader() as session:
        assert newest_checkpoint(session) is None
    write(database, 2)
    sign_when_due(database)
    behind_the_back(database, "DELETE FROM ledger_seal")
    with pytest.raises(Problem, match="ledger_empty"):
        sign_when_due(database)


REWRITE = "UPDATE audit SET actor_id = 'somebody else' WHERE id = (SELECT audit_id FROM ledger_seal WHERE seq = 2)"
RECHAIN = "UPDATE ledger_seal SET hash = sha256(hash) WHERE seq >= 2"


def test_a_ledger_that_was_rewritten_is_not_signed_again(database: Database) -> None:
    """Even when the chain is made to fit, the checkpoint before does not."""
    write(database, 3)
    first = read_note(made(database))
    behind_the_back(database, REWRITE, RECHAIN)
    write(database, 1)
    with pytest.raises(Problem, match="ledger_rewritten"):
        make_checkpoint(database)
    with database.reader() as session:
        faults = ledger_check(session).faults
    assert any("checkpoint at 3 entries" in fault for fault in faults)
    assert first.size == 3


def test_with_all_checkpoints_rewritten_too_the_one_that_was_kept_outside_tells(database: Database) -> None:
    write(database, 3)
    kept = made(database)
    behind_the_back(database, RECHAIN, "DELETE FROM ledger_checkpoint")
    made(database)
    write(database, 5)
    made(database)
    with database.reader() as session:
        proof = proof_between(session, first=3)
        outside = read_note(kept)
        checked = ledger_check(session, kept=[(outside.size, outside.root)])
    assert verify_proof(proof, held(database)).passes()
    assert verify_proof(proof, held(database, kept)).failed() == ["L-KEPT"]
    assert any("checkpoint at 3 entries" in fault for fault in checked.faults)


def test_entries_that_were_cut_off_are_missed(database: Database) -> None:
    write(database, 3)
    made(database)
    behind_the_back(database, "DELETE FROM ledger_seal WHERE seq = 3")
    with database.reader() as session:
        assert any("checkpoint at 3 entries" in fault for fault in ledger_check(session).faults)
    with pytest.raises(Problem, match="ledger_rewritten"):
        make_checkpoint(database)


def test_missing_hashes_are_told(database: Database) -> None:
    write(database, 700)
    made(database)
    behind_the_back(database, "DELETE FROM ledger_tile WHERE number = 0")
    write(database, 1)
    with pytest.raises(Problem, match="ledger_broken"):
        make_checkpoint(database)


@pytest.mark.parametrize("table", ["ledger_tile", "ledger_checkpoint", "ledger_key"])
def test_the_tables_refuse_changes(database: Database, table: str) -> None:
    write(database, 300)
    made(database)
    for statement in ("DELETE FROM", "TRUNCATE"):
        with pytest.raises(DBAPIError, match="permission denied"), database.engine.begin() as connection:
            connection.execute(text(f"{statement} {table}"))


def test_what_has_no_checkpoint_has_no_proof(database: Database) -> None:
    write(database, 3)
    with database.reader() as session, pytest.raises(Problem, match="checkpoint_unknown"):
        receipt(session, [1])
    made(database)
    write(database, 1)
    with database.reader() as session:
        with pytest.raises(Problem, match="checkpoint_unknown"):
            proof_between(session, first=2)
        with pytest.raises(Problem, match="not_yet_checkpointed"):
            receipt(session, [4])
