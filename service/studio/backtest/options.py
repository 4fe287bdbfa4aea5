"""What may be asked of a back-test."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate, validates_schema

from service.platform import web
from service.studio.runs.options import LONGEST_TEXT


class BackTestOptions(web.StrictSchema):
    """The law as it was in force, or an edition (``edition``, an id; ``text``, TOML) as if it always had been."""

    edition = fields.String(validate=validate.Length(min=1, max=200), metadata={"description": "Id of an edition"})
    text = fields.String(
        validate=validate.Length(min=1, max=LONGEST_TEXT), metadata={"description": "TOML of an edition; in its place"}
    )
    rulebook = fields.String(
        validate=validate.Length(min=1, max=64),
        metadata={"description": "Whose ratings are tried; else the edition's, else the one that rates most"},
    )
    first = web.Day(metadata={"description": "Day of the first origin; else as many years before the last as usual"})
    last = web.Day(metadata={"description": "Day of the last origin; else the last one whose horizon is over"})
    horizon = fields.Integer(
        validate=validate.Range(1, 36), metadata={"description": "Months after an origin whose visits are held to it"}
    )
    knowledge = fields.String(
        validate=validate.OneOf(["recorded", "decided"]),
        metadata={"description": "What was known at an origin: what was recorded by then, or what was decided by then"},
    )

    @validates_schema
    def _at_most_one(self, said: dict[str, Any], **_given: object) -> None:
        if "edition" in said and "text" in said:
            raise web.FieldFault("study_edition_or_text")
