"""Whether a draw looks like what its design promises: who was drawn, who was sent, how the work is shared."""

from __future__ import annotations

from collections import Counter
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import text

from scoring.edition.tiering import UNRATED
from scoring.sampling.frozen import Frozen
from scoring.sampling.outcome import rows_by_stratum, stratum_of
from scoring.sampling.sample import probabilities
from scoring.sampling.staffing import staffed
from service.insight.measures.sampled import Unit, compare
from service.insight.measures.teamed import compare_teams
from service.insight.vocabulary import rules
from service.inspections.draws import drawn

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from sqlalchemy.orm import Session

    from service.insight.measures.sampled import Comparison
    from service.insight.measures.teamed import Spread, Staffing, Teams
    from service.inspections.draws import Drawn, DrawnPart

# Where entities were when the commitment was made: their newest version of before.
_REGIONS = text("""
SELECT e.public_key, (SELECT v.body ->> 'region' FROM entity_version v
                       WHERE v.entity_id = e.id AND v.audit_id <= d.audit_id ORDER BY v.id DESC LIMIT 1)
  FROM entity e, draw_document d JOIN draw w ON w.id = d.draw_id
 WHERE w.number = :draw AND d.type = 'commitment' AND e.public_key = ANY(:keys)
""")
ELSEWHERE = "unknown"


class PartFairness(NamedTuple):
    """A part. ``sampled``: by dimension (stratum, tier, kind, district); ``staffing``: None where nobody was drawn."""

    part: str
    authority: str
    task: str
    size: int
    drawn: int
    sampled: Mapping[str, Comparison]
    staffing: Staffing | None


class Fairness(NamedTuple):
    """A draw. ``aftermath``: events since, as (kind, reason, person who proposed it) → how many."""

    draw: str
    authority: str
    result: str
    void: bool
    parts: Sequence[PartFairness]
    aftermath: Mapping[tuple[str, str, str], int]


def fairness_of(
    session: Session, number: str, *, parts: Collection[str] | None = None, seeds: int | None = None
) -> Fairness:
    """The report of a draw as its seed made it; what came after is counted apart.

    Args:
        session: what is read.
        number: of a draw that has its result.
        parts: those that are told; None: all.
        seeds: how many other seeds its teams are held against; None: as many as ``statistics.toml`` allows.

    Raises:
        Problem: ``draw_not_found``, ``draw_step_too_early``.
    """
    found = drawn(session, number)
    told = [part for part in found.parts if parts is None or part.outcome.part in parts]
    return report_of(found._replace(parts=told), [_regions(session, number, part) for part in told], seeds=seeds)


def report_of(found: Drawn, regions: Sequence[Mapping[str, str]], *, seeds: int | None = None) -> Fairness:
    """The report of what a draw froze and made; ``regions``: by public key, of each part."""
    names = {part.outcome.part for part in found.parts}
    return Fairness(
        draw=found.number,
        authority=found.authority,
        result=found.result,
        void=found.void,
        parts=[
            PartFairness(
                part=part.outcome.part,
                authority=part.terms["authority"],
                task=part.task,
                size=sum(row.state == "in" for row in part.rows.frame),
                drawn=len(part.outcome.rows["drawn"]),
                sampled=sampled(part, where),
                staffing=staffing(part, found.result, seeds),
            )
            for part, where in zip(found.parts, regions, strict=True)
        ],
        aftermath=Counter(
            (event["kind"], event["reason"], event["by"]) for event in found.log if event["part"] in names
        ),
    )


def sampled(part: DrawnPart, regions: Mapping[str, str]) -> dict[str, Comparison]:
    """Who was drawn against the committed strata, by dimension; ``regions``: by public key."""
    keys, tiers = part.rows.keys, part.rows.tiers
    chosen = {row[0] for row in part.outcome.rows["drawn"]}
    units = [
        (row, probability, row.code in chosen)
        for stratum, rows in _strata(part)
        for row, probability in zip(rows, _probabilities(stratum, rows), strict=True)
    ]
    groups = {
        "stratum": [row.stratum for row, _, _ in units],
        "tier": [tiers.get(row.code, UNRATED) for row, _, _ in units],
        "kind": [row.kind for row, _, _ in units],
        "district": [regions.get(keys[row.code], ELSEWHERE) for row, _, _ in units],
    }
    least = rules()["draw"]["least_expected"]
    return {
        dimension: compare(
            [Unit(row.stratum, name, odds, hit) for name, (row, odds, hit) in zip(names, units, strict=True)],
            least=least,
        )
        for dimension, names in groups.items()
    }


def staffing(part: DrawnPart, result: str, seeds: int | None) -> Staffing | None:
    """The teams of the visits drawn, against those that other seeds give to the same visits.

    Seed number i is SHA-256 of the digest of the draw's result and i as four bytes: anyone gets the same figures.
    """
    teams = dict(part.outcome.rows["teams"])
    if not teams:
        return None
    frozen = Frozen(part.outcome.part, (), part.rows.avoids, tuple(sorted(part.rows.roster)))
    again = partial(_teams_again, part, frozen, bytes.fromhex(result), sorted(teams))
    loads = {row.id: row.load for row in part.rows.roster}
    others = seeds or _seeds(len(teams) * len(part.terms["seats"]))
    return compare_teams(teams, again, others=others, loads=loads)


def _strata(part: DrawnPart) -> Iterator[tuple[Mapping[str, Any], Sequence[Any]]]:
    by_stratum = rows_by_stratum(part.rows.frame)
    for stratum in part.terms["strata"]:
        yield stratum, by_stratum.get(stratum["stratum"], [])


def _probabilities(stratum: Mapping[str, Any], rows: Sequence[Any]) -> list[float]:
    return [num / den for num, den in probabilities(stratum_of(stratum), [row.weight for row in rows])]


def _teams_again(part: DrawnPart, frozen: Frozen, result: bytes, codes: Sequence[str], number: int) -> Teams:
    seed = sha256(result + number.to_bytes(4, "big")).digest()
    return staffed(part.terms, frozen, codes, seed)[0]


def _seeds(seats: int) -> int:
    limits = rules()["draw"]
    return int(min(limits["most_seeds"], max(limits["fewest_seeds"], limits["seats"] // seats)))


def _regions(session: Session, number: str, part: DrawnPart) -> dict[str, str]:
    asked = {"draw": number, "keys": list(part.rows.keys.values())}
    return {key: region for key, region in session.execute(_REGIONS, asked) if region is not None}


def verdict_of(compared: Comparison) -> str:
    """What is to be said of who was drawn."""
    if compared.impossible:
        return "impossible"
    if compared.p is not None:
        return "unlikely" if compared.p < rules()["unlikely"] else "fits"
    return "too_few" if any(one.standard_error for one in compared.groups) else "fixed"


def verdict_of_teams(spread: Spread, others: int) -> str:
    """What is to be said of a figure of the teams: with few other seeds it must lie far off all of them."""
    least = 1 / (others + 1)
    if least >= rules()["unlikely"]:
        alone = spread.p <= least and (spread.far is None or spread.far >= rules()["draw"]["far"])
        return "unlikely" if alone else "fits"
    return "unlikely" if spread.p < rules()["unlikely"] else "fits"
