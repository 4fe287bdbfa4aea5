"""The terms of a draw that a person chooses: when it closes, which sources in which attempts, by when it is done."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from scoring.kernel.canonical import canonical
from scoring.kernel.errors import LawError
from scoring.sampling.beacon import Round, announced, bits_together, day_there, instant_of, signed, source_of
from scoring.sampling.language import DocumentError, read
from scoring.sampling.shapes.followed import VALUE
from scoring.sampling.shapes.grammar import list_of
from scoring.sampling.shapes.promised import COMMITMENT, SOURCE, refuse_contradictions
from service.inspections.draws.store import local
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from zoneinfo import ZoneInfo

# The protocol's own minima (docs/draw-protocol.md §3).
PUBLISHED_BEFORE_CLOSING = 3600
CLOSED_BEFORE_INSTANT = 600
LEAST_BITS = 64
DRAND = "drand"


def attempts_of(said: Sequence[Mapping[str, Any]], *, has_secret: bool) -> list[dict[str, Any]]:
    """The attempts as a commitment writes them: a round tells its instant, and whether the secret is used.

    Raises:
        Problem: ``draw_terms_refused``, ``draw_source_known``, ``draw_source_weak``, ``draw_instant_missing``.
    """
    found: list[dict[str, Any]] = []
    uses = has_secret
    for place, each in enumerate(said):
        pointer = f"/attempts/{place}"
        _refuse_malformed(each["sources"], pointer)
        uses = uses and each["when"] != "secret_missing"
        instants = {_instant(source) for source in each["sources"] if source["kind"] == DRAND}
        instants |= {each["instant"]} - {None}
        if len(instants) != 1:
            raise Problem("draw_instant_missing", pointer=pointer)
        instant = instants.pop()
        day = day_there(instant)
        if any(source["kind"] != DRAND and source["day"] < day for source in each["sources"]):
            raise Problem("draw_source_known", pointer=f"{pointer}/sources", day=day)
        bits = bits_together(each["sources"])
        if bits < LEAST_BITS:
            raise Problem("draw_source_weak", pointer=f"{pointer}/sources", bits=bits, least=LEAST_BITS)
        found.append(
            {
                "when": each["when"],
                "secret": uses,
                "sources": [dict(source) for source in each["sources"]],
                "instant": instant,
                "deadline": each["deadline"],
            }
        )
    return found


def refuse_times(terms: Mapping[str, Any], frozen_at: int, zone: ZoneInfo) -> None:
    """Refuse terms whose moments do not follow one another with the leads of the protocol. ``zone``: to tell them in.

    Raises:
        Problem: ``draw_times_out_of_order``.
    """
    attempts = terms["attempts"]
    steps = [
        ("/close_at", frozen_at + PUBLISHED_BEFORE_CLOSING, terms["close_at"]),
        ("/attempts/0/instant", terms["close_at"] + CLOSED_BEFORE_INSTANT, attempts[0]["instant"]),
        *((f"/attempts/{n}/deadline", each["instant"], each["deadline"]) for n, each in enumerate(attempts)),
        *(
            (f"/attempts/{n}/instant", before["deadline"], after["instant"])
            for n, (before, after) in enumerate(pairwise(attempts), start=1)
        ),
        ("/result_by", attempts[-1]["deadline"], terms["result_by"]),
        ("/publish_by", terms["result_by"], terms["publish_by"]),
    ]
    for pointer, earliest, said in steps:
        if said < earliest:
            raise Problem("draw_times_out_of_order", pointer=pointer, earliest=local(earliest, zone))


def refuse_unlawful(commitment: Mapping[str, Any], rows: Sequence[Sequence[Any]]) -> None:
    """Refuse a commitment, or frame rows, that no verifier would read.

    Raises:
        Problem: ``draw_terms_refused``.
    """
    try:
        COMMITMENT(commitment)
        refuse_contradictions(commitment)
        read(canonical({"commitment": commitment, "rows": rows}))
    except DocumentError as refused:
        raise Problem("draw_terms_refused", pointer=refused.pointer or None, said=refused.said) from refused


def refuse_values(values: Sequence[Mapping[str, Any]], sources: Sequence[Mapping[str, Any]]) -> None:
    """Refuse values that do not answer their sources, one for one.

    Raises:
        Problem: ``draw_value_wrong``, ``draw_value_unverified`` where no pairing library is installed.
    """
    if len(values) != len(sources):
        raise Problem("draw_value_wrong", pointer="/values", said=f"{len(values)} / {len(sources)}")
    for place, (value, source) in enumerate(zip(values, sources, strict=True)):
        wrong = _wrong(value, source)
        if wrong == "unseen":
            raise Problem("draw_value_unverified", pointer=f"/values/{place}")
        if wrong:
            raise Problem("draw_value_wrong", pointer=f"/values/{place}", said=wrong)


def _wrong(value: Mapping[str, Any], source: Mapping[str, Any]) -> str:
    """What is wrong with a value; "" if nothing is."""
    known = source_of(source)
    try:
        VALUE(value)
    except DocumentError as refused:
        return refused.said
    if isinstance(known, Round):
        if (value.get("kind"), value.get("chain"), value.get("round")) != (DRAND, known.chain, known.number):
            return "source"
        seen = signed(known, bytes.fromhex(value["signature"]))
        return {"PASS": "", "FAIL": "signature", "UNSEEN": "unseen"}[seen]
    if (value.get("kind"), value.get("name")) != (source["kind"], source["name"]):
        return "source"
    return announced(value["values"], known)


def _instant(source: Mapping[str, Any]) -> int:
    try:
        return instant_of(Round(source["chain"], source["round"]))
    except LawError as refused:
        raise Problem("draw_terms_refused", pointer="/attempts", said=refused.en) from refused


def _refuse_malformed(sources: object, pointer: str) -> None:
    try:
        list_of(SOURCE, 1, 20)(sources)
    except DocumentError as refused:
        raise Problem("draw_terms_refused", pointer=f"{pointer}/sources{refused.pointer}", said=refused.said) from (
            refused
        )
