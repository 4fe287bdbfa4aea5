"""A report of fairness as JSON, with verdicts in sentences, and as rows of CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service.insight.fairness import verdict_of, verdict_of_rank
from service.insight.figures import rounded, warnings_of
from service.insight.vocabulary import rules, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from service.insight.fairness import Fairness, PartFairness
    from service.insight.measures.ranked import Spread
    from service.insight.measures.sampled import Comparison
    from service.insight.measures.teamed import Count, Staffing

FAIRNESS_COLUMNS = ("part", "dimension", "group", "size", "expected", "actual", "standard_error", "deviation")


def fairness_document(found: Fairness, language: str) -> dict[str, Any]:
    """The whole report; of pairs those that lie farthest off."""
    parts = [_part(part, language) for part in found.parts]
    verdicts = [
        (one["verdict"], {"part": part["part"], "dimension": one["dimension"]})
        for part in parts
        for one in (*part["sampled"], *part["staffing"])
    ]
    return {
        "draw": found.draw,
        "authority": found.authority,
        "result": found.result,
        "void": found.void,
        "unlikely_below": rules()["unlikely"],
        "parts": parts,
        "aftermath": [
            {"kind": kind, "reason": reason, "by": person, "events": number}
            for (kind, reason, person), number in sorted(found.aftermath.items())
        ],
        "warnings": warnings_of(verdicts, language),
    }


def fairness_rows(found: Fairness) -> Iterator[tuple[object, ...]]:
    """One row for each group, inspector and pair, after ``FAIRNESS_COLUMNS``."""
    for part in found.parts:
        for dimension, compared in part.sampled.items():
            for one in compared.groups:
                error, deviation = rounded(one.standard_error), rounded(one.deviation)
                yield part.part, dimension, one.group, one.size, rounded(one.expected), one.drawn, error, deviation
        if part.staffing is not None:
            for dimension, counts in (("inspectors", part.staffing.seats), ("pairs", part.staffing.pairs)):
                for count in counts:
                    told = _count(count)
                    figures = (told["expected"], told["actual"], told["standard_error"], told["deviation"])
                    yield part.part, dimension, "+".join(count.of), "", *figures


def _part(part: PartFairness, language: str) -> dict[str, Any]:
    return {
        "part": part.part,
        "authority": part.authority,
        "task": part.task,
        "frame": part.size,
        "drawn": part.drawn,
        "sampled": [
            _sampled(dimension, compared, part.redraws, language) for dimension, compared in part.sampled.items()
        ],
        "redraws": part.redraws,
        "redraws_show": _shown(part.redraws, language),
        "seeds": None if part.staffing is None else part.staffing.others,
        "seeds_show": None if part.staffing is None else _shown(part.staffing.others, language),
        "staffing": [] if part.staffing is None else list(_staffing(part.staffing, language)),
    }


def _shown(others: int, language: str) -> dict[str, Any] | None:
    """How finely a rank among so many other seeds tells, and what it cannot show; None where there are none."""
    if not others:
        return None
    unlikely, least = rules()["unlikely"], 1 / (others + 1)
    told = words("resolution")["ranked" if least < unlikely else "far"][language]
    needed = int(1 / unlikely)
    figures = {"others": others, "least": rounded(least), "unlikely": unlikely, "needed": needed}
    return {"least_p": rounded(least), "told": told.format(**figures, far=rules()["draw"]["far"])}


def _sampled(dimension: str, compared: Comparison, redraws: int, language: str) -> dict[str, Any]:
    return {
        **_named(dimension, verdict_of(compared, redraws), language),
        "statistic": rounded(compared.statistic),
        "freedom": compared.freedom,
        "p": rounded(compared.p),
        "pooled": list(compared.pooled),
        "ranked": None if compared.ranked is None else _spread(compared.ranked),
        "groups": [
            {
                "group": one.group,
                "size": one.size,
                "expected": rounded(one.expected),
                "actual": one.drawn,
                "standard_error": rounded(one.standard_error),
                "deviation": rounded(one.deviation),
            }
            for one in compared.groups
        ],
    }


def _staffing(found: Staffing, language: str) -> Iterator[dict[str, Any]]:
    farthest = sorted(found.pairs, key=lambda one: (-abs(one.seen - one.expected), one.of))
    lists: Mapping[str, tuple[Spread, Sequence[Count]]] = {
        "inspectors": (found.seats_apart, found.seats),
        "pairs": (found.pairs_apart, farthest[: rules()["draw"]["pairs"]]),
        "balance": (found.gap, ()),
    }
    for dimension, (spread, counts) in lists.items():
        yield {
            **_named(dimension, verdict_of_rank(spread, found.others), language),
            **_spread(spread),
            "groups": [_count(one) for one in counts],
        }


def _spread(spread: Spread) -> dict[str, Any]:
    return {
        "statistic": rounded(spread.value),
        "expected": rounded(spread.expected),
        "p": rounded(spread.p),
        "far": rounded(spread.far),
    }


def _named(dimension: str, verdict: str, language: str) -> dict[str, Any]:
    return {
        "dimension": dimension,
        "name": words("dimension")[dimension][language],
        "verdict": verdict,
        "told": words("verdict")[verdict][language],
    }


def _count(one: Count) -> dict[str, Any]:
    apart = one.seen - one.expected
    return {
        "inspectors": list(one.of),
        "actual": one.seen,
        "expected": rounded(one.expected),
        "standard_error": rounded(one.standard_error),
        "deviation": rounded(apart / one.standard_error if one.standard_error else 0.0),
    }
