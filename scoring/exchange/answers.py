"""One rating as one line of JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from scoring.kernel.points import format_points
from scoring.rating.explanation import encode

if TYPE_CHECKING:
    from scoring.rating.result import Result


def answer_line(result: Result, *, explain: bool) -> bytes:
    """``entity, kind, as_of, state, reason, score, grade, tier, edition, next_change_on, explanation_digest``.

    What is not given is null. With ``explain`` the explanation follows, in the very bytes that the digest is of.
    """
    written, digest = encode(result)
    change = result.next_change_on
    answer = {
        "entity": result.entity,
        "kind": result.kind,
        "as_of": result.as_of.isoformat(),
        "state": result.state,
        "reason": result.reason,
        "score": None if result.total is None else format_points(result.total),
        "grade": result.grade,
        "tier": result.tier,
        "edition": result.edition,
        "next_change_on": None if change is None else change.isoformat(),
        "explanation_digest": digest,
    }
    line = json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()
    if explain:
        return line[:-1] + b',"explanation":' + written + b"}\n"
    return line + b"\n"
