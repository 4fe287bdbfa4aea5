"""A draw that visits cannot follow: kept, tried ever more rarely, told once, in nobody's way."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import text
from structlog.testing import capture_logs

from service.inspections import draws
from service.inspections.visits import figures, follow_draws
from service.inspections.visits.queries import worklist
from service.platform import Database, FixedClock
from tests.builders import drawing
from tests.builders.draw_life import act, frozen, kept, move
from tests.builders.draws import material
from tests.builders.owning import behind_the_back
from tests.integration.ratings import town

if TYPE_CHECKING:
    from sqlalchemy import TextClause

    from service.platform import Actor

UNKNOWN = "110101-2023-99999"
OF_DRAW = text("SELECT count(*) FROM visit WHERE source = :source")
STALLED = text("SELECT attempts, extract(epoch FROM retry_at - :now)::int FROM visit_stalled_draw WHERE draw = :draw")
LOSE = text("UPDATE draw_rows SET draw_id = -draw_id WHERE draw_id = (SELECT min(id) FROM draw)")
FIND = text("UPDATE draw_rows SET draw_id = -draw_id WHERE draw_id < 0")
ALARMS = text("SELECT subject FROM outbox WHERE topic = 'alarm.stalled_draw'")


def two_dispatched(database: Database) -> list[str]:
    """Two draws, taken through their steps side by side."""
    tasks = drawing.published(database, drawing.task(), drawing.task())
    numbers = [act(database, draws.prepare_draw, task=task, terms=drawing.terms()) for task in tasks]
    for number in numbers:
        frozen(database, number)
        kept(database, number)
    move(database, drawing.CLOSING)
    for number in numbers:
        act(database, draws.close_draw, draw=number)
    move(database, drawing.INSTANT + 60)
    for number in numbers:
        act(database, draws.enter_values, draw=number, values=[material.SIGNED])
        act(database, draws.produce_secret, draw=number, value=None)
        act(database, draws.conclude, draw=number)
        act(database, draws.dispatch, draw=number)
    return numbers


def change(database: Database, statement: TextClause) -> None:
    """Change what nobody may, as a fault of the disk or of a hand would."""
    behind_the_back(database, statement.text)


def stalled(database: Database, draw: str) -> tuple[int, int] | None:
    """How often a draw was tried, and in how many seconds it will be again."""
    with database.reader() as session:
        row = session.execute(STALLED, {"draw": draw, "now": database.clock.now()}).one_or_none()
    return None if row is None else (row[0], row[1])


def visits(database: Database, draw: str) -> int:
    with database.reader() as session:
        count: int = session.execute(OF_DRAW, {"source": f"draw:{draw}"}).scalar_one()
    return count


def told(database: Database, actor: Actor) -> list[dict[str, Any]]:
    with database.reader() as session:
        return worklist(session, actor, now=database.clock.now(), limit=9, language="en")["stalled"]


def advance(database: Database, seconds: int) -> None:
    assert isinstance(database.clock, FixedClock)
    database.clock.advance(timedelta(seconds=seconds))


def test_a_draw_that_raises_is_set_apart_and_those_behind_it_are_followed(database: Database) -> None:
    broken, whole = two_dispatched(database)
    change(database, LOSE)
    with database.unit_of_work(town.OPERATOR) as uow:
        uow.audit("test.published", UNKNOWN, {})
        uow.publish("inspections.draw_event", UNKNOWN, {})
    with capture_logs() as logs:
        assert follow_draws(database) == 1
    assert (visits(database, broken), visits(database, whole)) == (0, 4)
    said = {line["draw"]: line for line in logs if line["event"] == "draw_not_followed"}
    assert (said[UNKNOWN]["code"], said[UNKNOWN]["log_level"]) == ("draw_not_found", "warning")
    assert (said[broken]["code"], said[broken]["exc_info"].__traceback__ is None) == ("draw_stalled", False)

    waits = [4, 8, 16, 32, 64, 128, 256, 512, 600, 600]
    with capture_logs() as logs:
        for attempts, wait in enumerate(waits, 1):
            assert stalled(database, broken) == (attempts, wait)
            advance(database, wait - 1)
            assert follow_draws(database) == 0
            assert stalled(database, broken) == (attempts, 1), "not before its time"
            advance(database, 1)
            assert follow_draws(database) == 0
    assert [line for line in logs if line["event"] == "draw_not_followed"] == [], "told once"
    with database.reader() as session:
        assert session.scalars(ALARMS).all() == [broken], "a problem is no alarm, a fault is one"
        found = {one.family.name: one.value for one in figures(session, database.clock.now())}
        assert found["draws_stalled"] == 2
    (waiting,) = told(database, drawing.HANDLER)
    assert (waiting["draw"], waiting["code"], waiting["attempts"]) == (broken, "draw_stalled", len(waits) + 1)
    assert told(database, drawing.person("h9", authority="bj-culture-110102")) == []

    change(database, FIND)
    assert follow_draws(database) == 0
    with database.unit_of_work(town.OPERATOR) as uow:
        uow.audit("test.published", broken, {})
        uow.publish("inspections.draw_event", broken, {})
    with capture_logs() as logs:
        assert follow_draws(database) == 1, "news of the draw is no time to wait"
    assert [line["event"] for line in logs if line.get("draw") == broken] == ["draw_followed_again"]
    assert (visits(database, broken), stalled(database, broken)) == (4, None)
    assert told(database, drawing.HANDLER) == []
