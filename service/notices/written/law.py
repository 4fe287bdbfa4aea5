"""What a notice quotes of the law: conditions and papers of repair, terms of objections, remedies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service import editions
from service.notices.written.vocabulary import shared

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from scoring.edition.clocks import ClockLaw
    from scoring.edition.model import Edition
    from service.register import EntityFacts

_UNITS = {
    "working_days": {"zh": "{n} 个工作日", "en": "{n} working days"},
    "calendar_days": {"zh": "{n} 日", "en": "{n} days"},
    "months": {"zh": "{n} 个月", "en": "{n} months"},
}
_DECIDED = {"zh": "在 {term}内作出决定{mark}。", "en": "It is decided within {term}{mark}."}
_MARKS = {"zh": "（未经核对）", "en": " (number not checked against the source)"}
_CITED = {"zh": "（{clause}{mark}）", "en": " ({clause}{mark})"}
_UNCHECKED = {"zh": "，未经核对", "en": ", not checked against the source"}


def quoted(
    session: Session, entity: EntityFacts, parts: Collection[str], *, kinds: Sequence[str], day: date, lang: str
) -> dict[str, Any]:
    """The law that a notice of some kinds of an entity quotes on a day, in one language.

    None for a matter of which no edition in force speaks there.
    """
    found: dict[str, Any] = {"repair": None, "objection": None, "remedies": []}
    for matter in ("repair", "objection"):
        if matter in parts:
            edition = editions.law_for(session, matter=matter, kinds=kinds, region=entity.region, day=day)
            found[matter] = None if edition is None else _section(edition, matter, lang)
    if "remedies" in parts:
        found["remedies"] = [_remedy(row, lang) for row in shared()["remedy"]]
    return found


def editions_of(law: Mapping[str, Any]) -> dict[str, str]:
    """The digests of the editions quoted, by matter."""
    return {matter: law[matter]["digest"] for matter in ("repair", "objection") if law[matter] is not None}


def _section(edition: Edition, matter: str, lang: str) -> dict[str, Any]:
    section = edition.repair if matter == "repair" else edition.objection
    assert section is not None  # noqa: S101 - an edition is in force only for the matters that it has
    told: dict[str, Any] = {
        "title": _in(edition.title, lang),
        "digest": edition.digest,
        "decide": _decided(edition, section.clocks.get("decide"), lang),
    }
    told["materials"] = [_cited(edition, _in(one.name, lang), one.clause, lang) for one in section.materials]
    if edition.repair is not None and matter == "repair":
        told["conditions"] = [
            _cited(edition, _in(one.text, lang), one.clause, lang) for one in edition.repair.conditions
        ]
    if edition.objection is not None and matter == "objection":
        told["suspends"] = edition.objection.suspends
    return told


def _cited(edition: Edition, text: str, clause: str, lang: str) -> str:
    mark = "" if _is_verified(edition, clause) else _UNCHECKED[lang]
    return text + _CITED[lang].format(clause=clause, mark=mark)


def _decided(edition: Edition, clock: ClockLaw | None, lang: str) -> str | None:
    if clock is None:
        return None
    term = _UNITS[clock.term.unit][lang].format(n=clock.term.number)
    mark = "" if _is_verified(edition, clock.clause) else _MARKS[lang]
    return _DECIDED[lang].format(term=term, mark=mark)


def _is_verified(edition: Edition, clause: str) -> bool:
    return edition.verified or clause not in edition.unverified_clauses


def _remedy(row: Mapping[str, Any], lang: str) -> str:
    mark = "" if row["verified"] else _UNCHECKED[lang]
    return str(row[lang]) + _CITED[lang].format(clause=row["clause"][lang], mark=mark)


def _in(text: Mapping[str, str], lang: str) -> str:
    return text.get(lang, text["zh"])
