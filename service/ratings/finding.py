"""What a search of entities found, as a list with their tiers: read page by page, never whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from service import register
from service.ratings.queries import summaries

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from service.platform import Actor, Database, QueryNotes

FOUND_COLUMNS: Final = (
    "entity", "name", "tier", "state", "region", "address", "authority", "status", "natural_person"
)  # fmt: skip
MOST_FOUND: Final = 50_000
"""Entities of one list."""
_AT_ONCE: Final = 1_000


class Asked(NamedTuple):
    """A search, and what its result is wanted for."""

    asked: str | None
    filters: Mapping[str, str]
    purpose: str


def found_cells(database: Database, notes: QueryNotes, actor: Actor, said: Asked) -> Iterator[list[list[object]]]:
    """The rows, some at a time; natural persons among them are noted before they are told."""
    after: tuple[str, int] | None = None
    with database.reader() as session:
        while True:
            rows = register.search(session, actor, asked=said.asked, filters=said.filters, after=after, limit=_AT_ONCE)
            some = rows[:_AT_ONCE]
            persons = [row.key for row in some if row.natural_person]
            notes.note_each_now(actor, said.purpose, persons, {"export": "entities"})
            tiers = summaries(session, [row.key for row in some], database.clock.now())
            yield [_cells(row, tiers.get(row.key, {})) for row in some]
            if len(rows) <= _AT_ONCE:
                return
            after = (some[-1].pinyin, some[-1].id)


def _cells(row: register.FoundEntity, tier: Mapping[str, object]) -> list[object]:
    return [
        row.key,
        row.name,
        tier.get("tier"),
        tier.get("state"),
        row.region,
        row.address,
        row.authority,
        row.status,
        str(row.natural_person).lower(),
    ]
