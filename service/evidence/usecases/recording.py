"""Recording one event or one occasion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from service.evidence.intake.draft import RESERVED, UNKNOWN, Draft, event_draft, occasion_draft, source_faults
from service.evidence.intake.judgement import judge
from service.evidence.intake.refusing import problem_of
from service.evidence.intake.single import found, parameters, statement, statement_of
from service.evidence.queries.catalogue import catalogue
from service.platform import LEDGER_CLAUSE, Problem, ledger_parameters, wake

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from service.evidence.catalogue import Catalogue
    from service.evidence.intake.checker import Fault
    from service.evidence.intake.single import Stored
    from service.platform import Actor, Database, UnitOfWork

_TRIES = 3


class Receipt(NamedTuple):
    """What became of a draft. ``held``: the same body was recorded before, under this number."""

    id: int
    held: bool
    draft: Draft
    warnings: list[Fault]


def drafted(database: Database, actor: Actor, body: Mapping[str, Any], *, occasion: bool = False) -> Draft:
    """The draft of a body that came from outside.

    Raises:
        Problem: what is wrong with the body in itself, or a name that is in no catalogue.
    """
    make: Callable[[Mapping[str, Any], Catalogue], Draft | list[Fault]] = occasion_draft if occasion else event_draft
    draft = make(body, catalogue(database))
    if any(fault.code in UNKNOWN for fault in (draft if isinstance(draft, list) else draft.remarks)):
        draft = make(body, catalogue(database, afresh=True))
    faults = draft if isinstance(draft, list) else source_faults(draft.values["source"], actor)
    if isinstance(draft, list) or faults:
        raise problem_of(faults)
    return draft


def record_at_once(*, database: Database, actor: Actor, draft: Draft) -> Receipt:
    """Record one event or occasion in one statement, which is one transaction.

    Raises:
        Problem: unknown entity, out of scope, reference taken, a day that cannot be; nothing is recorded.
    """
    now = database.clock.now()
    with database.at_once() as connection:
        for _ in range(_TRIES):
            number = database.next_audit_id(connection)
            left = ledger_parameters(
                actor,
                now,
                audit_id=number,
                action=_action(draft),
                subject=draft.values["entity"],
                detail=_detail(draft),
            )
            row = connection.execute(
                statement(statement_of(draft), LEDGER_CLAUSE), {**parameters(draft, actor, number), **left}
            ).fetchone()
            receipt = _receipt(draft, found(row or ()), actor)
            if receipt is not None:
                break
        else:
            raise Problem("unavailable")
    if not receipt.held:
        wake("drain")
    return receipt


def record(*, uow: UnitOfWork, draft: Draft) -> Receipt:
    """Record one event or occasion within a unit of work.

    Raises:
        Problem: as ``record_at_once``.
    """
    connection = uow.session.connection()
    for _ in range(_TRIES):
        number = uow.next_audit_id()
        given = {**parameters(draft, uow.actor, number), "now": uow.now}
        stored = found(tuple(connection.exec_driver_sql(statement(statement_of(draft), None).decode(), given).one()))
        receipt = _receipt(draft, stored, uow.actor)
        if receipt is not None:
            break
    else:
        raise Problem("unavailable")
    if not receipt.held:
        uow.audit(_action(draft), draft.values["entity"], _detail(draft), number=number)
        uow.mark([stored.facts.entity_id or 0], "event")
    return receipt


def record_body(*, uow: UnitOfWork, body: Mapping[str, Any], catalogue: Catalogue, occasion: bool = False) -> Receipt:
    """Record one event or occasion of the service's own within a unit of work, from a body as callers send theirs.

    Raises:
        Problem: what is wrong with the body in itself, and as ``record_at_once``.
        ValueError: its source is not reserved, so that somebody outside could take its reference first.
    """
    draft = occasion_draft(body, catalogue) if occasion else event_draft(body, catalogue)
    if isinstance(draft, list):
        raise problem_of(draft)
    refuse_open(draft.values["source"])
    return record(uow=uow, draft=draft)


def refuse_open(source: str) -> None:
    """Hold the service to the sources that nobody else may use.

    Raises:
        ValueError: the source is not reserved.
    """
    if source not in RESERVED:
        raise ValueError(f"the source {source} is not reserved for the service: add it to RESERVED")


def _receipt(draft: Draft, stored: Stored, actor: Actor) -> Receipt | None:
    """What is told of the statement's answer; None: another took the reference meanwhile, so look again."""
    verdict = judge(draft, stored.facts, actor)
    if verdict.outcome == "refused":
        raise problem_of(verdict.faults)
    if verdict.outcome == "held":
        return Receipt(stored.facts.held_id or 0, True, draft, [])
    return None if stored.id is None else Receipt(stored.id, False, draft, verdict.warnings)


def _action(draft: Draft) -> str:
    return "evidence.occasion_recorded" if draft.kind is None else "evidence.event_recorded"


def _detail(draft: Draft) -> dict[str, str]:
    values = draft.values
    return {"source": values["source"], "source_ref": values["source_ref"], "sha256": draft.digest.hex()}
