"""What is told of the open data."""

from __future__ import annotations

from marshmallow import Schema, fields


class OpenDataColumnSchema(Schema):
    """A column of a file."""

    name = fields.String(required=True)
    type = fields.String(required=True)
    unit = fields.String(required=True)
    zh = fields.String(required=True)
    en = fields.String(required=True)


class OpenDataFileSchema(Schema):
    """A file of the archive. ``columns``: none of `legend.csv`, which says them."""

    name = fields.String(required=True)
    rows = fields.Integer(required=True)
    bytes = fields.Integer(required=True)
    sha256 = fields.String(required=True)
    zh = fields.String(required=True)
    en = fields.String(required=True)
    columns = fields.List(fields.Nested(OpenDataColumnSchema), required=True)


class OpenDataSchema(Schema):
    """The archive that is served."""

    schema = fields.Integer(required=True, metadata={"description": "Number of the shape of the files"})
    as_of = fields.String(required=True, metadata={"description": "The day whose publicity it shows"})
    position = fields.Integer(required=True, metadata={"description": "Of the ledger, that it was read at"})
    built_at = fields.String(required=True)
    sha256 = fields.String(required=True)
    bytes = fields.Integer(required=True)
    archive = fields.String(required=True, metadata={"description": "Its address"})
    files = fields.List(fields.Nested(OpenDataFileSchema), required=True)
