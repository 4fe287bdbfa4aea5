"""The explanation as canonical bytes with their digest, and as a document (``docs/evaluation.md`` §10).

The bytes are joined from pieces that are remembered, keys in canonical order: a general encoder would take most of the
time of a rating. That they are canonical is a property test.
"""

from __future__ import annotations

import json
from functools import lru_cache
from hashlib import sha256
from json.encoder import encode_basestring as quote
from typing import TYPE_CHECKING, Final

from scoring.kernel.canonical import CanonicalError, key_order
from scoring.rating.lines import gathered
from scoring.rating.result import SCHEMA
from scoring.rating.texts import (
    BEGIN,
    EDITION,
    END,
    FREQUENCY,
    ISO,
    KIND,
    NEXT,
    NEXT_CHANGE,
    OUTCOME,
    POINTS,
    RISK,
    RISK_PART,
    SOURCE,
    TEXT,
    UNTIL,
    texts_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.rating.lines import Lines
    from scoring.rating.result import Bound, Result, Shift

_EACH: Final = 8
"""Pieces of a line."""
_SCHEMA = f',"schema":"{SCHEMA}"'.encode()


def encode(result: Result) -> tuple[bytes, str]:
    """The canonical bytes of the explanation and their SHA-256, hex.

    Raises:
        CanonicalError: ``canonical_lone_surrogate``: a text of the evidence is not Unicode.
    """
    try:
        pieces = [*_before(result), b',"lines":[', *_lines(gathered(result.lines)), b"]", *_after(result)]
    except UnicodeEncodeError as error:
        raise CanonicalError("canonical_lone_surrogate", error.object[error.start : error.end]) from error
    written = b"".join(pieces)
    return written, sha256(written).hexdigest()


def document(result: Result) -> dict[str, object]:
    """The explanation for readers: strings, booleans, integers (thousandths, counts), lists and objects."""
    read: dict[str, object] = json.loads(encode(result)[0])
    return read


def _before(result: Result) -> list[bytes]:
    """The keys that come before the lines."""
    entity, kind, as_of, edition, edition_digest, illustrative, _, direction, base, verdict, *_ = result
    _, _, clause, total, _, _, _, banded, direct, floor, _, ceiling, grade, _, _ = verdict
    pieces = [b'{"as_of":"', ISO[as_of], BEGIN[banded, base]]
    if ceiling is not None:
        pieces.append(_bound("ceiling", ceiling))
    if clause is not None:
        pieces.append(TEXT["clause", clause])
    if total is not None:
        pieces.append(_dimensions(result.dimensions))
    if direct is not None:
        pieces.append(_bound("direct", direct))
    pieces += (EDITION[direction, edition, edition_digest], b',"entity":', quote(entity).encode())
    if floor is not None:
        pieces.append(_bound("floor", floor))
    if result.frequency is not None:
        pieces.append(FREQUENCY[result.frequency])
    pieces.append(KIND[grade, illustrative, kind])
    return pieces


def _after(result: Result) -> list[bytes]:
    """The keys that come after the lines."""
    *_, verified, _, _, verdict, _, _, _, next_change_on = result
    _, reason, _, total, worst_item, streak, outcome, _, _, _, shifts, _, _, risk, tier = verdict
    pieces = [NEXT_CHANGE[next_change_on]]
    if outcome is not None:
        pieces.append(OUTCOME[outcome])
    if reason is not None:
        pieces.append(TEXT["reason", reason])
    if risk is not None:
        parts = b",".join([RISK_PART[part] for part in risk.parts])
        pieces += (RISK[risk.level], parts, b"]", POINTS["points", risk.points], b"}")
    pieces.append(_SCHEMA)
    if shifts:
        pieces.append(f',"shifts":[{",".join(map(_shift, shifts))}]'.encode())
    pieces.append(END[verdict.state, streak, tier])
    if total is not None:
        pieces.append(POINTS["total", total])
    pieces.append(b"" if verified else b',"verified":false')
    if total is not None:
        pieces.append(POINTS["worst_item", worst_item or 0])
    pieces.append(b"}")
    return pieces


def _lines(lines: Lines) -> list[bytes]:
    """The pieces of all lines. Fields of events are taken by their places, which is faster than by their names."""
    if not lines.events:
        return []
    pieces = [b"{"]
    references = _quoted([event[1] for event in lines.events])
    for event, ref, treatment, end in zip(lines.events, references, lines.treatments, lines.ends, strict=True):
        named, read_by, given, stands = treatment.texts or texts_of(treatment)
        pieces += (named, ISO[event[3]], read_by, ref, given, SOURCE[event[0]], stands, UNTIL[end])
    for place, by in lines.by.items():
        pieces[place * _EACH + 1] = _outweighed(by) + pieces[place * _EACH + 1]
    pieces[-1] = pieces[-1].removesuffix(NEXT)
    return pieces


def _quoted(texts: Sequence[str]) -> list[bytes]:
    """Each text as it stands between quotation marks. All are quoted at once, a line each: the line end is escaped."""
    found = quote("\n".join(texts))[1:-1].encode().split(b"\\n")
    if len(found) == len(texts):
        return found
    return [quote(text)[1:-1].encode() for text in texts]  # one holds what looks like an escaped line end


def _outweighed(by: tuple[str, str]) -> bytes:
    return f'"by":{{"ref":{quote(by[1])},"source":{quote(by[0])}}},'.encode()


def _dimensions(dimensions: tuple[tuple[str, int], ...]) -> bytes:
    order = _canonical_order(tuple([key for key, _ in dimensions]))
    return b',"dimensions":{' + b"".join([POINTS[dimensions[place]] for place in order])[1:] + b"}"


@lru_cache(maxsize=1_000)
def _canonical_order(keys: tuple[str, ...]) -> tuple[int, ...]:
    """The places of keys as an object holds them."""
    return tuple(sorted(range(len(keys)), key=lambda place: key_order(keys[place])))


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
