"""The pages of an entity about itself: of each request, whose they are."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from service.pages import PageBlueprint
from service.platform import Problem, Role, web

if TYPE_CHECKING:
    from service.platform import Actor

blueprint = PageBlueprint("portal_my", __name__, face="portal", url_prefix="/portal/my")


PROCEDURES = ("repairs", "objections")


def cases_of(procedure: str) -> str:
    """The address of the interface where the cases of a procedure are.

    Raises:
        Problem: `not_found`: there is no such procedure.
    """
    if procedure not in PROCEDURES:
        raise Problem("not_found", path=procedure[:80])
    return f"/v1/{procedure}"


def own() -> str:
    """The key of the entity that looks, as a part of an address of the interface.

    Raises:
        Problem: `unauthenticated`: nobody is signed in, or not as an entity.
    """
    key = subject(web.actor())
    if key is None:
        raise Problem("unauthenticated")
    return quote(key, safe=":")


def subject(actor: Actor) -> str | None:
    """The key of the entity that somebody speaks for, or None."""
    return actor.subject if actor.role is Role.ENTITY else None
