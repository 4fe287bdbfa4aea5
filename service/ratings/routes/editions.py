"""Decisions on proposed editions, over HTTP: here, since they ask for every rating anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from marshmallow import Schema, fields, validate

from service.platform import web
from service.ratings.routes.blueprint import blueprint
from service.ratings.usecases import decide_edition, withdraw_edition

if TYPE_CHECKING:
    from service.editions import Adopted


class EditionReasonSchema(web.StrictSchema):
    """Why an edition is approved, refused or withdrawn."""

    reason = fields.String(required=True, validate=validate.Length(min=1, max=2_000))


class EditionDecidedSchema(Schema):
    """What became of a proposed edition, and on which day of its authority."""

    proposal = fields.Integer(required=True)
    edition_id = fields.String(required=True)
    outcome = fields.String(required=True, validate=validate.OneOf(["approved", "refused", "withdrawn"]))
    on = web.Day(required=True)


@blueprint.post("/edition-proposals/<int:proposal>/approval")
@blueprint.arguments(EditionReasonSchema)
@blueprint.response(200, EditionDecidedSchema)
def approve_edition(said: dict[str, Any], proposal: int) -> Adopted:
    """Adopt a proposed edition from its first day on; not by the person who proposed it."""
    with web.unit_of_work() as uow:
        return decide_edition(uow=uow, proposal=proposal, outcome="approved", reason=said["reason"])


@blueprint.post("/edition-proposals/<int:proposal>/refusal")
@blueprint.arguments(EditionReasonSchema)
@blueprint.response(200, EditionDecidedSchema)
def refuse_edition(said: dict[str, Any], proposal: int) -> Adopted:
    """Refuse a proposed edition; not by the person who proposed it."""
    with web.unit_of_work() as uow:
        return decide_edition(uow=uow, proposal=proposal, outcome="refused", reason=said["reason"])


@blueprint.post("/edition-proposals/<int:proposal>/withdrawal")
@blueprint.arguments(EditionReasonSchema)
@blueprint.response(200, EditionDecidedSchema)
def take_edition_back(said: dict[str, Any], proposal: int) -> Adopted:
    """Withdraw a proposed edition before its first day; where it was adopted, its predecessor goes on."""
    with web.unit_of_work() as uow:
        return withdraw_edition(uow=uow, proposal=proposal, reason=said["reason"])
