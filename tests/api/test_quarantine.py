"""An entity whose rating raises: what callers are told of it, and who sees that it is set apart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from service.ratings import drain
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from service.platform import web

LIST = "/v1/quarantined-ratings"


@pytest.fixture
def shops(assembly: web.Assembly) -> tuple[str, str]:
    """The keys of two cinemas that cannot be rated: one was rated before, one never."""
    database = assembly.database
    town.found(database)
    (rated,) = town.people(database, 1)
    drain(database=database)
    (never,) = town.people(database, 1)
    with database.unit_of_work(town.OPERATOR) as uow:
        for number in (rated, never):
            town.spoil(uow.session, number)
        uow.mark([rated], "test")
        uow.audit("test.spoiled", "town", {})
    drain(database=database)
    return town.key_of(database, rated), town.key_of(database, never)


def test_what_was_in_force_goes_on_and_what_cannot_be_worked_out_is_said_to_be_set_apart(
    shops: tuple[str, str], caller: Callable[..., FlaskClient]
) -> None:
    handler = caller("handler")
    before = handler.get(f"/v1/entities/{shops[0]}/tier").json
    assert (before["tier"], before["quarantined"], before["pending"]) == ("A", True, True)
    for question in (f"{shops[1]}/tier", f"{shops[0]}/tier?as_of=2026-02-01", f"{shops[1]}/tier/words"):
        answer = handler.get(f"/v1/entities/{question}")
        assert (answer.status_code, answer.json["code"]) == (503, "rating_set_apart"), question


def test_the_list_is_within_the_scope_and_the_figures_count_them(
    shops: tuple[str, str], caller: Callable[..., FlaskClient], anonymous: FlaskClient
) -> None:
    first = caller("auditor").get(f"{LIST}?limit=1")
    following = first.headers["Link"].split(";")[0].strip("<>")
    second = caller("auditor", authority="bj-culture").get(following)
    told = first.json["items"] + second.json["items"]
    assert [item["entity"] for item in told] == list(shops)
    assert told[0] | {"since": "", "name": ""} == {
        "entity": shops[0],
        "name": "",
        "authority": town.AUTHORITY,
        "region": town.REGION,
        "since": "",
        "attempts": 1,
        "error": told[1]["error"],
    }
    assert re.fullmatch(r"builtins\.KeyError at service/[a-z/_]+\.py:[0-9]+ \[[0-9a-f]{8}\]", told[0]["error"])
    for scope in ({"authority": "bj-culture-110105"}, {"regions": ["110105"]}):
        assert caller("auditor", **scope).get(LIST).json["items"] == []
    assert "rating_quarantined 2.0" in anonymous.get("/metrics").text


def test_what_an_error_quotes_is_kept_nowhere(shops: tuple[str, str], assembly: web.Assembly) -> None:
    with assembly.database.reader() as session:
        kept = session.scalars(text("SELECT error FROM rating_quarantine")).all()
        written = session.scalars(
            text("SELECT CAST(detail AS text) FROM audit WHERE action = 'ratings.quarantined'")
        ).all()
    assert (len(kept), len(written), len(shops)) == (2, 2, 2)
    assert not [one for one in (*kept, *written) if "no_such_kind" in one]
    assert all("/service/ratings/" in one for one in kept), "its places are told"
