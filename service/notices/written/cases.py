"""Facts of notices that follow from a step of a case: missing papers, a refusal, a decision on an objection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service import repairs
from service.notices.written.vocabulary import LONGEST_TEXT, shared

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from scoring.edition.envelope import Edition
    from scoring.repair import Shown
    from service.platform import UnitOfWork

PROCEDURE = "repair"
OBJECTION = "objection"
SUPPLEMENT = "supplement"
REVIEW = "review"
UPHELD = "upheld"
CLOCK = "clock"


def missing_papers(uow: UnitOfWork, payload: Mapping[str, Any], event: str, lang: str) -> dict[str, Any]:
    """What is to be handed in, by when, and what happens otherwise."""
    view = repairs.case_view(uow.session, uow.actor, PROCEDURE, payload["case"], now=uow.now)
    step = next(one for one in reversed(view.steps) if one.event == event)
    names = {one.key: one.name for one in view.law.materials}
    clock = _clock_at(view, step.place, SUPPLEMENT)
    due = None if clock is None else clock.face.due
    return {
        "case": payload["case"],
        "papers": [names[key].get(lang, names[key]["zh"]) for key in step.detail["papers"]],
        "note": _line(step.reason),
        "supply_by": None if due is None else due.day.isoformat(),
        "after": None if clock is None else shared()["lapse"].get(view.law.clocks[clock.law].lapse, {}).get(lang),
    }


def refusal(uow: UnitOfWork, payload: Mapping[str, Any], event: str, lang: str) -> dict[str, Any]:
    """Why an application was refused, the conditions that did not hold on that day, and from when they would."""
    view = repairs.case_view(uow.session, uow.actor, PROCEDURE, payload["case"], now=uow.now)
    step = next(one for one in reversed(view.steps) if one.event == event)
    record = repairs.adverse(uow.session, view.row.event_id, as_of=step.taken_on)
    said = None if record is None else repairs.eligible(record, view.law.edition, step.taken_on)
    unmet = [] if said is None else [(one.key, one.clause) for one in said.standings if one.how != "holds"]
    reasons = [_line(step.reason), *_conditions(view.law.edition, unmet, lang)]
    later = None if said is None or said.holds else said.from_day
    return {
        "case": payload["case"],
        "decided_on": step.taken_on.isoformat(),
        "reasons": [one for one in reasons if one is not None],
        "outcome": shared()["refused"][event][lang],
        "from_day": None if later is None else later.isoformat(),
    }


def objection_decision(uow: UnitOfWork, payload: Mapping[str, Any], event: str, lang: str) -> dict[str, Any]:
    """What was decided on an objection and why, what was corrected, and by when a second review may be asked for."""
    view = repairs.case_view(uow.session, uow.actor, OBJECTION, payload["case"], now=uow.now)
    step = next(one for one in reversed(view.steps) if (one.event, one.state) == (event, payload["state"]))
    words = shared()
    clock = _clock_at(view, step.place, REVIEW) if step.state == UPHELD else None
    due = None if clock is None else clock.face.due
    reason = words["by_clock"][lang] if step.part == CLOCK else _line(step.reason)
    return {
        "case": payload["case"],
        "record": str(view.row.event_id),
        "decided_on": step.taken_on.isoformat(),
        "outcome": words["outcome"][event][lang],
        "reasons": [] if reason is None else [reason],
        "corrections": [words["correction"][act][lang] for act in step.detail.get("acts", ())],
        "review_by": None if due is None else due.day.isoformat(),
    }


def _clock_at(view: repairs.CaseView, place: int, clock: str) -> Shown | None:
    """A clock as it stood after a step: by the time of writing the case may have gone on."""
    taken = [one for one in view.steps if one.place <= place]
    known = repairs.clocks_of(view.law, taken, taken[-1].taken_on)
    return next((one for one in known if one.clock == clock), None)


def _conditions(edition: Edition, unmet: Iterable[tuple[str, str]], lang: str) -> list[str]:
    words = shared()["unmet"][lang]
    texts = {} if edition.repair is None else {one.key: one.text for one in edition.repair.conditions}
    found = []
    for key, clause in unmet:
        if key in texts:
            checked = edition.verified or clause not in edition.unverified_clauses
            mark = "" if checked else words["unchecked"]
            text = texts[key].get(lang, texts[key]["zh"])
            found.append(words["text"].format(text=text, clause=clause, mark=mark))
    return found


def _line(said: str | None) -> str | None:
    """What a person wrote, on one line."""
    return None if said is None or not said.strip() else " ".join(said.split())[:LONGEST_TEXT]
