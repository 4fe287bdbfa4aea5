"""Which edition speaks for an entity: the one that names its kind and its place most closely."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scoring.edition.law import Law, Stretch
from scoring.rating.history import EditionChain

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from scoring.edition.model import Edition

ANY = "*"
RATING = "rating"


class Force(NamedTuple):
    """One edition in force for one scope, kind and matter; ``scope`` and ``kind`` are names, ``*`` for any."""

    scope: str
    kind: str
    edition: Edition
    matter: str = RATING


def scopes_of(edition: Edition) -> tuple[str, ...]:
    """The scopes that an edition names: its regions (GB/T 2260), else every place."""
    return tuple(f"region:{region}" for region in edition.regions) or (ANY,)


def kinds_of(edition: Edition) -> tuple[str, ...]:
    """The kinds that an edition names, else any kind."""
    return edition.kinds or (ANY,)


def closeness(force: Force, *, kinds: Collection[str], region: str) -> tuple[int, int] | None:
    """How closely an edition names one of some kinds in a region; None where it does not speak of them at all.

    A region's code contains another's when it is equal up to its trailing pairs of zeros: 110000 holds 110101.
    """
    if force.kind != ANY and force.kind not in kinds:
        return None
    if force.scope == ANY:
        return (int(force.kind != ANY), 0)
    named = force.scope.removeprefix("region:")
    while named.endswith("00"):
        named = named[:-2]
    return (int(force.kind != ANY), len(named)) if region.startswith(named) else None


def chain_for(forces: Sequence[Force], *, kind: str, region: str, as_of: date) -> EditionChain:
    """The editions of the one rulebook that rates a kind in a region most closely on a day, by their force.

    Among the rulebooks in force on the day the closest is chosen; where none is, among all, so that the answer can
    say which one is not in force. Where editions of that rulebook are in force at once, for another region or kind
    each, the closest stands, and those that overlap it do not: first on the day itself, then on the others. An empty
    chain means that no rulebook speaks of the kind there.
    """
    fits = _fits(forces, matter=RATING, kinds=(kind,), region=region)
    if not fits:
        return EditionChain(())

    def rank(pair: tuple[tuple[int, int], Edition]) -> tuple[bool, tuple[int, int], date, str]:
        fit, edition = pair
        return _in_force(edition, as_of), fit, edition.force_from, edition.id

    closest, *others = [edition for _, edition in sorted(fits.values(), key=rank, reverse=True)]
    chain = [closest]
    for edition in others:
        if edition.rulebook == closest.rulebook and not any(_overlap(edition, one) for one in chain):
            chain.append(edition)
    return EditionChain(tuple(sorted(chain, key=lambda edition: edition.force_from)))


def law_of(forces: Sequence[Force], *, matter: str, kinds: Collection[str], region: str) -> Law:
    """On each day the edition that speaks most closely of a matter, for an entity of some kinds in a region.

    Rulebooks stand beside one another: of those in force on a day the closest speaks, whatever spoke the day before.
    """
    fits = _fits(forces, matter=matter, kinds=kinds, region=region)
    editions = [edition for _, edition in fits.values()]
    days = {day for one in editions for day in (one.force_from, one.force_to) if day is not None}
    stretches: list[Stretch] = []
    for day in sorted(days):
        held = [pair for pair in fits.values() if _in_force(pair[1], day)]
        if stretches and stretches[-1].end is None:
            stretches[-1] = stretches[-1]._replace(end=day)
        if held:
            edition = max(held, key=lambda pair: (pair[0], pair[1].force_from, pair[1].id))[1]
            if stretches and stretches[-1].edition is edition and stretches[-1].end == day:
                stretches[-1] = stretches[-1]._replace(end=None)
            else:
                stretches.append(Stretch(day, None, edition))
    return Law(tuple(stretches))


def _fits(
    forces: Sequence[Force], *, matter: str, kinds: Collection[str], region: str
) -> dict[str, tuple[tuple[int, int], Edition]]:
    """By id, the editions that speak of the matter there, each with the closest of its ways to do so."""
    fits: dict[str, tuple[tuple[int, int], Edition]] = {}
    for force in forces:
        fit = closeness(force, kinds=kinds, region=region) if force.matter == matter else None
        if fit is not None and (force.edition.id not in fits or fits[force.edition.id][0] < fit):
            fits[force.edition.id] = (fit, force.edition)
    return fits


def _overlap(one: Edition, other: Edition) -> bool:
    earlier, later = sorted((one, other), key=lambda edition: edition.force_from)
    return earlier.force_to is None or later.force_from < earlier.force_to


def _in_force(edition: Edition, day: date) -> bool:
    return edition.force_from <= day and (edition.force_to is None or day < edition.force_to)
