"""The shape of questions and answers over HTTP (marshmallow); what is said of an entity itself is in ``schemas``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from marshmallow import Schema, ValidationError, fields, validate

from service.platform import web
from service.register.intake import FORMATS
from service.register.schemas import EntityPartSchema, EntitySchema, LicenceSchema
from service.register.seeds import statuses

if TYPE_CHECKING:
    from collections.abc import Mapping

_CODE = validate.Length(min=1, max=64)
_EVIDENCE = validate.Length(min=1, max=200)


class _Unchecked:
    """Documents a body; the use case checks it, by the rules that hold for files as well."""

    def load(self, data: object, **_options: object) -> Mapping[str, Any]:
        """Take the body as it is.

        Raises:
            ValidationError: it is not an object.
        """
        if not isinstance(data, dict):
            raise ValidationError("Invalid input type.")
        return data


class NewEntitySchema(_Unchecked, EntitySchema):
    """A new entity: at least key, name, authority and region."""


class EntityChangeSchema(_Unchecked, EntityPartSchema):
    """What changes of an entity. What is not said stays; null clears."""


class EntityKeySchema(Schema):
    """The public key of an entity."""

    key = fields.String(required=True)


class EntityViewSchema(Schema):
    """An entity as stored."""

    key = fields.String(required=True)
    name = fields.String(required=True)
    authority = fields.String(required=True)
    region = fields.String(required=True)
    address = fields.String(metadata={"description": "Where it does business, where that is recorded"})
    kinds = fields.List(fields.Nested(LicenceSchema), required=True)
    attributes = fields.Dict(fields.String(), fields.String(), required=True)
    established_on = fields.String(allow_none=True, metadata={"format": "date"})
    status = fields.String(required=True, validate=validate.OneOf(sorted(statuses())))
    status_on = fields.String(allow_none=True, metadata={"format": "date"})
    status_evidence = fields.String(allow_none=True)
    parent = fields.String(allow_none=True)
    natural_person = fields.Boolean(required=True)
    unverified_code = fields.Boolean(
        required=True, metadata={"description": "A check character of the code fails; it was accepted on request"}
    )


class KnownAtSchema(web.StrictSchema):
    """By what was recorded by an instant."""

    known_at = fields.AwareDateTime(format="iso", metadata={"description": "By what was recorded by this instant"})


class FoundBySchema(web.StrictSchema):
    """What entities are looked for by."""

    q = fields.String(
        validate=validate.Length(min=1, max=200),
        metadata={
            "description": "A key or its beginning, a part of the name (traditional or simplified), of its pinyin or "
            "of its initials; at least one Chinese character or two letters"
        },
    )
    address = fields.String(validate=validate.Length(min=1, max=200), metadata={"description": "A part of the address"})
    authority = fields.String(validate=_CODE)
    region = fields.String(validate=_CODE, metadata={"description": "With every region inside"})
    kind = fields.String(validate=_CODE)
    status = fields.String(validate=validate.OneOf(sorted(statuses())))


class SearchSchema(FoundBySchema, web.PageArguments):
    """What entities are looked for by, and which page of them is asked for."""


class EntityFoundSchema(Schema):
    """An entity in a list."""

    key = fields.String(required=True)
    name = fields.String(required=True)
    authority = fields.String(required=True)
    region = fields.String(required=True)
    address = fields.String(allow_none=True, metadata={"description": "null where none is recorded"})
    status = fields.String(required=True)
    unverified_code = fields.Boolean(required=True)
    natural_person = fields.Boolean(required=True)


class EntityListSchema(Schema):
    """One page of entities, in the order of their pinyin; of equal pinyin what was entered first comes first."""

    items = fields.List(fields.Nested(EntityFoundSchema), required=True)


class EntityVersionSchema(Schema):
    """One version of an entity."""

    recorded_at = fields.AwareDateTime(format="iso", required=True)
    actor = fields.String(required=True)
    action = fields.String(required=True)
    body = fields.Nested(EntityViewSchema, required=True)


class EntityVersionListSchema(Schema):
    """One page of versions, oldest first."""

    items = fields.List(fields.Nested(EntityVersionSchema), required=True)


class BranchesSchema(Schema):
    """The direct branches of an entity."""

    branches = fields.List(fields.String(), required=True)


class RegisterCatalogueSchema(Schema):
    """A catalogue as a whole."""

    items = fields.List(fields.Dict(), required=True)


class NamesSchema(web.StrictSchema):
    """Names by language."""

    zh = fields.String(required=True, validate=_EVIDENCE)
    en = fields.String(required=True, validate=_EVIDENCE)


class NewAuthoritySchema(web.StrictSchema):
    """An authority that does not ship."""

    code = fields.String(required=True, validate=validate.Regexp(r"^[a-z0-9][a-z0-9-]{0,63}$"))
    names = fields.Nested(NamesSchema, required=True)
    region = fields.String(required=True, validate=_CODE)
    timezone = fields.String(required=True, validate=_CODE, metadata={"example": "Asia/Shanghai"})
    parent = fields.String(load_default=None, allow_none=True, validate=_CODE)


class AuthorityPutSchema(web.StrictSchema):
    """An authority; its code is in the address."""

    names = fields.Nested(NamesSchema, required=True)
    region = fields.String(required=True, validate=_CODE)
    timezone = fields.String(required=True, validate=_CODE, metadata={"example": "Asia/Shanghai"})
    parent = fields.String(load_default=None, allow_none=True, validate=_CODE)


class KindPutSchema(web.StrictSchema):
    """A kind of entity; its code is in the address."""

    names = fields.Nested(NamesSchema, required=True)
    domain = fields.String(required=True, validate=validate.Regexp(r"^[a-z][a-z0-9_]{0,63}$"))
    domain_names = fields.Nested(
        NamesSchema, allow_none=True, load_default=None, metadata={"description": "Of a domain that is not known yet"}
    )
    origin = fields.String(required=True, validate=validate.OneOf(["official", "derived"]))
    basis = fields.Nested(
        NamesSchema,
        allow_none=True,
        load_default=None,
        metadata={"description": "The rule that names it"},
    )


class RegionPutSchema(web.StrictSchema):
    """A region and one span of days on which its code is valid; the code is in the address."""

    names = fields.Nested(NamesSchema, required=True)
    valid_from = web.Day(required=True)
    valid_to = web.Day(load_default=None, allow_none=True, metadata={"description": "Not included"})
    parent = fields.String(load_default=None, allow_none=True, validate=_CODE)


class RegionArguments(web.StrictSchema):
    """Which regions are asked for."""

    on = web.Day(metadata={"description": "Only those whose code is valid on this day"})


class OnDayArguments(web.StrictSchema):
    """Which records are asked for."""

    on = web.Day(metadata={"description": "Only those in force on this day"})


class RecordListSchema(Schema):
    """Records of a catalogue, as entered."""

    items = fields.List(fields.Dict(), required=True)


class UnreachableFindingSchema(web.StrictSchema):
    """What a person found, and where it is written down."""

    found_on = web.Day(required=True)
    evidence = fields.String(required=True, validate=_EVIDENCE)


class UnreachableStepSchema(UnreachableFindingSchema):
    """The next person's part in a report of an unreachable entity."""

    step = fields.String(required=True, validate=validate.OneOf(["confirmed", "reviewed", "dismissed"]))


class UnreachableReportSchema(Schema):
    """How far a report has come."""

    id = fields.Integer(required=True)
    key = fields.String(required=True)
    due = fields.String(allow_none=True, metadata={"description": "The step that waits for another person"})


class SameNameArguments(web.PageArguments):
    """Which proposals are asked for."""

    decided = fields.Boolean(load_default=False, metadata={"description": "Those decided as well"})


class SameNameSchema(Schema):
    """Two entities of one name."""

    id = fields.Integer(required=True)
    low = fields.String(required=True)
    low_name = fields.String(required=True)
    high = fields.String(required=True)
    high_name = fields.String(required=True)
    decision = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    decided_by = fields.String(allow_none=True)
    decided_at = fields.AwareDateTime(format="iso", allow_none=True)


class SameNameListSchema(Schema):
    """One page of proposals, oldest first."""

    items = fields.List(fields.Nested(SameNameSchema), required=True)


class SameNameDecisionSchema(web.StrictSchema):
    """What a person decided of two entities of one name."""

    decision = fields.String(required=True, validate=validate.OneOf(["same", "different"]))
    reason = fields.String(required=True, validate=_EVIDENCE)


class ImportArguments(web.StrictSchema):
    """How a file is to be read."""

    format = fields.String(required=True, validate=validate.OneOf(sorted(FORMATS)))
    mode = fields.String(load_default="all_or_nothing", validate=validate.OneOf(["all_or_nothing", "keep_good"]))
    dry_run = fields.Boolean(load_default=False)


class EntityImportReportSchema(Schema):
    """What became of a file."""

    id = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(["stored", "refused", "checked"]))
    format = fields.String(required=True)
    mode = fields.String(required=True)
    rows = fields.Integer(required=True)
    created = fields.Integer(required=True)
    changed = fields.Integer(required=True)
    unchanged = fields.Integer(required=True)
    repeated = fields.Integer(required=True)
    refused = fields.Integer(required=True, metadata={"description": "Rows with flaws"})
    flaws = fields.Integer(required=True)
    proposed = fields.Integer(required=True, metadata={"description": "Equal names to look at"})
    digest = fields.String(required=True, metadata={"description": "SHA-256 of the file, in hexadecimal"})
    started_at = fields.String()


class EntityImportPage(Schema):
    """A page of files that were read into the register."""

    items = fields.List(fields.Nested(EntityImportReportSchema), required=True)


class EntityImportFlaw(Schema):
    """One thing that is wrong with one row."""

    row = fields.Integer(required=True)
    pointer = fields.String(required=True)
    code = fields.String(required=True)
    detail = fields.String(required=True)
    next = fields.String(required=True)


class EntityImportFlaws(Schema):
    """What is wrong with a file."""

    items = fields.List(fields.Nested(EntityImportFlaw), required=True)


class FlawsArguments(web.StrictSchema):
    """How much of what is wrong is wanted."""

    limit = fields.Integer(load_default=100, validate=validate.Range(min=1, max=1_000))
