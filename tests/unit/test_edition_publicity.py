"""What the lint says of publicity and deadlines, and that schema and parser refuse the same."""

import json
import tomllib

import jsonschema
import pytest

from scoring.edition import check, parse, schema_text
from scoring.kernel.errors import EditionError
from tests.builders.edition_text import CLAUSES, HEAD
from tests.unit.test_edition_schema import as_json

TERM = 'number = 3, unit = "months", counting = "from_day"'
SOUND = f"""
[publicity]
clause = "art. 1"
decision_kinds = ["penalty"]
[[publicity.class]]
key = "a"
name = {{ zh = "甲" }}
clause = "art. 1"
minimum = {{ {TERM} }}
maximum = {{ {TERM} }}
[[publicity.assign]]
class = "a"
clause = "art. 1"
severities = ["minor"]
[[publicity.assign]]
class = "a"
clause = "art. 1"
[[publicity.penalty]]
kinds = ["warning"]
clause = "art. 1"
published = false
[[deadlines.duty]]
key = "publish"
name = {{ zh = "公示" }}
clause = "art. 1"
from = "decided_on"
act = "publish"
term = {{ number = 7, unit = "working_days", counting = "from_next_day" }}
alarm_before = 2
"""
CALENDAR = 'calendar = "cn"\n'
CHECKER = jsonschema.Draft202012Validator(json.loads(schema_text()))


def whole(body: str, head: str = CALENDAR) -> str:
    return HEAD + head + CLAUSES + body


def test_a_sound_edition_draws_no_remark() -> None:
    assert check(parse(whole(SOUND))) == []


@pytest.mark.parametrize(
    ("old", "new", "code", "pointer"),
    [
        ('key = "a"', 'key = "b"', "class_unknown", "/publicity/assign/0/class"),
        ('severities = ["minor"]\n', "", "assignment_unreachable", "/publicity/assign/1"),
        ("minimum = { number = 3", "minimum = { number = 4", "limits_crossed", "/publicity/class/0"),
        (
            '{ number = 3, unit = "months"',
            '{ number = 94, unit = "calendar_days"',
            "limits_crossed",
            "/publicity/class/0",
        ),
        ('{ number = 3, unit = "months"', '{ number = 93, unit = "calendar_days"', "", ""),
        ("minimum = ", "published = false\nminimum = ", "", ""),
        (
            '["minor"]\n',
            '["minor"]\ndecision_kinds = ["award"]\n',
            "assignment_unreachable",
            "/publicity/assign/0/decision_kinds",
        ),
        ('kinds = ["warning"]', 'kinds = ["warning", "warning"]', "penalty_twice", "/publicity/penalty/0/kinds"),
        ("alarm_before = 2", "alarm_before = 7", "alarm_at_once", "/deadlines/duty/0/alarm_before"),
        ('clause = "art. 1"\nfrom', 'clause = "art. 9"\nfrom', "clause_unknown", "/deadlines"),
    ],
)
def test_the_lint_names_what_is_wrong_and_where(old: str, new: str, code: str, pointer: str) -> None:
    assert old in SOUND
    found = check(parse(whole(SOUND.replace(old, new, 1))))
    assert (code, pointer) in [("", ""), *((one.code, one.pointer) for one in found)]
    assert all(one.zh != one.en for one in found)


def test_records_without_a_class_classes_without_records_and_doubles_are_told() -> None:
    without = SOUND.replace(
        '[[publicity.assign]]\nclass = "a"\nclause = "art. 1"\n[[publicity.penalty]]', "[[publicity.penalty]]"
    )
    assert [one.code for one in check(parse(whole(without)))] == ["class_missing"]
    idle = SOUND + '[[publicity.class]]\nkey = "b"\nname = { zh = "乙" }\nclause = "art. 1"\n'
    assert [one.code for one in check(parse(whole(idle)))] == ["class_unused"]
    twice = idle.replace('key = "b"', 'key = "a"')
    assert [one.code for one in check(parse(whole(twice)))] == ["class_twice"]
    duty = SOUND[SOUND.index("[[deadlines.duty]]") :]
    assert [one.code for one in check(parse(whole(SOUND + duty)))] == ["duty_twice"]


def test_working_days_need_a_calendar() -> None:
    assert [one.code for one in check(parse(whole(SOUND, head="")))] == ["calendar_missing"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('counting = "from_day" }', 'counting = "later" }'),
        ("number = 7", "number = 0"),
        ('unit = "months"', 'unit = "weeks"'),
        ('from = "decided_on"', 'from = "tomorrow"'),
        ('act = "publish"', 'act = "shout"'),
        ("published = false", ""),
        ('decision_kinds = ["penalty"]', "decision_kinds = []"),
        ('key = "publish"\n', ""),
    ],
)
def test_schema_and_parser_refuse_the_same_mistakes(old: str, new: str) -> None:
    assert old in SOUND
    wrong = whole(SOUND.replace(old, new, 1))
    assert not CHECKER.is_valid(as_json(tomllib.loads(wrong)))
    with pytest.raises(EditionError):
        parse(wrong)
    assert CHECKER.is_valid(as_json(tomllib.loads(whole(SOUND))))
