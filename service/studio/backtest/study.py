"""The back-test as a study: what was asked made whole, done, and told with how it was known what was known."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from scoring.kernel.days import add_months
from service import editions, evidence, register
from service.platform import Problem, position_at
from service.studio.backtest.document import Trial, back_test_document
from service.studio.backtest.limits import limits, warning
from service.studio.backtest.merging import Merged
from service.studio.backtest.outcomes import outcomes_of
from service.studio.backtest.past import Decided, Origin, Within
from service.studio.backtest.recorded import recorded_past
from service.studio.backtest.seen import Asked, editions_at
from service.studio.runs import text_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from scoring.edition.model import Edition
    from service.studio.backtest.past import Knowledge, Past
    from service.studio.backtest.seen import Law
    from service.studio.runs import Work
    from service.studio.stock import Stock


class _Known(NamedTuple):
    """By which clock, the origins with its readings, and what is to be said of it."""

    knowledge: Knowledge
    origins: Sequence[Origin]
    warnings: Sequence[dict[str, str]]


class _Law(NamedTuple):
    """What rates: the editions that there are, the law by day, whether it is one that is tried."""

    editions: Sequence[Edition]
    on: Law
    tried: bool


def back_test(work: Work) -> dict[str, Any]:
    """Rate the past and hold it against what random visits found afterwards.

    Raises:
        Problem: ``back_test_no_origin``, ``back_test_many_origins``, ``back_test_too_late``,
            ``back_test_not_recorded``, ``back_test_no_rulebook``, ``edition_invalid``, ``edition_unknown``.
    """
    stock, options = work.stock, work.options
    assert stock is not None, "a back-test reads a stock"  # noqa: S101 - as the table of kinds says
    horizon: int = options.get("horizon") or limits()["asked"]["horizon"]
    days = _days(stock, options, horizon)
    with work.database.reader() as session:
        text = text_of(session, options)
        known = _known(session, days, options.get("knowledge"), tried=text is not None)
        law = _law(session, text, known)
        outcomes = outcomes_of(session, position=stock.position)
        every: Past = Decided(stock) if known.knowledge == "decided" else recorded_past(session, known.origins)
    past = Merged(every if work.authorities is None else Within(every, work.authorities), law.editions)
    edition, asked = _asked(past, law, days[-1], options.get("rulebook"))
    told = back_test_document(Trial(past, law.on, asked, edition, known.origins, outcomes, horizon), work.tell)
    told["warnings"] = [*known.warnings, *told["warnings"]]
    return {
        "position": stock.position,
        "stock_day": stock.day.isoformat(),
        "stock_digest": stock.digest,
        "tried": law.tried,
        "knowledge": known.knowledge,
        **told,
    }


def _days(stock: Stock, options: Mapping[str, Any], horizon: int) -> list[date]:
    said = limits()["asked"]
    last = options.get("last") or add_months(stock.day, -horizon)
    if add_months(last, horizon) > stock.day:
        raise Problem("back_test_too_late", last=last.isoformat(), horizon=horizon, stock=stock.day.isoformat())
    first = options.get("first") or add_months(last, 1 - 12 * said["years"])
    count = 12 * (last.year - first.year) + last.month - first.month + 1
    if count > said["most_origins"]:
        most = said["most_origins"]
        raise Problem("back_test_many_origins", count=count, most=most, first=first.isoformat(), last=last.isoformat())
    days = [day for back in range(count) if (day := add_months(last, -back)) >= first]
    if not days:
        raise Problem("back_test_no_origin", first=first.isoformat(), last=last.isoformat())
    return days[::-1]


def _law(session: Session, text: str | None, known: _Known) -> _Law:
    """The editions that were in force, by the recorded clock as known then; or one alone, as if it always had been."""
    if text is not None:
        offered = replace(editions.offered(text), force_from=date.min, force_to=None)
        alone = editions.Shelf([]).trying(offered)
        return _Law(
            [offered], lambda kind, region, _day: alone.chain(kind=kind, region=region, as_of=date.max), tried=True
        )
    then = known.knowledge == "recorded"
    shelves = {one.day: editions.shelf(session, one.clock if then else None) for one in known.origins}
    every = {one.digest: one for shelf in shelves.values() for one in shelf.editions}
    return _Law(
        list(every.values()),
        lambda kind, region, day: shelves[day].chain(kind=kind, region=region, as_of=day),
        tried=False,
    )


def _known(session: Session, days: Sequence[date], wanted: Knowledge | None, *, tried: bool) -> _Known:
    """By the recorded clock where most of what was decided had been recorded, and a law; the other is told loudly.

    ``tried``: it is a text that is tried, whose law need not have been known.
    """
    decided = [Origin(day, day.toordinal()) for day in days]
    if wanted == "decided":
        return _Known("decided", decided, [_decided("asked_for")])
    zones = [ZoneInfo(name) for name in register.zones_in_use(session) or {"UTC"}]
    ends = [min(datetime.combine(day + timedelta(days=1), time(), zone) for zone in zones) for day in days]
    recorded = [Origin(day, position_at(session, end)) for day, end in zip(days, ends, strict=True)]
    share = _share(session, recorded)
    part = f"{share.part:.0%}"
    if share.part >= limits()["asked"]["recorded"]:
        shelf = editions.shelf(session, recorded[-1].clock)
        if wanted == "recorded" or tried or any(one.ratings for one in shelf.editions):
            return _Known("recorded", recorded, [])
        return _Known("decided", decided, [_decided("adopted_later", day=days[-1].isoformat())])
    if wanted == "recorded":
        raise Problem("back_test_not_recorded", day=share.day, by=share.by, share=part)
    return _Known("decided", decided, [_decided("recorded_later", day=share.day, by=share.by, share=part)])


class _Share(NamedTuple):
    """The first origin by which anything had been decided, the next one, and what part was recorded by that."""

    day: str
    by: str
    part: float


def _share(session: Session, origins: Sequence[Origin]) -> _Share:
    """A month is allowed for recording: what was decided the day before the first origin says nothing of a habit."""
    days = [origin.day.isoformat() for origin in origins]

    def of(place: int) -> float | None:
        clock = origins[min(place + 1, len(origins) - 1)].clock
        return evidence.share_recorded(session, day=origins[place].day, position=clock)

    first = bisect_left(range(len(origins)), True, key=lambda place: of(place) is not None)
    if first == len(origins):
        return _Share(days[-1], days[-1], 1.0)
    return _Share(days[first], days[min(first + 1, len(days) - 1)], of(first) or 0.0)


def _decided(reason: str, **said: str) -> dict[str, str]:
    """The warning that the decided clock was used, and why."""
    why = warning(reason, **said)
    row = next(row for row in limits()["warning"] if row["code"] == "decided")
    return {"code": "decided", **{locale: row[locale].format(reason=why[locale]) for locale in ("zh", "en")}}


def _asked(past: Past, law: _Law, day: date, rulebook: str | None) -> tuple[Edition, Asked]:
    """The rulebook that is tried, and its edition that rates most at the last origin."""
    found = sorted(editions_at(past, law.on, day).values(), key=lambda pair: (-pair[1], pair[0].id))
    fits = [edition for edition, _ in found if rulebook in {None, edition.rulebook}]
    if not fits:
        raise Problem("back_test_no_rulebook", rulebook=rulebook or "–", day=day.isoformat())
    edition = fits[0]
    tiers = max((section.tiers for section in edition.ratings.values()), key=len)
    own = [one for one in law.editions if one.rulebook == edition.rulebook]
    clauses = {rule.clause for one in own for section in one.ratings.values() for rule in section.rules.values()}
    places = {clause: place for place, clause in enumerate(sorted(clauses))}
    return edition, Asked(edition.rulebook, tiers, places, limits()["mirror"]["months"])
