"""Records to drafts, chunk by chunk: what a thread prepares while the chunk before is being stored."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from service.evidence.bulk.copying import Copied, copied
from service.evidence.bulk.stage import Remark
from service.evidence.intake.acts import ActDraft, act_draft
from service.evidence.intake.checker import Fault
from service.evidence.intake.draft import Draft, event_draft, occasion_draft, source_faults
from service.evidence.intake.sheet import alike, sheets_of
from service.evidence.intake.two_persons import takes_two

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from scoring.kernel.merkle import MerkleTree
    from service.evidence.bulk.limits import Limits
    from service.evidence.bulk.records import Record
    from service.evidence.catalogue import Catalogue
    from service.evidence.intake.sheet import Numbered
    from service.platform import Actor

_AT_ONCE: Final = 1024**2
"""Bytes of records of which all bodies are held at once: one of brackets alone takes twenty times its bytes."""


class ActRow(NamedTuple):
    """An act and the number of its row in the file."""

    number: int
    draft: ActDraft


class Chunk(NamedTuple):
    """Some rows of a file. ``position``: where the chunk ends in the unpacked file; ``records``: how many it has.

    ``peaks``, ``size``: the Merkle tree over the bytes of all records up to here.
    """

    rows: list[Copied]
    acts: list[ActRow]
    remarks: list[Remark]
    records: int
    position: int
    size: int
    peaks: list[bytes]


def chunks(
    records: Iterator[Record], catalogue: Catalogue, limits: Limits, tree: MerkleTree, actor: Actor
) -> Iterator[Chunk]:
    """Checked chunks; each is at most so many rows and bytes as the limits say."""
    made = _Chunk(catalogue, limits, tree, actor)
    waiting: list[Record] = []
    count = weight = size = 0
    for record in records:
        waiting.append(record)
        count += 1
        size += len(record.raw)
        full = count >= limits.rows or weight + size >= limits.chunk
        if full or size >= _AT_ONCE:
            made.add(waiting)
            waiting, weight, size = [], weight + size, 0
        if full:
            yield made.end()
            made, count, weight = _Chunk(catalogue, limits, tree, actor), 0, 0
    if waiting:
        made.add(waiting)
    if count:
        yield made.end()


class _Chunk:
    """A chunk being made of records: those like others are checked by column, the rest one by one."""

    def __init__(self, catalogue: Catalogue, limits: Limits, tree: MerkleTree, actor: Actor) -> None:
        self._catalogue = catalogue
        self._actor = actor
        self._faults = limits.faults
        self._tree = tree
        self._rows: list[Copied] = []
        self._acts: list[ActRow] = []
        self._remarks: list[Remark] = []
        self._records = 0
        self._position = 0

    def add(self, records: Sequence[Record]) -> None:
        """Check some more records."""
        self._tree.extend(record.raw for record in records)
        self._records += len(records)
        self._position = records[-1].end
        bodies: list[Numbered] = []
        for record in records:
            if isinstance(record.body, Fault):
                self._refuse(record.number, [record.body])
            else:
                bodies.append((record.number, record.body))
        sheets, left = alike(bodies, self._catalogue, self._actor)
        self._rows += [copied(sheet) for sheet in (*sheets, *sheets_of(self._one_by_one(left)))]

    def end(self) -> Chunk:
        """The chunk of all records added."""
        self._remarks.sort(key=attrgetter("number"))
        place = (self._records, self._position, self._tree.size, list(self._tree.peaks))
        return Chunk(self._rows, self._acts, self._remarks, *place)

    def _one_by_one(self, rows: Iterable[Numbered]) -> Iterator[tuple[int, Draft]]:
        for number, body in rows:
            draft = drafted(body, self._catalogue, self._actor)
            if isinstance(draft, list):
                self._refuse(number, draft)
            elif isinstance(draft, ActDraft):
                self._acts.append(ActRow(number, draft))
            else:
                yield number, draft

    def _refuse(self, number: int, faults: Sequence[Fault]) -> None:
        self._remarks += [Remark(number, fault, refused=True) for fault in faults[: self._faults]]


def drafted(body: Mapping[str, Any], catalogue: Catalogue, actor: Actor) -> Any:  # noqa: ANN401 - Draft, ActDraft or faults
    """The draft of a record: an act names its ``act``, an occasion when it was ``held_on``, all else is an event."""
    draft: Draft | ActDraft | list[Fault]
    if takes_two(body.get("act"), actor):
        return [Fault("/act", "act_takes_two")]
    if "act" in body:
        draft = act_draft(body, addressed=True)
    else:
        draft = occasion_draft(body, catalogue) if "held_on" in body else event_draft(body, catalogue)
    return draft if isinstance(draft, list) else source_faults(draft.values["source"], actor) or draft
