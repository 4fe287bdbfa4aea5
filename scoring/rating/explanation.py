"""The explanation as a document (``docs/evaluation.md`` §10), its canonical bytes and their digest.

``document`` is for readers, ``encode`` for storing: it writes the very bytes of ``canonical(document(result))`` without
making the document first, which would be most of the time of a rating.
"""

from __future__ import annotations

from hashlib import sha256
from json import JSONEncoder
from json.encoder import encode_basestring
from typing import TYPE_CHECKING

from scoring.kernel.canonical import CanonicalError, key_order
from scoring.kernel.points import format_points
from scoring.rating.result import SCHEMA

if TYPE_CHECKING:
    from scoring.edition.model import Frequency
    from scoring.rating.result import Bound, Line, Outcome, Result, RiskFound, RiskPart, Shift, Streak

Json = dict[str, object]
_REMEMBERED = 20_000
_compact = JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode


class _Quoted(dict[str, str]):
    """Remembers short texts that come again and again (codes, clauses, sources) as JSON writes them."""

    def __missing__(self, text: str) -> str:
        """Quote a text not met before."""
        if len(self) >= _REMEMBERED:
            self.clear()
        quoted = self[text] = encode_basestring(text)
        return quoted


class _Written(dict[int, str]):
    """Remembers points as text."""

    def __missing__(self, hundredths: int) -> str:
        """Write points not met before."""
        if len(self) >= _REMEMBERED:
            self.clear()
        text = self[hundredths] = format_points(hundredths)
        return text


_quoted = _Quoted()
_points = _Written()


def document(result: Result) -> Json:
    """The explanation: strings, booleans, integers (thousandths, counts), lists and objects; a null part is absent."""
    before, after = _head(result)
    return {**before, "lines": [_line(line) for line in result.lines], **after}


def encode(result: Result) -> tuple[bytes, str]:
    """The canonical bytes of ``document(result)`` and their SHA-256, hex.

    Raises:
        CanonicalError: ``canonical_lone_surrogate``: a text of the evidence is not Unicode.
    """
    before, after = _head(result)
    lines = ",".join(map(_line_text, result.lines))
    tail = _compact(after)[1:]
    text = f'{_compact(before)[:-1]},"lines":[{lines}],{tail}'
    try:
        written = text.encode()
    except UnicodeEncodeError as error:
        raise CanonicalError("canonical_lone_surrogate", text[error.start : error.end]) from error
    return written, sha256(written).hexdigest()


def _head(result: Result) -> tuple[Json, Json]:
    """What the document says besides its lines: the keys that come before and after them, in canonical order."""
    verdict = result.verdict
    scored = verdict.total is not None
    before = _present(
        as_of=result.as_of.isoformat(),
        banded=verdict.banded,
        base=None if result.base is None else _points[result.base],
        ceiling=None if verdict.ceiling is None else _bound(verdict.ceiling),
        clause=verdict.clause,
        dimensions=_dimensions(result) if scored else None,
        direct=None if verdict.direct is None else _bound(verdict.direct),
        direction=result.direction,
        edition=result.edition,
        edition_digest=result.edition_digest,
        entity=result.entity,
        floor=None if verdict.floor is None else _bound(verdict.floor),
        frequency=None if result.frequency is None else _frequency(result.frequency),
        grade=verdict.grade,
        illustrative=result.illustrative or None,
        kind=result.kind,
    )
    after = _present(
        next_change_on=None if result.next_change_on is None else result.next_change_on.isoformat(),
        outcome=None if verdict.outcome is None else _outcome(verdict.outcome),
        reason=verdict.reason,
        risk=None if verdict.risk is None else _risk(verdict.risk),
        schema=SCHEMA,
        shifts=[_shift(one) for one in verdict.shifts] or None,
        state=verdict.state,
        streak=None if verdict.streak is None else _streak(verdict.streak),
        tier=verdict.tier,
        total=None if verdict.total is None else _points[verdict.total],
        verified=None if result.verified else False,
        worst_item=_points[verdict.worst_item or 0] if scored else None,
    )
    return before, after


def _present(**parts: object) -> Json:
    """The parts that are there, in the order given (which is canonical where it is called)."""
    return {key: part for key, part in parts.items() if part is not None}


def _dimensions(result: Result) -> Json:
    return {key: _points[points] for key, points in sorted(result.dimensions, key=lambda pair: key_order(pair[0]))}


def _outcome(outcome: Outcome) -> Json:
    return _present(clause=outcome.clause, grade=outcome.grade, reason=outcome.reason, state=outcome.state)


def _shift(shift: Shift) -> Json:
    return {
        "by": shift.by,
        "clause": shift.clause,
        "grade": shift.grade,
        "ref": shift.ref,
        "source": shift.source,
        "until": shift.until.isoformat(),
    }


def _streak(streak: Streak) -> Json:
    return {"clause": streak.clause, "points": _points[streak.points]}


def _bound(bound: Bound) -> Json:
    until = None if bound.until is None else bound.until.isoformat()
    return _present(clause=bound.clause, grade=bound.grade, ref=bound.ref, source=bound.source, until=until)


def _risk(risk: RiskFound) -> Json:
    return {"level": risk.level, "parts": [_risk_part(part) for part in risk.parts], "points": _points[risk.points]}


def _risk_part(part: RiskPart) -> Json:
    if part.ref is None:
        return {"attribute": part.attribute, "clause": part.clause, "points": _points[part.points]}
    return {"clause": part.clause, "points": _points[part.points], "ref": part.ref[1], "source": part.ref[0]}


def _frequency(frequency: Frequency) -> Json:
    ratio, sample = frequency.ratio, frequency.verification_sample
    return _present(
        clause=frequency.clause,
        max_per_year=frequency.max_per_year,
        min_interval_days=frequency.min_interval_days,
        min_per_year=frequency.min_per_year,
        off_site_first=frequency.off_site_first or None,
        ratio=None if ratio is None else f"{ratio[0]}/{ratio[1]}",
        verification_sample=None if sample is None else f"{sample[0]}/{sample[1]}",
    )


def _line(line: Line) -> Json:
    return _present(
        by=None if line.by is None else {"ref": line.by[1], "source": line.by[0]},
        clause=line.clause,
        code=line.code,
        counted=None if line.raw is None else _points[line.counted],
        cuts=[{"clause": one.clause, "left": _points[one.left], "stage": one.stage} for one in line.cuts] or None,
        decided_on=line.decided_on.isoformat(),
        dimension=line.dimension,
        edition=line.edition,
        factors=[_present(clause=one.clause, factor=one.factor, nth=one.nth) for one in line.factors] or None,
        raw=None if line.raw is None else _points[line.raw],
        ref=line.ref,
        restored=None if line.restored is None else {"clause": line.restored.clause, "share": line.restored.share},
        source=line.source,
        standing=line.standing,
        valid_until=None if line.valid_until is None else line.valid_until.isoformat(),
    )


def _line_text(line: Line) -> str:
    """The canonical text of a line; the usual shape is written straight away."""
    (
        source,
        ref,
        code,
        decided_on,
        edition,
        clause,
        dimension,
        standing,
        raw,
        counted,
        factors,
        restored,
        by,
        cuts,
        until,
    ) = line
    if raw is None or by or cuts or factors or restored or edition is None or clause is None or dimension is None:
        return _compact(_line(line))
    end = "" if until is None else f',"valid_until":"{until.isoformat()}"'
    return (
        f'{{"clause":{_quoted[clause]},"code":{_quoted[code]},"counted":"{_points[counted]}",'
        f'"decided_on":"{decided_on.isoformat()}","dimension":{_quoted[dimension]},"edition":{_quoted[edition]},'
        f'"raw":"{_points[raw]}","ref":{encode_basestring(ref)},"source":{_quoted[source]},"standing":"{standing}"{end}}}'
    )
