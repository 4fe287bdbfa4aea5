"""What an edition must pass before it may be adopted: asked when it is proposed, and again when it is approved."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from scoring.edition import check
from scoring.edition.differing import changes, sentence
from scoring.exchange.cases import run_cases
from scoring.kernel.errors import EditionError, LawError
from service import register
from service.editions.queries import shelf, text_of
from service.editions.refusing import read_offered, refusal, refused_cases
from service.editions.usecases import refuse_overlap
from service.platform import LANGUAGES, Problem, local_day

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from scoring.edition.model import Edition
    from scoring.exchange.cases import Answered
    from scoring.kernel.errors import Finding


class Examined(NamedTuple):
    """An edition that may be adopted. ``predecessor``: the one that gives way to it; None where it is the first.

    ``changes``: each difference to the predecessor as a sentence, by language; ``remarks``: what the lint doubts.
    """

    edition: Edition
    predecessor: Edition | None
    remarks: tuple[Finding, ...]
    cases: tuple[Answered, ...]
    changes: tuple[dict[str, str], ...]


def today_of(session: Session, authority: str, now: datetime) -> date:
    """The day that it is for an authority; for one that the register does not have, the latest day of all it has."""
    zones = {one.code: one.timezone for one in register.authorities(session)}
    own = [zones[authority]] if authority in zones else sorted(set(zones.values())) or ["UTC"]
    return max(local_day(now, zone) for zone in own)


def latest_day(session: Session, edition: Edition, now: datetime) -> date:
    """The latest day that it is anywhere where an edition speaks for somebody: there it takes force first."""
    zones = register.zones_in_use(session, edition.regions)
    return max([today_of(session, edition.authority, now), *(local_day(now, zone) for zone in zones)])


def examine(session: Session, *, text: str, cases: str, now: datetime) -> Examined:
    """Whether a text may be adopted as the next edition of its rulebook.

    Args:
        session: whose editions in force it is held against.
        text: TOML of the edition.
        cases: TOML of the cases that it must answer, as `scoring.exchange.cases.run_cases` reads them.
        now: the instant of the question.

    Raises:
        Problem: ``edition_invalid``, ``edition_id_taken``, ``edition_predecessor_unknown``, ``edition_not_successor``,
            ``edition_before_predecessor``, ``edition_day_not_ahead``, ``edition_overlaps``,
            ``edition_cases_unreadable``, ``edition_cases_fail``.
    """
    edition = read_offered(text)
    if text_of(session, edition.id) is not None:
        raise Problem("edition_id_taken", edition=edition.id)
    book = [one for one in shelf(session).editions if one.rulebook == edition.rulebook]
    last = max(book, key=lambda one: one.force_from, default=None)
    _refuse_unless_next(edition, last)
    findings = check(edition, last)
    if errors := [one for one in findings if one.severity == "error"]:
        raise refusal(edition.id, errors)
    today = latest_day(session, edition, now)
    if edition.force_from <= today:
        raise Problem("edition_day_not_ahead", edition=edition.id, day=edition.force_from.isoformat(), today=today)
    refuse_overlap(session, edition, but=last.id if last else None)
    before = [_ending(one, edition.force_from) for one in book]
    answered = _hold(edition, before, cases)
    older = text_of(session, last.id) if last else None
    return Examined(edition, last, tuple(findings), answered, told(older, text, edition))


def _refuse_unless_next(edition: Edition, last: Edition | None) -> None:
    if last is None:
        if edition.predecessor is not None:
            named = edition.predecessor
            raise Problem("edition_predecessor_unknown", edition=edition.id, rulebook=edition.rulebook, named=named)
        return
    since = last.force_from.isoformat()
    if edition.predecessor != last.id:
        named = edition.predecessor or "–"
        raise Problem("edition_not_successor", edition=edition.id, last=last.id, named=named, since=since)
    if edition.force_from <= last.force_from:
        day = edition.force_from.isoformat()
        raise Problem("edition_before_predecessor", edition=edition.id, day=day, last=last.id, since=since)


def changes_of(session: Session, text: str) -> tuple[dict[str, str], ...]:
    """What a text changes of the last edition of its rulebook, as sentences by language.

    Raises:
        Problem: ``edition_invalid``.
    """
    edition = read_offered(text)
    book = [one for one in shelf(session).editions if one.rulebook == edition.rulebook and one.id != edition.id]
    last = max(book, key=lambda one: one.force_from, default=None)
    return told(text_of(session, last.id) if last else None, text, edition)


def _ending(one: Edition, day: date) -> Edition:
    return replace(one, force_to=day) if one.force_to is None or one.force_to > day else one


def _hold(edition: Edition, before: list[Edition], cases: str) -> tuple[Answered, ...]:
    try:
        answered = run_cases(cases, [*before, edition])
    except EditionError as error:
        raise refused_cases(edition.id, error.findings) from error
    except LawError as error:
        raise Problem("edition_cases_unreadable", edition=edition.id, zh=error.zh, en=error.en) from error
    failing = [
        Problem(
            "edition_case_differs",
            zh=case.title["zh"] + "：" + "；".join(one.sentence("zh") for one in case.differences),
            en=case.title.get("en", case.title["zh"])
            + ": "
            + "; ".join(one.sentence("en") for one in case.differences),
        )
        for case in answered
        if case.differences
    ]
    if failing:
        raise Problem("edition_cases_fail", errors=failing, edition=edition.id, count=len(failing), of=len(answered))
    return answered


def told(older: str | None, newer: str, edition: Edition) -> tuple[dict[str, str], ...]:
    """Each difference of two texts as a sentence, by language; none where there is no older one."""
    if older is None:
        return ()
    return tuple(
        {lang: sentence(one, start=edition.force_from, lang=lang) for lang in LANGUAGES}
        for one in changes(older, newer)
    )
