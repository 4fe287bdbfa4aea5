"""The shape of searches that are kept (marshmallow)."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from service.platform import web
from service.register.shapes import FoundBySchema

_NAME = validate.Length(min=1, max=80)


class SearchToSaveSchema(web.StrictSchema):
    """A search and its name."""

    name = fields.String(required=True, validate=_NAME)
    query = fields.Nested(FoundBySchema, required=True, metadata={"description": "As `GET /v1/entities` takes it"})
    shared = fields.Boolean(
        load_default=False, metadata={"description": "Whether everybody who acts for the same authority sees it"}
    )


class SavedSearchChangeSchema(web.StrictSchema):
    """What changes of a search."""

    name = fields.String(validate=_NAME)
    query = fields.Nested(FoundBySchema)
    shared = fields.Boolean()


class SavedSearchKeySchema(Schema):
    """The number of a search."""

    id = fields.Integer(required=True)


class SavedSearchSchema(Schema):
    """A search that is kept."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    query = fields.Dict(required=True)
    shared = fields.Boolean(required=True)
    own = fields.Boolean(required=True, metadata={"description": "Whether it is the caller's own"})


class SavedSearchListSchema(Schema):
    """Searches: one's own by name, then those of others."""

    items = fields.List(fields.Nested(SavedSearchSchema), required=True)
    most = fields.Integer(required=True, metadata={"description": "How many one account keeps at most"})
