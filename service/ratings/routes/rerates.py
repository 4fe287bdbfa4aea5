"""Re-rating for adopted editions, over HTTP: how far it is, and calling it off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from marshmallow import Schema, fields, validate

from service.platform import web
from service.ratings.rerates.figures import rerate, rerates
from service.ratings.routes.blueprint import blueprint
from service.ratings.usecases import cancel_rerate, restart_rerate

if TYPE_CHECKING:
    from service.ratings.rerates.figures import RerateFigures

STATES = ("staging", "staged", "folding", "finished", "cancelled", "withdrawn", "renewed")


class RerateReasonSchema(web.StrictSchema):
    """Why staging is called off, or begun again."""

    reason = fields.String(required=True, validate=validate.Length(min=1, max=2_000))


class RerateSchema(Schema):
    """One re-rating for an adopted edition."""

    run = fields.Integer(required=True)
    proposal = fields.Integer(required=True, metadata={"description": "The proposal that was approved"})
    edition = fields.String(required=True)
    authority = fields.String(required=True)
    day = web.Day(required=True, metadata={"description": "The edition's first day: what its ratings are staged for"})
    regions = fields.List(fields.String(), required=True, metadata={"description": "Empty: everywhere"})
    kinds = fields.List(fields.String(), required=True, metadata={"description": "Empty: all"})
    follows = fields.Integer(
        required=True,
        allow_none=True,
        metadata={
            "description": "The run that this one replaces (`renewed`): the law there moved again, or it was cancelled"
        },
    )
    person = fields.String(required=True)
    reason = fields.String(required=True)
    opened_at = fields.AwareDateTime(required=True)
    state = fields.String(
        required=True,
        validate=validate.OneOf(STATES),
        metadata={"description": "`folding`: its day has come, answers are the staged ones, history is being written"},
    )
    entities = fields.Integer(required=True, allow_none=True, metadata={"description": "In reach; null until begun"})
    passed = fields.Integer(required=True, metadata={"description": "Of these looked at so far"})
    staged = fields.Integer(required=True)
    failed = fields.Integer(
        required=True, metadata={"description": "Could not be rated under the edition: explained when asked for"}
    )
    per_second = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Entities a second of one worker, rests included"}
    )
    seconds_left = fields.Integer(required=True, allow_none=True)
    switched_at = fields.AwareDateTime(required=True, allow_none=True)
    to_fold = fields.Integer(required=True, allow_none=True, metadata={"description": "Staged, not yet in history"})
    cancelled_at = fields.AwareDateTime(required=True, allow_none=True)
    cancelled_by = fields.String(required=True, allow_none=True)
    cancelled_why = fields.String(required=True, allow_none=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)


@blueprint.get("/rerates")
@blueprint.response(200, RerateSchema(many=True))
def rerates_listed() -> list[RerateFigures]:
    """The latest re-ratings for adopted editions and how far they are, the last one first."""
    with web.reader() as session:
        return rerates(session)


@blueprint.get("/rerates/<int:run>")
@blueprint.response(200, RerateSchema)
def one_rerate(run: int) -> RerateFigures:
    """One re-rating and how far it is."""
    with web.reader() as session:
        return rerate(session, run)


@blueprint.post("/rerates/<int:run>/cancellation")
@blueprint.arguments(RerateReasonSchema)
@blueprint.response(200, RerateSchema)
def call_off(said: dict[str, Any], run: int) -> RerateFigures:
    """Stage nothing more: the edition takes force all the same, each entity is then explained when it is asked for."""
    with web.unit_of_work() as uow:
        cancel_rerate(uow=uow, run=run, reason=said["reason"])
        return rerate(uow.session, run)


@blueprint.post("/rerates/<int:run>/restart")
@blueprint.arguments(RerateReasonSchema)
@blueprint.response(201, RerateSchema)
def begin_again(said: dict[str, Any], run: int) -> RerateFigures:
    """Stage again for a re-rating that was called off, before its day: a new one, which follows it."""
    with web.unit_of_work() as uow:
        return rerate(uow.session, restart_rerate(uow=uow, run=run, reason=said["reason"]))
