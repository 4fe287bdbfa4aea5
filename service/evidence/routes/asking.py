"""Who may ask about an entity, and the note that it was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service.platform import Problem, local_day, web

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from service.register import EntityFacts


def allow(entity: EntityFacts) -> None:
    """Everybody asks within the scope of their token, an entity only about itself.

    Raises:
        Problem: ``out_of_scope``.
    """
    actor = web.actor()
    foreign = actor.role == "entity" and actor.subject != entity.key
    if foreign or not actor.may_see(entity.authority, entity.region):
        raise Problem("out_of_scope")


def note_question(entity: EntityFacts, purpose: str, detail: Mapping[str, Any]) -> None:
    """Keep who asked and why; a named person's look-up before it is answered."""
    write = web.notes().note_now if entity.natural_person else web.notes().note
    write(web.actor(), purpose, entity.key, detail)


def today_at(entity: EntityFacts) -> date:
    """The day at the entity's authority."""
    return local_day(web.database().clock.now(), entity.timezone)
