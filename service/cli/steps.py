"""What the commands of plans and draws share: who acts, files in the shape of the interface, and taking a step."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from marshmallow import ValidationError

from scoring.sampling.bytes import digest
from service.cli.runtime import runtime
from service.platform import Actor, Problem, Role, web

if TYPE_CHECKING:
    from collections.abc import Callable

    from marshmallow import Schema

    from service.cli.runtime import Runtime

DONE = "已完成 · Done."
as_option = click.option(
    "--as", "person", required=True, help="经办人员代码 · who acts, as the audit ledger names them"
)
file_argument = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


def step(data: Path | None, person: str, usecase: Callable[..., Any], *, waiting: str = DONE, **said: Any) -> None:  # noqa: ANN401 a step's own arguments
    """Take a step and print the digest of the document it made, the number it gave, or that it is ``waiting``."""
    with runtime(data) as running, running.database.unit_of_work(named(running, person)) as uow:
        made = usecase(uow, **said)
    click.echo(waiting if made is None else made if isinstance(made, int) else digest(made))


def named(running: Runtime, person: str) -> Actor:
    """The person in whose name the user of this machine acts, whose number stands before."""
    user = running.actor.id.removeprefix("uid:")
    return Actor("operator", f"{user}-{person}", Role.ADMINISTRATOR)


def loaded(schema: Schema, said: Any) -> dict[str, Any]:  # noqa: ANN401 whatever a file says
    """What a file says, in the shape that the interface demands.

    Raises:
        Problem: ``invalid_body`` with every fault and its place.
    """
    try:
        loaded: dict[str, Any] = schema.load(said)
    except ValidationError as refused:
        found = list(web.faults(refused.messages))
        raise Problem("invalid_body", errors=found, count=len(found)) from refused
    return loaded
