"""Whether a draw looks like what its design promises: who was drawn, who was sent, how the work is shared."""

from __future__ import annotations

from collections import Counter
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import text

from scoring.edition.tiering import UNRATED
from scoring.sampling.frozen import Frozen
from scoring.sampling.outcome import rows_by_stratum, selected, stratum_of
from scoring.sampling.sample import probabilities
from scoring.sampling.staffing import staffed
from service.insight.measures.sampled import Unit, compare, ranked
from service.insight.measures.teamed import compare_teams
from service.insight.vocabulary import rules
from service.inspections.draws import code_of_caller, drawn

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from sqlalchemy.orm import Session

    from service.insight.measures.ranked import Spread
    from service.insight.measures.sampled import Comparison
    from service.insight.measures.teamed import Staffing, Teams
    from service.inspections.draws import Drawn, DrawnPart

# Where entities were when the commitment was made: their newest version of before.
_REGIONS = text("""
SELECT e.public_key, (SELECT v.body ->> 'region' FROM entity_version v
                       WHERE v.entity_id = e.id AND v.audit_id <= d.audit_id ORDER BY v.id DESC LIMIT 1)
  FROM entity e, draw_document d JOIN draw w ON w.id = d.draw_id
 WHERE w.number = :draw AND d.type = 'commitment' AND e.public_key = ANY(:keys)
""")
# Visits that a person called off and that are owed since. What a void draw takes back, it owes for its own reason.
_CALLED_OFF = text("""
SELECT a.person, a.inspector, count(*)
  FROM visit v JOIN visit_act a ON a.visit_id = v.id AND a.act = 'cancelled'
  JOIN draw w ON w.number = :draw
  JOIN draw_debt d ON d.draw_id = w.id AND d.entity = v.entity_key AND d.reason = 'cancelled'
   AND coalesce(nullif(d.authority, ''), w.authority) = :authority
 WHERE v.source = :source
 GROUP BY a.person, a.inspector
""")
ELSEWHERE = "unknown"


class PartFairness(NamedTuple):
    """A part. ``sampled``: by dimension (stratum, tier, kind, district); ``staffing``: None where nobody was drawn.

    ``redraws``: how many other seeds ranked the dimensions whose groups are too small for chi-square.
    """

    part: str
    authority: str
    task: str
    size: int
    drawn: int
    sampled: Mapping[str, Comparison]
    redraws: int
    staffing: Staffing | None


class Fairness(NamedTuple):
    """A draw. ``aftermath``: what happened since, as (kind, reason, person) → how many.

    Of events the person proposed them; ``cancel`` is a visit that the person called off, which is owed since.
    """

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
    report = report_of(found._replace(parts=told), [_regions(session, number, part) for part in told], seeds=seeds)
    return report._replace(aftermath=Counter(report.aftermath) + _called_off(session, number, told))


def report_of(found: Drawn, regions: Sequence[Mapping[str, str]], *, seeds: int | None = None) -> Fairness:
    """The report of what a draw froze and made; ``regions``: by public key, of each part."""
    names = {part.outcome.part for part in found.parts}
    return Fairness(
        draw=found.number,
        authority=found.authority,
        result=found.result,
        void=found.void,
        parts=[_part(part, where, found.result, seeds) for part, where in zip(found.parts, regions, strict=True)],
        aftermath=Counter(
            (event["kind"], event["reason"], event["by"]) for event in found.log if event["part"] in names
        ),
    )


def _part(part: DrawnPart, regions: Mapping[str, str], result: str, seeds: int | None) -> PartFairness:
    compared, redraws = sampled(part, regions, result)
    return PartFairness(
        part=part.outcome.part,
        authority=part.terms["authority"],
        task=part.task,
        size=sum(row.state == "in" for row in part.rows.frame),
        drawn=len(part.outcome.rows["drawn"]),
        sampled=compared,
        redraws=redraws,
        staffing=staffing(part, result, seeds),
    )


def sampled(part: DrawnPart, regions: Mapping[str, str], result: str) -> tuple[dict[str, Comparison], int]:
    """Who was drawn against the committed strata, by dimension; and how many other draws were made to rank that.

    Args:
        part: of a draw.
        regions: by public key.
        result: digest of the draw's result; the other seeds come from it.
    """
    keys, tiers = part.rows.keys, part.rows.tiers
    chosen = {row[0] for row in part.outcome.rows["drawn"]}
    frame = [
        (row, probability)
        for stratum, rows in _strata(part)
        for row, probability in zip(rows, _probabilities(stratum, rows), strict=True)
    ]
    groups = {
        "stratum": [row.stratum for row, _ in frame],
        "tier": [tiers.get(row.code, UNRATED) for row, _ in frame],
        "kind": [row.kind for row, _ in frame],
        "district": [regions.get(keys[row.code], ELSEWHERE) for row, _ in frame],
    }
    units = {
        dimension: [
            Unit(row.stratum, name, odds, row.code in chosen) for name, (row, odds) in zip(names, frame, strict=True)
        ]
        for dimension, names in groups.items()
    }
    least = rules()["draw"]["least_expected"]
    found = {dimension: compare(members, least=least) for dimension, members in units.items()}
    coarse = [dimension for dimension, compared in found.items() if compared.is_coarse]
    others = _redraws(part, [row.code for row, _ in frame], bytes.fromhex(result)) if coarse else []
    if others:
        found |= {dimension: found[dimension]._replace(ranked=ranked(units[dimension], others)) for dimension in coarse}
    return found, len(others)


def _redraws(part: DrawnPart, codes: Sequence[str], result: bytes) -> list[list[int]]:
    """The places of those that other seeds draw: as many draws as so many tickets allow; none of a large frame."""
    limits = rules()["draw"]
    others = min(limits["most_seeds"], limits["tickets"] // len(codes))
    if others < limits["fewest_seeds"]:
        return []
    place = {code: number for number, code in enumerate(codes)}
    drawn_by = (selected(part.terms, part.rows.frame, _other_seed(result, number)) for number in range(others))
    return [[place[code] for each in found.values() for code in each.drawn] for found in drawn_by]


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
    return staffed(part.terms, frozen, codes, _other_seed(result, number))[0]


def _other_seed(result: bytes, number: int) -> bytes:
    return sha256(result + number.to_bytes(4, "big")).digest()


def _seeds(seats: int) -> int:
    limits = rules()["draw"]
    return int(min(limits["most_seeds"], max(limits["fewest_seeds"], limits["seats"] // seats)))


def _regions(session: Session, number: str, part: DrawnPart) -> dict[str, str]:
    asked = {"draw": number, "keys": list(part.rows.keys.values())}
    return {key: region for key, region in session.execute(_REGIONS, asked) if region is not None}


def _called_off(session: Session, number: str, parts: Sequence[DrawnPart]) -> Counter[tuple[str, str, str]]:
    """Visits called off, as an aftermath, by the staff codes of those who did so."""
    found: Counter[tuple[str, str, str]] = Counter()
    for part in parts:
        asked = {"draw": number, "authority": part.terms["authority"], "source": part.source}
        for person, code, visits in session.execute(_CALLED_OFF, asked):
            found["cancel", "cancelled", code or code_of_caller(*person.split(":", 1))] += visits
    return found


def verdict_of(compared: Comparison, redraws: int) -> str:
    """What is to be said of who was drawn."""
    if compared.impossible:
        return "impossible"
    if compared.ranked is not None:
        return verdict_of_rank(compared.ranked, redraws)
    if compared.p is not None:
        return "unlikely" if compared.p < rules()["unlikely"] else "fits"
    return "too_few" if any(one.standard_error for one in compared.groups) else "fixed"


def verdict_of_rank(spread: Spread, others: int) -> str:
    """What is to be said of a figure among those of other seeds: with few of them it must lie far off all of them."""
    least = 1 / (others + 1)
    if least >= rules()["unlikely"]:
        alone = spread.p <= least and (spread.far is None or spread.far >= rules()["draw"]["far"])
        return "unlikely" if alone else "fits"
    return "unlikely" if spread.p < rules()["unlikely"] else "fits"
