"""Sensitivity and the search for rewarded misconduct as studies: an edition over everybody whom it rates."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from scoring.edition.differing import sentence
from scoring.rating.columnar import columns_of
from scoring.rating.explanation import encode
from scoring.rating.history import EditionChain
from scoring.rating.wording import Law, waterfall
from service import editions, register
from service.platform import Problem
from service.studio.runs import text_of
from service.studio.sensitivity.changing import Added
from service.studio.sensitivity.generated import Sizes, generated
from service.studio.sensitivity.monotone import monotone, tries
from service.studio.sensitivity.moving import sensitivities
from service.studio.sensitivity.parameters import parameters
from service.studio.sensitivity.under import Under, under

if TYPE_CHECKING:
    from scoring.edition.model import Edition, Rating
    from scoring.rating.result import Result
    from service.studio.runs import Work
    from service.studio.sensitivity.changing import Corrected
    from service.studio.sensitivity.monotone import Tried
    from service.studio.sensitivity.moving import Moved, Sensitivity
    from service.studio.sensitivity.parameters import Variant

DAYS_BEFORE: Final = (0, 200)
"""How long before the question an additional decision is made: today, and long enough for terms to be over."""
MADE_UP: Final = Sizes(histories=300, most=6, days=800)
"""More than two years of an entity's life: long enough for repetitions, and for windows of two years to close."""
SEED: Final = 20270104
"""The same histories at every run."""


class Asked(NamedTuple):
    """An edition, its text, the day, everybody whom it rates then, and how the result begins."""

    edition: Edition
    text: str
    day: date
    parts: list[Under]
    said: dict[str, Any]


def sensitivity(work: Work) -> dict[str, Any]:
    """What hangs on each number of an edition, one unit up and one down."""
    asked = asked_of(work)
    if not asked.parts:  # of nobody nothing could be said but that every number is idle
        return asked.said | {"parameters": [], "idle": 0}
    whole = sum(1 for _ in parameters(asked.text))
    found = []
    for row in sensitivities(asked.text, asked.parts, asked.day):
        found.append(_parameter(row, asked.day))
        work.tell(len(found), whole)
    return asked.said | {"parameters": found, "idle": sum(one["idle"] for one in found)}


def search(work: Work) -> dict[str, Any]:
    """Every change by which one more adverse decision, or one correction, moves somebody's tier the wrong way.

    It is made to everybody of the stock, and to histories made up from the words of the edition: a stock may not hold
    yet what a law rewards.
    """
    asked = asked_of(work)
    stocks = {"parts": asked.parts, "made_up": made_up(asked.edition, asked.day)}
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in stocks}
    against, done = 0, 0
    whole = sum(len(tries(one.columns, one.chain, asked.day, DAYS_BEFORE)) for some in stocks.values() for one in some)
    for name, part in ((name, part) for name, some in stocks.items() for part in some):
        tried = []
        for row in monotone(part.columns, part.chain, asked.day, DAYS_BEFORE):
            tried.append(_tried(work, part, row, invented=name == "made_up"))
            against += row.counter_example is not None
            done += 1
            work.tell(min(done, whole - 1), whole)
        found[name].append({"kind": part.columns.kind, "entities": part.columns.entities, "tried": tried})
    work.tell(whole, whole)
    return asked.said | {"monotone": against == 0, "counter_examples": against, **found}


def made_up(edition: Edition, day: date) -> list[Under]:
    """Histories of the edition's own words, one stock of them for each section that it has, as if it always had been.

    Of a section without rules nothing can be made up.
    """
    alone = EditionChain((replace(edition, force_from=date.min, force_to=None),))
    sections: list[Rating] = []
    found = []
    for kind in (edition.kinds or ("*",)) if edition.ratings else ():
        section = edition.rating_for(kind)
        if section.rules and section not in sections:
            sections.append(section)
            found.append(Under(columns_of(generated(section, kind, day, MADE_UP, seed=SEED)), alone))
    return found


def asked_of(work: Work) -> Asked:
    """The edition of a study over the stock of the study.

    Raises:
        Problem: ``edition_unknown``, ``edition_invalid``, ``dry_run_before_stock``.
    """
    stock = work.stock
    assert stock is not None, "both studies read a stock"  # noqa: S101 - as the table of kinds says
    with work.database.reader() as session:
        text = text_of(session, work.options) or ""
        edition, now = editions.offered(text), editions.shelf(session)
    in_force = any(one.digest == edition.digest for one in now.editions)
    shelf = now if in_force else now.trying(edition)
    day = work.options.get("day") or max(stock.day, edition.force_from)
    if day < stock.day:
        raise Problem("dry_run_before_stock", day=day.isoformat(), stock=stock.day.isoformat())

    def law(kind: str, region: str) -> EditionChain:
        return shelf.chain(kind=kind, region=region, as_of=day)

    parts = under(stock, law, edition, day, work.authorities)
    said = {
        "edition": edition.id,
        "edition_digest": edition.digest,
        "day": day.isoformat(),
        "position": stock.position,
        "stock_day": stock.day.isoformat(),
        "stock_digest": stock.digest,
        "entities": sum(part.columns.entities for part in parts),
    }
    return Asked(edition, text, day, parts, said)


def _parameter(row: Sensitivity, day: date) -> dict[str, Any]:
    parameter = row.parameter
    change = parameter.up.change
    return {
        "place": parameter.place,
        "line": parameter.line,
        "written": parameter.written,
        "clause": change.clause,
        "up": _moved(parameter.up, row.up, day),
        "down": _moved(parameter.down, row.down, day),
        "idle": row.idle,
    }


def _moved(variant: Variant, moved: Moved | None, day: date) -> dict[str, Any]:
    """Who moves; where the edition cannot have the number so, the codes of what is wrong with it."""
    words = {lang: sentence(variant.change, start=day, lang=lang) for lang in ("zh", "en")}
    if moved is None:
        return {"change": words, "refused": list(variant.refused)}
    return {"change": words, "tiers": moved.tiers, **moved._asdict()}


def _tried(work: Work, part: Under, row: Tried, *, invented: bool) -> dict[str, Any]:
    said = row._asdict() | {"change": _change(row.change), "counter_example": None}
    example = row.counter_example
    if example is None:
        return said
    key = f"made-up:{example.entity}"
    if not invented:
        number = int(part.ids[example.entity])
        with work.database.reader() as session:
            known = register.facts(session, [number], position=None)
        key = known[number].key if number in known else str(number)
    before, after = (_explained(each._replace(entity=key), part) for each in (example.before, example.after))
    return said | {"counter_example": {"entities": example.entities, "entity": key, "before": before, "after": after}}


def _explained(result: Result, part: Under) -> dict[str, Any]:
    """The explanation as a document, and in the law's words, sentence by sentence."""
    laws = {lang: Law(part.chain, result.kind, lang) for lang in ("zh", "en")}
    words = {lang: [text for _, text in waterfall(result, law)] for lang, law in laws.items()}
    return {"tier": result.tier, "words": words, "explanation": json.loads(encode(result)[0])}


def _change(change: Added | Corrected) -> dict[str, Any]:
    if isinstance(change, Added):
        return {"added": change._asdict() | {"attributes": dict(change.attributes)}}
    return {"corrected": change._asdict()}
