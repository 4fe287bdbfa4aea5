"""Rating bundles over HTTP: for those who may see the reasons of a tier."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from flask import Response

from service.platform import Problem, position_at, web
from service.ratings import queries
from service.ratings.audience import Audience, audience_of
from service.ratings.bundle import rating_bundle
from service.ratings.routes.asking import asked_key, note_question
from service.ratings.routes.blueprint import blueprint
from service.ratings.schemas import BundleArguments, RatingBundleSchema

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.ratings.assemble import Subject


@blueprint.get("/entities/<key>/rating-bundle")
@blueprint.arguments(BundleArguments, location="query")
@blueprint.response(200, RatingBundleSchema)
def bundle(arguments: dict[str, Any], key: str) -> Response:
    """One rating with the editions and the evidence that it is made from, to be worked out again by anyone."""
    known_at: datetime | None = arguments.get("known_at")
    with web.reader() as session:
        now = web.database().clock.now()
        position = None if known_at is None else position_at(session, known_at)
        found = _subject(session, asked_key(key), position, arguments)
        data = rating_bundle(
            session,
            found,
            arguments["kind"],
            as_of=arguments.get("as_of"),
            known_at=known_at or now,
            position=position,
        )
    answer = Response(data, mimetype="application/json")
    name = f"rating-{found.facts.key.replace(':', '-')}-{arguments['kind']}.json"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return web.tagged(answer, (sha256(data).hexdigest(),))


def _subject(session: Session, key: str, position: int | None, arguments: Mapping[str, Any]) -> Subject:
    """The entity for a caller who may see its reasons; the look-up is noted."""
    found = queries.subject(session, key, position=position)
    if found is None:
        raise Problem("tier_entity_unknown", key=key)
    facts = found.facts
    audience = audience_of(web.actor(), key=facts.key, authority=facts.authority, region=facts.region)
    if audience not in {Audience.STAFF, Audience.OWN}:
        raise Problem("tier_not_explained")
    note_question(facts.key, audience, arguments, named=facts.natural_person, what="rating bundle")
    return found
