"""Where an entity stood in the frames that were frozen since some instant, and what became of it there."""

from __future__ import annotations

import json
import re
import zlib
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import text

from scoring.sampling.rows import FrameRow
from service import register
from service.inspections.draws import audience
from service.inspections.draws.parts import authorities_of, tasks_of
from service.inspections.draws.rows import outcomes_of
from service.inspections.draws.store import Draw, acts, draw_of
from service.platform import Role

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session

    from scoring.sampling.outcome import Outcome
    from service.platform import Actor

# A draw that was frozen, part by part: one frame in memory at a time.
_FROZEN = text("""
SELECT DISTINCT w.id, w.number, a.taken_at FROM draw w JOIN draw_act a ON a.draw_id = w.id
 WHERE a.kind = 'frozen' AND a.taken_at >= :since
 ORDER BY w.id
""")
_DECODER = json.JSONDecoder()
_PAIR = 2
_CODE = re.compile(r'\["((?:[^"\\]|\\.)*)"\Z')
_LONGEST = 2_000  # characters of a code, escaped, and more
_FRAMES = text("SELECT part, body FROM draw_rows WHERE draw_id = :draw AND what = 'frame' ORDER BY part")


class FrozenPlace(NamedTuple):
    """An entity in the frame of a part of a draw. ``tier``: of its kind there, None where it had none.

    ``became``: ``drawn``, ``reserve`` or ``not_drawn``; ``no_result`` before the seed; ``hidden`` from who may not
    know yet who was drawn.
    """

    draw: str
    part: str
    authority: str
    task: str
    frozen_at: datetime
    row: FrameRow
    tier: str | None
    became: str
    void: bool


def frozen_places(session: Session, actor: Actor, key: str, *, since: datetime) -> Iterator[FrozenPlace]:
    """The places of an entity in frames frozen since an instant, oldest draw first."""
    for number, name, frozen_at in session.execute(_FROZEN, {"since": since}).all():
        found = [(part, row) for part, row in _rows(session, number, key) if row is not None]
        if not found:
            continue
        draw = draw_of(session, name)
        whose, tasks = authorities_of(session, draw), tasks_of(session, draw)
        outcomes = {one.part: one for one in outcomes_of(session, draw)}
        void = bool(acts(session, draw, "void"))
        for part, (row, tier) in found:
            became = _became(outcomes.get(part), row.code) if _may_know(session, actor, draw, part) else "hidden"
            yield FrozenPlace(name, part, whose[part], tasks[part], frozen_at, row, tier, became, void)


def _rows(session: Session, draw: int, key: str) -> Iterator[tuple[str, tuple[FrameRow, str | None] | None]]:
    """The row of an entity in each part."""
    for part, body in session.execute(_FRAMES, {"draw": draw}):
        yield part, row_in(zlib.decompress(body).decode(), key)


def row_in(frame: str, key: str) -> tuple[FrameRow, str | None] | None:
    """The row of an entity, and its tier.

    Both are found in the canonical text, of which no more is read than that: a frame of a city takes a tenth of a
    second to read whole. It holds a row, a pair with the key and perhaps one with the tier for each code, and no string
    of JSON holds a quotation mark that is not escaped; what only looks like a row lies between two strings.
    """
    code = _code_of(frame, f",{json.dumps(key, ensure_ascii=False)}]")
    if code is None:
        return None
    found = list(_arrays(frame, f'["{code}",'))
    row = next((one for one in found if len(one) > _PAIR), None)
    tier = next((one[1] for one in found if len(one) == _PAIR and one[1] != key), None)
    return None if row is None else (FrameRow(*row), tier)


def _code_of(frame: str, ending: str) -> str | None:
    """The code, as the text writes it, of the pair that ends so."""
    place = frame.find(ending)
    while place >= 0:
        pair = _CODE.search(frame, max(place - _LONGEST, 0), place)
        if pair is not None and _outside(frame, place):
            return pair[1]
        place = frame.find(ending, place + 1)
    return None


def _arrays(text: str, beginning: str) -> Iterator[list[Any]]:
    """The arrays of a canonical text that begin so."""
    place = text.find(beginning)
    while place >= 0:
        if _outside(text, place):
            yield _DECODER.raw_decode(text, place)[0]
        place = text.find(beginning, place + 1)


def _outside(text: str, place: int) -> bool:
    """Whether a place of a text of JSON is outside its strings: an even number of their quotation marks is before."""
    return text[:place].replace("\\\\", "").replace('\\"', "").count('"') % 2 == 0


def _became(outcome: Outcome | None, code: str) -> str:
    if outcome is None:
        return "no_result"
    if any(row[0] == code for row in outcome.rows["drawn"]):
        return "drawn"
    return "reserve" if any(row[2] == code for row in outcome.rows["reserves"]) else "not_drawn"


def _may_know(session: Session, actor: Actor, draw: Draw, part: str) -> bool:
    """Whether a caller may know who was drawn: as `figures_told`, for one part."""
    if actor.kind == "operator" or audience.names_are_public(session, draw):
        return True
    if actor.role == Role.AUDITOR:
        return register.reaches_authority(session, actor, draw.authority, authorities_of(session, draw)[part])
    return part in audience.parts_told(session, actor, draw)
