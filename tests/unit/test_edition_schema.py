"""The schema for editors says what the parser says, as far as a schema can."""

import json
import tomllib
from datetime import date
from importlib.resources import files

import jsonschema
import pytest

from scoring.edition import parse, schema_text
from scoring.kernel.errors import EditionError
from tests.builders.edition_text import edition_text
from tests.law_cases import shipped

PUBLISHED = json.loads(files("scoring.edition").joinpath("schema.json").read_text(encoding="utf-8"))
CHECKER = jsonschema.Draft202012Validator(PUBLISHED)
BEIJING = shipped.text("bj-culture")


def as_json(value: object) -> object:
    """A TOML document as an editor holds it: dates are strings."""
    if isinstance(value, dict):
        return {key: as_json(part) for key, part in value.items()}
    if isinstance(value, list):
        return [as_json(part) for part in value]
    return value.isoformat() if isinstance(value, date) else value


def schema_accepts(text: str) -> bool:
    return bool(CHECKER.is_valid(as_json(tomllib.loads(text))))


def parser_accepts(text: str) -> bool:
    try:
        parse(text)
    except EditionError:
        return False
    return True


def test_the_published_file_is_the_schema_of_the_parser() -> None:
    assert files("scoring.edition").joinpath("schema.json").read_text(encoding="utf-8") == schema_text()
    jsonschema.Draft202012Validator.check_schema(PUBLISHED)


@pytest.mark.parametrize("name", shipped.NAMES)
def test_every_shipped_edition_validates(name: str) -> None:
    text = shipped.text(name)
    assert list(CHECKER.iter_errors(as_json(tomllib.loads(text)))) == []
    assert parser_accepts(text)


MUTATIONS = [
    ('id = "bj-culture.2022"', 'id = "Beijing 2022"'),
    ('rulebook = "bj-culture"\n', ""),
    ("illustrative = true", 'illustrative = "yes"'),
    ("force_from = 2022-04-12", 'force_from = "12 April 2022"'),
    ('direction = "higher_better"', 'direction = "up"'),
    ("base = 90\n", 'base = "ninety"\n'),
    ("base = 90\n", "base = true\n"),
    ("window = { months = 24 }", "window = { months = 24, occasions = 1 }"),
    ("window = { months = 24 }", "window = { months = 0 }"),
    ("window = { months = 24 }", "window = { weeks = 100 }"),
    ('branches = "to_parent"', 'branches = "maybe"'),
    ("points = -4\n", 'points = "-4.005"\n'),
    ("points = -4\n", "points = 90000000\n"),
    ('ends = "publicity_end", while_unperformed', 'ends = "months", while_unperformed'),
    ('ends = "publicity_end", while_unperformed', 'ends = "publicity_end", months = 2, while_unperformed'),
    ("steps = [{ nth = 3, factor = 2 }]", "steps = [{ nth = 1, factor = 2 }]"),
    ("steps = [{ nth = 3, factor = 2 }]", "steps = []"),
    ("factor = 1.2", "factor = -1"),
    ('share = "80 %"', 'share = "eighty"'),
    ('share = "80 %"', "share = 1.5"),
    ('share = "80 %", within_days = 30', 'share = "80 %"'),
    ('share = "80 %", within_days = 30', 'share = "80 %", within_days = 30, year = "same"'),
    ("value = { low = -5, high = 5 }", "value = { low = -5 }"),
    ("value = { low = -5, high = 5 }", "value = { allowed = [1], low = -5, high = 5 }"),
    ("limit = 30\n", "limit = -30\n"),
    ('over = ["complaint_verified"]\nmonths = 12', 'over = ["complaint_verified"]\nmonths = 12\ncalendar_year = true'),
    ("at_least = 90\n", "at_least = 90\nat_most = 95\n"),
    ('reason = "first_year"', 'reason = "First year"'),
    ('grade = "B"\nyounger_than_months', 'grade = "B"\nstate = "pending"\nyounger_than_months'),
    ('ratio = "2 %"', "ratio = 0.02"),
    ('ratio = "2 %"', 'ratio = "2/0"'),
    ('name = { zh = "政务信用", en = "Government credit" }', 'name = { en = "Government credit" }'),
    ('name = { zh = "政务信用", en = "Government credit" }', 'name = "Government credit"'),
    ('mode = "named", by', 'mode = "none", by'),
    ('kinds = ["practitioner"]', "kinds = []"),
    ('code = "banned_content"\n', ""),
    ('counting = "working_days"\n', 'counting = "weeks"\n'),
]


@pytest.mark.parametrize(("old", "new"), MUTATIONS, ids=[f"{old!r} to {new!r}" for old, new in MUTATIONS])
def test_schema_and_parser_refuse_the_same_mistakes(old: str, new: str) -> None:
    assert old in BEIJING
    wrong = BEIJING.replace(old, new, 1)
    assert not schema_accepts(wrong)
    assert not parser_accepts(wrong)


PARSER_ONLY = [
    ("points = -4\n", "points = -4.005\n"),
    ("at_least = 90\n", "at_most = 90\n"),
    ('code = "penalty_warning"', 'code = "penalty_fine"'),
    ('kinds = ["practitioner"]', 'kinds = ["museum"]'),
    ('without = ["fire_exit_blocked"', 'without = ["never_written"'),
]


@pytest.mark.parametrize(("old", "new"), PARSER_ONLY)
def test_what_a_schema_cannot_see_the_parser_refuses(old: str, new: str) -> None:
    assert old in BEIJING
    wrong = BEIJING.replace(old, new, 1)
    assert schema_accepts(wrong)
    assert not parser_accepts(wrong)


ACCEPTED = ['points = "-2.50"', "points = -2.5", "points = 3", 'shift = { by = 1, limit = "B", months = 1 }']


@pytest.mark.parametrize("event", ACCEPTED)
def test_schema_and_parser_accept_the_same_spellings(event: str) -> None:
    text = edition_text(event=event)
    assert schema_accepts(text)
    assert parser_accepts(text)
