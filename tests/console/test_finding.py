"""Cases are found by name, code or number, records by the reference that their source gave them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from service.ratings import drain
from service.register.names import keys_of
from tests.api.conftest import caller
from tests.builders.repair_town import ELIGIBLE, found, standing
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from service.platform import FixedClock, web
    from tests.builders.fillings import Filling
    from tests.builders.repair_town import Fined
    from tests.console.conftest import Browser

    Staff = Callable[..., Browser]
    Caller = Callable[..., FlaskClient]

__all__ = ["caller"]
HERE = {"authority": town.AUTHORITY}


@pytest.fixture
def filling() -> Filling:
    return standing()


@pytest.fixture
def cinema(assembly: web.Assembly, clock: FixedClock) -> Fined:
    drain(database=assembly.database)
    clock.advance(ELIGIBLE - clock.now())
    return found(assembly.database)


@pytest.fixture
def number(cinema: Fined, caller: Caller) -> str:
    body = {"entity": cinema.key, "record": cinema.record, "reason": "已改正"}
    made = caller("entity", subject=cinema.key).post("/v1/objections", json=body)
    return str(made.json["number"])


def test_cases_are_found_by_a_part_of_the_name_its_pinyin_the_code_or_the_number(
    cinema: Fined, number: str, staff: Staff, assembly: web.Assembly, caller: Caller
) -> None:
    name = "朝阳門电影院"
    known = keys_of(name)
    with assembly.database.engine.begin() as connection:
        changed = text("UPDATE entity SET name = :n, name_key = :k, pinyin = :p, initials = :i WHERE public_key = :key")
        said = {"n": name, "k": known.key, "p": known.pinyin, "i": known.initials}
        connection.execute(changed, said | {"key": cinema.key})
    handler = staff("handler", **HERE)
    row = f'href="/console/objections/{number}"'
    for asked in (
        name,
        "朝阳门",
        known.pinyin[:6],
        known.initials[:3],
        cinema.key,
        cinema.key[-5:],
        number,
        number[3:].lower(),
    ):
        assert row in handler.get("/console/objections", q=asked).text, asked
    for other in ("不叫这个名字", "zzzz", "99999999"):
        nothing = handler.get("/console/objections", q=other)
        assert (row in nothing.text, 'class="nothing"' in nothing.text) == (False, True)
    short = handler.get("/console/objections", q="a")
    assert (short.status_code, 'id="f-q-fault"' in short.text) == (422, True)
    assert (
        row not in staff("handler", login="far", authority="bj-culture-110118").get("/console/objections", q=name).text
    )
    own = caller("entity", subject=cinema.key)
    assert own.get("/v1/objections", query_string={"q": number}).json["items"]
    assert own.get("/v1/objections", query_string={"q": name}).json["items"] == [], "names are for staff"


def test_a_record_is_found_by_its_reference_or_number_within_the_scope(
    cinema: Fined, staff: Staff, assembly: web.Assembly, caller: Caller
) -> None:
    with assembly.database.reader() as session:
        reference = session.execute(text("SELECT source_ref FROM event WHERE id = :id"), {"id": cinema.record}).scalar()
    handler = staff("handler", **HERE)
    link = f'href="/console/evidence/events/{cinema.record}"'
    for asked in (str(reference), str(cinema.record), f" {reference} "):
        assert link in handler.get("/console/evidence", reference=asked).text, asked
    nothing = handler.get("/console/evidence", reference="no such")
    assert (nothing.status_code, link in nothing.text, "没有这一编号或文号" in nothing.text) == (200, False, True)
    assert handler.get("/console/evidence", reference="9" * 40).status_code == 200
    far = staff("handler", login="far", authority="bj-culture-110118")
    assert link not in far.get("/console/evidence", reference=str(reference)).text
    assert caller("entity", subject=cinema.key).get("/v1/events?reference=x").status_code == 403
    assert caller("handler").get("/v1/events?reference=%20").status_code == 422
