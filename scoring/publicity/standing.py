"""`publicity`: the state of a record on a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from scoring.publicity.periods import Periods, after, before, parts_of, periods_of
from scoring.publicity.record import first_shown, listed, looks_like, shown_at
from scoring.publicity.words import Reason, Standing, because

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from scoring.edition.envelope import Edition
    from scoring.edition.law import Law
    from scoring.edition.sections.publicity import PublicityLaw
    from scoring.kernel.workdays import Calendar
    from scoring.publicity.periods import Part
    from scoring.publicity.record import Record

_TOLD_AHEAD: Final = frozenset({"unperformed", "performed_at_once", "stated_end_too_early", "repaired_too_early"})
"""Why a record is public until another day than its period alone would have it; told before that day has come."""


class Read(NamedTuple):
    """A record under the edition that reads it, asked for on a day."""

    record: Record
    edition: Edition
    law: PublicityLaw
    calendar: Calendar
    as_of: date


class End(NamedTuple):
    """The first day on which a record is public no more (None: it stays), and why."""

    over_on: date | None
    reasons: tuple[Reason, ...]


def publicity(record: Record, law: Law, as_of: date, calendar_of: Callable[[str | None], Calendar]) -> Standing:
    """The state of a record on a day, with its reasons and the day of the next change.

    Class and periods come from the edition in force on the decision day; where the one in force on ``as_of`` restates,
    from that (semantics §3). ``calendar_of``: the calendar of the jurisdiction that an edition names.

    Raises:
        KeyError: the edition has no class for the record, which the lint of editions refuses.
    """
    found = standing_on(record, law, as_of, calendar_of)
    for day in sorted(_days_ahead(record, law, as_of, found)):
        if standing_on(record, law, day, calendar_of) != found:
            return found._replace(next_change_on=day)
    return found


def edition_of(decided_on: date, law: Law, as_of: date) -> Edition | None:
    """The edition that reads a decision of a day, asked for on a day."""
    now = law.on(as_of)
    return now if now is not None and now.transition == "restate" else law.reading(decided_on)


def _days_ahead(record: Record, law: Law, as_of: date, found: Standing) -> set[date]:
    """Days after as_of on which the answer may be another."""
    days = [record.decided_on, record.annulled_on, record.deleted_on, record.suspended_on]
    days += [one.on for one in record.acts]
    days += [day for one in law.stretches for day in (one.start, one.end)]
    if found.ends_on is not None:
        days.append(after(found.ends_on))
    return {day for day in days if day is not None and day > as_of}


def standing_on(record: Record, law: Law, as_of: date, calendar_of: Callable[[str | None], Calendar]) -> Standing:
    """The answer without the day of the next change: for those who look at many records on one day."""
    if as_of < record.decided_on:
        return Standing("not_published", (Reason("not_yet_decided"),))
    edition = edition_of(record.decided_on, law, as_of)
    if edition is None or edition.publicity is None:
        return Standing("not_published", (Reason("no_law"),))
    read = Read(record, edition, edition.publicity, calendar_of(edition.calendar), as_of)
    blank = Standing("not_published", (), edition.id, edition.digest)
    never = _never(read)
    if never is not None:
        return blank._replace(reasons=(never,))
    parts = parts_of(record, read.law, edition)
    published = tuple(part for part in parts if part.published)
    if not published:
        reasons = tuple(dict.fromkeys(reason for part in parts for reason in part.reasons))
        return blank._replace(reasons=reasons, record_class=parts[0].record_class.key)
    return _shown(read, published, blank, several=len(parts) > 1)


def _never(read: Read) -> Reason | None:
    """Why a record is not public whatever its class."""
    record, edition, law = read.record, read.edition, read.law
    if record.decided_on < edition.force_from and edition.earlier_events == "ignore" and edition.transition == "keep":
        return Reason("before_law")
    if not record.final:
        return Reason("not_final")
    penalties = listed(record, law.penalty_kinds)
    for one in law.exemptions:
        if looks_like(record, one.match, penalties):
            return because(edition, "exempt", one.clause, one.reason)
    if record.decision_kind not in law.decision_kinds:
        return because(edition, "not_covered", law.clause, record.decision_kind)
    return None


def _shown(read: Read, parts: tuple[Part, ...], blank: Standing, *, several: bool) -> Standing:
    """The state of a record that the law shows."""
    law, edition = read.law, read.edition
    start = read.record.decided_on if law.starts == "decided_on" else first_shown(read.record)
    periods, longest = Periods(None, None, provisional=False, begun=False), parts[0]
    if start is not None:
        periods, longest = periods_of(parts, start, read.calendar)
    end = _end(read, parts, periods)
    gone = min([day for day in (read.record.annulled_on, read.record.deleted_on) if day is not None], default=None)
    over_on = min([day for day in (end.over_on, gone) if day is not None], default=None)
    reasons = longest.reasons
    if several:
        reasons += (because(edition, "longest_of_kinds", reasons[0].clause, longest.record_class.key),)
    reasons += (because(edition, "counted_from", law.starts_clause, law.starts),)
    frame = blank._replace(
        record_class=longest.record_class.key,
        starts_on=start,
        earliest_end=periods.earliest_end,
        latest_end=periods.latest_end,
        ends_on=None if over_on is None else before(over_on),
        shortened=all(part.shortened for part in parts),
        provisional=periods.provisional,
    )
    as_of = read.as_of
    if gone is not None and gone <= as_of:
        annulled = read.record.annulled_on is not None and read.record.annulled_on <= as_of
        return frame._replace(state="withdrawn", reasons=(Reason("annulled" if annulled else "deleted"), *reasons))
    suspended_on = read.record.suspended_on
    if suspended_on is not None and suspended_on <= as_of:
        return frame._replace(state="withdrawn", ends_on=None, reasons=(Reason("suspended"), *reasons))
    if end.over_on is not None and end.over_on <= as_of:
        return frame._replace(state="ended", reasons=(*end.reasons, *reasons))
    ahead = tuple(reason for reason in end.reasons if reason.code in _TOLD_AHEAD)
    return frame._replace(state="public" if shown_at(read.record, as_of) else "due", reasons=(*ahead, *reasons))


def _end(read: Read, parts: tuple[Part, ...], periods: Periods) -> End:
    """When publicity ends by the evidence there is, but for annulment and deletion."""
    end = _by_time(read, parts, periods)
    for other in (_by_repair(read, parts, periods), End(read.record.left_on, (Reason("list_exit"),))):
        if other.over_on is not None and (end.over_on is None or other.over_on < end.over_on):
            end = other
    return end


def _by_repair(read: Read, parts: tuple[Part, ...], periods: Periods) -> End:
    """The end by repair: never of what nothing shortens, and not before the minimum is over, whoever repaired it."""
    repaired_on = read.record.repaired_on
    not_begun = not periods.begun and any(part.minimum is not None for part in parts)
    if repaired_on is None or not_begun or not all(part.shortened for part in parts):
        return End(None, ())
    if periods.earliest_end is None or repaired_on > periods.earliest_end:
        return End(repaired_on, (Reason("repaired"),))
    early = because(read.edition, "repaired_too_early", parts[0].record_class.clause)
    return End(after(periods.earliest_end), (Reason("repaired"), early))


def _by_time(read: Read, parts: tuple[Part, ...], periods: Periods) -> End:
    """The end of the maximum, or the one that the source states within the law; put off while unperformed."""
    record, edition, latest = read.record, read.edition, periods.latest_end
    clause = next((part.record_class.clause for part in parts), "")
    end = End(None, ())
    if latest is not None:
        end = End(after(latest), (because(edition, "maximum_reached", clause),))
    if record.stated_end is not None and periods.begun and all(part.shortened for part in parts):
        stated = max(record.stated_end, periods.earliest_end or record.stated_end)
        early = () if stated == record.stated_end else (because(edition, "stated_end_too_early", clause),)
        if latest is None or stated < latest:
            end = End(after(stated), (Reason("stated_end"), *early))
    pending = read.law.while_unperformed
    if pending is None or end.over_on is None:
        return end
    penalties = listed(record, read.law.penalty_kinds)
    if pending.penalty_kinds and not set(pending.penalty_kinds) & set(penalties):
        return end
    at_once = pending.at_once
    if at_once is not None and at_once.holds(record.decision_kind, penalties):
        return end._replace(reasons=(*end.reasons, because(edition, "performed_at_once", at_once.clause)))
    if record.performed_on is None:
        return End(None, (because(edition, "unperformed", pending.clause),))
    if record.performed_on > end.over_on:
        return End(record.performed_on, (because(edition, "performed_late", pending.clause), *end.reasons))
    return end
