"""Clocks of a procedure as an edition states them: a term, what stops it for a time, what its end brings about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scoring.kernel.workdays import Term, Unit

Lapse: TypeAlias = Literal[
    "lapse", "accept", "grant", "refuse", "uphold", "close", "go_on", "end_lifting", "hand_up", "remind"
]
"""What the law makes of a term that nobody kept.

``lapse``: the case ends · ``accept``, ``grant``, ``refuse``, ``uphold``: it is deemed so · ``close``: it ends as it was
decided · ``go_on``: the step is passed over · ``end_lifting``: what was lifted for a time comes back · ``hand_up``: the
clock ``then`` starts, for whoever is above · ``remind``: nothing but a reproach; the step is owed and may be taken.
"""

HAND_UP: Final = "hand_up"
REMIND: Final = "remind"


@dataclass(frozen=True, slots=True)
class Extension:
    """By how much a term may be prolonged, each time with a reason, at most ``most`` times.

    ``approved``: another person than who asks for it must approve. Counted from the day after the end so far.
    """

    number: int
    unit: Unit
    most: int
    approved: bool
    clause: str


@dataclass(frozen=True, slots=True)
class ClockLaw:
    """One clock. It stands still while a clock of ``paused_by`` runs.

    ``escalate``: so many working days before its end the step is brought before a superior; None where the law does
    not say. ``then``: with ``lapse = "hand_up"``, the clock that starts at its end.
    """

    term: Term
    lapse: Lapse
    clause: str
    then: str | None = None
    paused_by: tuple[str, ...] = ()
    escalate: int | None = None
    extension: Extension | None = None


def endless(clocks: Mapping[str, ClockLaw]) -> Iterator[tuple[str, str, str]]:
    """Clocks that may run for ever: (clock, why in Chinese, why in English), with what to write instead."""
    for name, law in clocks.items():
        for other in law.paused_by:
            if other not in clocks:
                yield (
                    name,
                    f"等待时钟 {other}，而它没有期限：请写出 {other} 的期限",
                    f"it waits for the clock {other}, which has no term: write one for {other}",
                )
        if (law.lapse == HAND_UP) != (law.then is not None) or (law.then is not None and law.then not in clocks):
            yield (
                name,
                "hand_up 应以 then 写明随后开始的时钟",
                "hand_up names with then the clock that starts next; no other end does",
            )
    followed = {name: (law.then,) if law.lapse == HAND_UP else () for name, law in clocks.items()}
    for name in _in_rings(followed):
        yield (
            name,
            "届满后经 then 又回到自身，永无终止：请让最后一环以其他方式终止",
            "its end leads through then back to itself: let the last clock of the ring end otherwise",
        )
    for name in _in_rings({name: law.paused_by for name, law in clocks.items()}):
        yield (
            name,
            "经 paused_by 等待自身，永不走动：请去掉其中一环",
            "through paused_by it waits for itself: take one of them out",
        )


def _in_rings(leads: Mapping[str, tuple[str | None, ...]]) -> Iterator[str]:
    """The names from which a way leads back to themselves."""
    for name in leads:
        seen: set[str | None] = set()
        ahead = list(leads[name])
        while ahead:
            step = ahead.pop()
            if step not in seen:
                seen.add(step)
                ahead += leads.get(step or "", ())
        if name in seen:
            yield name
