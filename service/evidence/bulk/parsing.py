"""Records to drafts, chunk by chunk: what a thread prepares while the chunk before is being stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from service.evidence.bulk.copying import Row, row_of
from service.evidence.bulk.stage import Remark
from service.evidence.intake.acts import ActDraft, act_draft
from service.evidence.intake.checker import Fault
from service.evidence.intake.draft import event_draft, foreign, occasion_draft

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scoring.kernel.merkle import MerkleTree
    from service.evidence.bulk.limits import Limits
    from service.evidence.bulk.records import Record
    from service.evidence.catalogue import Catalogue


class ActRow(NamedTuple):
    """An act and the number of its row in the file."""

    number: int
    draft: ActDraft


class Chunk(NamedTuple):
    """Some rows of a file. ``position``: where the chunk ends in the unpacked file; ``records``: how many it has.

    ``peaks``, ``size``: the Merkle tree over the bytes of all records up to here.
    """

    rows: list[Row]
    acts: list[ActRow]
    remarks: list[Remark]
    records: int
    position: int
    size: int
    peaks: list[bytes]


def chunks(records: Iterator[Record], catalogue: Catalogue, limits: Limits, tree: MerkleTree) -> Iterator[Chunk]:
    """Checked chunks; each is at most so many rows and bytes as the limits say."""
    rows: list[Row] = []
    acts: list[ActRow] = []
    remarks: list[Remark] = []
    count = weight = position = 0
    for number, end, raw, body in records:
        tree.append(raw)
        count += 1
        weight += len(raw)
        position = end
        draft = [body] if isinstance(body, Fault) else drafted(body, catalogue)
        if isinstance(draft, list):
            remarks += [Remark(number, fault, refused=True) for fault in draft[: limits.faults]]
        elif isinstance(draft, ActDraft):
            acts.append(ActRow(number, draft))
        else:
            rows.append(row_of(number, draft))
        if count >= limits.rows or weight >= limits.chunk:
            yield Chunk(rows, acts, remarks, count, position, tree.size, list(tree.peaks))
            rows, acts, remarks, count, weight = [], [], [], 0, 0
    if count:
        yield Chunk(rows, acts, remarks, count, position, tree.size, list(tree.peaks))


def drafted(body: Mapping[str, Any], catalogue: Catalogue) -> Any:  # noqa: ANN401 - Draft, ActDraft or faults
    """The draft of a record: an act names its ``act``, an occasion when it was ``held_on``, all else is an event."""
    if "act" in body:
        return act_draft(body, addressed=True)
    if "held_on" in body:
        return foreign(occasion_draft(body, catalogue))
    return foreign(event_draft(body, catalogue))
