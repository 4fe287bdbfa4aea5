"""What a query that says nothing means is the same every time, and belongs to no other request."""

from typing import Any

import pytest
from flask import Flask
from marshmallow import Schema, fields

from service.platform import Problem, web
from service.platform.web.body import ArgumentsParser


class SilentSchema(web.StrictSchema):
    kind = fields.String()


class SilentPageSchema(web.StrictSchema):
    limit = fields.Integer(load_default=50)
    after = fields.List(fields.String(), load_default=list)


class SilentRefusedSchema(web.StrictSchema):
    kind = fields.String(required=True)


def asked(parser: ArgumentsParser, schema: Schema, query: str = "") -> dict[str, Any]:
    with Flask("silent").test_request_context(f"/?{query}"):
        found: dict[str, Any] = parser.parse(schema, location="query")
    return found


@pytest.mark.parametrize(("schema", "meant"), [(SilentSchema(), {}), (SilentPageSchema(), {"limit": 50, "after": []})])
def test_what_one_request_does_to_its_arguments_no_other_sees(schema: Schema, meant: dict[str, object]) -> None:
    parser = ArgumentsParser()
    for _ in range(3):
        found = asked(parser, schema)
        assert found == meant
        found["kind"] = "changed"
        found.get("after", []).append("changed")


def test_after_a_silent_query_one_that_speaks_is_read_as_ever() -> None:
    parser, schema = ArgumentsParser(), SilentSchema()
    asked(parser, schema)
    assert asked(parser, schema, "kind=cinema") == {"kind": "cinema"}
    with pytest.raises(Problem, match="invalid_query"):
        asked(parser, schema, "unheard=of")


def test_a_query_that_must_speak_is_refused_each_time() -> None:
    parser, schema = ArgumentsParser(), SilentRefusedSchema()
    for _ in range(3):
        with pytest.raises(Problem, match="invalid_query"):
            asked(parser, schema)
