"""The files that a verifier is given: a transcript, full or public, and the certificate of one entity (section 2)."""

from __future__ import annotations

from typing import Any

from scoring.sampling.language import DocumentError
from scoring.sampling.shapes.followed import CLOSING, ENTROPY, ENTRY, EVENT, RESULT
from scoring.sampling.shapes.grammar import (
    Shape,
    array,
    day,
    integer,
    list_of,
    matching,
    one_of,
    or_empty,
    or_none,
    or_text,
    record,
    refuse,
)
from scoring.sampling.shapes.promised import COMMITMENT, PLAN, refuse_contradictions, refuse_other_suite
from scoring.sampling.shapes.words import CODE, COUNT, DIGEST, NAME, SALT, TITLE, WORD

_SHORT = or_empty(WORD)
_CUT = or_empty(matching("certain|0|[1-9a-f][0-9a-f]{0,300}", "cut"))
_KEY = matching("0|[1-9a-f][0-9a-f]{0,300}", "key")
_CODES = list_of(CODE, most=1000)

# What each tree's rows hold between the part and the salt.
COLUMNS: dict[str, tuple[Shape, ...]] = {
    "frame": (CODE, WORD, or_empty(NAME), integer(1, 2**32 - 1), one_of("in", "out"), _SHORT, or_empty(TITLE)),
    "avoid": (CODE, _CODES, _CODES),
    "roster": (CODE, TITLE, list_of(WORD, most=100), integer(0, 10**6), integer(0, 10**6), day, day),
    "drawn": (CODE,),
    "reserves": (NAME, integer(1), CODE),
    "cuts": (NAME, _CUT, _CUT),
    "teams": (CODE, list_of(or_empty(CODE), 1, 6)),
    "tickets": (CODE, _KEY),
}


def _part(*, full: bool) -> Shape:
    rows = {name: array(*columns) if full else _public(name, columns) for name, columns in COLUMNS.items()}
    return record(part=NAME, short=list_of(array(CODE, COUNT)), **{name: list_of(row) for name, row in rows.items()})


def _public(name: str, columns: tuple[Shape, ...]) -> Shape:
    if name == "avoid":  # only opened rows are there
        return array(*columns, SALT)
    return or_text(DIGEST, array(*columns, *((DIGEST,) if name == "frame" else ()), SALT))


def _transcript(view: str) -> Shape:
    full = view == "full"
    return record(
        type=one_of("transcript"),
        view=one_of(view),
        plan=or_none(PLAN),
        commitment=COMMITMENT,
        closing=CLOSING,
        entropy=ENTROPY,
        secret=or_empty(DIGEST),
        salt_key=DIGEST if full else one_of(""),
        result=RESULT,
        parts=list_of(_part(full=full), 1, 50),
        register=list_of(ENTRY, 1),
        log=list_of(EVENT),
    )


_PATH = list_of(DIGEST, most=64)
_LEAF = {"index": integer(), "path": _PATH}
CERTIFICATE = record(
    type=one_of("certificate"),
    commitment=COMMITMENT,
    closing=CLOSING,
    part=NAME,
    row=record(values=array(*COLUMNS["frame"], DIGEST, SALT), **_LEAF),
    entropy=or_none(ENTROPY),
    secret=or_empty(DIGEST),
    result=or_none(RESULT),
    cut=or_none(record(values=array(*COLUMNS["cuts"], SALT), **_LEAF)),
    ticket=or_none(record(values=array(*COLUMNS["tickets"], SALT), **_LEAF)),
    drawn=or_none(record(values=array(*COLUMNS["drawn"], SALT), **_LEAF)),
)
TRANSCRIPTS = {view: _transcript(view) for view in ("full", "public")}


def check(document: dict[str, Any]) -> None:
    """Refuse a file that is neither a transcript nor a certificate, with every field known and none missing.

    Raises:
        DocumentError: ``P-SUITE``, ``P-SHAPE``.
    """
    refuse_other_suite(document.get("commitment"))
    kind, view = document.get("type"), document.get("view")
    if kind == "certificate":
        CERTIFICATE(document)
    elif kind == "transcript" and isinstance(view, str) and view in TRANSCRIPTS:
        TRANSCRIPTS[view](document)
    else:
        refuse("neither a transcript, full or public, nor a certificate")
    try:
        refuse_contradictions(document["commitment"])
    except DocumentError as refused:
        raise refused.below("commitment") from None
    if kind == "certificate":
        _refuse_half_told(document)


def _refuse_half_told(certificate: dict[str, Any]) -> None:
    """A certificate is of before the opening, with nothing after its row, or of after it, with entropy and result."""
    if bool(certificate["entropy"]) != bool(certificate["result"]):
        refuse("entropy and result are told together")
    if not certificate["result"] and any(certificate[name] for name in ("secret", "cut", "ticket", "drawn")):
        refuse("before the opening nothing is told but the row")
