"""The certificate of one entity: its row and what became of it, each with the path to a published root (section 2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scoring.kernel.errors import LawError
from scoring.kernel.trees import Paths
from scoring.sampling.views import seen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.sampling.views import Seen


def certificate(transcript: Mapping[str, Any], part: str, code: str, *, opened: bool) -> dict[str, Any]:
    """The certificate of an entity, out of a transcript that shows its rows.

    ``opened``: with the beacon, the cut of its stratum and, as the rows are open or not, the secret or its ticket.
    A drawn entity's certificate then also has its leaf in the tree of the drawn.

    Raises:
        LawError: ``entity_not_in_frame``.
    """
    shown = next((each for each in seen(transcript) if each.part == part), None)
    row = _found(shown, "frame", 0, code) if shown else {}
    if shown is None or not row:
        raise LawError(
            "entity_not_in_frame",
            zh=f"抽样框 {part} 中没有 {code} 的公开行，请核对代码。",
            en=f"The frame {part} shows no row of {code}: check the code.",
        )
    stratum = row["values"][2]
    closed = transcript["commitment"]["rows"] == "none"
    told: dict[str, Any] = {"entropy": {}, "secret": "", "result": {}, "cut": {}, "ticket": {}, "drawn": {}}
    if opened:
        told["entropy"], told["result"] = transcript["entropy"], transcript["result"]
        told["secret"] = "" if closed else transcript["secret"]
        told["cut"] = _found(shown, "cuts", 0, stratum)
        told["ticket"] = _found(shown, "tickets", 0, code) if closed else {}
        told["drawn"] = _found(shown, "drawn", 0, code)
    return {
        "type": "certificate",
        "commitment": transcript["commitment"],
        "closing": transcript["closing"],
        "part": part,
        "row": row,
        **told,
    }


def _found(shown: Seen, name: str, place: int, sought: str) -> dict[str, Any]:
    """The row of a list that says ``sought`` in its place, with index and path; {} if no open row does."""
    rows = shown.rows[name]
    for index, row in enumerate(rows):
        if not isinstance(row, str) and row[place] == sought:
            path = Paths(shown.hashes(name)).of(index)
            return {"values": list(row), "index": index, "path": [each.hex() for each in path]}
    return {}
