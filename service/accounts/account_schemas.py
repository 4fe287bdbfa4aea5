"""Shapes of accounts of members of staff (marshmallow)."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from service.accounts.schemas import PERSON, REGION
from service.platform import STAFF, web

_ROLES = sorted(role.value for role in STAFF)
_LOGIN = validate.Regexp(r"[^\s/\x00-\x1f\x7f]{1,64}\Z")
_ISSUER = validate.And(validate.Length(max=500), validate.URL(require_tld=False))


class AccountArguments(web.PageArguments):
    """Which accounts are asked for."""

    ended = fields.Boolean(load_default=False, metadata={"description": "With those that ended"})


class AccountRequestSchema(web.StrictSchema):
    """Whose an account is to be."""

    login = fields.String(required=True, validate=_LOGIN, metadata={"description": "Without spaces or slashes"})
    name = fields.String(required=True, validate=validate.Length(min=1, max=200))
    role = fields.String(required=True, validate=validate.OneOf(_ROLES))
    authority = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(min=1, max=64),
        metadata={"description": "With all below it; null: every one"},
    )
    regions = fields.List(
        fields.String(validate=REGION),
        load_default=list,
        validate=validate.Length(max=100),
        metadata={"description": "Within reach; none named: every one", "example": ["110105"]},
    )
    person = fields.String(
        load_default=None,
        allow_none=True,
        validate=PERSON,
        metadata={"description": "Staff code of the person, the same in each account and token of theirs"},
    )


class OpenedAccountSchema(Schema):
    """A password that another gave, told this once."""

    login = fields.String(required=True)
    password = fields.String(required=True)
    until = fields.AwareDateTime(
        format="iso", required=True, allow_none=True, metadata={"description": "Then it opens nothing any more"}
    )


class IdentitySchema(web.StrictSchema):
    """A person as an identity provider knows them."""

    issuer = fields.String(required=True, validate=_ISSUER, metadata={"description": "As OIDC_ISSUER writes it"})
    subject = fields.String(required=True, validate=validate.Length(min=1, max=255))


class IssuerArguments(web.StrictSchema):
    """Of which provider."""

    issuer = fields.String(required=True, validate=validate.Length(min=1, max=500))


class LinkedSchema(Schema):
    """An identity that is linked."""

    issuer = fields.String(required=True)
    subject = fields.String(required=True)
    linked_at = fields.AwareDateTime(format="iso", required=True)


class AccountSchema(Schema):
    """An account without its secrets."""

    login = fields.String(required=True)
    name = fields.String(required=True)
    role = fields.String(required=True, validate=validate.OneOf(_ROLES))
    authority = fields.String(required=True, allow_none=True)
    regions = fields.List(fields.String(), required=True)
    person = fields.String(required=True, allow_none=True)
    state = fields.String(
        required=True,
        validate=validate.OneOf(("open", "closed", "locked", "ended")),
        metadata={"description": "`closed`: for a while after wrong tries; `locked`: by an administrator"},
    )
    closed_until = fields.AwareDateTime(format="iso", required=True, allow_none=True)
    must_change = fields.Boolean(required=True, metadata={"description": "The password was given by another"})
    password_until = fields.AwareDateTime(
        format="iso",
        required=True,
        allow_none=True,
        metadata={"description": "Until when a password given by another can be changed"},
    )
    second_factor = fields.Boolean(required=True)
    signed_in_at = fields.AwareDateTime(
        format="iso", required=True, allow_none=True, metadata={"description": "The last time that it was signed in to"}
    )
    created_at = fields.AwareDateTime(format="iso", required=True)
    ended_at = fields.AwareDateTime(format="iso", required=True, allow_none=True)
    identities = fields.List(fields.Nested(LinkedSchema), required=True)
    own = fields.Boolean(
        required=True, metadata={"description": "The caller's own, which another administrator changes"}
    )


class AccountListSchema(Schema):
    """One page of accounts."""

    items = fields.List(fields.Nested(AccountSchema), required=True)
