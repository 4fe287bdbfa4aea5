"""What may be asked of studies of one edition."""

from __future__ import annotations

from typing import Any, Final

from marshmallow import fields, validate, validates_schema

from service.platform import web

LONGEST_TEXT: Final = 4_000_000


class EditionOptions(web.StrictSchema):
    """An edition that was adopted (``edition``), or a text that is nowhere in force (``text``), and a day."""

    edition = fields.String(validate=validate.Length(min=1, max=200), metadata={"description": "Id of an edition"})
    text = fields.String(
        validate=validate.Length(min=1, max=LONGEST_TEXT), metadata={"description": "TOML of an edition; in its place"}
    )
    day = web.Day(metadata={"description": "Day of the question; else the stock's or the edition's first day"})

    @validates_schema
    def _one_of_both(self, said: dict[str, Any], **_given: object) -> None:
        if ("edition" in said) == ("text" in said):
            raise web.FieldFault("study_edition_or_text")


class PolicyMinimumSchema(web.StrictSchema):
    """The least share of a tier that is visited in a year, in the place of what the edition says."""

    tier = fields.String(required=True, validate=validate.Length(min=1, max=100))
    ratio = fields.String(
        required=True,
        validate=validate.Regexp(r"[1-9][0-9]{0,5}/[1-9][0-9]{0,6}\Z"),
        metadata={"description": "Such as 1/50"},
    )


class PolicyOptions(EditionOptions):
    """An edition, the inspector days of a year, and how many visits one of them makes."""

    days = fields.Integer(required=True, strict=True, validate=validate.Range(min=0, max=100_000_000))
    visits_per_day = fields.Float(required=True, validate=validate.Range(min=0.01, max=100))
    minimums = fields.List(fields.Nested(PolicyMinimumSchema), load_default=list, validate=validate.Length(max=50))
