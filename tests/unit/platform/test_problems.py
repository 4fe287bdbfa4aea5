"""The catalogue of problems is complete in both languages, and validation speaks in its codes."""

import ast
import re
import string
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from marshmallow import Schema, ValidationError, fields, validate

import service
from service.platform import LANGUAGES, Problem, catalogue, web

SOURCES = sorted(Path(service.__path__[0]).rglob("*.py"))


def raised_codes() -> set[str]:
    """Every literal code given to Problem(…) or FieldFault(…) in the service."""
    return {
        node.args[0].value
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and (getattr(node.func, "id", None) or getattr(node.func, "attr", None)) in {"Problem", "FieldFault"}
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


def test_every_code_that_is_raised_is_in_the_catalogue() -> None:
    assert len(raised_codes()) > 10
    assert raised_codes() - set(catalogue()) == set()


@pytest.mark.parametrize("code", sorted(catalogue()))
def test_each_problem_speaks_both_languages_with_the_same_parameters(code: str) -> None:
    kind = catalogue()[code]
    assert 400 <= kind.status <= 599
    assert set(kind.texts) == set(LANGUAGES)
    named = [
        {
            name
            for part in (text.title, text.detail, text.next)
            for _, name, _, _ in string.Formatter().parse(part)
            if name
        }
        for text in kind.texts.values()
    ]
    assert named[0] - {"zh"} == named[1] - {"en"}  # a parameter may carry its own text in each language
    assert all(part.strip() for text in kind.texts.values() for part in (text.title, text.detail, text.next))
    assert any("\u4e00" <= letter <= "\u9fff" for letter in kind.texts["zh"].detail + kind.texts["zh"].title)


@pytest.mark.parametrize("code", sorted(catalogue()))
def test_chinese_sentences_have_chinese_marks(code: str) -> None:
    text = catalogue()[code].texts["zh"]
    assert not re.search("[\u4e00-\u9fff”][,;:?!](?! )|[,;:?!][\u4e00-\u9fff“]", text.title + text.detail + text.next)


def test_an_unknown_code_is_a_fault_of_ours() -> None:
    with pytest.raises(KeyError):
        Problem("no_such_code")


def test_parameters_fill_both_languages_and_a_missing_one_shows_its_name() -> None:
    problem = Problem("body_too_large", limit=5)
    assert "5 bytes" in problem.text("en").detail
    assert "5 字节" in problem.text("zh").detail
    assert "limit bytes" in Problem("body_too_large").text("en").detail


def test_text_from_a_caller_is_never_read_as_a_template() -> None:
    assert Problem("invalid_field", reason="{limit} {0} {").text("en").detail == "{limit} {0} {"


class Everything(Schema):
    text = fields.String()
    short = fields.String(validate=validate.Length(max=2))
    long = fields.String(validate=validate.Length(min=2))
    both = fields.String(validate=validate.Length(min=2, max=3))
    whole = fields.Integer(strict=True)
    small = fields.Integer(validate=validate.Range(min=2))
    great = fields.Integer(validate=validate.Range(max=2))
    between = fields.Integer(validate=validate.Range(min=2, max=3))
    flag = fields.Boolean()
    day = fields.Date()
    instant = fields.AwareDateTime()
    choice = fields.String(validate=validate.OneOf(["a", "b"]))
    form = fields.String(validate=validate.Regexp("^a$"))
    items = fields.List(fields.String())
    inner = fields.Nested(lambda: Everything(only=["text"]))
    uuid = fields.UUID()


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("text", 1, "not_a_string"),
        ("text", None, "field_null"),
        ("short", "abc", "too_long"),
        ("long", "a", "too_short"),
        ("both", "a", "wrong_length"),
        ("whole", "x", "not_an_integer"),
        ("whole", 1.5, "not_an_integer"),
        ("small", 1, "too_small"),
        ("great", 3, "too_great"),
        ("between", 9, "out_of_range"),
        ("flag", "perhaps", "not_a_boolean"),
        ("day", "2026-02-30", "not_a_date"),
        ("instant", "2026-01-01T00:00:00", "not_an_instant"),
        ("instant", "soon", "not_an_instant"),
        ("choice", "c", "not_a_choice"),
        ("form", "b", "wrong_form"),
        ("items", "a", "not_a_list"),
        ("inner", [], "not_an_object"),
        ("uuid", "1", "not_a_uuid"),
        ("stranger", 1, "field_unknown"),
    ],
)
def test_what_marshmallow_says_becomes_a_code(field: str, value: object, code: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Everything().load({field: value})
    assert [(fault.code, fault.pointer) for fault in web.faults(caught.value.messages)] == [(code, f"/{field}")]


def test_pointers_reach_into_lists_and_objects_and_are_escaped() -> None:
    messages = {"items": {3: {"a/b~c": ["Missing data for required field."]}}, "_schema": ["Invalid input type."]}
    assert {fault.pointer for fault in web.faults(messages)} == {"/items/3/a~1b~0c", ""}


def test_a_room_may_raise_its_own_code_from_a_schema() -> None:
    def refuse(_value: str) -> None:
        raise web.FieldFault("out_of_scope")

    with pytest.raises(ValidationError) as caught:
        Schema.from_dict({"code": fields.String(validate=refuse)})().load({"code": "x"})
    assert [(fault.code, fault.pointer) for fault in web.faults(caught.value.messages)] == [("out_of_scope", "/code")]


def test_an_instant_is_told_as_day_and_time_where_it_is_meant() -> None:
    problem = Problem(
        "draw_too_early", draw="1", earliest=datetime(2026, 11, 20, 14, 5, tzinfo=ZoneInfo("Asia/Shanghai"))
    )
    assert "2026年11月20日 14:05:00 (UTC+08:00)" in problem.text("zh").detail
    assert "20 November 2026 14:05:00 (UTC+08:00)" in problem.text("en").detail
