"""Shapes of tokens in requests and answers."""

from marshmallow import Schema, fields, validate

from service.platform import Role, web

_ISSUABLE = [role.value for role in Role if role is not Role.PUBLIC]
PERSON = validate.Regexp(r"^[0-9A-Z][0-9A-Z-]{0,39}\Z")
_SOURCE = validate.Regexp(r"^[a-z0-9][a-z0-9._-]{0,63}\Z")
_PLACE = validate.Regexp(r"^[a-z0-9][a-z0-9._-]{0,63}\Z")
REGION = validate.Regexp(r"^(?:[0-9]{2}|[0-9]{4}|[0-9]{6}|[A-Z]{2}(?:-[A-Z0-9]{1,3})?)\Z")


class TokenRequestSchema(web.StrictSchema):
    """What a token is to be for."""

    role = fields.String(required=True, validate=validate.OneOf(_ISSUABLE))
    label = fields.String(required=True, validate=validate.Length(min=1, max=200))
    authority = fields.String(load_default=None, allow_none=True, validate=validate.Length(min=1, max=64))
    regions = fields.List(
        fields.String(validate=REGION),
        load_default=list,
        validate=validate.Length(max=100),
        metadata={
            "description": "GB/T 2260, or the two digits of a province and four of a city; abroad ISO 3166-2",
            "example": ["11", "320500", "US-NY"],
        },
    )
    subject = fields.String(load_default=None, allow_none=True, validate=validate.Length(min=1, max=128))
    person = fields.String(
        load_default=None,
        allow_none=True,
        validate=PERSON,
        metadata={"description": "Staff code of who will hold it, as in the roster of inspectors"},
    )
    sources = fields.List(
        fields.String(validate=_SOURCE),
        load_default=list,
        validate=validate.Length(max=20),
        metadata={"description": "Sources of evidence to write under, and no others; closed to every other token"},
    )
    places = fields.List(
        fields.String(validate=_PLACE),
        load_default=list,
        validate=validate.Length(max=20),
        metadata={"description": "Of a partner: the places for which it speaks, as acts of publication name them"},
    )
    expires_at = web.Instant(load_default=None, allow_none=True)


class IssuedTokenSchema(Schema):
    """A new token, told once."""

    id = fields.String(required=True)
    token = fields.String(required=True)


class TokenSchema(Schema):
    """A token without its secret."""

    id = fields.String(required=True)
    label = fields.String(required=True)
    role = fields.String(required=True)
    authority = fields.String(allow_none=True)
    regions = fields.List(fields.String())
    subject = fields.String(allow_none=True)
    person = fields.String(allow_none=True)
    sources = fields.List(fields.String())
    places = fields.List(fields.String())
    created_at = fields.AwareDateTime(format="iso")
    expires_at = fields.AwareDateTime(format="iso", allow_none=True)
    revoked_at = fields.AwareDateTime(format="iso", allow_none=True)


class TokenListSchema(Schema):
    """One page of tokens."""

    items = fields.List(fields.Nested(TokenSchema), required=True)


class ActorSchema(Schema):
    """Who the service takes the caller for."""

    kind = fields.String(required=True)
    id = fields.String(required=True)
    role = fields.String(required=True)
    authority = fields.String(allow_none=True)
    regions = fields.List(fields.String())
    subject = fields.String(allow_none=True)
    person = fields.String(allow_none=True)
    sources = fields.List(fields.String())
    places = fields.List(fields.String())


class StaffArguments(web.StrictSchema):
    """Of whom the names are asked."""

    ids = fields.String(
        required=True,
        validate=validate.And(validate.Length(min=1, max=8_000), validate.Regexp(r"[^,]+(,[^,]+){0,99}\Z")),
        metadata={"description": "Up to 100 staff codes, `account:ID` or `token:ID`, apart by commas"},
    )


class StaffNameSchema(Schema):
    """A member of staff; `id` as it was asked."""

    id = fields.String(required=True)
    name = fields.String(required=True)


class StaffListSchema(Schema):
    """Those who are known; the others are left out."""

    items = fields.List(fields.Nested(StaffNameSchema), required=True)
