"""Dry runs that are kept: made by a person, one at a time, and never changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, text

from service import editions
from service.platform import Problem
from service.studio.dry_run.asking import rehearsal_of
from service.studio.dry_run.causes import causes_of
from service.studio.dry_run.document import dry_run_document
from service.studio.dry_run.movers import COLUMNS, rows_of
from service.studio.dry_run.open_plans import open_plans
from service.studio.dry_run.sides import sides_of
from service.studio.dry_run.tables import DryRun
from service.studio.dry_run.visits import forecast

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sqlalchemy.orm import Session

    from service.platform import Actor, UnitOfWork
    from service.studio.dry_run.asking import Rehearsal, Wanted
    from service.studio.dry_run.sides import Sides

_TURN = text("SELECT pg_try_advisory_xact_lock(hashtextextended('dry_run.' || :person, 0))")
_COPY = f"COPY dry_run_entity ({', '.join(COLUMNS)}) FROM STDIN"


def tried(
    session: Session, folder: Path | None, actor: Actor, wanted: Wanted, *, whole: bool = False
) -> dict[str, Any]:
    """Who would move, counted and not kept: for who changes a number and looks.

    ``whole``: with causes, visits and open plans, as a run that is kept has them.

    Raises:
        Problem: ``dry_run_under_way``, and as `rehearsal_of`.
    """
    _take_turn(session, actor)
    laid = rehearsal_of(session, folder, actor, wanted)
    if whole:
        return _whole(session, laid, sides_of(laid.question), causes=wanted.causes)
    return _headed(laid, dry_run_document(laid.question))


def rehearse(*, uow: UnitOfWork, folder: Path | None, wanted: Wanted) -> int:
    """Try an edition on a stock and keep what was found; the number of the run. Nothing changes in force.

    Raises:
        Problem: ``dry_run_under_way``, and as `rehearsal_of`.
    """
    session, actor = uow.session, uow.actor
    _take_turn(session, actor)
    laid = rehearsal_of(session, folder, actor, wanted)
    kinds = sides_of(laid.question)
    document = _whole(session, laid, kinds, causes=wanted.causes)
    detail = {name: document[name] for name in ("edition_digest", "position", "stock_digest", "day")}
    values = {
        "person": f"{actor.kind}:{actor.id}",
        "ran_at": uow.now,
        "proposal_id": wanted.proposal,
        "edition_id": laid.tried.id,
        "edition_digest": laid.tried.digest,
        "edition": laid.text,
        "editions": editions.kept_of(laid.without),
        "position": laid.question.stock.position,
        "stock_day": laid.question.stock.day,
        "stock_digest": laid.question.stock.digest,
        "day": laid.question.day,
        "within": laid.question.within,
        "authorities": laid.question.reach.authorities,
        "regions": laid.question.reach.regions,
        "document": document,
        "audit_id": uow.audit("dry_run.kept", laid.tried.id, {**detail, "proposal": wanted.proposal}),
    }
    number = int(session.scalar(insert(DryRun).values(**values).returning(DryRun.id)) or 0)
    _copy(session, number, kinds, laid.question.within)
    return number


def _whole(session: Session, laid: Rehearsal, kinds: Mapping[str, Sides], *, causes: bool) -> dict[str, Any]:
    return {
        **_headed(laid, dry_run_document(laid.question, kinds)),
        "causes": causes_of(session, laid, kinds) if causes else None,
        "visits": forecast(session, laid.question, kinds),
        "plans": open_plans(session, laid, kinds),
    }


def _headed(laid: Rehearsal, found: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "edition": laid.tried.id,
        "edition_digest": laid.tried.digest,
        "replaces": sorted(replaced(laid)),
        "remarks": [
            {"code": one.code, "clause": one.clause, "pointer": one.pointer, "zh": one.zh, "en": one.en}
            for one in laid.remarks
        ],
        **found,
    }


def replaced(laid: Rehearsal) -> set[str]:
    """The editions that rate somebody of the stock without the one tried, and nobody in its place."""
    found: set[str] = set()
    for kind in laid.question.stock.kinds:
        for region in laid.question.stock.of(kind).region.texts:
            then, now = laid.question.before(kind, region), laid.question.after(kind, region)
            one, other = then.index_on(laid.question.day), now.index_on(laid.question.day)
            if one is not None and other is not None and now.editions[other].id == laid.tried.id:
                found.add(then.editions[one].id)
    return found


def _take_turn(session: Session, actor: Actor) -> None:
    """One at a time for each person, until the transaction ends.

    Raises:
        Problem: ``dry_run_under_way``.
    """
    person = actor.person or f"{actor.kind}:{actor.id}"
    if not session.scalar(_TURN, {"person": person}):
        raise Problem("dry_run_under_way")


def _copy(session: Session, run: int, kinds: Mapping[str, Sides], within: int) -> None:
    connection = session.connection().connection.driver_connection
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:  # type: ignore[union-attr] # psycopg, always
        for row in rows_of(run, kinds, within):
            copy.write_row(row)
