"""Callers of every role and scope, who come in as a page does within the process: without tokens to be found first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from service.platform import STAFF, Actor, Role, web
from tests.builders import planning

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

HERE: Final = planning.HERE
ABOVE: Final = "bj-culture"
BESIDE: Final = "bj-culture-110105"
ELSEWHERE: Final = "310000"
INSIDE: Final = web.access.INSIDE


class Scope(NamedTuple):
    """What a caller reaches: an authority with all below it, and regions; neither: everything."""

    authority: str | None = None
    regions: tuple[str, ...] = ()
    below: frozenset[str] = frozenset()


REACHING: Final = {
    "own authority": Scope(HERE),
    "authority above": Scope(ABOVE, below=frozenset({HERE, BESIDE})),
    "own region": Scope(regions=("110000",)),
    "everything": Scope(),
}
FOREIGN: Final = {"authority beside": Scope(BESIDE), "other region": Scope(regions=(ELSEWHERE,))}
ROLES: Final = sorted(STAFF)


def member(role: Role, scope: Scope, **said: Any) -> Actor:  # noqa: ANN401 any part of an actor
    """A member of staff with a staff code that nobody of the town has, unless something else is said."""
    return Actor(
        **{
            "kind": "token",
            "id": f"{role}-{scope}",
            "role": role,
            "authority": scope.authority,
            "regions": scope.regions,
            "below": scope.below,
            "person": f"PERSON-{role}-{scope.authority}-{'-'.join(scope.regions)}",
            **said,
        }
    )


def client(app: Flask, actor: Actor) -> FlaskClient:
    """A client of the application as this actor."""
    made = app.test_client()
    made.environ_base[INSIDE] = actor
    return made
