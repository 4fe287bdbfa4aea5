"""The steps of a draw as persons of the district take them, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scoring.kernel.canonical import canonical
from service.inspections import draws
from service.inspections.draws import files, store
from service.platform import FixedClock, Problem, use_encryption_keys
from tests.builders import drawing
from tests.builders.draws import material
from tests.builders.owning import behind_the_back
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.platform import Actor, Database

SECRET, SALT_KEY = material.SECRET, material.SALT_KEY
Facts = dict[str, Any]
use_encryption_keys([bytes(range(32))])  # for processes of their own, which tests kill


def move(database: Database, second: int) -> None:
    """Let it be this second."""
    assert isinstance(database.clock, FixedClock)
    database.clock.advance(drawing.at(second) - database.clock.now())


def act(database: Database, step: Callable[..., Any], actor: Actor = drawing.HANDLER, **said: Any) -> Any:  # noqa: ANN401 a step's own arguments and answer
    """Take one step in a transaction of its own."""
    with database.unit_of_work(actor, one_snapshot=step is draws.freeze_draw) as uow:
        return step(uow, **said)


def refused(database: Database, step: Callable[..., Any], actor: Actor = drawing.HANDLER, **said: Any) -> str:  # noqa: ANN401 a step's own arguments
    """The code with which a step is refused."""
    try:
        act(database, step, actor, **said)
    except Problem as problem:
        return problem.code
    raise AssertionError(f"{step.__name__} was not refused")


def prepared(database: Database, *, terms: Facts | None = None, **said: Any) -> str:  # noqa: ANN401 fields of the task
    """A draw of a published task of its own; returns its number."""
    (task,) = drawing.published(database, drawing.task(**said))
    number: str = act(database, draws.prepare_draw, task=task, terms=terms or drawing.terms())
    act(database, draws.attach_evidence, draw=number, content=drawing.MINUTES)
    return number


def frozen(database: Database, number: str, secret: bytes = SECRET, approver: Actor = drawing.APPROVER) -> Facts:
    """The commitment."""
    made: Facts = act(database, draws.freeze_draw, approver, draw=number, secret=secret, salt_key=SALT_KEY)
    return made


def kept(database: Database, number: str, value: str = SECRET.hex()) -> None:
    """The secret shown by its custodian, who is of another organisation."""
    act(database, draws.confirm_custody, drawing.CUSTODIAN, draw=number, custodian="AU-01", value=value)


def lose_secret(database: Database, number: str) -> None:
    """Let what is stored of the secret open nothing any more."""
    broken = "UPDATE draw_secret SET secret = set_byte(secret, length(secret) - 1, 0) || '\\x00'"
    behind_the_back(database, broken)
    with database.unit_of_work(town.OPERATOR) as uow:
        uow.audit("test.secret_lost", number, {})


def closed(
    database: Database,
    number: str,
    at: int = drawing.CLOSING,
    *,
    handler: Actor = drawing.HANDLER,
    approver: Actor = drawing.APPROVER,
) -> None:
    """Frozen, in custody, and closed."""
    frozen(database, number, approver=approver)
    kept(database, number)
    move(database, at)
    act(database, draws.close_draw, handler, draw=number)


def valued(database: Database, number: str) -> None:
    """Closed, with the known round's value and the secret."""
    closed(database, number)
    move(database, drawing.INSTANT + 60)
    act(database, draws.enter_values, draw=number, values=[material.SIGNED])
    act(database, draws.produce_secret, draw=number, value=None)


def dispatched(database: Database, number: str) -> None:
    """Drawn and sent out."""
    valued(database, number)
    act(database, draws.conclude, draw=number)
    act(database, draws.dispatch, draw=number)


def key_of(database: Database, number: str, code: str) -> str:
    """The public key of a drawn entity."""
    with database.reader() as session:
        return next(one.entity for one in draws.dispatched(session, number).teams if one.code == code)


def state(database: Database, number: str) -> str:
    """Where the draw stands."""
    with database.reader() as session:
        return draws.view_of(session, number).state


def register(database: Database) -> list[Facts]:
    """The district's register of draws."""
    with database.reader() as session:
        return store.register_of(session, drawing.HERE)


def full(database: Database, number: str) -> Facts:
    """The full transcript."""
    with database.reader() as session:
        return files.full_file(session, store.draw_of(session, number))


def full_bytes(database: Database, number: str) -> bytes:
    """The bytes of the full transcript."""
    return canonical(full(database, number))
