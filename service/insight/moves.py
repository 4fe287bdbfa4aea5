"""Who moved about the freeze of a draw: whose place in its frame, or tier, was changed by what was then recorded."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import text

from service import editions, ratings, register
from service.insight.moving_records import MovingRecord, moving_records
from service.insight.vocabulary import rules
from service.inspections import plans
from service.inspections.draws import drawn, names_public
from service.inspections.plans import KnownPlace
from service.platform import Problem, last_position, local_day, position_at

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy.orm import Session

    from scoring.edition.model import Edition
    from scoring.sampling.rows import FrameRow
    from service.inspections.draws import DrawnPart

_FROZEN = text("""
SELECT a.taken_at, (a.body ->> 'explained')::integer AS explained, s.seq
  FROM draw w JOIN draw_act a ON a.draw_id = w.id AND a.kind = 'frozen'
  JOIN draw_document d ON d.draw_id = w.id AND d.type = 'commitment'
  LEFT JOIN ledger_seal s ON s.audit_id = d.audit_id
 WHERE w.number = :draw
""")
BEFORE, SINCE, LATER = "before", "since", "later"
"""Moved into its place by what was recorded before the freeze; out of it by what came since; to another tier since."""


class Span(NamedTuple):
    """The days about a freeze, and the positions of the ledger at their beginning, at the freeze, and now."""

    frozen_at: datetime
    start: datetime
    until: datetime
    first: date
    last: date
    at_start: int
    at_freeze: int
    known: int


class Moved(NamedTuple):
    """An entity that moved. ``turns``: of ``before``, ``since``, ``later``.

    ``was``: its place by what was known when the span began; ``stood``: as frozen; ``now``: by what is known now, all
    for the cut-off day. None: not within the task, or nothing was recorded on that side of the freeze. ``became``:
    ``drawn``, ``reserve``, ``not_drawn``, ``out``, ``not_in_frame``. ``last_tier``: on the last day of the span;
    ``expected_tier``: the same without what was recorded since the freeze.
    """

    part: str
    entity: str
    kind: str
    turns: tuple[str, ...]
    was: KnownPlace | None
    stood: KnownPlace | None
    now: KnownPlace | None
    became: str
    expected_tier: str | None
    last_tier: str | None
    records: Sequence[MovingRecord]

    @property
    def back_dated(self) -> bool:
        """Whether one of its records came after the cut-off day and is dated before its end."""
        return any(one.back_dated for one in self.records)


class PartMoves(NamedTuple):
    """The moves of one part. ``frame``: entities of its frame, those that are out of it among them."""

    part: str
    authority: str
    task: str
    cut_off: date
    frame: int
    moved: Sequence[Moved]

    def counts(self) -> Counter[tuple[str, str, bool]]:
        """How many entities, by (turn, what became of them, whether a record is back-dated)."""
        return Counter((turn, one.became, one.back_dated) for one in self.moved for turn in one.turns)


class Moves(NamedTuple):
    """The report of a draw. ``unrated``: entities for which a change waited when the draw was frozen."""

    draw: str
    span: Span
    days: int
    unrated: int
    parts: Sequence[PartMoves]


def moves_of(session: Session, number: str, *, now: datetime, parts: Collection[str] | None = None) -> Moves:
    """Who moved about the freeze of a draw whose names are public; ``parts``: those that are told, None: all.

    Raises:
        Problem: ``draw_not_found``, ``draw_step_too_early``, ``draw_names_hidden``; ``not_yet_sealed`` within seconds
            of the freeze.
    """
    refuse_names_hidden(session, number)
    found = drawn(session, number)
    frozen_at, explained, position = session.execute(_FROZEN, {"draw": number}).one()
    if position is None:
        raise Problem("not_yet_sealed", sealed_through="–")
    days = rules()["moves"]["days"]
    told = [part for part in found.parts if parts is None or part.outcome.part in parts]
    zones = [plans.zone_of(session, part.terms["authority"]) for part in told]
    span = partial(_span, session, frozen_at, days, position, now=now)
    each = [_part(session, part, span(zone=zone), zone) for part, zone in zip(told, zones, strict=True)]
    return Moves(number, span(zone=plans.zone_of(session, found.authority)), days, explained, each)


def refuse_names_hidden(session: Session, number: str) -> None:
    """Refuse whatever could tell a name before names are due.

    Raises:
        Problem: ``draw_not_found``, ``draw_step_too_early``, ``draw_names_hidden``.
    """
    if not names_public(session, number):
        raise Problem("draw_names_hidden", draw=number)


def _span(session: Session, frozen_at: datetime, days: int, position: int, *, zone: str, now: datetime) -> Span:
    start, until = frozen_at - timedelta(days=days), min(now, frozen_at + timedelta(days=days))
    at_start, known = min(position_at(session, start), position), max(position, last_position(session))
    return Span(frozen_at, start, until, local_day(start, zone), local_day(until, zone), at_start, position, known)


def _part(session: Session, part: DrawnPart, span: Span, zone: str) -> PartMoves:
    task = plans.task_of(session, part.task)
    rows = {part.rows.keys[row.code]: row for row in part.rows.frame}
    framed = register.resolve(session, rows)
    records = moving_records(session, framed.values(), span, cut_off=task.cut_off_day, zone=zone)
    keys = {number: one.key for number, one in register.facts(session, list(records), position=None).items()}
    looked = _Looked(session, part, span, rows={number: rows.get(key) for number, key in keys.items()}, records=records)
    chosen = {code for (code,) in part.outcome.rows["drawn"]}
    spare = {code for _, _, code in part.outcome.rows["reserves"]}
    moved = []
    for number, key in sorted(keys.items(), key=lambda one: one[1]):
        found = looked.moved(number, records[number])
        if found is not None:
            became = _became(rows.get(key), chosen, spare)
            moved.append(found._replace(part=part.outcome.part, entity=key, became=became))
    return PartMoves(part.outcome.part, part.terms["authority"], part.task, task.cut_off_day, len(rows), moved)


def _became(row: FrameRow | None, chosen: Collection[str], spare: Collection[str]) -> str:
    if row is None:
        return "not_in_frame"
    if row.state == "out":
        return "out"
    return "drawn" if row.code in chosen else "reserve" if row.code in spare else "not_drawn"


def _edition(session: Session, part: DrawnPart) -> Edition:
    """The edition that the commitment names."""
    return next(one for one in editions.shelf(session).editions if one.id == part.terms["rulebook"]["edition"])


class _Looked:
    """Some entities as they were known when the span began, as they were frozen, and as they are known now.

    ``rows``: by number, those of them in the frame with their rows. Only those are looked at again of whom something
    was recorded before the freeze, or since: a new register brings many of whom nothing was known.
    """

    def __init__(
        self,
        session: Session,
        part: DrawnPart,
        span: Span,
        *,
        rows: Mapping[int, FrameRow | None],
        records: Mapping[int, Sequence[MovingRecord]],
    ) -> None:
        self.span = span
        task = plans.task_of(session, part.task)
        early = sorted(number for number, found in records.items() if found[0].position <= span.at_freeze)
        late = sorted(number for number, found in records.items() if found[-1].position > span.at_freeze)
        frozen = {part.rows.keys[row.code]: row for row in rows.values() if row is not None}
        again = partial(plans.places_known, session, task, edition=_edition(session, part), frozen=frozen)
        self.was, self.now = again(early, position=span.at_start), again(late, position=span.known)
        self.stood = {
            number: KnownPlace(row.kind, part.rows.tiers.get(row.code), row.state, row.stratum, row.weight, row.reason)
            for number, row in rows.items()
            if row is not None
        }
        self.expected, self.last = (
            ratings.tiers_known(session, late, day=span.last, position=position)
            for position in (span.at_freeze, span.known)
        )

    def moved(self, number: int, records: Sequence[MovingRecord]) -> Moved | None:
        """How an entity moved; None where nothing recorded in these days moved it. Who it is, is not said yet."""
        was, stood, now = (places.get(number) for places in (self.was, self.stood, self.now))
        place = stood or now or was
        if place is None:
            return None
        expected, last = (_tier(tiers, number, place.kind) for tiers in (self.expected, self.last))
        early = [one for one in records if one.position <= self.span.at_freeze]
        late = [one for one in records if one.position > self.span.at_freeze]
        said = {
            BEFORE: bool(early) and was != stood,
            SINCE: bool(late) and now != stood,
            LATER: bool(late) and expected != last,
        }
        turns = tuple(turn for turn, is_so in said.items() if is_so)
        if not turns:
            return None
        told = [*(early if said[BEFORE] else ()), *(late if said[SINCE] or said[LATER] else ())]
        return Moved("", "", place.kind, turns, was, stood, now, "", expected, last, told)


def _tier(tiers: Mapping[int, ratings.KindTiers], number: int, kind: str) -> str | None:
    said = tiers.get(number)
    return None if said is None else said.tiers.get(kind)
