"""Where an entity stands in a sampling frame: in which stratum, or out of it and by which record (§2, §5, §10).

An edition says how often each tier is drawn; beside the tiers it may name strata of its own kind: entities that nobody
has rated, that nobody has inspected yet, or that were inspected a short while ago.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from scoring.edition.tiering import NEVER_INSPECTED, RECENT, UNRATED
from scoring.kernel.errors import LawError
from scoring.sampling.rows import CODE, FrameRow
from scoring.sampling.sizes import CARRIED

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from scoring.edition.model import Frequency


WEIGHTED = "weighted"
"""All tiers as one stratum whose order is ``pareto``: each entity weighs what its tier does (§6)."""


class Exclusion(NamedTuple):
    """Why an entity is out of the frame: one of the listed reasons, and the reference of the record that says so."""

    reason: str
    basis: str


class Candidate(NamedTuple):
    """One entity of a task's scope on its cut-off day.

    ``tier``: of the kind; None while unrated. ``visits``: inspections of this year that count against the cap, by any
    department. ``last_on`` and ``last_ref``: its last inspection. ``exclusion``: a record that takes it out.
    """

    key: str
    kind: str
    tier: str | None
    visits: int = 0
    last_on: date | None = None
    last_ref: str = ""
    exclusion: Exclusion | None = None
    carried: bool = False


def code_of(key: str) -> str:
    """The code under which an entity is drawn: its unified code; else its number, marked by where it comes from.

    An own number that no code may be (letters in lower case, ``.``, ``_``) is drawn under the first 128 bits of its
    SHA-256, which anyone who knows the number can compute.
    """
    scheme, _, number = key.partition(":")
    if scheme == "uscc":
        return number
    code = f"{scheme.upper()}-{number}"
    if CODE.fullmatch(code):
        return code
    return f"{scheme.upper()}X-{sha256(number.encode()).hexdigest()[:32].upper()}"


def place(
    candidate: Candidate, frequency: Mapping[str, Frequency], on: date, weights: Mapping[str, int] | None = None
) -> FrameRow:
    """The row of a candidate, without avoidance and salt.

    A record that excludes comes first; then what an earlier draw owes, which no cap or interval frees; then the yearly
    cap; then the first inspection, the short interval, the tier. With ``weights``, by tier, the rated stand in one
    stratum, ``weighted``.

    Raises:
        LawError: ``tier_without_weight``.
    """
    code, kind = code_of(candidate.key), candidate.kind
    excluded = candidate.exclusion or (None if candidate.carried else _spared(candidate, frequency, on))
    if excluded is not None:
        return FrameRow(code, kind, "", state="out", reason=excluded.reason, basis=excluded.basis)
    stratum = _stratum(candidate, frequency, on)
    if weights is None or candidate.tier is None or stratum != candidate.tier:
        return FrameRow(code, kind, stratum)
    return FrameRow(code, kind, WEIGHTED, _weight(candidate.tier, weights))


def weights_of(frequency: Mapping[str, Frequency], own: Mapping[str, int]) -> dict[str, int]:
    """What each tier weighs in a weighted draw: as the task lays down, else as the edition does."""
    edition = {tier: entry.weight for tier, entry in frequency.items() if entry.weight is not None}
    return {**edition, **own}


def _weight(tier: str, weights: Mapping[str, int]) -> int:
    if tier not in weights:
        raise LawError(
            "tier_without_weight",
            zh=f"等级 {tier} 没有抽取权重：请在办法的 [frequency.{tier}] 或抽查任务中写明 weight。",
            en=f"Tier {tier} has no weight: write weight in [frequency.{tier}] of the edition, or in the task.",
        )
    return weights[tier]


def _spared(candidate: Candidate, frequency: Mapping[str, Frequency], on: date) -> Exclusion | None:
    """What keeps an entity from another inspection: the yearly cap; the interval, where no stratum stands for it."""
    own = frequency.get(candidate.tier or UNRATED)
    if own is not None and own.max_per_year is not None and candidate.visits >= own.max_per_year:
        return Exclusion("cap", candidate.last_ref)
    if RECENT not in frequency and _recent(candidate, own, on):
        return Exclusion("cooldown", candidate.last_ref)
    return None


def _stratum(candidate: Candidate, frequency: Mapping[str, Frequency], on: date) -> str:
    if candidate.carried:
        return CARRIED
    if candidate.last_on is None and NEVER_INSPECTED in frequency:
        return NEVER_INSPECTED
    if _recent(candidate, frequency.get(candidate.tier or UNRATED), on):
        return RECENT
    return candidate.tier or UNRATED


def _recent(candidate: Candidate, own: Frequency | None, on: date) -> bool:
    if candidate.last_on is None or own is None or not own.min_interval_days:
        return False
    return (on - candidate.last_on).days < own.min_interval_days


def ratio_of(stratum: str, frequency: Mapping[str, Frequency]) -> tuple[tuple[int, int], str]:
    """The ratio of a stratum as (numerator, denominator), and the clause that says so.

    Where a tier has no ratio, or 0, its verification sample is the ratio.

    Raises:
        LawError: ``stratum_without_ratio``, ``stratum_never_drawn``: nothing in the frame may be invisible.
    """
    entry = frequency.get(stratum)
    found = None if entry is None else entry.drawn
    if entry is None or found is None:
        raise LawError(
            "stratum_without_ratio",
            zh=f"层 {stratum} 没有抽查比例：请在办法的 [frequency.{stratum}] 或抽查任务中写明比例与条款。",
            en=f"Stratum {stratum} has no ratio: write [frequency.{stratum}] in the edition, or a ratio in the task.",
        )
    if found[0] == 0:
        raise LawError(
            "stratum_never_drawn",
            zh=f"层 {stratum} 的比例为零，永远不会被抽到：请写明大于零的比例。",
            en=f"Stratum {stratum} has ratio 0 and would never be drawn: write a ratio above 0.",
        )
    return found, entry.clause
