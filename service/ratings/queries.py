"""Reading ratings: what is in force now, what was, and what a past or future day would say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import text

from service import register
from service.platform import local_day
from service.ratings.law import law_of
from service.ratings.proposals.rows import proposals_of
from service.ratings.quarantine import refuse_set_apart
from service.ratings.read import heads_before, raw_cursor, read_subjects
from service.ratings.rerates.speaking import AWAITED, BY_CLOCK, BY_POINTER, NEXT_LAW, OVERDUE, raw, said

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date, datetime

    from psycopg import Cursor
    from sqlalchemy.orm import Session

    from service.ratings.assemble import Subject
    from service.ratings.rate import EntityRating

_OWN = ("disputed", "as_of", "computed_at", "state", "tier", "next_change_on", "summary", "domains")
"""Columns of a head of which a staged row has its own."""
_HELD = """
    SELECT head.time_zone, {awaited},
           head.entity_id, head.key, head.name, head.authority, head.region, head.natural_person, {own}, {documents},
           EXISTS (SELECT FROM rerate_mark WHERE subject = head.entity_id),
           EXISTS (SELECT FROM rating_quarantine AS held WHERE held.entity_id = head.entity_id)
      FROM {source}
     WHERE head.key = :key AND head.computed_at IS NOT NULL
"""
_OF_HEAD = "ARRAY(SELECT document FROM rating WHERE id = ANY(head.rating_ids) ORDER BY kind)"
_NONE = "ARRAY[]::text[]"


def _head(documents: str) -> str:
    """The head alone; ``awaited`` is null where a run is open, so that more must be asked."""
    awaited = "CASE WHEN NOT EXISTS (SELECT FROM rerate_run AS run WHERE run.outcome IS NULL) THEN ARRAY[]::date[] END"
    own = ", ".join(f"head.{name}" for name in _OWN)
    return raw(_HELD.format(awaited=awaited, own=own, documents=documents, source="rating_head AS head"))


def _speaking(documents: str) -> str:
    """What speaks while a run is open: the head, or what was staged."""
    return raw(_HELD.format(awaited=AWAITED, own=said(*_OWN), documents=documents, source=BY_CLOCK))


# One round trip while no run is open: the head, whether something is waiting for the drain, and the current documents
# in order of kind. The columns after the second stand in the order of `Standing`.
CURRENT = _head(_OF_HEAD)
# The same for a caller who may hold the answer already: the documents, which are most of it, are left where they are.
CURRENT_WITHOUT_DOCUMENTS = _head(_NONE)
SPEAKING = _speaking(
    f"CASE WHEN staged.as_of IS NULL THEN {_OF_HEAD} ELSE string_to_array(staged.documents, E'\\n') END"
)
SPEAKING_WITHOUT_DOCUMENTS = _speaking(_NONE)
RATED = text("SELECT FROM rating_head WHERE key = :key AND computed_at IS NOT NULL")
SUMMARIES = text(f"""
    SELECT head.key, head.name, head.authority, head.region, head.natural_person,
           {said("as_of", "computed_at", "state", "tier", "summary", "domains", "disputed")},
           least(CASE WHEN staged.as_of IS NULL THEN head.next_change_on ELSE staged.next_change_on END,
                 {NEXT_LAW}) AS next_change_on,
           EXISTS (SELECT FROM rerate_mark WHERE subject = head.entity_id) OR {OVERDUE} AS pending
      FROM {BY_CLOCK}
     WHERE head.key = ANY(:keys) AND head.computed_at IS NOT NULL
""")  # noqa: S608 - text of this room
# What was in force by a rating: its own tier, or that of before where the proposal it stood under kept it.
IN_FORCE = """
           rating.kind, rating.as_of, rating.computed_at, rating.edition, rating.reason, rating.next_change_on,
           CASE rating.status WHEN 'provisional' THEN rating.status ELSE rating.state END AS state,
           CASE WHEN rating.status IS NULL THEN rating.score ELSE kept.score END AS score,
           CASE WHEN rating.status IS NULL THEN rating.grade ELSE kept.grade END AS grade,
           CASE WHEN rating.status IS NULL THEN rating.tier ELSE kept.tier END AS tier,
           rating.status, kept.proposed, kept.due_on, encode(rating.digest, 'hex') AS digest
"""
HISTORY = text(
    """
    SELECT rating.id, {in_force}
      FROM rating LEFT JOIN rating_proposal AS kept ON kept.id = rating.proposal_id
     WHERE rating.entity_id = :entity AND (CAST(:kind AS text) IS NULL OR rating.kind = :kind) AND rating.id < :before
     ORDER BY rating.id DESC
     LIMIT :limit
""".replace("{in_force}", IN_FORCE)
)
# What is staged and speaks has no rows of ratings yet: its kinds stand in its summary, their days in its documents.
ALL = text(
    f"""
    SELECT * FROM (
      SELECT head.key, head.authority, head.region, {IN_FORCE}
        FROM {BY_CLOCK} JOIN rating ON rating.id = ANY(head.rating_ids)
        LEFT JOIN rating_proposal AS kept ON kept.id = rating.proposal_id
       WHERE staged.as_of IS NULL
      UNION ALL
      SELECT head.key, head.authority, head.region,
             its.kind, staged.as_of, staged.computed_at, one ->> 'edition', one ->> 'reason',
             its.next_change_on, one ->> 'state', (100 * (one ->> 'score')::numeric)::bigint, one ->> 'grade',
             one ->> 'tier', one ->> 'status', one ->> 'proposed', (one ->> 'due_on')::date, one ->> 'digest'
        FROM {BY_CLOCK},
             unnest(string_to_array(staged.documents, E'\\n')) AS document,
             json_to_record(document::json) AS its (kind text, next_change_on date),
             jsonb_extract_path(staged.summary, its.kind) AS one
    ) AS told
     WHERE (CAST(:authorities AS text[]) IS NULL OR authority = ANY(:authorities))
     ORDER BY key, kind
"""  # noqa: S608 - text of this room
)
TIERS = text(f"""
    SELECT coalesce(told.tier, told.state, 'waiting'), count(*)
      FROM (SELECT {said("tier", "state")} FROM {BY_POINTER}) AS told GROUP BY 1 ORDER BY 1
""")  # noqa: S608 - text of this room
PROGRESS = text("""
    SELECT (SELECT count(*) FROM rating_head WHERE computed_at IS NOT NULL) AS answered,
           (SELECT count(*) FROM (SELECT DISTINCT subject FROM rerate_mark) AS marked) AS waiting
""")
"""Rows counted apart are gathered in a table by their hash, in one pass; `count(DISTINCT …)` walks the index and looks
at every row behind it."""
TIERS_OF = text(f"""
    SELECT head.entity_id, {said("summary")}, EXISTS (SELECT FROM rerate_mark WHERE subject = head.entity_id)
      FROM {BY_POINTER} WHERE head.entity_id = ANY(:ids)
""")  # noqa: S608 - text of this room
DOCUMENT_OF = text("""
    SELECT document FROM rating WHERE entity_id = :entity AND kind = :kind AND digest = :digest ORDER BY id DESC LIMIT 1
""")
FIRST_IN_TIER = text(
    "SELECT key FROM rating_head WHERE tier = :tier ORDER BY cardinality(rating_ids), entity_id LIMIT 1"
)
NEWEST = 2**62
"""Greater than any id: where a history starts when no page came before."""


def reason_of(summary: Mapping[str, Any]) -> str | None:
    """Why an entity as a whole has no tier, from what is said of its kinds; None where these say it."""
    return None if summary else "no_kind_held"


class Standing(NamedTuple):
    """What an answer about one entity is made of. ``live``: computed for this answer, not read.

    ``documents`` are explanations as canonical JSON, in order of kind; ``summary`` and ``domains`` as in the head.
    ``position`` is the sealed position that the answer is known at, where the question named one. ``today``: where the
    entity's authority is, of an answer that was read and holds today. ``next_law``: the first day of an edition to come
    that the explanations, being older, may not know.
    """

    entity_id: int
    key: str
    name: str
    authority: str
    region: str
    natural_person: bool
    disputed: bool
    as_of: date
    computed_at: datetime
    state: str
    tier: str | None
    next_change_on: date | None
    summary: dict[str, Any]
    domains: dict[str, Any]
    documents: tuple[str, ...]
    pending: bool
    quarantined: bool
    live: bool
    position: int | None = None
    today: date | None = None
    next_law: date | None = None

    @property
    def reason(self) -> str | None:
        """Why the entity as a whole has no tier, where none of its kinds can say: ``no_kind_held``."""
        return reason_of(self.summary)


def held(cursor: Cursor[tuple[Any, ...]], key: str, now: datetime, *, with_documents: bool = True) -> Standing | None:
    """What is stored of an entity, by one statement or two; None where it may not be told as it is, or there is none.

    The head speaks, or what was staged for a day that has come. Neither is told while it waits for the drain, once its
    day of change has come, or where other law began since and nothing was staged for it.
    """
    asked = {"key": key, "now": now}
    statement = CURRENT if with_documents else CURRENT_WITHOUT_DOCUMENTS
    row = cursor.execute(statement, asked, binary=True).fetchone()  # binary: no quotation mark is escaped on the way
    if row is not None and row[1] is None:
        statement = SPEAKING if with_documents else SPEAKING_WITHOUT_DOCUMENTS
        row = cursor.execute(statement, asked, binary=True).fetchone()
    if row is None:
        return None
    zone, awaited, *fields = row
    today = local_day(now, zone)
    found = Standing._make((*fields, False, None, today, None))
    first = min([day for day in awaited if day > found.as_of], default=None)
    change = min([day for day in (first, found.next_change_on) if day is not None], default=None)
    if (found.pending or (change is not None and change <= today)) and not found.quarantined:
        return None
    return found._replace(documents=tuple(found.documents), next_change_on=change, next_law=first)


def current(session: Session, key: str, now: datetime) -> Standing | None:
    """What is in force for an entity now; None where the register does not know it.

    What the head may not tell is explained at once, and the answer says that it is pending where a head waits.
    """
    with raw_cursor(session) as cursor:
        found = held(cursor, key, now)
    if found is not None:
        return found
    fresh = _fresh(session, key, now)
    rated = session.execute(RATED, {"key": key}).one_or_none()
    return fresh if fresh is None or rated is None else fresh._replace(pending=True)


def subject(session: Session, key: str, *, position: int | None = None) -> Subject | None:
    """An entity with its evidence as known at a sealed position; None where the register does not know it then."""
    entity_id = register.resolve(session, [key]).get(key)
    if entity_id is None:
        return None
    return next(iter(read_subjects(session, [entity_id], position=position)), None)


def recomputed(
    session: Session, key: str, *, now: datetime, as_of: date | None, position: int | None
) -> Standing | None:
    """What the evidence known at a position says for a day (None: today where the entity's authority is).

    Proposals and decisions known at the position keep on that day in force what they kept.
    """
    found = subject(session, key, position=position)
    if found is None:
        return None
    day = as_of or local_day(now, found.facts.timezone)
    return _standing(_rated(session, found, day, position, {}), now, position)


def _fresh(session: Session, key: str, now: datetime) -> Standing | None:
    """What the drain is about to say: a fall since the head was written is shown as proposed at once."""
    found = subject(session, key)
    if found is None:
        return None
    before = heads_before(session, [found.facts.id]).get(found.facts.id, {})
    return _standing(_rated(session, found, local_day(now, found.facts.timezone), None, before), now, None)


def _rated(
    session: Session, found: Subject, day: date, position: int | None, before: Mapping[str, Mapping[str, Any]]
) -> EntityRating:
    law, number = law_of(session, position), found.facts.id
    known = proposals_of(session, [number], position=position).get(number, {})
    try:
        return law.shown(found, day, known, before)
    except Exception as error:
        refuse_set_apart(session, number, error)
        raise


def _standing(rated: EntityRating, now: datetime, position: int | None) -> Standing:
    facts = rated.facts
    return Standing(
        entity_id=facts.id,
        key=facts.key,
        name=facts.name,
        authority=facts.authority,
        region=facts.region,
        natural_person=facts.natural_person,
        disputed=rated.disputed,
        as_of=rated.as_of,
        computed_at=now,
        state=rated.state,
        tier=rated.tier,
        next_change_on=rated.next_change_on,
        summary=rated.summary(),
        domains=dict(rated.domains),
        documents=tuple(kind.document.decode() for kind in rated.kinds),
        pending=False,
        quarantined=False,
        live=True,
        position=position,
    )


def summaries(session: Session, keys: Sequence[str], now: datetime) -> dict[str, dict[str, Any]]:
    """What is in force for many entities, without explanations, by key; unknown or not yet rated ones are absent."""
    return {row.key: row._asdict() for row in session.execute(SUMMARIES, {"keys": list(keys), "now": now})}


def history(
    session: Session, entity_id: int, *, kind: str | None, before: int = NEWEST, limit: int = 50
) -> list[dict[str, Any]]:
    """The ratings that were in force, newest first; ``before`` is the id at which the page before ended."""
    parameters = {"entity": entity_id, "kind": kind, "before": before, "limit": limit}
    return [row._asdict() for row in session.execute(HISTORY, parameters)]


def all_ratings(session: Session, *, authorities: list[str] | None, now: datetime) -> Iterator[dict[str, Any]]:
    """Every rating in force, by key and kind, read as a stream: memory does not grow with the stock."""
    rows = session.execute(ALL, {"authorities": authorities, "now": now}, execution_options={"yield_per": 2000})
    for row in rows:
        yield row._asdict()


def document_of(session: Session, entity_id: int, kind: str, digest: bytes) -> str | None:
    """The explanation of a rating by its digest, as canonical JSON."""
    asked = {"entity": entity_id, "kind": kind, "digest": digest}
    found: str | None = session.execute(DOCUMENT_OF, asked).scalar_one_or_none()
    return found


class Progress(NamedTuple):
    """How far the drain is: entities with an answer and nothing waiting, entities with something waiting."""

    rated: int
    waiting: int


def progress(session: Session) -> Progress:
    """How many entities have a current answer, and how many wait for one."""
    found = session.execute(PROGRESS).one()
    return Progress(max(0, found.answered - found.waiting), found.waiting)


def first_in_tier(session: Session, tier: str) -> str | None:
    """The key of an entity in a tier: of those with the fewest kinds the longest known, so that its answer is short."""
    key: str | None = session.execute(FIRST_IN_TIER, {"tier": tier}).scalar_one_or_none()
    return key


def tier_counts(session: Session) -> dict[str, int]:
    """How many entities stand in each tier; unrated ones under ``unrated``, unread ones under ``waiting``."""
    return dict(session.execute(TIERS).all())


class KindTiers(NamedTuple):
    """The tier of every rated kind of an entity; ``pending``: something waits for the drain."""

    tiers: dict[str, str]
    pending: bool


def tiers_of(session: Session, ids: Sequence[int]) -> dict[int, KindTiers]:
    """The tiers in force, by kind, of many entities in one statement; an entity never rated has none."""
    found = session.execute(TIERS_OF, {"ids": list(ids)})
    return {
        row[0]: KindTiers({kind: said["tier"] for kind, said in row[1].items() if said.get("tier")}, row[2])
        for row in found
    }
