"""The parts of the drill: its gate, its standby, and a reckoning that sees what is missing or there twice."""

from __future__ import annotations

import shutil
import socket
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from service.platform import Database, migrate
from service.sample.chance import Chance
from tests.builders.partners import ADMINISTRATOR, rows, tell
from tests.builders.receiving import Received, receiver
from tests.faults.callers import Adoption, Case, Remembered
from tests.faults.drill.checking import Told, faults_of_messages
from tests.faults.drill.drawer import Journal, faults_of_draws
from tests.faults.drill.figures import Recovery, Result, together
from tests.faults.drill.gate import gate
from tests.faults.drill.matters import faults_of_adoptions, faults_of_cases
from tests.faults.drill.outages import lost_primary
from tests.faults.drill.short import SHORT, drawn

if TYPE_CHECKING:
    from collections.abc import Iterator

LATE = 0.3


@contextmanager
def echo(path: Path) -> Iterator[None]:
    """A server that sends back what it gets."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()

        def serve() -> None:
            while True:
                try:
                    line, _ = server.accept()
                except OSError:
                    return
                threading.Thread(target=answer, args=(line,), daemon=True).start()

        def answer(line: socket.socket) -> None:
            with line:
                while piece := line.recv(100):
                    line.sendall(piece)

        threading.Thread(target=serve, daemon=True).start()
        yield
        server.shutdown(socket.SHUT_RDWR)


def asked(line: socket.socket) -> bytes:
    line.sendall(b"?")
    return line.recv(1)


def test_a_gate_lets_everything_through_or_late_or_nothing() -> None:
    folder = Path(tempfile.mkdtemp())  # the path of a socket must be short
    with echo(folder / "there"), gate(folder / "here", folder / "there") as between:
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(between.here))
            line.settimeout(20)
            assert asked(line) == b"?"
            between.tell(f"late {LATE}")
            began = time.monotonic()
            assert asked(line) == b"?"
            assert time.monotonic() - began >= LATE
            between.tell("silent")
            line.settimeout(LATE)
            with pytest.raises(TimeoutError):
                asked(line)
            between.tell("open")
            line.settimeout(20)
            assert line.recv(1) == b"?"  # it had come, and went on
            between.tell("shut")
            assert line.recv(1) == b""
        with socket.socket(socket.AF_UNIX) as line, pytest.raises(FileNotFoundError):
            line.connect(str(between.here))
        between.tell("open")
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(between.here))
            assert asked(line) == b"?"
    shutil.rmtree(folder)


def test_whatever_was_told_and_is_not_there_is_lost(database_url: str, tmp_path: Path) -> None:
    database, journal = Database(database_url), Journal(tmp_path)
    remembered = Remembered(
        cases=[Case("110101-2026-R00001", "own:repairs-1", 7, ["submit"])],
        adoptions=[Adoption(7, "bj-culture.law-1", ["proposed"])],
    )
    journal.note(draw="110000-2026-00001", step="freeze")
    with database.reader() as session:
        assert list(faults_of_cases(session, remembered)) == ["lost: case 110101-2026-R00001"]
        assert list(faults_of_adoptions(session, remembered)) == ["lost: proposal 7 of bj-culture.law-1: []"]
        (draw,) = faults_of_draws(session, journal)
    assert draw == "draw 110000-2026-00001: the register has [] after ['freeze']"
    database.close()


def test_a_message_that_was_never_told_or_told_in_two_ways_is_seen(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.faults.drill.checking.PATIENCE", 0.1)
    database = Database(database_url)
    tell(database, "A", "B", topic="tier.changed", payload={"kind": "cinema"})
    first, second = (row[0] for row in rows(database, "SELECT id FROM outbox ORDER BY id"))
    with receiver() as partner:
        partner.taken += [Received({"webhook-id": str(first)}, body) for body in (b"1", b"1", b"2")]
        partner.taken += [Received({"webhook-id": "99"}, b"3")]
        found = faults_of_messages(database, Told(partner, 0))
    assert found == [
        f"never told: message {second}",
        "told of nothing: message 99",
        f"told in two ways: message {first}",
    ]
    database.close()


def test_a_seed_repeats_the_order_and_no_fault_comes_again_before_all_have_come() -> None:
    assert drawn(Chance("7"), 90) == drawn(Chance("7"), 90) != drawn(Chance("8"), 90)
    once = drawn(Chance("7"), len(SHORT))
    assert sorted(one.name for one in once) == sorted(one.name for one in SHORT)


def test_several_drills_are_told_as_one() -> None:
    first = Result(10, 1, 0, 2.0, ["a", "b"], [Recovery("a", 1.0, 31.0)], ["lost: x"])
    second = Result.loaded(Result(5, 0, 2, 3.5, ["a"], [Recovery("a", 2.0, 4.0)], []).dumped())
    whole = together([first, second])
    assert whole.line() == "accepted 15, faults 3, lost 1, duplicated 2, longest delay 3.5 s"
    assert "| a | 2 | 2 | 2.0 | 31.0 |" in whole.table()
    assert "| b | 1 | 0 | – | – |" in whole.table()
    assert whole.slow() == ["a: rated after 31.0 s"]


def test_what_was_answered_is_there_when_the_standby_takes_the_place_of_a_lost_primary() -> None:
    with lost_primary() as (found, fault):
        migrate(found.installed.database_url)
        database = Database(found.installed.database_url)
        tell(database, *(f"S{number}" for number in range(50)))
        with fault.falls(None, None):  # type: ignore[arg-type] # it needs no scene
            pass
        with database.unit_of_work(ADMINISTRATOR) as uow:
            uow.audit("tests.went_on", "x", {})
        assert rows(database, "SELECT count(*) FROM outbox") == [(50,)]
        assert rows(database, "SELECT count(*) FROM audit WHERE action LIKE 'tests.%'") == [(2,)]
        database.close()
