"""Recording several events and occasions sent together: all of them or none, or the good ones."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from service.evidence.bulk.copying import copied
from service.evidence.bulk.parsing import drafted
from service.evidence.bulk.stage import Stage, bounds, driver, mark_touched
from service.evidence.intake.acts import ActDraft
from service.evidence.intake.checker import Fault
from service.evidence.intake.refusing import told
from service.evidence.intake.sheet import sheets_of
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from service.evidence.bulk.stage import Stored
    from service.evidence.catalogue import Catalogue
    from service.evidence.intake.draft import Draft
    from service.platform import Actor, UnitOfWork


class Item(NamedTuple):
    """What became of one body of a batch. ``id`` None: refused. ``said``: why, or what is remarkable."""

    id: int | None
    held: bool
    said: list[Fault]


def record_batch(
    *, uow: UnitOfWork, bodies: Sequence[Mapping[str, Any]], mode: Literal["good", "all"], catalogue: Catalogue
) -> list[Item]:
    """Record events and occasions in one transaction, under one audit row; the answer is in their order.

    The batch is the whole of its unit of work: where nothing new is stored, the transaction is rolled back.

    Raises:
        Problem: ``invalid_body`` with every fault, where mode is ``all`` and something is refused; nothing is kept.
    """
    drafts: list[tuple[int, Draft]] = []
    said: dict[int, list[Fault]] = {}
    for number, body in enumerate(bodies):
        draft = _drafted(body, catalogue, uow.actor)
        if isinstance(draft, list):
            said[number] = draft
        else:
            drafts.append((number, draft))
    audit_id = uow.next_audit_id()
    connection = driver(uow.session)
    since = bounds(connection)
    rows = [copied(sheet) for sheet in sheets_of(drafts)]
    stored = Stage(connection, uow.actor, uow.now, audit_id).store(rows, ids=True)
    for remark in stored.remarks:
        said.setdefault(remark.number, []).append(remark.fault)
    refused = [number for number in range(len(bodies)) if number not in stored.ids]
    if mode == "all" and refused:
        raise _invalid(said, refused)
    if stored.stored:
        mark_touched(connection, since, audit_id)
        uow.audit("evidence.batch_recorded", "evidence", _detail(drafts, stored), number=audit_id)
        uow.wake("drain")
    else:
        uow.abandon()
    return [
        Item(stored.ids.get(number), number in stored.repeats, said.get(number, [])) for number in range(len(bodies))
    ]


def _drafted(body: object, catalogue: Catalogue, actor: Actor) -> Any:  # noqa: ANN401 - a draft or faults
    if not isinstance(body, dict):
        return [Fault("", "not_an_object")]
    draft = drafted(body, catalogue, actor)
    return [Fault("/act", "field_unknown")] if isinstance(draft, ActDraft) or "act" in body else draft


def _detail(drafts: Sequence[tuple[int, Draft]], stored: Stored) -> dict[str, Any]:
    """What the audit row says: digests over those of all bodies as sent, and over those stored, in ascending order."""
    numbers = stored.ids.keys() - stored.repeats
    new = sorted(draft.digest for number, draft in drafts if number in numbers)
    return {
        "rows": len(drafts),
        "stored": stored.stored,
        "held": stored.held,
        "sha256": sha256(b"".join(draft.digest for _, draft in drafts)).hexdigest(),
        "stored_sha256": sha256(b"".join(new)).hexdigest(),
    }


def _invalid(said: Mapping[int, list[Fault]], refused: Sequence[int]) -> Problem:
    faults = [
        told(Fault(f"/events/{number}{fault.pointer}", fault.code, fault.params))
        for number in refused
        for fault in said[number]
    ]
    return Problem("invalid_body", errors=faults, count=len(faults))
