"""``xinjian tier``: one entity's tier, explained."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from scoring.kernel.codes import CodeError, public_key
from service import ratings, register
from service.cli.options import DAY, INSTANT, data_option, json_option, lang_option
from service.cli.runtime import runtime
from service.platform import Problem, position_at

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from service.cli.runtime import Runtime
    from service.ratings import Standing


@click.command()
@click.argument("code")
@click.option("--as-of", type=DAY, help="哪一天 · the day asked about")
@click.option("--known-at", type=INSTANT, help="以何时所知 · by what was known then")
@lang_option
@json_option
@data_option
def tier(
    *,
    code: str,
    as_of: datetime | None,
    known_at: datetime | None,
    lang: str,
    as_json: bool,
    data: Path | None,
) -> None:
    """查询监管等级及理由 · The tier of one entity, with every reason.

    CODE: uscc:…, reg:…, own:…, or a unified social credit code alone.
    """
    try:
        key = str(public_key(code))
    except CodeError as error:
        raise click.UsageError(f"{error.zh} {error.en}") from error
    with runtime(data) as running:
        found = standing(running, key, as_of, known_at)
        if as_json:
            told = as_answer(found) | {"unverified_code": _unverified(running, found)}
            click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        else:
            click.echo(in_words(running, found, lang))


def standing(running: Runtime, key: str, as_of: datetime | None, known_at: datetime | None) -> Standing:
    """What the entity's tier is, or was, or would be.

    Raises:
        Problem: ``tier_entity_unknown``, ``not_yet_sealed``.
    """
    now = running.database.clock.now()
    with running.database.reader() as session:
        if as_of is None and known_at is None:
            found = ratings.current(session, key, now)
        else:
            position = None if known_at is None else position_at(session, known_at)
            day = as_of.date() if as_of else None
            found = ratings.recomputed(session, key, now=now, as_of=day, position=position)
    if found is None:
        raise Problem("tier_entity_unknown", key=key)
    return found


def _unverified(running: Runtime, found: Standing) -> bool:
    """Whether the entity's code was taken although its check character fails."""
    with running.database.reader() as session:
        return register.facts(session, [found.entity_id], position=found.position)[found.entity_id].unverified_code


def as_answer(found: Standing) -> dict[str, Any]:
    """The whole answer as plain JSON values."""
    return {
        "entity": found.key,
        "name": found.name,
        "as_of": found.as_of.isoformat(),
        "computed_at": found.computed_at.isoformat(),
        "position": found.position,
        "pending": found.pending,
        "state": found.state,
        "reason": found.reason,
        "tier": found.tier,
        "domains": found.domains,
        "kinds": found.summary,
        "next_change_on": found.next_change_on and found.next_change_on.isoformat(),
        "explanations": [json.loads(document) for document in found.documents],
    }


def in_words(running: Runtime, found: Standing, lang: str) -> str:
    """The answer as sentences, an explanation for each kind."""
    if not found.summary:
        return str(ratings.reason_told(found, lang))
    with running.database.reader() as session:
        return "\n\n".join(map(str, ratings.in_words(session, found, lang)))
