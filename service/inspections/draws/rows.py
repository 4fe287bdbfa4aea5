"""The rows of a part, frozen and drawn, kept as compressed canonical JSON."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select

from scoring.kernel.canonical import canonical
from scoring.sampling.frozen import Frozen, freeze
from scoring.sampling.outcome import Outcome
from scoring.sampling.rows import Avoid, FrameRow, RosterRow
from service.inspections.draws.tables import DrawRows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from service.inspections.draws.store import Draw
    from service.platform import UnitOfWork


class PartRows(NamedTuple):
    """What a part was frozen from, without salts. ``keys``: the public key of each code; ``tiers``: its tier."""

    part: str
    frame: Sequence[FrameRow]
    avoids: Mapping[str, Avoid]
    roster: Sequence[RosterRow]
    keys: Mapping[str, str]
    tiers: Mapping[str, str]

    def frozen(self, salt_key: bytes) -> Frozen:
        """The rows with their salts."""
        return freeze(self.part, salt_key, self.frame, self.avoids, self.roster)


def save_rows(uow: UnitOfWork, draw: Draw, rows: PartRows) -> None:
    """Store the rows of a part."""
    body = {
        "frame": [list(row[:7]) for row in rows.frame],
        "avoid": [[code, list(avoid.recused), list(avoid.last)] for code, avoid in sorted(rows.avoids.items())],
        "roster": [[row.id, row.authority, list(row.skills), *row[3:7]] for row in rows.roster],
        "keys": sorted(map(list, rows.keys.items())),
        "tiers": sorted(map(list, rows.tiers.items())),
    }
    _save(uow, draw, rows.part, "frame", body)


def rows_of(session: Session, draw: Draw) -> list[PartRows]:
    """The rows of every part of a draw."""
    return [
        PartRows(
            part,
            [FrameRow(*row) for row in body["frame"]],
            {code: Avoid(tuple(recused), tuple(last)) for code, recused, last in body["avoid"]},
            [RosterRow(row[0], row[1], tuple(row[2]), *row[3:]) for row in body["roster"]],
            dict(body["keys"]),
            dict(body["tiers"]),
        )
        for part, body in _load(session, draw, "frame")
    ]


def save_outcomes(uow: UnitOfWork, draw: Draw, outcomes: Sequence[Outcome]) -> None:
    """Store what the seed made of every part."""
    for each in outcomes:
        _save(uow, draw, each.part, "outcome", {"rows": dict(each.rows), "short": each.short})


def outcomes_of(session: Session, draw: Draw) -> list[Outcome]:
    """What the seed made of every part; none before the result."""
    return [Outcome(part, body["rows"], body["short"]) for part, body in _load(session, draw, "outcome")]


def _save(uow: UnitOfWork, draw: Draw, part: str, what: str, body: Mapping[str, Any]) -> None:
    audit_id = uow.audit("inspections.draw_rows", draw.number, {"part": part, "what": what})
    packed = zlib.compress(canonical(dict(body)))
    uow.session.add(DrawRows(draw_id=draw.id, part=part, what=what, body=packed, audit_id=audit_id))
    uow.session.flush()


def _load(session: Session, draw: Draw, what: str) -> list[tuple[str, dict[str, Any]]]:
    wanted = select(DrawRows.part, DrawRows.body).where(DrawRows.draw_id == draw.id, DrawRows.what == what)
    return [(part, json.loads(zlib.decompress(body))) for part, body in session.execute(wanted.order_by(DrawRows.part))]
