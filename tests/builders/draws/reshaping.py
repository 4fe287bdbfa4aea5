"""Changes that leave a file of a draw in its shape, so that what is wrong lies deep: in its meaning, not its form."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import deepcopy
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from scoring.kernel.errors import LawError
from scoring.sampling.bytes import digest
from scoring.sampling.language import DocumentError
from scoring.sampling.verify import read_transcript
from tests.builders.dice import Dice

from .making import Facts, PartRows, Recipe, written

if TYPE_CHECKING:
    from scoring.sampling.rows import FrameRow, RosterRow

LINKS = (("plan", "commitment", "plan_digest"), ("commitment", "closing", "commitment"))
LINKS += (("closing", "entropy", "closing"), ("entropy", "result", "entropy"))
"""Document, the one after it, and the field in which that one names it."""
TRIES = 8
DAYS = ("2021-12-31", "2023-08-31", "2023-11-29", "2026-12-31")
Change = Callable[[Any, Dice], None]


def in_shape(make: Callable[[], bytes], but: bytes = b"") -> bytes:
    """The first of some files that reads as a transcript or certificate and is not ``but``; if none is, the last."""
    data = b""
    for _ in range(TRIES):
        data = make()
        try:
            read_transcript(data)
        except DocumentError:
            continue
        if data != but:
            return data
    return data


def reshaped(document: Facts, change: Change, dice: Dice) -> bytes:
    """A copy with one to three changes; mostly every digest above them is made anew, so that the outer ones hold."""
    copy = deepcopy(document)
    for _ in range(1 + dice.below(3)):
        change(copy, dice)
    if dice.often():
        with suppress(AttributeError, LawError, LookupError, TypeError, ValueError):  # what is left has no digest
            resealed(document, copy)
    return written(copy)


def resealed(before: Facts, now: Facts) -> None:
    """Let each document name the one before it by its digest of now, and the register all of them."""
    said = {digest(before[name]): name for name in _documents(before)}
    for name, after, field in LINKS:
        if isinstance(now.get(name), dict) and isinstance(now.get(after), dict) and field in now[after]:
            now[after][field] = digest(now[name])
    logged = {digest(event): n for n, event in enumerate(before.get("log", []))}
    _chained(now.get("log", []))
    for entry in now.get("register", []):
        name, n = said.get(entry.get("digest")), logged.get(entry.get("digest"))
        if name is not None:
            entry["digest"] = digest(now[name])
        elif n is not None and n < len(now["log"]):
            entry["digest"] = digest(now["log"][n])
    _chained(now.get("register", []))


def exchange(document: Any, dice: Dice) -> None:  # noqa: ANN401 -- any document
    """Let two values of the same kind change places: of two fields of one name, or of two places of one list."""
    found: dict[tuple[object, ...], list[tuple[Any, Any]]] = {}
    for inner, step in _leaves(document):
        kind = (step if isinstance(step, str) else ("row", len(inner), step), type(inner[step]).__name__)
        found.setdefault(kind, []).append((inner, step))
    for _ in range(TRIES):
        places = dice.pick(list(found.values()))
        one, at = dice.pick(places)
        others = [(inner, step) for inner, step in places if inner[step] != one[at]]
        if others:
            other, there = dice.pick(others)
            one[at], other[there] = other[there], one[at]
            return


def otherwise_committed(recipe: Recipe, dice: Dice) -> None:
    """Let other rows be frozen: tickets, sizes, certificates and caps come out otherwise, and all that follows."""
    part = dice.pick(recipe.parts)
    for _ in range(1 + dice.below(3)):
        dice.pick((_other_entities, _other_inspectors, _other_terms))(part, dice)


def _other_entities(part: PartRows, dice: Dice) -> None:
    rows = part.frame
    n, m = dice.below(len(rows)), dice.below(len(rows))
    one, other = rows[n], rows[m]
    changed: tuple[FrameRow, ...] = (
        one._replace(stratum=other.stratum, state=other.state, reason=other.reason, basis=other.basis),
        one._replace(kind=other.kind),
        one._replace(weight=other.weight + dice.below(3)),
    )
    if dice.seldom():
        del rows[n]
    else:
        rows[n] = dice.pick(changed)


def _other_inspectors(part: PartRows, dice: Dice) -> None:
    rows = part.roster
    n = dice.below(len(rows))
    one = rows[n]
    changed: tuple[RosterRow, ...] = (
        one._replace(cap=dice.below(5)),
        one._replace(load=one.load + dice.below(9)),
        one._replace(valid_to=dice.pick(DAYS)),
        one._replace(valid_from=dice.pick(DAYS)),
        one._replace(skills=() if one.skills else ("lead",)),
    )
    if dice.seldom() and len(rows) > 1:
        del rows[n]
    else:
        rows[n] = dice.pick(changed)


def _other_terms(part: PartRows, dice: Dice) -> None:
    stratum = dice.pick(part.terms["strata"])
    hands: tuple[Callable[[], object], ...] = (
        lambda: stratum.__setitem__("ratio", [1 + dice.below(3), 4]),
        lambda: stratum.__setitem__("reserve_ratio", [dice.below(3), 2]),
        lambda: stratum.__setitem__("at_least", dice.below(4)),
        lambda: stratum.__setitem__("round", dice.pick(("up", "half_up"))),
        lambda: stratum.__setitem__("steps", [1] * dice.below(3)),
        lambda: part.terms.__setitem__("rotation", [dice.below(3), 3]),
        part.terms["strata"].reverse,
        part.terms["seats"].reverse,
    )
    dice.pick(hands)()


def _documents(file: Facts) -> Iterator[str]:
    return (name for name in ("plan", "commitment", "closing", "entropy", "result") if file.get(name))


def _chained(links: list[Facts]) -> None:
    """Let each link name the one before it."""
    for before, link in pairwise(links):
        link["prev"] = digest(before)


def _leaves(value: object) -> Iterator[tuple[Any, Any]]:
    """Everything that stands in an object or a list, innermost too; objects by their keys, rows by their places."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, item in steps:
        yield value, step
        yield from _leaves(item)
