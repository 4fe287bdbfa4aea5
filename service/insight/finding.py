"""At how many entities something would be found, told from those that were drawn at random."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import text

from scoring.edition.tiering import UNRATED
from scoring.sampling.outcome import rows_by_stratum, stratum_of
from scoring.sampling.sample import probabilities
from service.insight.audited import audited_of, parts_sent
from service.insight.measures.estimated import Answer, rate_of
from service.insight.vocabulary import rules

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence

    from sqlalchemy.orm import Session

    from service.insight.audited import Audited
    from service.insight.measures.estimated import Rate
    from service.insight.scope import Asked
    from service.inspections.draws import DrawnPart

_OTHERS = text("""
SELECT v.type, count(*), count(*) FILTER (WHERE o.problems > 0)
  FROM visit_outcome o JOIN visit v ON v.id = o.visit_id JOIN occasion f ON f.id = o.occasion_id
 WHERE o.audited_on >= :since AND o.audited_on < :until AND v.authorities && CAST(:authorities AS text[])
   AND v.type <> :random AND NOT (f.type = ANY(:attempts))
 GROUP BY v.type ORDER BY v.type
""")


class Drawn(NamedTuple):
    """An entity of a random draw whose visit was audited: what the design says of it and what was found."""

    answer: Answer
    tier: str
    kind: str


class Other(NamedTuple):
    """Visits of another type, audited in the year: at how many something was found. Not to be compared."""

    type: str
    inspected: int
    found: int


class Findings(NamedTuple):
    """``rates``: by dimension and group. ``silent``: entities drawn from in cells of which nobody answered."""

    asked: Asked
    draws: Sequence[str]
    drawn: int
    answered: int
    silent: int
    rates: Mapping[tuple[str, str], Rate]
    others: Sequence[Other]


def findings_of(session: Session, asked: Asked) -> Findings:
    """The rate over the draws whose visits begin in the year, by tier and by kind too, with what is audited by now."""
    numbers: dict[str, None] = {}
    found: list[Drawn] = []
    cells: Counter[Hashable] = Counter()
    sizes: Counter[Hashable] = Counter()
    for number, part in parts_sent(session, asked):
        if int(part.terms["window"][0][:4]) != asked.year:
            continue
        numbers[number] = None
        results = {one.entity: one for one in audited_of(session, part)}
        chosen = {row[0] for row in part.outcome.rows["drawn"]}
        for code, key, one in _frame(number, part):
            sizes[one.answer.cell] += 1
            cells[one.answer.cell] += code in chosen
            if key in results and one.answer.probability:
                found.append(_answered(one, results[key], frozenset(part.terms["items"])))
    answered = {one.answer.cell for one in found}
    return Findings(
        asked=asked,
        draws=list(numbers),
        drawn=cells.total(),
        answered=len(found),
        silent=sum(size for cell, size in sizes.items() if cell not in answered),
        rates=_rates(found, cells),
        others=_others(session, asked),
    )


def _frame(number: str, part: DrawnPart) -> Iterator[tuple[str, str, Drawn]]:
    """Everyone drawn from, with code and public key. The certain are cells of their own: nothing of them is chance."""
    by_stratum = rows_by_stratum(part.rows.frame)
    for stratum in part.terms["strata"]:
        rows = by_stratum.get(stratum["stratum"], [])
        for row, (num, den) in zip(rows, probabilities(stratum_of(stratum), [row.weight for row in rows]), strict=True):
            cell = (number, part.outcome.part, row.stratum, num >= den)
            tier = part.rows.tiers.get(row.code, UNRATED)
            answer = Answer(cell, num / den, counts=False, found=False)
            yield row.code, part.rows.keys[row.code], Drawn(answer, tier, row.kind)


def _answered(one: Drawn, audited: Audited, items: frozenset[str]) -> Drawn:
    """Only what the draw's own items found counts: a visit that was joined to a targeted one is no better for it."""
    limits = rules()["findings"]
    found = bool(audited.failed & items) or audited.result in limits["problems"]
    counts = audited.occasion not in limits["attempts"]
    return one._replace(answer=one.answer._replace(counts=counts, found=found))


def _rates(found: Sequence[Drawn], cells: Mapping[Hashable, int]) -> dict[tuple[str, str], Rate]:
    groups = [
        ("all", "all"),
        *(("tier", tier) for tier in sorted({one.tier for one in found})),
        *(("kind", kind) for kind in sorted({one.kind for one in found})),
    ]
    confidence = rules()["findings"]["confidence"]
    return {group: rate_of(_only(found, *group), cells, confidence=confidence) for group in groups}


def _only(found: Collection[Drawn], dimension: str, group: str) -> list[Answer]:
    """All answers, of which only those of the group count: the others still tell how many answered."""
    return [
        one.answer._replace(counts=one.answer.counts and group in {"all", getattr(one, dimension, "")}) for one in found
    ]


def _others(session: Session, asked: Asked) -> list[Other]:
    limits = rules()["findings"]
    rows = session.execute(
        _OTHERS,
        {
            "since": asked.first_day,
            "until": asked.end,
            "authorities": list(asked.authorities),
            "random": limits["random"],
            "attempts": limits["attempts"],
        },
    )
    return [Other._make(row) for row in rows]
