"""Scores just short of a threshold, by the inspectors after whose visits they stand."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import text

from scoring.kernel.points import parse_points
from service import editions
from service.insight.measures.bunched import bunching, window_of
from service.insight.vocabulary import rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy.orm import Session

    from scoring.edition.model import Edition
    from service.insight.measures.bunched import Bunching
    from service.insight.scope import Asked

# The score of the visited kind as the last rating before the end of the day of the audit has it.
_SCORES = text("""
SELECT v.present, v.kind, r.edition, r.score
  FROM visit_outcome o JOIN visit v ON v.id = o.visit_id JOIN occasion f ON f.id = o.occasion_id
  JOIN authority a ON a.code = v.authority
  CROSS JOIN LATERAL (
    SELECT r.edition, r.score FROM rating r
     WHERE r.entity_id = v.entity_id AND r.kind = v.kind
       AND r.computed_at < CAST(o.audited_on + 1 AS timestamp) AT TIME ZONE a.timezone
     ORDER BY r.id DESC LIMIT 1) r
 WHERE o.audited_on >= :since AND o.audited_on <= :on AND v.authorities && CAST(:authorities AS text[])
   AND NOT (f.type = ANY(:unscored)) AND r.score IS NOT NULL AND r.edition IS NOT NULL
 ORDER BY v.id
""")
THRESHOLD_COLUMNS = (
    "inspector", "scores", "just_short", "just_beyond", "farther_short", "farther_beyond", "excess", "z", "p",
    "adjusted_p", "verdict",
)  # fmt: skip


class Bunched(NamedTuple):
    """The scores after the visits of an inspector; None: of all. ``adjusted_p``: for how many were tested (Bonferroni).

    ``scores``: how many there are, near a threshold or not.
    """

    inspector: str | None
    scores: int
    found: Bunching
    adjusted_p: float | None

    @property
    def verdict(self) -> str:
        """What is to be said of it."""
        if self.adjusted_p is None:
            return "too_few"
        return "unlikely" if self.adjusted_p < rules()["unlikely"] else "fits"


def thresholds_of(session: Session, asked: Asked) -> list[Bunched]:
    """All inspectors together, then each who was at a visit that was audited in the year, the farthest first."""
    windows: dict[str | None, list[int]] = defaultdict(list)
    scores: dict[str | None, int] = defaultdict(int)
    for present, near in _visits(session, asked):
        for one in (None, *present):
            scores[one] += 1
            windows[one] += near
    least = rules()["bunching"]["least"]
    found = {one: bunching(windows[one], least=least) for one in scores}
    tested = sum(each.p is not None for one, each in found.items() if one is not None)
    rows = [
        Bunched(one, scores[one], each, _adjusted(each.p, 1 if one is None else tested)) for one, each in found.items()
    ]
    return sorted(rows, key=lambda row: (row.inspector is not None, -(row.found.z or 0.0), row.inspector or ""))


def _visits(session: Session, asked: Asked) -> Iterator[tuple[Sequence[str], list[int]]]:
    """Who was present, and the windows of the score, one for each threshold."""
    known = {edition.id: edition for edition in editions.shelf(session).editions}
    limits = rules()["bunching"]
    parameters = {
        "since": asked.first_day,
        "on": asked.on,
        "authorities": list(asked.authorities),
        "unscored": limits["unscored"],
    }
    for present, kind, edition, score in session.execute(_SCORES, parameters):
        if edition in known:
            yield present, list(_windows(known[edition], kind, score, limits))


def _windows(edition: Edition, kind: str, score: int, limits: Mapping[str, Any]) -> Iterator[int]:
    rating = edition.rating_for(kind)
    own = {row["rulebook"]: row["width"] for row in limits["rulebook"]}
    width = parse_points(own.get(edition.rulebook, limits["width"]))
    for grade in rating.grades:
        if grade.banded and grade.bound is not None:
            margin = score - grade.bound if rating.direction == "higher_better" else grade.bound - score
            yield window_of(margin, width)


def _adjusted(p: float | None, tested: int) -> float | None:
    return None if p is None else min(1.0, p * tested)
