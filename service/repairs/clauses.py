"""The law of a case as it is told: the words of its clauses, its conditions, and what a decision brings about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scoring.edition.sections.repair import Repair

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scoring.edition.envelope import Edition
    from scoring.edition.sections.objection import Objection
    from scoring.repair import Eligibility
    from service.repairs.reading import CaseLaw


def law_told(law: CaseLaw, language: str) -> dict[str, Any]:
    """The edition of a case: what a grant, a revocation and a lifting mean by it, and the words of every clause."""
    edition, repair = law.edition, law.edition.repair if law.workflow.name == "repair" else None
    section = repair if repair is not None else edition.objection
    assert section is not None  # noqa: S101 a case is filed under an edition with its section
    named = dict.fromkeys(clause for clause in _named(section, law) if clause)
    told: dict[str, Any] = {
        "title": said(edition.title, language),
        "clause": section.clause,
        "clauses": [clause_told(edition, clause, language) for clause in named],
        "effects": [],
        "fraud": None,
        "lifting": None,
        "separate": None,
    }
    if repair is not None:
        told["effects"] = [{"effect": one.effect, "clause": one.clause} for one in repair.effects]
        for name, rule in (("fraud", repair.fraud), ("lifting", repair.lifting), ("separate", repair.separate)):
            told[name] = None if rule is None else {"text": said(rule.text, language), "clause": rule.clause}
    return told


def conditions_told(found: Eligibility, edition: Edition, language: str) -> list[dict[str, Any]]:
    """How each condition stands, with its words."""
    repair = edition.repair
    assert repair is not None  # noqa: S101 whoever asks has an edition with a section on repair
    texts = {one.key: one.text for one in repair.conditions}
    if repair.fraud is not None:
        texts["not_barred"] = repair.fraud.text
    return [
        {
            "key": one.key,
            "text": said(texts[one.key], language),
            "clause": one.clause,
            "verified": one.verified,
            "standing": one.how,
            "from_day": None if one.from_day is None else one.from_day.isoformat(),
            "missing": one.missing,
            "provisional": one.provisional,
        }
        for one in found.standings
    ]


def clause_told(edition: Edition, clause: str, language: str) -> dict[str, Any]:
    """A clause with its words, and whether they were checked at their source."""
    words = edition.clauses.get(clause)
    checked = edition.verified or clause not in edition.unverified_clauses
    return {"clause": clause, "text": None if words is None else said(words, language), "verified": checked}


def said(words: Mapping[str, str], language: str) -> str:
    """Words in a language; in Chinese where there are none."""
    return words.get(language, words["zh"])


def _named(section: Repair | Objection, law: CaseLaw) -> Iterator[str]:
    yield section.clause
    if isinstance(section, Repair):
        yield from (one.clause for one in section.conditions)
        yield from (one.clause for one in section.effects)
        yield from (one.clause for one in (section.fraud, section.lifting, section.separate) if one is not None)
    yield from (one.clause for one in law.materials)
    for clock in law.clocks.values():
        yield clock.clause
        if clock.extension is not None:
            yield clock.extension.clause
