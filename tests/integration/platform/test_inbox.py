"""How far a consumer of the outbox goes back: not to the beginning each time, and never past what may still come."""

from __future__ import annotations

from contextlib import contextmanager
from time import sleep
from typing import TYPE_CHECKING

from sqlalchemy import event

from service.platform import Inbox, note_done
from tests.integration.platform.conftest import ACTOR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.platform import Database, UnitOfWork

CONSUMER, TOPIC, OTHER = "tests", "tests.told", "tests.other"


@contextmanager
def telling(database: Database, *subjects: str, topic: str = TOPIC) -> Iterator[UnitOfWork]:
    """Rows of the outbox, written; they are committed at the end of the block."""
    with database.unit_of_work(ACTOR) as uow:
        for subject in subjects:
            uow.publish(topic, subject, {})
        uow.audit("tests.told", "outbox", {})
        uow.flush()
        yield uow


def tell(database: Database, *subjects: str, topic: str = TOPIC) -> None:
    with telling(database, *subjects, topic=topic):
        pass


def look(database: Database, inbox: Inbox, *, limit: int = 500) -> list[str]:
    """The subjects that a look finds and notes as done."""
    with database.bookkeeping() as session:
        rows = inbox.look_for([TOPIC], session, database.clock.now(), limit=limit).rows
        note_done(session, CONSUMER, [row.id for row in rows])
        return [row.subject for row in rows]


def comes_to_begin_at(database: Database, inbox: Inbox, number: int) -> bool:
    """Whether looks that find nothing come to begin behind this row of the outbox, as they tell the database.

    Some looks later: transactions of other tests may run on the same server.
    """
    found: list[int] = []

    def note(_connection: object, _cursor: object, statement: str, given: dict[str, int], *_rest: object) -> None:
        if "WITH passed" in statement:
            found.append(given["above"])

    event.listen(database.engine, "before_cursor_execute", note)
    for _ in range(1000):
        assert look(database, inbox) == []
        if found[-1] == number:
            return True
        sleep(0.01)
    return False


def last(database: Database) -> int:
    with database.reader() as session:
        return session.connection().exec_driver_sql("SELECT max(id) FROM outbox").scalar_one()  # type: ignore[no-any-return] # a number


def inbox() -> Inbox:
    return Inbox(CONSUMER, [TOPIC, OTHER])


def test_a_look_begins_behind_what_was_done_and_passed(database: Database) -> None:
    mine = inbox()
    tell(database, *(f"P{number}" for number in range(40)), topic=OTHER)
    tell(database, "a", "b")
    end = last(database)
    assert look(database, mine) == ["a", "b"]
    assert comes_to_begin_at(database, mine, end)
    tell(database, "c")
    assert look(database, mine) == ["c"]


def test_what_a_running_transaction_wrote_earlier_is_found_when_it_commits(database: Database) -> None:
    mine = inbox()
    tell(database, "a")
    with telling(database, "late"):
        tell(database, "b")
        assert look(database, mine) == ["a", "b"]
        for _ in range(4):
            tell(database, "c")
            assert look(database, mine) == ["c"]
            assert look(database, mine) == []
    assert look(database, mine) == ["late"]
    assert comes_to_begin_at(database, mine, last(database))


def test_two_that_overlap_each_other_are_both_found(database: Database) -> None:
    mine = inbox()
    with telling(database, "second"):
        with telling(database, "first"):
            tell(database, "now")
            assert [look(database, mine) for _ in range(3)] == [["now"], [], []]
        assert [look(database, mine) for _ in range(3)] == [["first"], [], []]
    assert [look(database, mine) for _ in range(3)] == [["second"], [], []]


def test_what_more_there_is_than_one_look_takes_is_taken_by_the_next(database: Database) -> None:
    mine = inbox()
    tell(database, *"abcde")
    assert [look(database, mine, limit=2) for _ in range(4)] == [["a", "b"], ["c", "d"], ["e"], []]


def test_what_was_seen_and_not_noted_is_seen_again(database: Database) -> None:
    mine = inbox()
    tell(database, "a", "b")
    for _ in range(4):
        with database.reader() as session:
            assert [row.subject for row in mine.look(session, database.clock.now())] == ["a", "b"]
    assert look(database, mine) == ["a", "b"]
