"""What became of files that were read into the register, and everything wrong with them."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.orm import Session

    from service.platform import Actor

_IMPORT = text("""
SELECT id, authority, report, started_at, actor_kind || ':' || actor_id AS actor
  FROM entity_import WHERE public_id = :id
""")
_OWN = text("""
SELECT id, report, started_at FROM entity_import
 WHERE (actor_kind, actor_id) IN
         (SELECT split_part(hand, ':', 1), split_part(hand, ':', 2) FROM unnest(CAST(:hands AS text[])) AS hand)
   AND (CAST(:before AS bigint) IS NULL OR id < :before)
 ORDER BY id DESC LIMIT :limit
""")
_FLAWS = text("SELECT row, pointer, code, params FROM entity_import_error WHERE import_id = :id ORDER BY row, place")
_HEADINGS = ("row", "pointer", "code", "说明", "下一步", "detail", "next")
_PIECE = 200


def import_report(session: Session, actor: Actor, import_id: str) -> tuple[int, dict[str, Any]]:
    """The internal number of an import and its report. Who is bound to regions sees only what they handed in.

    Raises:
        Problem: ``import_not_found``, also for one out of reach.
    """
    row = session.execute(_IMPORT, {"id": import_id}).one_or_none()
    within = row is not None and (row.actor in actor.hands or (actor.reaches(row.authority) and not actor.regions))
    if row is None or not within:
        raise Problem("import_not_found", import_id=import_id[:40])
    return row.id, _told(row)


def own_imports(
    session: Session, actor: Actor, *, before: int | None, limit: int
) -> Sequence[tuple[int, dict[str, Any]]]:
    """The files that somebody handed in, by whichever of their tokens and accounts: number and report, newest first."""
    rows = session.execute(_OWN, {"hands": sorted(actor.hands), "before": before, "limit": limit})
    return [(row.id, _told(row)) for row in rows]


def _told(row: Any) -> dict[str, Any]:  # noqa: ANN401 - a row of entity_import
    return {**row.report, "started_at": row.started_at.isoformat()}


def import_flaws(session: Session, number: int) -> Iterator[tuple[int, Problem]]:
    """Every flaw of an import as (row, problem), a piece at a time."""
    rows = session.execute(_FLAWS, {"id": number}, execution_options={"yield_per": 1_000})
    for row, pointer, code, params in rows:
        yield row, Problem(code, pointer=pointer, **params)


def flaws_as_csv(session: Session, number: int) -> Iterator[str]:
    """Every flaw of an import as a CSV file in pieces, with the mark by which spreadsheet programs know UTF-8."""
    piece = io.StringIO()
    writer = csv.writer(piece)
    piece.write("\ufeff")
    writer.writerow(_HEADINGS)
    for count, (row, flaw) in enumerate(import_flaws(session, number), 1):
        zh, en = flaw.text("zh"), flaw.text("en")
        writer.writerow((row, flaw.pointer, flaw.code, zh.detail, zh.next, en.detail, en.next))
        if count % _PIECE == 0:
            yield piece.getvalue()
            piece.seek(0)
            piece.truncate()
    yield piece.getvalue()
