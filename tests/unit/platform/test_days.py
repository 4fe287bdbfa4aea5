"""Days in questions and bodies: one form, the years that are kept, and no field that would take more."""

import pytest
from marshmallow import Schema, ValidationError, fields

import service.app  # noqa: F401 - with it come the schemas of every room
from service.platform import Problem, web


class Asked(web.StrictSchema):
    day = web.Day()
    instant = web.Instant()


def strict_schemas(base: type[Schema] = web.StrictSchema) -> set[type[Schema]]:
    return {base}.union(*(strict_schemas(each) for each in base.__subclasses__()))


def within(field: fields.Field) -> fields.Field:
    """The field itself, or what a list of it holds."""
    return within(field.inner) if isinstance(field, fields.List) else field


def test_no_schema_of_requests_has_a_day_that_would_be_read_otherwise() -> None:
    other = {
        f"{schema.__module__}.{schema.__name__}.{name}"
        for schema in strict_schemas()
        for name, field in schema._declared_fields.items()  # noqa: SLF001 - marshmallow offers no other list of them
        if isinstance(within(field), fields.Date) and type(within(field)).__name__ != "Day"
    }
    assert not other


def test_an_instant_that_is_stored_is_one_that_the_database_gives_back() -> None:
    """`known_at` is only asked: any instant has an answer. The others are kept."""
    other = {
        name
        for schema in strict_schemas()
        for name, field in schema._declared_fields.items()  # noqa: SLF001 - as above
        if isinstance(field, fields.AwareDateTime) and not isinstance(field, web.Instant)
    }
    assert other == {"known_at"}
    for beyond in ("9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "3000-01-01T00:00:00Z"):
        with pytest.raises(ValidationError) as raised:
            Asked().load({"instant": beyond})
        assert raised.value.messages["instant"][0].code == "day_out_of_years"
    assert Asked().load({"instant": "2999-12-31T23:59:59Z"})["instant"].year == 2999


@pytest.mark.parametrize("day", ["1000-01-01", "2026-02-28", "2999-12-31"])
def test_a_day_of_the_years_that_are_kept_is_taken(day: str) -> None:
    assert Asked().load({"day": day})["day"].isoformat() == day


@pytest.mark.parametrize("day", ["0999-12-31", "0001-01-01", "3000-01-01", "9999-12-31"])
def test_another_year_is_told_with_the_years(day: str) -> None:
    with pytest.raises(ValidationError) as raised:
        Asked().load({"day": day})
    (problem,) = raised.value.messages["day"]
    assert isinstance(problem, Problem)
    assert problem.code == "day_out_of_years"
    assert "1000" in problem.text("en").detail
    assert "2999" in problem.text("zh").detail


@pytest.mark.parametrize("day", ["20260228", "2026-W09-6", "2026-2-28", "2026-02-30", "", "today"])
def test_another_form_is_no_day(day: str) -> None:
    with pytest.raises(ValidationError, match="Not a valid date"):
        Asked().load({"day": day})
