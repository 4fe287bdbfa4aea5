"""The explanation as canonical bytes with their digest, and as a document (``docs/evaluation.md`` §10).

The bytes are joined from pieces that are remembered, keys in canonical order: a general encoder would take most of the
time of a rating. That they are canonical is a property test.
"""

from __future__ import annotations

import json
from hashlib import sha256
from itertools import chain
from json.encoder import encode_basestring as quote
from typing import TYPE_CHECKING

from scoring.kernel.canonical import CanonicalError, key_order
from scoring.rating.result import SCHEMA
from scoring.rating.texts import (
    DAY,
    DECIDED,
    EDITION,
    FREQUENCY,
    NAMED,
    NEXT,
    OUTCOME,
    POINTS,
    READ_BY,
    RISK_PART,
    STANDS,
    STREAK,
    TEXT,
    UNTIL,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scoring.rating.result import Bound, Line, Result, RiskFound, Shift

_SCHEMA = f',"schema":"{SCHEMA}"'.encode()


def encode(result: Result) -> tuple[bytes, str]:
    """The canonical bytes of the explanation and their SHA-256, hex.

    Raises:
        CanonicalError: ``canonical_lone_surrogate``: a text of the evidence is not Unicode.
    """
    pieces = [b'{"as_of":"', result.as_of.isoformat().encode(), b'"']
    try:
        _write_before(result, pieces)
        _write_middle(result, pieces)
        pieces.append(b',"lines":[')
        pieces += _lines(result.lines)
        pieces.append(b"]")
        _write_after(result, pieces)
        _write_end(result, pieces)
    except UnicodeEncodeError as error:
        raise CanonicalError("canonical_lone_surrogate", error.object[error.start : error.end]) from error
    written = b"".join(pieces)
    return written, sha256(written).hexdigest()


def document(result: Result) -> dict[str, object]:
    """The explanation for readers: strings, booleans, integers (thousandths, counts), lists and objects."""
    read: dict[str, object] = json.loads(encode(result)[0])
    return read


def _write_before(result: Result, pieces: list[bytes]) -> None:
    """The keys that come before the lines."""
    verdict = result.verdict
    if verdict.banded is not None:
        pieces.append(TEXT["banded", verdict.banded])
    if result.base is not None:
        pieces.append(POINTS["base", result.base])
    if verdict.ceiling is not None:
        pieces.append(_bound("ceiling", verdict.ceiling))
    if verdict.clause is not None:
        pieces.append(TEXT["clause", verdict.clause])
    if verdict.total is not None:
        pieces.append(_dimensions(result.dimensions))
    if verdict.direct is not None:
        pieces.append(_bound("direct", verdict.direct))


def _write_middle(result: Result, pieces: list[bytes]) -> None:
    """The keys from the direction to the kind."""
    verdict = result.verdict
    if result.edition is not None:
        pieces.append(EDITION[result.direction, result.edition, result.edition_digest])
    pieces.append(f',"entity":{quote(result.entity)}'.encode())
    if verdict.floor is not None:
        pieces.append(_bound("floor", verdict.floor))
    if result.frequency is not None:
        pieces.append(FREQUENCY[result.frequency])
    if verdict.grade is not None:
        pieces.append(TEXT["grade", verdict.grade])
    pieces.append(b',"illustrative":true' if result.illustrative else b"")
    pieces.append(TEXT["kind", result.kind])


def _write_after(result: Result, pieces: list[bytes]) -> None:
    """The keys that come after the lines."""
    verdict = result.verdict
    if result.next_change_on is not None:
        pieces.append(DAY["next_change_on", result.next_change_on])
    if verdict.outcome is not None:
        pieces.append(OUTCOME[verdict.outcome])
    if verdict.reason is not None:
        pieces.append(TEXT["reason", verdict.reason])
    if verdict.risk is not None:
        _write_risk(verdict.risk, pieces)
    pieces.append(_SCHEMA)


def _write_end(result: Result, pieces: list[bytes]) -> None:
    """The keys from the shifts on."""
    verdict = result.verdict
    if verdict.shifts:
        pieces.append(f',"shifts":[{",".join(map(_shift, verdict.shifts))}]'.encode())
    pieces.append(TEXT["state", verdict.state])
    if verdict.streak is not None:
        pieces.append(STREAK[verdict.streak])
    if verdict.tier is not None:
        pieces.append(TEXT["tier", verdict.tier])
    if verdict.total is not None:
        pieces.append(POINTS["total", verdict.total])
    pieces.append(b"" if result.verified else b',"verified":false')
    if verdict.total is not None:
        pieces.append(POINTS["worst_item", verdict.worst_item or 0])
    pieces.append(b"}")


def _lines(lines: tuple[Line, ...]) -> Iterable[bytes]:
    """The pieces of all lines, part by part for all lines at once: a step for every line would take twice the time."""
    if not lines:
        return ()
    (
        source, ref, code, decided_on, edition, clause, dimension, standing, raw, counted, factors, restored, by, cuts,
        until,
    ) = zip(*lines, strict=True)  # fmt: skip
    columns: tuple[Iterable[bytes], ...] = (
        map(NAMED.__getitem__, zip(clause, code, raw, counted, cuts, strict=True)),
        map(DECIDED.__getitem__, decided_on),
        map(READ_BY.__getitem__, zip(dimension, edition, factors, raw, strict=True)),
        _quoted(ref),
        map(STANDS.__getitem__, zip(restored, source, standing, strict=True)),
        map(UNTIL.__getitem__, until),
    )
    if any(by):
        columns = (map(_outweighed, by), *columns)
    pieces = [b"{", *chain.from_iterable(zip(*columns, strict=True))]
    pieces[-1] = pieces[-1].removesuffix(NEXT)
    return pieces


def _quoted(texts: tuple[str, ...]) -> list[bytes]:
    """Each text as it stands between quotation marks. All are quoted at once, a line each: the line end is escaped."""
    found = quote("\n".join(texts))[1:-1].encode().split(b"\\n")
    if len(found) == len(texts):
        return found
    return [quote(text)[1:-1].encode() for text in texts]  # one holds what looks like an escaped line end


def _outweighed(by: tuple[str, str] | None) -> bytes:
    return b"" if by is None else f'"by":{{"ref":{quote(by[1])},"source":{quote(by[0])}}},'.encode()


def _dimensions(dimensions: tuple[tuple[str, int], ...]) -> bytes:
    if "".join([key for key, _ in dimensions]).isascii():
        dimensions = tuple(sorted(dimensions))
    else:
        dimensions = tuple(sorted(dimensions, key=lambda pair: key_order(pair[0])))
    return b',"dimensions":{' + b"".join([POINTS[one] for one in dimensions])[1:] + b"}"


def _bound(key: str, bound: Bound) -> bytes:
    until = "" if bound.until is None else f',"until":"{bound.until.isoformat()}"'
    return (
        f',"{key}":{{"clause":{quote(bound.clause)},"grade":{quote(bound.grade)},'
        f'"ref":{quote(bound.ref)},"source":{quote(bound.source)}{until}}}'
    ).encode()


def _shift(shift: Shift) -> str:
    return (
        f'{{"by":{shift.by},"clause":{quote(shift.clause)},"grade":{quote(shift.grade)},'
        f'"ref":{quote(shift.ref)},"source":{quote(shift.source)},'
        f'"until":"{shift.until.isoformat()}"}}'
    )


def _write_risk(risk: RiskFound, pieces: list[bytes]) -> None:
    pieces.append(f',"risk":{{"level":{quote(risk.level)},"parts":['.encode())
    pieces.append(b",".join([RISK_PART[part] for part in risk.parts]))
    pieces += (b"]", POINTS["points", risk.points], b"}")
