"""What persons decide in place of the rule: each with who, when and why for staff, counted by month for everybody."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from service.platform import Actor, Role, note_override, override_kinds
from tests.builders import drawing

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from service.platform import Database, web
    from tests.builders.fillings import Filling

    Caller = Callable[..., FlaskClient]

OTHER = "bj-culture-110102"
WHO = Actor("account", "7", Role.APPROVER, drawing.HERE, person="ST-07")
SILVESTER = datetime(2025, 12, 31, 16, tzinfo=UTC)
"""In Beijing the first instant of 2026."""


@pytest.fixture
def filling() -> Filling:
    return drawing.standing


def decide(database: Database, kind: str, *, at: datetime, authority: str = drawing.HERE, subject: str = "V1") -> None:
    with database.unit_of_work(WHO, now=at) as uow:
        note_override(uow, kind, subject, authority=authority, reason="张三来函", proposed_by="ST-01")


@pytest.fixture
def decided(assembly: web.Assembly) -> None:
    database = assembly.database
    decide(database, "draw_void", at=datetime(2025, 12, 31, 15, 59, 59, tzinfo=UTC))
    decide(database, "draw_void", at=SILVESTER)
    decide(database, "draw_void", at=datetime(2026, 1, 31, 15, 59, 59, tzinfo=UTC), subject="V2")
    decide(database, "visit_beyond_cap", at=datetime(2026, 1, 31, 16, tzinfo=UTC), authority=OTHER)


@pytest.mark.usefixtures("decided")
def test_everybody_is_told_how_often_in_each_month_and_nothing_else(anonymous: FlaskClient) -> None:
    told = anonymous.get("/v1/override-counts?year=2026")
    assert [tuple(one.values()) for one in sorted(told.json["items"], key=lambda one: one["month"])] == [
        (drawing.HERE, "2026-01", "draw_void", 2, "draw"),
        (OTHER, "2026-02", "visit_beyond_cap", 1, "cap"),
    ]
    assert {one["code"] for one in told.json["kinds"]} == set(override_kinds())
    assert not [one for one in ("ST-07", "ST-01", "account", "张三", "V1") if one in told.text]
    before = anonymous.get(f"/v1/override-counts?year=2025&authority={drawing.HERE}").json
    assert [(one["month"], one["count"]) for one in before["items"]] == [("2025-12", 1)]
    assert anonymous.get("/v1/override-counts").json["year"] == 2026, "this year, by the clock of the authorities"
    unknown = anonymous.get("/v1/override-counts?authority=nobody")
    assert (unknown.status_code, unknown.json["code"]) == (404, "draw_register_not_found")


@pytest.mark.usefixtures("decided")
def test_those_who_oversee_are_told_who_decided_what_and_why(caller: Caller) -> None:
    auditor = caller("auditor")
    items = auditor.get("/v1/overrides?order=newest").json["items"]
    assert [(one["kind"], one["subject"]) for one in items] == [
        ("visit_beyond_cap", "V1"), ("draw_void", "V2"), ("draw_void", "V1"), ("draw_void", "V1"),
    ]  # fmt: skip
    one = items[0]
    assert (one["person"], one["role"], one["staff_code"]) == ("account:7", "approver", "ST-07")
    assert (one["proposed_by"], one["reason"], one["of"]) == ("ST-01", "张三来函", "cap")
    first = auditor.get("/v1/overrides?limit=3")
    following = first.headers["Link"].split(";")[0].strip("<>")
    assert len(first.json["items"]) == 3
    assert [one["kind"] for one in auditor.get(following).json["items"]] == ["visit_beyond_cap"]


@pytest.mark.usefixtures("decided")
def test_an_authority_is_told_its_own_and_a_question_narrows_it(caller: Caller) -> None:
    own = caller("auditor", authority=drawing.HERE)
    assert {one["authority"] for one in own.get("/v1/overrides").json["items"]} == {drawing.HERE}
    assert own.get(f"/v1/overrides?authority={OTHER}").json["code"] == "out_of_scope"
    asked = own.get("/v1/overrides?kind=draw_void&first=2026-01-01&last=2026-01-30").json["items"]
    assert [one["taken_at"] for one in asked] == ["2025-12-31T16:00:00+00:00"], "days of Beijing"
    assert own.get("/v1/overrides?kind=nonsense").status_code == 422
    for role in ("handler", "inspector", "rulebook_editor", "partner"):
        assert caller(role, authority=drawing.HERE).get("/v1/overrides").status_code == 403


def test_a_kind_that_the_catalogue_has_not_is_refused_and_nothing_is_written(assembly: web.Assembly) -> None:
    with pytest.raises(KeyError, match="whim"), assembly.database.unit_of_work(WHO) as uow:
        note_override(uow, "whim", "V1", authority=drawing.HERE, reason="so")
