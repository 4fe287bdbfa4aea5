"""Which editions rate whom: those given, chosen for each kind in each region as an authority's own service does."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from service import editions
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from scoring.edition.model import Edition
    from scoring.rating.history import EditionChain
    from service.national.manifest import Evidence


class Laws(NamedTuple):
    """By region and kind, the chain of editions that rates; ``left_out``: kinds that none of the editions rates."""

    chains: Mapping[str, Mapping[str, EditionChain]]
    left_out: tuple[str, ...]


def laws_of(given: Sequence[Edition], evidence: Evidence, as_of: date) -> Laws:
    """The laws of a day: a kind is rated in every region where it is, or in none.

    Raises:
        Problem: ``national_editions_overlap``, ``national_not_covered``, ``national_branches``.
    """
    shelf = editions.Shelf(())
    for edition in sorted(given, key=lambda one: (one.force_from, one.id)):
        shelf = shelf.trying(edition)
    lost = sorted({one.id for one in given} - {one.id for one in shelf.editions})
    if lost or len({one.id for one in given}) < len(given):
        raise Problem("national_editions_overlap", editions=", ".join(lost or [one.id for one in given]))
    asked = [(region, kind) for region, kinds in sorted(evidence.kinds.items()) for kind in sorted(kinds)]
    found = {(region, kind): shelf.chain(kind=kind, region=region, as_of=as_of) for region, kind in asked}
    covered = {kind for (_, kind), chain in found.items() if chain.index_on(as_of) is not None}
    _refuse_uncovered(found, covered, as_of)
    chains: dict[str, dict[str, EditionChain]] = {region: {} for region in evidence.kinds}
    for (region, kind), chain in found.items():
        if kind in covered:
            chains[region][kind] = chain
    _refuse_other_branches(chains, evidence, as_of)
    return Laws(chains, tuple(sorted({kind for _, kind in asked} - covered)))


def _refuse_uncovered(found: Mapping[tuple[str, str], EditionChain], covered: set[str], as_of: date) -> None:
    """Where a kind is rated elsewhere it must be rated here; and somebody must be."""
    uncovered = [
        Problem("national_not_covered_here", region=region, kind=kind, day=as_of.isoformat())
        for (region, kind), chain in found.items()
        if chain.index_on(as_of) is None and (kind in covered or not covered)
    ]
    if uncovered:
        raise Problem("national_not_covered", count=len(uncovered), day=as_of.isoformat(), errors=uncovered)


def _refuse_other_branches(found: Mapping[str, Mapping[str, EditionChain]], evidence: Evidence, as_of: date) -> None:
    """Where entities have branches, the evidence must have been put together as the edition wants it."""
    for region, chains in sorted(found.items()):
        for kind, chain in sorted(chains.items()):
            place = chain.index_on(as_of)
            if kind in evidence.branches and place is not None:
                to_parent = chain.editions[place].rating_for(kind).branches == "to_parent"
                if to_parent != evidence.branches[kind]:
                    raise Problem("national_branches", kind=kind, region=region, edition=chain.editions[place].id)
