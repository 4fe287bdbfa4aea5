"""The shape of what dry runs are asked over HTTP (marshmallow)."""

from __future__ import annotations

from marshmallow import fields, validate

from service.editions import EditionChangeSchema
from service.platform import web

_CODE = validate.Length(min=1, max=64)


class DryRunTrialSchema(web.StrictSchema):
    """What is to be tried: exactly one of `text`, `proposal` and `edition`; `changes` go with `edition`."""

    text = fields.String(
        validate=validate.Length(min=1, max=4_000_000), metadata={"description": "TOML of an edition, nowhere in force"}
    )
    proposal = fields.Integer(strict=True, validate=validate.Range(min=1, max=2**53 - 1))
    edition = fields.String(
        validate=validate.Length(min=1, max=200), metadata={"description": "Id of an edition that was put in force"}
    )
    changes = fields.List(fields.Nested(EditionChangeSchema), load_default=list, validate=validate.Length(max=200))
    day = web.Day(metadata={"description": "The day of both laws; else the stock's or the edition's first"})
    position = fields.Integer(
        strict=True,
        validate=validate.Range(min=0, max=2**53 - 1),
        metadata={"description": "That of an older stock that is kept; else the newest"},
    )
    within = fields.Integer(
        strict=True,
        load_default=1,
        validate=validate.Range(min=0, max=10_000),
        metadata={"description": "Points from a bound that are called near"},
    )


class DryRunOrderSchema(DryRunTrialSchema):
    """What is to be tried and kept."""

    causes = fields.Boolean(
        load_default=True, metadata={"description": "Whether each changed clause is tried by itself as well"}
    )


class DryRunListArguments(web.PageArguments):
    """Which runs are asked for."""

    proposal = fields.Integer(validate=validate.Range(min=1, max=2**53 - 1))


class DryRunWhichArguments(web.StrictSchema):
    """Which entities of a run; a region stands for all in it, a tier `-` for none."""

    kind = fields.String(validate=_CODE)
    region = fields.String(validate=_CODE)
    authority = fields.String(validate=_CODE)
    from_tier = fields.String(validate=_CODE)
    to_tier = fields.String(validate=_CODE)
    near = fields.Boolean(load_default=False, metadata={"description": "Those near a bound, instead of who moves"})


class DryRunEntitiesArguments(DryRunWhichArguments, web.PageArguments):
    """Which entities of a run, page by page."""

    limit = fields.Integer(load_default=20, validate=validate.Range(min=1, max=100))
