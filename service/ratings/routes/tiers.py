"""Tiers over HTTP: one entity, its history, many at once, all of them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import orjson
from flask import Response, jsonify, request

from service import editions
from service.platform import Problem, position_at, web
from service.ratings import queries
from service.ratings.audience import Audience, answer, audience_of, is_outside, to_the_public
from service.ratings.distribution import distribution, waiting
from service.ratings.export import as_csv, as_ndjson
from service.ratings.listing import batch_answer, history_row
from service.ratings.movements import movements, net
from service.ratings.routes.asking import asked_key, note_question
from service.ratings.routes.blueprint import blueprint
from service.ratings.schemas import (
    BatchAnswerSchema,
    BatchSchema,
    ClocksSchema,
    HistorySchema,
    MovementsArguments,
    MovementsSchema,
    RatingListSchema,
    TierCountsSchema,
    TierSchema,
    WayBackArguments,
    WayBackSchema,
    WordsSchema,
)
from service.ratings.words import as_data, in_words, reason_told, way_back

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session


def _standing(session: Session, key: str, arguments: Mapping[str, Any]) -> queries.Standing:
    now = web.database().clock.now()
    known_at: datetime | None = arguments.get("known_at")
    if known_at is None and "as_of" not in arguments:
        found = queries.current(session, key, now)
    else:
        position = None if known_at is None else position_at(session, known_at)
        found = queries.recomputed(session, key, now=now, as_of=arguments.get("as_of"), position=position)
    if found is None:
        raise Problem("tier_entity_unknown", key=key)
    return found


def _held(key: str, arguments: Mapping[str, Any]) -> queries.Standing:
    """One statement where the question is about now and the head may tell; else everything on one snapshot."""
    if "as_of" not in arguments and arguments.get("known_at") is None:
        with web.glance() as cursor:
            found = queries.held(cursor, key, web.database().clock.now())
        if found is not None:
            return found
    with web.reader() as session:
        return _standing(session, key, arguments)


def _unchanged(key: str, arguments: Mapping[str, Any]) -> Response | None:
    """A ready 304 for a caller who holds the answer of now, without reading the explanations."""
    if not request.if_none_match or arguments.keys() & {"as_of", "known_at"}:
        return None
    with web.glance() as cursor:
        found = queries.held(cursor, key, web.database().clock.now(), with_documents=False)
    if found is None:
        return None
    audience = audience_of(web.actor(), key=found.key, authority=found.authority, region=found.region)
    same = web.unchanged(_parts(found, audience))
    if same is not None:
        _note(found, audience, arguments)
    return same


def _shelf() -> editions.Shelf:
    with web.reader() as session:
        return editions.shelf(session)


def _note(found: queries.Standing, audience: Audience, arguments: Mapping[str, Any]) -> None:
    note_question(found.key, audience, arguments, named=found.natural_person)


def _parts(found: queries.Standing, audience: Audience) -> tuple[str | int | None, ...]:
    """What decides the answer, besides the instant at which it was computed; to the public, what it is told."""
    if audience is Audience.PUBLIC:
        told = to_the_public(found, _shelf(), web.language())
        return (orjson.dumps({name: said for name, said in told.items() if name != "computed_at"}).decode(),)
    digests = [f"{kind}={one['digest']}" for kind, one in sorted(found.summary.items())]
    digests += [f"{kind}:{one['status']}:{one['proposal']}" for kind, one in found.summary.items() if "status" in one]
    marks = f"{int(found.pending)}{int(found.disputed)}{int(found.quarantined)}"
    days = (found.as_of.isoformat(), str(found.next_change_on))  # the latter may be younger than what the digests cover
    return (found.key, found.name, *digests, marks, audience.value, *days, found.position)


@blueprint.get("/entities/<key>/tier")
@blueprint.arguments(ClocksSchema, location="query")
@blueprint.response(200, TierSchema)
@blueprint.alt_response(304, description="The caller already holds this answer")
def tier(arguments: dict[str, Any], key: str) -> Response:
    """The tier of one entity, with every reason for those who may see them."""
    asked = asked_key(key)
    if arguments.keys() & {"as_of", "known_at"} and is_outside(web.actor(), asked):
        raise Problem("tier_clocks_not_public")  # by days before and after it, a proposal not yet in force would show
    if (same := _unchanged(asked, arguments)) is not None:
        return same
    found = _held(asked, arguments)
    audience = audience_of(web.actor(), key=found.key, authority=found.authority, region=found.region)
    _note(found, audience, arguments)
    parts = _parts(found, audience)
    if (same := web.unchanged(parts)) is not None:
        return same
    body = answer(found, audience, _shelf, web.language())
    return web.tagged(Response(body, mimetype="application/json"), parts)


@blueprint.get("/entities/<key>/tier/words")
@blueprint.arguments(ClocksSchema, location="query")
@blueprint.response(200, WordsSchema)
@blueprint.alt_response(304, description="The caller already holds this answer")
def words(arguments: dict[str, Any], key: str) -> Response:
    """The reasons of a tier in the law's words, in the caller's language, sentence by sentence."""
    with web.reader() as session:
        found, audience = _explained(session, key, arguments)
        parts = (*_parts(found, audience), web.language())
        if (same := web.unchanged(parts)) is not None:
            return same
        told = in_words(session, found, web.language())
    kinds = {one.kind: [{"part": part, "text": text} for part, text in one.sentences] for one in told}
    body = {"entity": found.key, "as_of": found.as_of.isoformat(), "pending": found.pending, "kinds": kinds}
    body["reason"] = reason_told(found, web.language())
    return web.tagged(jsonify(body), parts)


@blueprint.get("/entities/<key>/way-back")
@blueprint.arguments(WayBackArguments, location="query")
@blueprint.response(200, WayBackSchema)
def back(arguments: dict[str, Any], key: str) -> Response:
    """How the entity gets back to a better tier: what lapses when, what waiting, correcting or performing brings."""
    now = web.database().clock.now()
    with web.reader() as session:
        found, _ = _explained(session, key, {})
        lang = web.language()
        ways, told = way_back(session, found, arguments["kind"], now=now, on=arguments.get("on"), langs=[lang])
    said = found.summary.get(arguments["kind"], {})
    kept = {name: said[name] for name in ("status", "proposed", "due_on") if name in said}
    return jsonify({"entity": found.key, "kind": arguments["kind"], **as_data(ways), **kept, "words": list(told[lang])})


def _explained(session: Session, code: str, arguments: Mapping[str, Any]) -> tuple[queries.Standing, Audience]:
    """An answer for a caller who may see reasons; the look-up is noted."""
    found = _standing(session, asked_key(code), arguments)
    audience = audience_of(web.actor(), key=found.key, authority=found.authority, region=found.region)
    if audience not in {Audience.STAFF, Audience.OWN}:
        raise Problem("tier_not_explained")
    _note(found, audience, arguments)
    return found, audience


@blueprint.get("/entities/<key>/ratings")
@blueprint.arguments(HistorySchema, location="query")
@blueprint.response(200, RatingListSchema)
def history(arguments: dict[str, Any], key: str) -> Response:
    """The ratings of one entity that were in force, newest first."""
    page = web.page_of(arguments, int)
    before = int(page.after[0]) if page.after else queries.NEWEST
    with web.reader() as session:
        found, _ = _explained(session, key, {})
        read = queries.history(
            session, found.entity_id, kind=arguments.get("kind"), before=before, limit=page.limit + 1
        )
    rows, following = web.cut(read, page, lambda row: (row["id"],))
    return web.link_next(jsonify({"items": [history_row(row) for row in rows]}), following)


@blueprint.post("/tiers")
@blueprint.arguments(BatchSchema)
@blueprint.response(200, BatchAnswerSchema)
def batch(arguments: dict[str, Any]) -> Response:
    """The tiers of up to 10,000 entities, in the order asked, without explanations."""
    with web.reader() as session:
        items, persons = batch_answer(session, web.actor(), arguments["entities"], web.database().clock.now())
    told = [item["entity"] for item in items if "problem" not in item]
    purpose = arguments.get("purpose", "batch")
    web.notes().note_each_now(web.actor(), purpose, persons, {"batch": len(told)})
    web.notes().note(web.actor(), purpose, f"{len(told)} entities", {"first": told[:1]})
    return jsonify({"items": items})


@blueprint.get("/tier-counts")
@blueprint.response(200, TierCountsSchema)
def counts() -> Response:
    """How many entities within the caller's scope stand in each tier, by region, and how long anything waits."""
    with web.reader() as session:
        found = distribution(session, web.actor())
        still = waiting(session, web.database().clock.now())
    return jsonify({"items": [one._asdict() for one in found], "waiting": still._asdict()})


@blueprint.get("/tier-movements")
@blueprint.arguments(MovementsArguments, location="query")
@blueprint.response(200, MovementsSchema)
def moved(arguments: dict[str, Any]) -> Response:
    """How many tiers within the caller's scope moved over the last days, and what each tier gained or lost."""
    after = web.database().clock.now().date() - timedelta(days=arguments["days"])
    with web.reader() as session:
        found = movements(session, web.actor(), after=after)
    fell = sum(one.moves for one in found if one.fell)
    rose = sum(one.moves for one in found if not one.fell and one.now is not None)
    body = {"after": after, "items": [one._asdict() for one in found], "fell": fell, "rose": rose, "net": net(found)}
    return jsonify(body)


@blueprint.get("/ratings.csv")
@blueprint.response(200, content_type="text/csv")
def export_csv() -> Response:
    """Every rating in force within the caller's scope, as CSV with a heading."""
    web.notes().note_now(web.actor(), "export", "ratings", {"format": "csv"})
    return Response(as_csv(web.database(), web.actor()), mimetype="text/csv")


@blueprint.get("/ratings.ndjson")
@blueprint.response(200, content_type="application/x-ndjson")
def export_ndjson() -> Response:
    """Every rating in force within the caller's scope, one JSON object a line."""
    web.notes().note_now(web.actor(), "export", "ratings", {"format": "ndjson"})
    return Response(as_ndjson(web.database(), web.actor()), mimetype="application/x-ndjson")
