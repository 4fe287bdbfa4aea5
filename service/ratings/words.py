"""Ratings and ways back in the law's words, from what is stored or was computed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from scoring.kernel.points import format_points
from scoring.rating.counterfactual import counterfactual
from scoring.rating.stored import decode
from scoring.rating.wording import Law, Names, waterfall, ways_told
from service import editions, evidence, register
from service.platform import Problem, local_day
from service.ratings.assemble import history
from service.ratings.proposals.words import proposal_told, way_told
from service.ratings.queries import document_of, subject
from service.ratings.rate import rolls_up, rule_on

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from scoring.rating.counterfactual import Reached, Ways
    from scoring.rating.result import Result
    from service.ratings.queries import Standing
    from service.register import EntityFacts


NO_TIER_PUBLISHED = "no_tier_published"
"""Why the public is told no tier: the same whether there is none or it is kept, so that neither shows."""

_REASONS = {
    NO_TIER_PUBLISHED: {
        "zh": "{key} 没有向公众公开的等级：其门类中没有一个按主管部门公开等级的办法评级。"
        "该主体可凭自己的登录码或令牌查询本身的等级。",
        "en": "{key} has no tier that the public is told: no kind of it is rated by a rulebook whose authority "
        "publishes tiers. The entity itself sees its own by its sign-in code or token.",
    },
    "no_kind_held": {
        "zh": "{key} 在 {day} 未持有任何门类的许可，因此不评级。请在登记簿中补录其许可。",
        "en": "{key} is not rated: it holds no licence of any kind on {day}. Enter its licences in the register.",
    },
}


_SUSPENDED = {
    "zh": "{day}，{fact}（{ref}）：因异议（{objection}）自 {since} 起暂停效力，异议办结前不计入评价，也不公示",
    "en": "{day}, {fact} ({ref}): suspended since {since} by objection {objection}; until that is decided it neither "
    "counts nor is shown to the public",
}


class Told(NamedTuple):
    """One rating as sentences, each with the part of the rating that it tells."""

    kind: str
    sentences: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        """The sentences below each other."""
        return "\n".join(text for _, text in self.sentences)


def reason_told(found: Standing, lang: str) -> str | None:
    """Why the entity as a whole has no tier, as a sentence; None where its kinds say it."""
    return None if found.reason is None else _REASONS[found.reason][lang].format(key=found.key, day=found.as_of)


def unpublished_told(key: str, lang: str) -> str:
    """Why the public is told no tier of an entity, as a sentence."""
    return _REASONS[NO_TIER_PUBLISHED][lang].format(key=key)


def in_words(session: Session, found: Standing, lang: str) -> list[Told]:
    """Every rating of an answer in words (``zh`` or ``en``), in order of kind."""
    shelf, names, told = editions.shelf(session, found.position), _names(session), []
    for document in found.documents:
        result = _knowing(decode(document.encode()), found, shelf)
        chain = shelf.chain(kind=result.kind, region=found.region, as_of=result.as_of)
        said = found.summary[result.kind]
        law = Law(chain, result.kind, lang, names)
        sentences = [*waterfall(result, law), *_suspended(said, law)]
        proposed = proposal_told(said, lang)
        told.append(Told(result.kind, (*sentences, *(() if proposed is None else (("proposal", proposed),)))))
    return told


def _knowing(result: Result, found: Standing, shelf: editions.Shelf) -> Result:
    """A stored explanation that knows the first day of an edition that was adopted after it was written."""
    first, known = found.next_law, result.next_change_on
    if first is None or (known is not None and known <= first):
        return result
    rule = rule_on(shelf.chain(kind=result.kind, region=found.region, as_of=first), result.kind, first)
    same = (None if rule is None else rule.edition.id) == result.edition
    return result if same else result._replace(next_change_on=first)


def reasons_of(session: Session, entity: EntityFacts, kind: str, *, said: Mapping[str, Any], lang: str) -> list[str]:
    """A rating of an entity in words, by its summary; nothing where it has none with the digest that this names."""
    document = document_of(session, entity.id, kind, bytes.fromhex(said["digest"]))
    if document is None:
        return []
    result = decode(document.encode())
    chain = editions.shelf(session).chain(kind=kind, region=entity.region, as_of=result.as_of)
    law = Law(chain, kind, lang, _names(session))
    return [text for _, text in (*waterfall(result, law), *_suspended(said, law))]


def _suspended(said: Mapping[str, Any], law: Law) -> list[tuple[str, str]]:
    """The events that have no effect while they are disputed, each as a sentence with its part."""
    return [
        ("suspended", _SUSPENDED[law.lang].format(**one, day=one["decided_on"], fact=law.fact(None, one["code"])))
        for one in said.get("suspended", ())
    ]


def way_back(
    session: Session, standing: Standing, kind: str, *, now: datetime, on: date | None, langs: Sequence[str]
) -> tuple[Ways, dict[str, tuple[str, ...]]]:
    """How an entity gets back to a better tier in one kind, as data, and as sentences in each language.

    ``standing``: what is in force for it now. Where a worse tier is only proposed, the value of today is that in force,
    and the ways are those back from what is proposed. ``on``: the day on which it would correct or perform; today
    unless given.

    Raises:
        Problem: ``tier_entity_unknown``, ``tier_kind_not_held``.
    """
    found = subject(session, standing.key)
    if found is None:
        raise Problem("tier_entity_unknown", key=standing.key)
    if kind not in found.facts.kinds:
        raise Problem("tier_kind_not_held", key=standing.key, kind=kind)
    day = local_day(now, found.facts.timezone)
    chain = editions.shelf(session).chain(kind=kind, region=found.facts.region, as_of=day)
    ways = counterfactual(history(found, kind, with_branches=rolls_up(chain, kind, day), as_of=day), chain, day, on=on)
    said = standing.summary.get(kind, {})
    if "status" in said:
        ways = ways._replace(value=said[ways.scale])
    told = {}
    for lang in langs:
        today, *others = ways_told(ways, Law(chain, kind, lang, _names(session)))
        told[lang] = (today, *way_told(said, lang), *others)
    return ways, told


def _names(session: Session) -> Names:
    facts = {code: one.names for code, one in evidence.read_catalogue(session).codes.items()}
    return Names(facts, register.kind_names(session))


def as_data(ways: Ways) -> dict[str, object]:
    """The ways as plain JSON values; days as ISO dates, points as strings."""
    return {
        "as_of": ways.result.as_of.isoformat(),
        "scale": ways.scale,
        "now": ways.value,
        "lapses": [
            {
                "source": line.source,
                "ref": line.ref,
                "code": line.code,
                "counted": format_points(line.counted),
                "on": _day(on),
            }
            for line, on in ways.lapses
        ],
        "by_waiting": _reached(ways.waiting),
        "by_acting": [
            {
                "act": act.act,
                "events": [{"source": line.source, "ref": line.ref} for line in act.lines],
                "on": _day(act.on),
                "score_without": None if act.before is None else format_points(act.before),
                "score_with": None if act.total is None else format_points(act.total),
                "value": act.value,
                "then": _reached(act.reached),
            }
            for act in ways.acts
        ],
    }


def _reached(reached: tuple[Reached, ...]) -> list[dict[str, str | None]]:
    return [{"value": one.value, "on": _day(one.on)} for one in reached]


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
