"""What is asked and answered about notices to entities."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate, validates_schema

from service.platform import LANGUAGES, web

_SHA256 = validate.Regexp(r"^[0-9a-f]{64}\Z")


class NoticeBodySchema(web.StrictSchema):
    """A notice to make."""

    kind = fields.String(required=True, validate=validate.Length(min=1, max=64))
    entity = fields.String(validate=validate.Length(min=1, max=128))
    event = fields.Integer(
        strict=True,
        validate=validate.Range(min=1, max=(1 << 63) - 1),
        metadata={"description": "Instead of `entity`: the penalty that a `repair_notice` goes with"},
    )
    about = fields.String(
        validate=validate.Length(min=1, max=200), metadata={"description": "Reference of the event, case or decision"}
    )
    facts = fields.Dict(
        keys=fields.String(), load_default=dict, metadata={"description": "As `GET /v1/notice-kinds` names them"}
    )

    @validates_schema
    def one_subject(self, data: dict[str, Any], **_: object) -> None:
        """Either an entity, or an event with its own reference."""
        if ("event" in data) == ("entity" in data) or ("event" in data and "about" in data):
            raise web.FieldFault("notice_subject_unclear")


class NoticesArguments(web.PageArguments):
    """Of an entity, of a kind, or those that nobody has served yet."""

    entity = fields.String(validate=validate.Length(min=1, max=128))
    kind = fields.String(validate=validate.Length(min=1, max=64))
    unserved = fields.Boolean(load_default=False)


class NoticeLanguageArguments(web.StrictSchema):
    """One language; that of the caller unless said."""

    lang = fields.String(validate=validate.OneOf(LANGUAGES))


class NoticeServiceBodySchema(web.StrictSchema):
    """How a notice was served, or tried in vain."""

    way = fields.String(required=True, validate=validate.Length(min=1, max=64))
    on_day = web.Day(required=True)
    served = fields.Boolean(load_default=True, metadata={"description": "False: tried in vain; `note` says why"})
    recipient = fields.String(validate=validate.Length(min=1, max=200), metadata={"description": "Who signed"})
    receipt = fields.String(validate=_SHA256, metadata={"description": "SHA-256 of a kept file that shows it"})
    note = fields.String(validate=validate.Length(min=1, max=500))


class VisitorCodeBodySchema(web.StrictSchema):
    """How a visitor at the counter showed who they are."""

    identified = fields.String(
        required=True,
        validate=validate.Length(min=1, max=500),
        metadata={"description": "What was shown: licence, identity card, power of attorney"},
    )


class VisitorCodeMadeSchema(Schema):
    """A code that opens the portal once for an entity; told this once."""

    id = fields.String(required=True)
    entity = fields.String(required=True)
    code = fields.String(required=True)
    expires_at = fields.AwareDateTime(format="iso", required=True)
    letter = fields.String(
        required=True, metadata={"description": "The notice that tells the entity of it, for another person to serve"}
    )


class VisitorCodeSchema(Schema):
    """A code that was issued, and where it stands; never what it is."""

    id = fields.String(required=True)
    notice = fields.String(allow_none=True, metadata={"description": "The notice that carries it"})
    identified = fields.String(allow_none=True, metadata={"description": "How a visitor at the counter was identified"})
    issued_by = fields.String(required=True)
    issuer = fields.String(required=True, allow_none=True, metadata={"description": "What that hand is called"})
    person = fields.String(allow_none=True, metadata={"description": "Its staff code"})
    issued_at = fields.String(required=True)
    expires_at = fields.String(required=True)
    used_at = fields.String(allow_none=True)
    state = fields.String(required=True, validate=validate.OneOf(("standing", "used", "expired", "ended")))


class VisitorCodeListSchema(Schema):
    """The codes of an entity."""

    items = fields.List(fields.Nested(VisitorCodeSchema), required=True)


class NoticeMadeSchema(Schema):
    """A notice that was made."""

    number = fields.String(required=True)


class NoticeSchema(Schema):
    """A notice as a list shows it."""

    number = fields.String(required=True)
    kind = fields.String(required=True)
    entity = fields.String(required=True)
    about = fields.String(allow_none=True)
    authority = fields.String(required=True)
    made_on = fields.Date(required=True)


class NoticeListSchema(Schema):
    """One page of notices."""

    items = fields.List(fields.Nested(NoticeSchema), required=True)


class NoticeTextSchema(Schema):
    """A notice in one language."""

    text = fields.String(required=True)
    sha256 = fields.String(required=True, metadata={"description": "Of the text as UTF-8"})


class NoticeServiceSchema(Schema):
    """One attempt to serve a notice, or its confirmation."""

    act = fields.String(required=True, metadata={"description": "served, failed or confirmed"})
    way = fields.String(allow_none=True)
    on_day = fields.Date(required=True)
    person = fields.String(required=True)
    recipient = fields.String(allow_none=True)
    receipt = fields.String(allow_none=True)
    note = fields.String(allow_none=True)
    recorded_at = fields.AwareDateTime(format="iso", required=True)


class WholeNoticeSchema(NoticeSchema):
    """A notice with its texts and how it was served."""

    facts = fields.Dict(keys=fields.String(), required=True)
    law = fields.Dict(
        keys=fields.String(), values=fields.String(), metadata={"description": "Digests of the editions quoted"}
    )
    check_code = fields.String(required=True)
    template = fields.String(metadata={"description": "Digest of the kind's template"})
    texts = fields.Dict(keys=fields.String(), values=fields.Nested(NoticeTextSchema), required=True)
    services = fields.List(fields.Nested(NoticeServiceSchema), required=True)


class NoticeKindSchema(Schema):
    """A kind of notice, and what must be said for one."""

    code = fields.String(required=True)
    zh = fields.String(required=True)
    en = fields.String(required=True)
    asked = fields.Boolean(required=True, metadata={"description": "Whether one may be asked for"})
    facts = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        metadata={"description": "Form of each fact: text, day, texts; `?`: may be left out"},
    )


class NoticeWaySchema(Schema):
    """A way of serving a notice."""

    code = fields.String(required=True)
    zh = fields.String(required=True)
    en = fields.String(required=True)
    receipt = fields.Boolean(required=True, metadata={"description": "Whether somebody must have signed"})


class NoticeKindListSchema(Schema):
    """Every kind of notice and every way of serving one."""

    items = fields.List(fields.Nested(NoticeKindSchema), required=True)
    ways = fields.List(fields.Nested(NoticeWaySchema), required=True)
