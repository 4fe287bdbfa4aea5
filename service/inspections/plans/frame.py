"""The frame of a task on its cut-off day: every entity of its scope, in a stratum or out of it by a record."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from scoring.kernel.errors import LawError
from scoring.sampling.sizes import CARRIED, Share, by_ratio, largest_remainder, reserves
from scoring.sampling.strata import WEIGHTED, Candidate, Exclusion, place, ratio_of, weights_of
from service import editions, evidence, ratings, register
from service.inspections.plans.vocabulary import planning
from service.platform import Problem, region_prefix

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from scoring.edition.model import Edition, Frequency
    from scoring.sampling.rows import FrameRow
    from service.inspections.plans.queries import Task
    from service.register import EntityFacts, Holder

WHOLE = (1, 1)
BY_TIER = frozenset({"cap", "cooldown"})
"""Reasons for being out of a frame that follow from the tier; all others are records of something else."""


class StratumSize(NamedTuple):
    """One stratum: how many entities it holds and how many are drawn and kept in reserve, by which clause.

    ``order``: ``equal``, or ``pareto`` where its entities have weights.
    """

    stratum: str
    clause: str
    ratio: tuple[int, int]
    at_least: int
    size: int
    draw: int
    reserves: int
    order: str = "equal"


class TaskFrame(NamedTuple):
    """A task's frame. ``rows``: by code; ``holders``: who is behind each code; ``pending``: waiting for the drain.

    ``tiers``: the tier of each code in its kind.
    """

    edition: Edition
    rows: Sequence[FrameRow]
    strata: Sequence[StratumSize]
    holders: Mapping[str, Holder]
    tiers: Mapping[str, str]
    pending: frozenset[int]


class KnownPlace(NamedTuple):
    """Where an entity stands in a frame by what was known at some position.

    ``state``: ``in``, ``out``, or ``unplaced`` where the task has no place for such a tier.
    """

    kind: str
    tier: str | None
    state: str
    stratum: str
    weight: int
    reason: str


def frame_of(
    session: Session,
    task: Task,
    *,
    tiers: Mapping[int, ratings.KindTiers] | None = None,
    carried: Collection[str] = (),
    elsewhere: Mapping[str, Exclusion] | None = None,
    shelf: editions.Shelf | None = None,
) -> TaskFrame:
    """The frame as the session sees it.

    Args:
        session: what is read; at the freeze one snapshot.
        task: a random task.
        tiers: the tiers of the cut-off day by entity, where they are not those in force now.
        carried: public keys that an earlier draw owes a visit.
        elsewhere: public key → why it is out: under a targeted task, under full coverage.
        shelf: the editions in force, where they are not those of now.

    Raises:
        Problem: ``frame_empty``, ``task_without_rulebook``, ``task_of_several_rulebooks``, ``stratum_refused``.
    """
    day = task.cut_off_day
    holders = register.holders(
        session,
        kinds=task.body["kinds"],
        authorities=reached(session, task.authorities),
        regions=task.body["regions"] or None,
        on=day,
    )
    if not holders:
        raise Problem("frame_empty", task=task.number)
    edition = _edition(session, task, holders, shelf)
    ids = [holder.id for holder in holders]
    known = ratings.tiers_of(session, ids) if tiers is None else tiers
    seen = evidence.inspected(
        session, ids, since=day.replace(month=1, day=1), day=day, uncounted=planning()["uncounted"]
    )
    frequency = _frequency(task, edition)
    weights = _weights(task, edition)
    excluded = elsewhere or {}
    owed = frozenset(carried)
    rows: list[FrameRow] = []
    by_code: dict[str, Holder] = {}
    chosen: dict[str, str] = {}
    for holder in holders:
        candidate = _candidate(holder, edition, known.get(holder.id), seen.get(holder.id))
        candidate = candidate._replace(
            exclusion=candidate.exclusion or excluded.get(holder.key), carried=holder.key in owed
        )
        row = _placed(task, candidate, frequency, weights)
        rows.append(row)
        by_code[row.code] = holder
        if candidate.tier is not None:
            chosen[row.code] = candidate.tier
    rows.sort(key=_code)
    pending = frozenset(number for number, said in known.items() if said.pending)
    return TaskFrame(edition, rows, sizes_of(task, rows, frequency), by_code, chosen, pending)


def place_again(
    session: Session, task: Task, entity: EntityFacts, *, tiers: Mapping[str, str], frozen: FrameRow
) -> tuple[FrameRow, str | None] | None:
    """Where an entity of a frozen frame would have stood with other tiers, and its tier there.

    Everything else is left as it was frozen: a debt, and a record that kept it out whatever its tier. Its licences and
    inspections are those known now. None where it holds none of the task's kinds on the cut-off day.

    Raises:
        Problem: ``task_without_rulebook``, ``stratum_refused``.
    """
    day = task.cut_off_day
    held = tuple(kind for kind in sorted(task.body["kinds"]) if _is_valid(entity.kinds.get(kind, ()), day))
    if not held:
        return None
    holder = register.Holder(
        entity.id, entity.key, entity.name, entity.authority, entity.region, entity.status, None, held
    )
    edition = _edition(session, task, [holder])
    counted = {"since": day.replace(month=1, day=1), "day": day, "uncounted": planning()["uncounted"]}
    seen = evidence.inspected(session, [entity.id], **counted).get(entity.id)
    kept = frozen.state == "out" and frozen.reason not in BY_TIER
    candidate = _candidate(holder, edition, ratings.KindTiers(dict(tiers), pending=False), seen)._replace(
        exclusion=Exclusion(frozen.reason, frozen.basis) if kept else None, carried=frozen.stratum == CARRIED
    )
    return _placed(task, candidate, _frequency(task, edition), _weights(task, edition)), candidate.tier


def places_known(
    session: Session,
    task: Task,
    ids: Collection[int],
    *,
    edition: Edition,
    position: int,
    frozen: Mapping[str, FrameRow],
) -> dict[int, KnownPlace]:
    """Where entities would have stood in a frozen frame by what was known at a sealed position; out of scope: left out.

    Debts, and what other tasks of the plan inspect, are left as they were frozen.

    Args:
        session: what is read.
        task: the task of the frame.
        ids: numbers of entities.
        edition: by whose frequencies the frame was sized.
        position: of the ledger.
        frozen: the rows of those that are in the frame, by public key.
    """
    day = task.cut_off_day
    scope = frozenset(reached(session, task.authorities))
    regions = [region_prefix(region) for region in task.body["regions"] or ()]
    facts = {
        number: one
        for number, one in register.facts(session, ids, position=position).items()
        if one.authority in scope and (not regions or one.region.startswith(tuple(regions)))
    }
    tiers = ratings.tiers_known(session, sorted(facts), day=day, position=position)
    counted = {"since": day.replace(month=1, day=1), "day": day, "uncounted": planning()["uncounted"]}
    seen = evidence.inspected(session, facts, **counted, position=position)
    found: dict[int, KnownPlace] = {}
    for number, one in facts.items():
        held = tuple(kind for kind in sorted(task.body["kinds"]) if _is_valid(one.kinds.get(kind, ()), day))
        if not held:
            continue
        holder = register.Holder(one.id, one.key, one.name, one.authority, one.region, one.status, None, held)
        candidate = _as_frozen(_candidate(holder, edition, tiers.get(number), seen.get(number)), frozen.get(one.key))
        found[number] = _known(task, candidate, edition)
    return found


def _as_frozen(candidate: Candidate, row: FrameRow | None) -> Candidate:
    """A candidate with the debt, or the other task, that its frozen row had; what the register says of it stays."""
    if row is None:
        return candidate
    by_register = BY_TIER | set(planning()["exclusions"].values())
    kept = Exclusion(row.reason, row.basis) if row.state == "out" and row.reason not in by_register else None
    return candidate._replace(exclusion=candidate.exclusion or kept, carried=row.stratum == CARRIED)


def _known(task: Task, candidate: Candidate, edition: Edition) -> KnownPlace:
    try:
        row = _placed(task, candidate, _frequency(task, edition), _weights(task, edition))
    except Problem as refused:
        if refused.code != "stratum_refused":
            raise
        return KnownPlace(candidate.kind, candidate.tier, "unplaced", "", 1, "")
    return KnownPlace(row.kind, candidate.tier, row.state, row.stratum, row.weight, row.reason)


def _is_valid(spans: Iterable[tuple[date, date | None]], day: date) -> bool:
    return any(start <= day and (end is None or day < end) for start, end in spans)


def _weights(task: Task, edition: Edition) -> dict[str, int] | None:
    """What each tier weighs; None where the task draws each tier by itself."""
    if task.body.get("order", "equal") == "equal":
        return None
    return weights_of(edition.frequency, {each["tier"]: each["weight"] for each in task.body["weights"]})


def _placed(
    task: Task, candidate: Candidate, frequency: Mapping[str, Frequency], weights: Mapping[str, int] | None
) -> FrameRow:
    try:
        return place(candidate, frequency, task.cut_off_day, weights)
    except LawError as refused:
        raise Problem("stratum_refused", pointer="/weights", zh=refused.zh, en=refused.en) from refused


def reached(session: Session, authorities: Iterable[str]) -> tuple[str, ...]:
    """The authorities named and all below them."""
    named = frozenset(authorities)
    parents = {row.code: row.parent for row in register.authorities(session)}
    found: list[str] = []
    for code in parents:
        line: str | None = code
        while line is not None and line not in named:
            line = parents.get(line)
        if line is not None:
            found.append(code)
    return tuple(found)


def sizes_of(task: Task, rows: Iterable[FrameRow], frequency: Mapping[str, Frequency]) -> list[StratumSize]:
    """How many of each stratum are drawn and kept in reserve (docs/draw-protocol.md §4), by stratum.

    Raises:
        Problem: ``stratum_refused``: one without a ratio, or one that would never be drawn.
    """
    counts = Counter(row.stratum for row in rows if row.state == "in")
    own = {size["stratum"]: size for size in task.body["sizes"]}
    laid: list[StratumSize] = []
    for stratum in sorted(counts):
        ratio, clause, least = _ratio(stratum, own, frequency, task)
        drawn = by_ratio(counts[stratum], *ratio, task.body["rounding"], least)
        order = "pareto" if stratum == WEIGHTED else "equal"
        laid.append(StratumSize(stratum, clause, ratio, least, counts[stratum], drawn, 0, order))
    if task.body["total"] is not None:
        shares = [Share(one.stratum, one.size, *one.ratio) for one in laid]
        try:
            shared = largest_remainder(task.body["total"], shares)
        except LawError as refused:
            raise Problem("stratum_refused", zh=refused.zh, en=refused.en) from refused
        laid = [one._replace(draw=shared[one.stratum]) for one in laid]
    spare = task.body["reserve_ratio"]
    return [one._replace(reserves=reserves(one.size, one.draw, *spare)) for one in laid]


def _ratio(
    stratum: str, own: Mapping[str, Mapping[str, object]], frequency: Mapping[str, Frequency], task: Task
) -> tuple[tuple[int, int], str, int]:
    said = own.get(stratum)
    if said is not None:
        ratio = said["ratio"]
        assert isinstance(ratio, list)  # noqa: S101 the schema's own type
        least = said["at_least"]
        return (ratio[0], ratio[1]), str(said["clause"]), least if isinstance(least, int) else 0
    if stratum == CARRIED:
        return WHOLE, "docs/draw-protocol.md §3", 0
    try:
        found, clause = ratio_of(stratum, frequency)
    except LawError as refused:
        raise Problem("stratum_refused", pointer="/sizes", zh=refused.zh, en=refused.en, task=task.number) from refused
    return found, clause, 0


def _frequency(task: Task, edition: Edition) -> Mapping[str, Frequency]:
    """The edition's frequencies; of strata that the task lays down itself it is enough that they are named."""
    named = {size["stratum"] for size in task.body["sizes"]} - set(edition.frequency)
    if not named:
        return edition.frequency
    some = next(iter(edition.frequency.values()), None)
    if some is None:
        return edition.frequency
    bare = type(some)
    return {**edition.frequency, **{stratum: bare(tier=stratum, clause="") for stratum in sorted(named)}}


def _edition(session: Session, task: Task, holders: Sequence[Holder], shelf: editions.Shelf | None = None) -> Edition:
    """The one edition whose frequencies size the task.

    Raises:
        Problem: ``task_without_rulebook``, ``task_of_several_rulebooks``.
    """
    shelf = shelf or editions.shelf(session)
    day = task.cut_off_day
    found: dict[str, Edition] = {}
    for kind, region in {(kind, holder.region) for holder in holders for kind in holder.kinds}:
        chain = shelf.chain(kind=kind, region=region, as_of=day)
        index = chain.index_on(day)
        if index is None:
            raise Problem("task_without_rulebook", task=task.number, kind=kind, region=region, on=day.isoformat())
        found[chain.editions[index].id] = chain.editions[index]
    if len(found) > 1:
        raise Problem("task_of_several_rulebooks", task=task.number, editions=", ".join(sorted(found)))
    return next(iter(found.values()))


def _candidate(
    holder: Holder, edition: Edition, rated: ratings.KindTiers | None, seen: evidence.Inspected | None
) -> Candidate:
    """An entity under the kind of its worst tier; it is inspected once, whatever kinds it holds."""
    tiers = {} if rated is None else rated.tiers
    kind = max(holder.kinds, key=lambda one: (_rank(edition, one, tiers.get(one)), one))
    reason = planning()["exclusions"].get(holder.status)
    return Candidate(
        key=holder.key,
        kind=kind,
        tier=tiers.get(kind),
        visits=0 if seen is None else seen.visits,
        last_on=None if seen is None else seen.last_on,
        last_ref="" if seen is None else seen.last_ref,
        exclusion=None if reason is None else Exclusion(reason, holder.status_evidence or holder.status),
    )


def _rank(edition: Edition, kind: str, tier: str | None) -> int:
    """Unrated first, then the tiers from best to worst."""
    rating = edition.ratings.get(kind) or next(iter(edition.ratings.values()))
    return -1 if tier is None or tier not in rating.tiers else rating.tiers.index(tier)


def _code(row: FrameRow) -> str:
    return row.code
