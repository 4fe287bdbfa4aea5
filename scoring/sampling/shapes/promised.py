"""The commitment and the plan behind it (protocol, section 2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scoring.sampling.bytes import PROTOCOL, SUITE
from scoring.sampling.shapes.grammar import (
    Shape,
    array,
    by_field,
    day,
    flag,
    integer,
    list_of,
    matching,
    one_of,
    or_empty,
    record,
    refuse,
)
from scoring.sampling.shapes.words import CODE, COUNT, DIGEST, DRAW, FREE, NAME, RATIO, TIME, TITLE, WORD

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SMALL = integer(-(10**12), 10**12)
_ANNOUNCED: dict[str, Shape] = {
    "name": TITLE,
    "day": day,
    "count": integer(1, 100),
    "range": array(_SMALL, _SMALL),
    "sorted": flag,
}
SOURCE = by_field(
    "kind",
    drand=record(kind=one_of("drand"), chain=DIGEST, round=integer(1)),
    **{kind: record(kind=one_of(kind), **_ANNOUNCED) for kind in ("balls", "digits", "index")},
)
_SECRET = record(holder=CODE, commitment=DIGEST, custodians=list_of(record(id=CODE, organisation=TITLE), most=20))
_WITNESS = record(id=CODE, organisation=TITLE, commitment=DIGEST)
_ATTEMPT = record(
    when=one_of("first", "source_absent", "secret_missing"),
    secret=flag,
    sources=list_of(SOURCE, 1, 20),
    instant=TIME,
    deadline=TIME,
)
STRATUM = record(
    stratum=NAME,
    clause=TITLE,
    ratio=RATIO,
    round=one_of("up", "half_up"),
    at_least=COUNT,
    size=COUNT,
    draw=COUNT,
    order=one_of("equal", "pareto"),
    certain=COUNT,
    weight_rest=integer(),
    reserve_ratio=RATIO,
    reserves=COUNT,
    steps=list_of(integer(1, 10**6), most=20),
)
PART = record(
    part=NAME,
    authority=TITLE,
    approved_by=CODE,
    authorities=list_of(TITLE, most=100),
    items=list_of(WORD, most=1000),
    tickets=one_of("shared", "own"),
    rotation=array(integer(0, 999), integer(1, 1000)),
    snapshot=record(register=TITLE, taken_at=TIME, count=COUNT, digest=DIGEST),
    rulebook=record(edition=TITLE, digest=DIGEST),
    frame=record(root=DIGEST, size=COUNT, out=list_of(array(WORD, COUNT), most=100)),
    apportion=by_field(
        "method",
        ratio=record(method=one_of("ratio")),
        largest_remainder=record(method=one_of("largest_remainder"), total=COUNT),
    ),
    strata=list_of(STRATUM, 1, 1000),
    seats=list_of(record(authority=or_empty(TITLE), skills=list_of(WORD, most=50)), 2, 6),
    window=array(day, day),
    roster=record(root=DIGEST, size=COUNT),
)
COMMITMENT = record(
    type=one_of("commitment"),
    protocol=one_of(PROTOCOL),
    suite=one_of(SUITE),
    draw=DRAW,
    authority=TITLE,
    plan=NAME,
    plan_digest=DIGEST,
    task=NAME,
    title=TITLE,
    basis=list_of(TITLE, most=100),
    replaces=or_empty(DRAW),
    reason=FREE,
    prepared_by=CODE,
    approved_by=CODE,
    frozen_at=TIME,
    close_at=TIME,
    result_by=TIME,
    publish_by=TIME,
    names=one_of("open", "dispatch", "completion"),
    rows=one_of("open", "none"),
    secret=list_of(_SECRET, most=1),
    witnesses=list_of(_WITNESS, most=50),
    witness_min=integer(0, 50),
    attempts=list_of(_ATTEMPT, 1, 4),
    parts=list_of(PART, 1, 50),
)
PLAN = record(
    type=one_of("plan"),
    plan=NAME,
    authority=TITLE,
    title=TITLE,
    tasks=list_of(
        record(
            task=NAME,
            cutoff=array(TIME, TIME),
            ratios=list_of(array(NAME, NAME, RATIO), most=5000),
            sources=list_of(array(matching("[a-z]{1,16}", "kind of source"), TITLE), most=50),
        ),
        1,
        1000,
    ),
)


def refuse_other_suite(commitment: object) -> None:
    """P-SUITE comes before all shapes: a later protocol may have others.

    Raises:
        DocumentError: ``P-SUITE``.
    """
    if isinstance(commitment, dict):
        for field, ours in (("protocol", PROTOCOL), ("suite", SUITE)):
            if (said := commitment.get(field, ours)) != ours:
                refuse(f"{field} {said!r:.60} is not {ours}", "P-SUITE")


def refuse_contradictions(commitment: Mapping[str, Any]) -> None:
    """What no single field can say: the rules of section 2 between fields of one commitment.

    Raises:
        DocumentError: ``P-SHAPE``.
    """
    secret, attempts, parts = commitment["secret"], commitment["attempts"], commitment["parts"]
    if commitment["names"] == "open" and (secret or commitment["rows"] != "open"):
        refuse("names open at the beacon: no secret, and open rows")
    if commitment["rows"] == "none":
        if not secret or len(secret[0]["custodians"]) < 2:  # noqa: PLR2004 -- the rule of the page
            refuse("closed rows need a secret with two custodians")
        if any(attempt["when"] == "secret_missing" for attempt in attempts):
            refuse("closed rows have no attempt without the secret")
    if commitment["witness_min"] > len(commitment["witnesses"]):
        refuse("witness_min is larger than the number of witnesses")
    _refuse_attempts(attempts, has_secret=bool(secret))
    _refuse_twice("witness", [witness["id"] for witness in commitment["witnesses"]])
    for known in secret:
        _refuse_twice("custodian", [each["id"] for each in known["custodians"]])
    _refuse_twice("part", [part["part"] for part in parts])
    for part in parts:
        _refuse_part(part)


def _refuse_part(part: Mapping[str, Any]) -> None:
    _refuse_twice("stratum", [stratum["stratum"] for stratum in part["strata"]])
    _refuse_twice("reason", [reason for reason, _ in part["frame"]["out"]])
    for num, den in (part["rotation"], *(stratum["ratio"] for stratum in part["strata"])):
        if num > den:
            refuse(f"{num}/{den} is more than the whole")
    if part["rotation"][0] == part["rotation"][1]:
        refuse("a whole turn is written 0")
    if part["window"][0] > part["window"][1]:
        refuse("the window ends before it begins")
    if any(seat["skills"] != sorted(set(seat["skills"])) for seat in part["seats"]):
        refuse("the skills of a seat are ascending")


def _refuse_attempts(attempts: Sequence[Mapping[str, Any]], *, has_secret: bool) -> None:
    if [attempt["when"] == "first" for attempt in attempts] != [True] + [False] * (len(attempts) - 1):
        refuse("the first attempt, and no other, is the first")
    uses = has_secret
    for attempt in attempts:
        missing = attempt["when"] == "secret_missing"
        if missing and not uses:
            refuse("only a secret that was used can be missing, and only once")
        uses = uses and not missing
        if attempt["secret"] != uses:
            refuse("each attempt uses the committed secret until it is missing, and none after that")


def _refuse_twice(what: str, names: Sequence[str]) -> None:
    if len(set(names)) < len(names):
        refuse(f"a {what} stands twice")
