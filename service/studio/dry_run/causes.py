"""Which changed clauses move whom: each tried alone on the text before, and each left out of the text tried.

Two clauses may move somebody only together, or undo each other. Therefore both are counted: those whom a clause moves
alone, and those who would stand elsewhere without it. Whoever moves, but is moved by no clause alone, is unexplained.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from scoring.edition.differing import changes, mixed, sentence
from scoring.edition.parse import parse_tables
from scoring.kernel.errors import EditionError
from service import editions
from service.platform import LANGUAGES
from service.studio.dry_run.limits import limits
from service.studio.dry_run.migration import moved
from service.studio.dry_run.sides import under

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from sqlalchemy.orm import Session

    from scoring.edition.differing import Change
    from scoring.edition.model import Edition
    from scoring.rating.columnar.arrays import Rows
    from scoring.rating.history import EditionChain
    from service.studio.dry_run.asking import Rehearsal
    from service.studio.dry_run.sides import Sides
    from service.studio.dry_run.standing import Standing

    Standings = Mapping[str, Standing]
    """By kind where everybody stands."""
    Moves = Mapping[str, Rows]
    """By kind the places of those who move."""


class _Texts(NamedTuple):
    """What is mixed: the text of the edition that gives way, and the one tried."""

    laid: Rehearsal
    kinds: Mapping[str, Sides]
    older: str

    def standings(self, takes: Callable[[Change], bool]) -> Standings | None:
        """Where everybody stands with only some of the changes; None: there is no such edition.

        The mixed edition is asked only where it says something else to a kind than the one tried.
        """
        try:
            edition = parse_tables(mixed(self.older, self.laid.text, takes))
        except EditionError:
            return None
        shelf, day = self.laid.without.trying(edition), self.laid.question.day

        def law(kind: str, region: str) -> EditionChain:
            return shelf.chain(kind=kind, region=region, as_of=day)

        after = {kind: sides.after for kind, sides in self.kinds.items()}
        differ = {kind: one for kind, one in after.items() if not _rates_alike(edition, self.laid.tried, kind)}
        return {**after, **under(self.laid.question, law, differ)}


def causes_of(session: Session, laid: Rehearsal, kinds: Mapping[str, Sides]) -> dict[str, Any] | None:
    """The changed clauses, those that move most first, each with its changes in words.

    ``by_succession``: who moves although no word changes, because one edition follows another; what a clause moves
    alone is counted from there. ``clauses`` is None where there are too many for all to be tried. None as a whole where
    no edition gives way to the one tried.
    """
    older = _older(session, laid, kinds)
    if older is None:
        return None
    name, text = older
    found = _by_clause(changes(text, laid.text))
    entities = sum(len(sides.ids) for sides in kinds.values())
    before = {kind: sides.before for kind, sides in kinds.items()}
    after = {kind: sides.after for kind, sides in kinds.items()}
    whole = _moves(before, after)
    told: dict[str, Any] = {"edition": name, "changed": len(found), "moved": _size(whole)}
    if 2 * len(found) * entities > limits().most_ratings:
        return {**told, "by_succession": None, "clauses": None, "unexplained": None}
    mixing = _Texts(laid, kinds, text)
    succeeded = mixing.standings(lambda _: False)
    succession = None if succeeded is None else _moves(before, succeeded)
    clauses: list[dict[str, Any]] = []
    alone = [succession]
    for clause, those in found.items():
        only, rest = mixing.standings(_of(clause)), mixing.standings(_of(*found.keys() - {clause}))
        alone.append(None if only is None else _moves(succeeded or before, only))
        clauses.append(
            {
                "clause": clause,
                "alone": _size(alone[-1]),
                "without": None if rest is None else _size(_moves(after, rest)),
                "changes": [
                    {lang: sentence(one, start=laid.tried.force_from, lang=lang) for lang in LANGUAGES} for one in those
                ],
            }
        )
    clauses.sort(key=lambda one: -max(one["alone"] or 0, one["without"] or 0))
    return {
        **told,
        "by_succession": _size(succession),
        "clauses": clauses,
        "unexplained": _size(_beyond(whole, [one for one in alone if one is not None])),
    }


def _moves(one: Standings, other: Standings) -> Moves:
    return {kind: moved(standing, other[kind]) for kind, standing in one.items()}


def _older(session: Session, laid: Rehearsal, kinds: Mapping[str, Sides]) -> tuple[str, str] | None:
    """The edition that rates most of those whom the one tried would rate, with its text."""
    counts: Counter[str] = Counter()
    for sides in kinds.values():
        tried = [number for number, text in enumerate(sides.after.edition.texts) if text == laid.tried.id]
        rows = np.isin(sides.after.edition.index, tried) & (sides.before.edition.index >= 0)
        for place, count in enumerate(np.bincount(sides.before.edition.index[rows]).tolist()):
            counts[sides.before.edition.texts[place]] += count
    for name, count in counts.most_common(1):
        text = editions.text_of(session, name)
        if count and text is not None:
            return name, text
    return None


def _by_clause(found: Collection[Change]) -> dict[str, list[Change]]:
    clauses: dict[str, list[Change]] = {}
    for one in found:
        clauses.setdefault(_key(one), []).append(one)
    return clauses


def _of(*clauses: str) -> Callable[[Change], bool]:
    """Whether a change belongs to one of some clauses."""
    return lambda change: _key(change) in clauses


def _key(change: Change) -> str:
    """The clause of a change; where none governs it, the table in which it stands."""
    return change.clause or change.path[0].key


def _rates_alike(one: Edition, other: Edition, kind: str) -> bool:
    """Whether two editions of one first day say the same to a kind: sections that rate nobody are not looked at."""
    names = ("rulebook", "regions", "kinds", "force_from", "force_to", "transition", "earlier_events", "predecessor")
    same = all(getattr(one, name) == getattr(other, name) for name in (*names, "map_codes", "map_dimensions"))
    return same and one.rating_for(kind) == other.rating_for(kind)


def _beyond(whole: Moves, alone: Sequence[Moves]) -> Moves:
    return {
        kind: np.setdiff1d(rows, np.concatenate([rows[:0], *(one[kind] for one in alone)]))
        for kind, rows in whole.items()
    }


def _size(moves: Moves | None) -> int | None:
    return None if moves is None else sum(len(rows) for rows in moves.values())
