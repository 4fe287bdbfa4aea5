"""The notice that goes with a penalty, out of the event that recorded it and the law of publicity."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from service import evidence, publicity
from service.notices.written.making import make
from service.notices.written.vocabulary import checked_facts, kind_of
from service.platform import LANGUAGES, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.publicity import Standing
    from service.platform import UnitOfWork

_TOLD = {
    "zh": {
        "content": "{kind}：{code}",
        "shown": "自 {start} 起计算；最短至 {least}，最长至 {most}{mark}。",
        "hidden": "不予公示{mark}。",
        "open": "未设期限",
        "unchecked": "（期限未经核对）",
    },
    "en": {
        "content": "{code} ({kind})",
        "shown": "counted from {start}; until {least} at least, until {most} at most{mark}.",
        "hidden": "it is not published{mark}.",
        "open": "no term",
        "unchecked": " (terms not checked against the source)",
    },
}


def notify_of_penalty(*, uow: UnitOfWork, event: int, facts: Mapping[str, Any], kind: str = "repair_notice") -> str:
    """Make the notice that is served together with a penalty; returns its number.

    ``facts``: what is to be said otherwise than the event says it.

    Raises:
        Problem: ``event_not_found``, ``out_of_scope``, ``notice_event_no_penalty``, ``notice_event_struck``,
            ``notice_event_code_unknown``: no catalogue calls the event's code by a name, and ``content`` is not said;
            ``notice_kind_unknown``, ``invalid_body``.
    """
    wanted = kind_of(kind)
    found = evidence.event_record(uow.session, event)
    if found is None:
        raise Problem("event_not_found", value=event)
    record, entity = found
    if not uow.actor.may_see(entity.authority, entity.region):
        raise Problem("out_of_scope")
    known = record.known
    catalogue = evidence.read_catalogue(uow.session)
    decision = catalogue.kinds.get(known.decision_kind)
    if decision is None or not (decision.penalty and decision.final and known.event.final):
        raise Problem("notice_event_no_penalty", pointer="/event", event=event)
    if known.event.annulled_on is not None or known.withdrawn_on is not None:
        raise Problem("notice_event_struck", pointer="/event", event=event)
    kinds = list(known.kinds or sorted(entity.kinds))
    shown = publicity.one_record(uow.session, event, now=uow.now)
    code = catalogue.codes.get(known.event.code)
    if code is None and "content" not in facts:
        raise Problem("notice_event_code_unknown", pointer="/facts/content", event=event, event_code=known.event.code)
    told = {
        lang: checked_facts(
            wanted,
            {
                "decision_no": known.event.ref,
                "decided_on": known.event.decided_on.isoformat(),
                **({} if code is None else {"content": _content(code.names, decision.names, lang)}),
                **({} if shown is None else _told(shown.standing, lang)),
                **facts,
            },
        )
        for lang in LANGUAGES
    }
    return make(uow, wanted, entity, told, kinds=kinds, about=f"event:{event}", source=None)


def _content(code: Mapping[str, str], kind: Mapping[str, str], lang: str) -> str:
    return _TOLD[lang]["content"].format(code=_in(code, lang), kind=_in(kind, lang))


def _told(shown: Standing, lang: str) -> dict[str, str]:
    """What the law says of showing the decision; nothing where no edition speaks of it."""
    words = _TOLD[lang]
    mark = "" if all(reason.verified for reason in shown.reasons) else words["unchecked"]
    if shown.edition is None:
        return {}
    if shown.starts_on is None:
        return {"publicity": words["hidden"].format(mark=mark)}
    ends = [words["open"] if day is None else day.isoformat() for day in (shown.earliest_end, shown.latest_end)]
    start = shown.starts_on.isoformat()
    told = {"publicity": words["shown"].format(start=start, least=ends[0], most=ends[1], mark=mark)}
    if shown.shortened and shown.earliest_end is not None:
        told["repairable_from"] = (shown.earliest_end + timedelta(days=1)).isoformat()
    return told


def _in(names: Mapping[str, str], lang: str) -> str:
    return names.get(lang, names["zh"])
