"""Which rulebook speaks for an entity: the one that names its kind and its place most closely."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scoring.rating.history import EditionChain

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from scoring.edition.model import Edition

ANY = "*"


class Force(NamedTuple):
    """One edition in force for one scope and kind; ``scope`` and ``kind`` are names, ``*`` for any."""

    scope: str
    kind: str
    edition: Edition


def scopes_of(edition: Edition) -> tuple[str, ...]:
    """The scopes that an edition names: its regions (GB/T 2260), else every place."""
    return tuple(f"region:{region}" for region in edition.regions) or (ANY,)


def kinds_of(edition: Edition) -> tuple[str, ...]:
    """The kinds that an edition names, else any kind."""
    return edition.kinds or (ANY,)


def closeness(force: Force, *, kind: str, region: str) -> tuple[int, int] | None:
    """How closely an edition names a kind in a region; None where it does not speak of it at all.

    A region's code contains another's when it is equal up to its trailing pairs of zeros: 110000 holds 110101.
    """
    if force.kind not in {ANY, kind}:
        return None
    if force.scope == ANY:
        return (int(force.kind == kind), 0)
    named = force.scope.removeprefix("region:")
    while named.endswith("00"):
        named = named[:-2]
    return (int(force.kind == kind), len(named)) if region.startswith(named) else None


def chain_for(forces: Sequence[Force], *, kind: str, region: str, as_of: date) -> EditionChain:
    """The editions of the one rulebook that speaks most closely of a kind in a region on a day, by their force.

    Among the rulebooks in force on the day the closest is chosen; where none is, among all, so that the answer can
    say which one is not in force. Where editions of that rulebook are in force at once, for another region or kind
    each, the closest stands, and those that overlap it do not: first on the day itself, then on the others. An empty
    chain means that no rulebook speaks of the kind there.
    """
    fits: dict[str, tuple[tuple[int, int], Edition]] = {}
    for force in forces:
        fit = closeness(force, kind=kind, region=region)
        if fit is not None and (force.edition.id not in fits or fits[force.edition.id][0] < fit):
            fits[force.edition.id] = (fit, force.edition)
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


def _overlap(one: Edition, other: Edition) -> bool:
    earlier, later = sorted((one, other), key=lambda edition: edition.force_from)
    return earlier.force_to is None or later.force_from < earlier.force_to


def _in_force(edition: Edition, day: date) -> bool:
    return edition.force_from <= day and (edition.force_to is None or day < edition.force_to)
