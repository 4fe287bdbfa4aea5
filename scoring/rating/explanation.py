"""The explanation as canonical bytes with their digest, and as a document (``docs/evaluation.md`` §10).

The text is written piece by piece, keys in canonical order: a general encoder would take most of the time of a rating.
That the bytes are canonical is a property test.
"""

from __future__ import annotations

import json
from hashlib import sha256
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, TypeVar

from scoring.kernel.canonical import CanonicalError, key_order
from scoring.kernel.points import format_points
from scoring.rating.result import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from scoring.edition.model import Frequency
    from scoring.rating.result import Bound, Cut, Factor, Line, Outcome, Restored, Result, RiskFound, RiskPart, Shift

_REMEMBERED = 20_000
_Key = TypeVar("_Key")


class _Texts(dict[_Key, str]):
    """Remembers the texts of values that come again and again; bounded."""

    __slots__ = ("_write",)

    def __init__(self, write: Callable[[_Key], str]) -> None:
        super().__init__()
        self._write = write

    def __missing__(self, value: _Key) -> str:
        """Write a value not met before."""
        if len(self) >= _REMEMBERED:
            self.clear()
        text = self[value] = self._write(value)
        return text


def _factor(factor: Factor) -> str:
    nth = "" if factor.nth is None else f',"nth":{factor.nth}'
    return f'{{"clause":{_quoted[factor.clause]},"factor":{factor.factor}{nth}}}'


def _cut(cut: Cut) -> str:
    return f'{{"clause":{_quoted[cut.clause]},"left":{_points[cut.left]},"stage":"{cut.stage}"}}'


def _restored(restored: Restored) -> str:
    return f'{{"clause":{_quoted[restored.clause]},"share":{restored.share}}}'


_quoted: _Texts[str] = _Texts(encode_basestring)
_points: _Texts[int] = _Texts(lambda hundredths: f'"{format_points(hundredths)}"')
_days: _Texts[date] = _Texts(lambda day: f'"{day.isoformat()}"')
_factors: _Texts[Factor] = _Texts(_factor)
_cuts: _Texts[Cut] = _Texts(_cut)
_restorations: _Texts[Restored] = _Texts(_restored)


def encode(result: Result) -> tuple[bytes, str]:
    """The canonical bytes of the explanation and their SHA-256, hex.

    Raises:
        CanonicalError: ``canonical_lone_surrogate``: a text of the evidence is not Unicode.
    """
    text = f'{_before(result)},"lines":[{",".join(map(_line, result.lines))}]{_after(result)}'
    try:
        written = text.encode()
    except UnicodeEncodeError as error:
        raise CanonicalError("canonical_lone_surrogate", text[error.start : error.end]) from error
    return written, sha256(written).hexdigest()


def document(result: Result) -> dict[str, object]:
    """The explanation for readers: strings, booleans, integers (thousandths, counts), lists and objects."""
    read: dict[str, object] = json.loads(encode(result)[0])
    return read


def _before(result: Result) -> str:
    """The keys that come before the lines."""
    verdict = result.verdict
    dimensions = None if verdict.total is None else _dimensions(result.dimensions)
    base = "" if result.base is None else f',"base":{_points[result.base]}'
    edition = "" if result.edition is None else f',"edition":{_quoted[result.edition]}'
    grade = "" if verdict.grade is None else f',"grade":{_quoted[verdict.grade]}'
    return (
        f'{{"as_of":{_days[result.as_of]}{_said("banded", verdict.banded)}{base}'
        f"{_bound('ceiling', verdict.ceiling)}{_said('clause', verdict.clause)}{_part('dimensions', dimensions)}"
        f"{_bound('direct', verdict.direct)}{_said('direction', result.direction)}{edition}"
        f'{_said("edition_digest", result.edition_digest)},"entity":{encode_basestring(result.entity)}'
        f"{_bound('floor', verdict.floor)}{_frequency(result.frequency)}{grade}"
        f'{_part("illustrative", "true" if result.illustrative else None)},"kind":{_quoted[result.kind]}'
    )


def _after(result: Result) -> str:
    """The keys that come after the lines."""
    verdict, change = result.verdict, result.next_change_on
    streak = verdict.streak
    if streak is not None:
        streak_text = f',"streak":{{"clause":{_quoted[streak.clause]},"points":{_points[streak.points]}}}'
    change_text = "" if change is None else f',"next_change_on":{_days[change]}'
    total = "" if verdict.total is None else f',"total":{_points[verdict.total]}'
    worst = "" if verdict.total is None else f',"worst_item":{_points[verdict.worst_item or 0]}'
    return (
        f"{change_text}{_outcome(verdict.outcome)}{_said('reason', verdict.reason)}{_risk(verdict.risk)}"
        f',"schema":"{SCHEMA}"{_listed("shifts", map(_shift, verdict.shifts))},"state":"{verdict.state}"'
        f"{'' if streak is None else streak_text}{_said('tier', verdict.tier)}{total}"
        f"{_part('verified', None if result.verified else 'false')}{worst}}}"
    )


def _said(key: str, text: str | None) -> str:
    return "" if text is None else f',"{key}":{_quoted[text]}'


def _part(key: str, written: str | None) -> str:
    return "" if written is None else f',"{key}":{written}'


def _listed(key: str, written: Iterable[str]) -> str:
    items = ",".join(written)
    return f',"{key}":[{items}]' if items else ""


def _dimensions(dimensions: tuple[tuple[str, int], ...]) -> str:
    ordered = sorted(dimensions, key=lambda pair: key_order(pair[0]))
    return "{" + ",".join([f"{_quoted[key]}:{_points[points]}" for key, points in ordered]) + "}"


def _bound(key: str, bound: Bound | None) -> str:
    if bound is None:
        return ""
    until = "" if bound.until is None else f',"until":{_days[bound.until]}'
    return (
        f',"{key}":{{"clause":{_quoted[bound.clause]},"grade":{_quoted[bound.grade]},'
        f'"ref":{encode_basestring(bound.ref)},"source":{_quoted[bound.source]}{until}}}'
    )


def _outcome(outcome: Outcome | None) -> str:
    if outcome is None:
        return ""
    grade = "" if outcome.grade is None else f',"grade":{_quoted[outcome.grade]}'
    return (
        f',"outcome":{{"clause":{_quoted[outcome.clause]}{grade},"reason":{_quoted[outcome.reason]}'
        f"{_said('state', outcome.state)}}}"
    )


def _shift(shift: Shift) -> str:
    return (
        f'{{"by":{shift.by},"clause":{_quoted[shift.clause]},"grade":{_quoted[shift.grade]},'
        f'"ref":{encode_basestring(shift.ref)},"source":{_quoted[shift.source]},"until":{_days[shift.until]}}}'
    )


def _risk(risk: RiskFound | None) -> str:
    if risk is None:
        return ""
    parts = ",".join(map(_risk_part, risk.parts))
    return f',"risk":{{"level":{_quoted[risk.level]},"parts":[{parts}],"points":{_points[risk.points]}}}'


def _risk_part(part: RiskPart) -> str:
    points = f'"clause":{_quoted[part.clause]},"points":{_points[part.points]}'
    if part.ref is None:
        return f'{{"attribute":{_quoted[part.attribute or ""]},{points}}}'
    return f'{{{points},"ref":{encode_basestring(part.ref[1])},"source":{_quoted[part.ref[0]]}}}'


def _frequency(frequency: Frequency | None) -> str:
    if frequency is None:
        return ""
    return (
        f',"frequency":{{"clause":{_quoted[frequency.clause]}{_count("max_per_year", frequency.max_per_year)}'
        f"{_count('min_interval_days', frequency.min_interval_days)}{_count('min_per_year', frequency.min_per_year)}"
        f"{_part('off_site_first', 'true' if frequency.off_site_first else None)}"
        f"{_ratio('ratio', frequency.ratio)}{_ratio('verification_sample', frequency.verification_sample)}}}"
    )


def _count(key: str, count: int | None) -> str:
    return "" if count is None else f',"{key}":{count}'


def _ratio(key: str, ratio: tuple[int, int] | None) -> str:
    return "" if ratio is None else f',"{key}":"{ratio[0]}/{ratio[1]}"'


def _line(line: Line) -> str:
    (
        source, ref, code, decided_on, edition, clause, dimension, standing, raw, counted, factors, restored, by, cuts,
        until,
    ) = line  # fmt: skip
    if edition is None or clause is None or dimension is None or raw is None:
        return _unrated_line(line)
    weighed = "" if by is None else f'"by":{{"ref":{encode_basestring(by[1])},"source":{_quoted[by[0]]}}},'
    cut = f',"cuts":[{",".join([_cuts[one] for one in cuts])}]' if cuts else ""
    times = f',"factors":[{",".join([_factors[one] for one in factors])}]' if factors else ""
    back = "" if restored is None else f'"restored":{_restorations[restored]},'
    end = "" if until is None else f',"valid_until":{_days[until]}'
    return (
        f'{{{weighed}"clause":{_quoted[clause]},"code":{_quoted[code]},"counted":{_points[counted]}{cut},'
        f'"decided_on":{_days[decided_on]},"dimension":{_quoted[dimension]},"edition":{_quoted[edition]}{times},'
        f'"raw":{_points[raw]},"ref":{encode_basestring(ref)},{back}"source":{_quoted[source]},"standing":"{standing}"'
        f"{end}}}"
    )


def _unrated_line(line: Line) -> str:
    clause = "" if line.clause is None else f'"clause":{_quoted[line.clause]},'
    return (
        f'{{{clause}"code":{_quoted[line.code]},"decided_on":{_days[line.decided_on]}'
        f'{_said("dimension", line.dimension)}{_said("edition", line.edition)},"ref":{encode_basestring(line.ref)},'
        f'"source":{_quoted[line.source]},"standing":"{line.standing}"}}'
    )
