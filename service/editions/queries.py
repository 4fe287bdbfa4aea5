"""Reading editions: what is in force, and the texts behind it."""

from __future__ import annotations

from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from service.editions.loading import forces_of, generation_of
from service.editions.selection import Force, chain_for, kinds_of, law_of, scopes_of
from service.editions.tables import EditionRow
from service.platform import told_once

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from scoring.edition.law import Law
    from scoring.edition.model import Edition
    from scoring.rating.history import EditionChain
    from service.editions.loading import Generation


REMEMBERED = 20_000
"""Questions to whose answer a shelf remembers: some kinds in some regions on some days."""
REMEMBERED_STATES = 8
"""Past states of the editions whose shelves a process keeps."""


class EditionSummary(NamedTuple):
    """One edition in a list: what it is called, its digest, when it is in force, and for which matters."""

    edition_id: str
    rulebook: str
    digest: str
    force_from: date
    force_to: date | None
    matters: tuple[str, ...]


class Shelf:
    """All editions in force at some time, parsed, and the chains and laws chosen from them.

    Editions are few and never change, so a process keeps them; a new one, or one withdrawn, is seen by the numbers of
    the last row of force and the last step, which is one cheap look per unit of work. ``force_to`` of each is the day
    on which its force ends, be it by its own text or by a successor.
    """

    def __init__(self, forces: Sequence[Force], generation: int = 0) -> None:
        """Keep the forces; chains are chosen when first asked for. ``generation`` grows with every change of them."""
        self.generation = generation
        self._forces = tuple(forces)
        self._chains: dict[tuple[str, tuple[str, ...]], EditionChain] = {}
        self._chosen: dict[tuple[str, str, date], EditionChain] = {}
        self._laws: dict[tuple[str, tuple[str, ...], str], Law] = {}

    @property
    def editions(self) -> tuple[Edition, ...]:
        """Each edition once, by rulebook and force."""
        unique = {force.edition.id: force.edition for force in self._forces}
        return tuple(sorted(unique.values(), key=lambda edition: (edition.rulebook, edition.force_from)))

    @property
    def forces(self) -> tuple[Force, ...]:
        """What is in force where, and for which kind and matter."""
        return self._forces

    def law(self, *, matter: str, kinds: Collection[str], region: str) -> Law:
        """The editions that speak of a matter, day by day, for an entity of these kinds in a region."""
        question = (matter, tuple(sorted(kinds)), region)
        law = self._laws.get(question)
        if law is None:
            if len(self._laws) >= REMEMBERED:
                self._laws.clear()
            law = self._laws[question] = law_of(self._forces, matter=matter, kinds=question[1], region=region)
        return law

    def chain(self, *, kind: str, region: str, as_of: date) -> EditionChain:
        """The editions that rate a kind in a region on a day; the same object for the same answer."""
        question = (kind, region, as_of)
        chosen = self._chosen.get(question)
        if chosen is None:
            if len(self._chosen) >= REMEMBERED:
                self._chosen.clear()
            chain = chain_for(self._forces, kind=kind, region=region, as_of=as_of)
            chosen = self._chains.setdefault((kind, tuple(edition.id for edition in chain.editions)), chain)
            self._chosen[question] = chosen
        return chosen

    def trying(self, edition: Edition) -> Shelf:
        """The shelf as it would be with an edition in force: others of its scopes, kinds and matters end as it begins.

        One that would begin on that day or later does not come, so that an edition can be tried in its own place. Its
        predecessor ends everywhere, as by an adoption: also where the edition itself says nothing.
        """
        new = [
            Force(scope, kind, edition, matter)
            for scope in scopes_of(edition)
            for kind in kinds_of(edition)
            for matter in edition.matters
        ]
        taken = {(force.scope, force.kind, force.matter) for force in new}
        gives_way = {edition.id, edition.predecessor}
        kept = []
        for force in self._forces:
            own, end = force.edition, force.edition.force_to
            apart = own.id not in gives_way and (force.scope, force.kind, force.matter) not in taken
            if apart or (end is not None and end <= edition.force_from):
                kept.append(force)
            elif own.force_from < edition.force_from:
                kept.append(force._replace(edition=replace(own, force_to=edition.force_from)))
        return Shelf([*kept, *new])


_lock = Lock()
_now: dict[str, tuple[Generation, Shelf]] = {}
_past: dict[tuple[str, Generation], Shelf] = {}


def shelf(session: Session, position: int | None = None) -> Shelf:
    """The editions as they are now, or as they were known at a sealed position; parsed once per process and generation.

    What was adopted or withdrawn after a position is not known there, nor that it ended the force of another.

    Raises:
        Problem: ``edition_unreadable``.
    """
    generation = told_once(session, (generation_of, position), lambda: generation_of(session, position))
    source = str(session.get_bind().engine.url)
    with _lock:
        if position is not None:
            return _known_then(session, position, (source, generation))
        kept = _now.get(source)
        if kept is None or kept[0] != generation:
            kept = _now[source] = (generation, Shelf(forces_of(session, None), generation.number))
        return kept[1]


def _known_then(session: Session, position: int, key: tuple[str, Generation]) -> Shelf:
    found = _past.get(key)
    if found is None:
        if len(_past) >= REMEMBERED_STATES:
            _past.clear()
        found = _past[key] = Shelf(forces_of(session, position), key[1].number)
    return found


def law_for(session: Session, *, matter: str, kinds: Collection[str], region: str, day: date) -> Edition | None:
    """The edition in force on a day for a matter, an entity of these kinds and a region; None where none is.

    One that names a kind of the entity goes before one that names none, then the one of the smallest region.
    """
    return shelf(session).law(matter=matter, kinds=kinds, region=region).on(day)


def summaries(session: Session) -> list[EditionSummary]:
    """Every edition in force at some time, by rulebook and day."""
    return [
        EditionSummary(
            edition.id, edition.rulebook, edition.digest, edition.force_from, edition.force_to, edition.matters
        )
        for edition in shelf(session).editions
    ]


def text_of(session: Session, edition_id: str) -> str | None:
    """The words of an edition exactly as they were put in force; None where there is no such edition."""
    return session.scalar(select(EditionRow.text).where(EditionRow.edition_id == edition_id))


def digests_in_force(session: Session, *, on: date) -> dict[str, str]:
    """Digest by edition id, of the editions in force on a day."""
    return {
        edition.id: edition.digest
        for edition in shelf(session).editions
        if edition.force_from <= on and (edition.force_to is None or on < edition.force_to)
    }
