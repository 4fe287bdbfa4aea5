"""The documents that follow a commitment: closing, entropy, result, events, entries of the register (section 2)."""

from __future__ import annotations

from scoring.sampling.shapes.grammar import by_field, hexadecimal, integer, list_of, one_of, or_empty, record
from scoring.sampling.shapes.words import CODE, COUNT, DIGEST, DRAW, FREE, NAME, STAFF_OR_NONE, TIME, TITLE, WORD

CLOSING = record(
    type=one_of("closing"),
    draw=DRAW,
    commitment=DIGEST,
    closed_at=TIME,
    reveals=list_of(record(witness=CODE, value=DIGEST), most=50),
    missing=list_of(CODE, most=50),
)
_NUMBERS = {"name": TITLE, "values": list_of(integer(-(10**12), 10**12), 1, 100)}
VALUE = by_field(
    "kind",
    drand=record(kind=one_of("drand"), chain=DIGEST, round=integer(1), signature=hexadecimal(48)),
    **{kind: record(kind=one_of(kind), **_NUMBERS) for kind in ("balls", "digits", "index")},
)
ENTROPY = record(
    type=one_of("entropy"),
    draw=DRAW,
    closing=DIGEST,
    attempt=integer(1, 4),
    failed=list_of(record(attempt=integer(1, 4), reason=WORD, evidence=DIGEST), most=4),
    values=list_of(VALUE, 1, 20),
    entered=list_of(record(by=CODE, at=TIME, values=list_of(VALUE, 1, 20)), 1, 10),
)
RESULT = record(
    type=one_of("result"),
    draw=DRAW,
    entropy=DIGEST,
    parts=list_of(
        record(
            part=NAME,
            drawn_root=DIGEST,
            reserve_root=DIGEST,
            team_root=DIGEST,
            cut_root=DIGEST,
            ticket_root=or_empty(DIGEST),
            short=COUNT,
        ),
        1,
        50,
    ),
)
EVENT = record(
    type=one_of("event"),
    draw=DRAW,
    part=NAME,
    n=integer(1),
    prev=DIGEST,
    kind=WORD,
    subject=WORD,
    seat=integer(0, 1000),
    from_=or_empty(CODE),
    to=or_empty(CODE),
    reason=WORD,
    evidence=DIGEST,
    by=CODE,
    approved_by=CODE,
    at=TIME,
)
KINDS = ("plan", "commitment", "closing", "entropy", "result", "attest", "log", "open", "void", "release")
ENTRY = record(
    type=one_of("entry"),
    authority=TITLE,
    n=integer(1),
    prev=DIGEST,
    kind=one_of(*KINDS),
    draw=or_empty(DRAW),
    task=or_empty(NAME),
    digest=DIGEST,
    at=TIME,
    by=CODE,
    approved_by=STAFF_OR_NONE,
    reason=FREE,
)
