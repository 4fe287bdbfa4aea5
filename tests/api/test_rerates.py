"""How far a re-rating is, over HTTP, and who may call it off."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from service.ratings import drain, switch, work_on
from tests.integration.editions.test_adoption import approve, proposed
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from service.platform import FixedClock, web


def test_a_rerating_tells_how_far_it_is_and_is_called_off_with_a_reason(
    assembly: web.Assembly, caller: Callable[..., FlaskClient], anonymous: FlaskClient, clock: FixedClock
) -> None:
    town.found(assembly.database)
    shops = town.people(assembly.database, 3)
    drain(database=assembly.database)
    auditor, approver = caller("auditor"), caller("approver")
    assert auditor.get("/v1/rerates").get_json() == []
    here = f"/v1/entities/{town.key_of(assembly.database, shops[0])}/tier"
    held = auditor.get(here).headers["ETag"]
    assert auditor.get(here, headers={"If-None-Match": held}).status_code == 304
    approve(assembly.database, proposed(assembly.database))
    answer = auditor.get(here, headers={"If-None-Match": held})
    assert (answer.status_code, answer.get_json()["next_change_on"]) == (200, "2026-07-01")
    (said,) = auditor.get("/v1/rerates").get_json()
    here = f"/v1/rerates/{said['run']}"
    assert (said["state"], said["edition"], said["day"], said["entities"]) == (
        "staging", "town.2026", "2026-07-01", None
    )  # fmt: skip
    work_on(database=assembly.database)
    said = auditor.get(here).get_json()
    assert [said[name] for name in ("state", "entities", "passed", "staged", "failed")] == ["staged", 3, 3, 3, 0]
    assert said["per_second"] > 0
    assert anonymous.get("/v1/rerates").status_code == 401
    assert auditor.post(f"{here}/cancellation", json={"reason": "再议"}).status_code == 403
    assert approver.post(f"{here}/cancellation", json={"reason": ""}).status_code == 422
    assert auditor.get("/v1/rerates/99").get_json()["code"] == "rerate_not_found"
    assert auditor.get(f"/v1/rerates/{10**30}").get_json()["code"] == "rerate_not_found"
    beyond = caller("approver", authority=town.AUTHORITY)
    assert beyond.post(f"{here}/cancellation", json={"reason": "再议"}).get_json()["code"] == "out_of_scope"
    said = approver.post(f"{here}/cancellation", json={"reason": "再议"}).get_json()
    assert (said["state"], said["cancelled_why"]) == ("cancelled", "再议")
    again = approver.post(f"{here}/cancellation", json={"reason": "再议"})
    assert (again.status_code, again.get_json()["code"]) == (409, "rerate_over")
    work_on(database=assembly.database)
    clock.advance(timedelta(days=365))
    late = approver.post(f"{here}/restart", json={"reason": "继续"})
    assert (late.status_code, late.get_json()["code"]) == (409, "rerate_not_cancelled")
    key = town.key_of(assembly.database, shops[0])
    answer = approver.get(f"/v1/entities/{key}/tier").get_json()
    assert (answer["kinds"]["cinema"]["edition"], answer["pending"]) == ("town.2026", True)
    switch(database=assembly.database)
    work_on(database=assembly.database)
    assert drain(database=assembly.database).rated == 3
    assert auditor.get(here).get_json()["state"] == "finished"


def test_a_cancelled_rerating_is_begun_again_by_one_that_follows_it(
    assembly: web.Assembly, caller: Callable[..., FlaskClient]
) -> None:
    town.found(assembly.database)
    town.people(assembly.database, 3)
    drain(database=assembly.database)
    approve(assembly.database, proposed(assembly.database))
    approver, auditor = caller("approver"), caller("auditor")
    (first,) = auditor.get("/v1/rerates").get_json()
    here, why = f"/v1/rerates/{first['run']}", {"reason": "继续"}
    assert approver.post(f"{here}/restart", json=why).get_json()["code"] == "rerate_not_cancelled"
    approver.post(f"{here}/cancellation", json={"reason": "再议"})
    assert auditor.post(f"{here}/restart", json=why).status_code == 403
    beyond = caller("approver", authority=town.AUTHORITY)
    assert beyond.post(f"{here}/restart", json=why).get_json()["code"] == "out_of_scope"
    begun = approver.post(f"{here}/restart", json=why)
    said = begun.get_json()
    assert (begun.status_code, said["state"], said["follows"]) == (201, "staging", first["run"])
    assert auditor.get(here).get_json()["state"] == "renewed"
    again = approver.post(f"{here}/restart", json=why)
    assert (again.status_code, again.get_json()["code"]) == (409, "rerate_not_cancelled")
    work_on(database=assembly.database)
    said = auditor.get(f"/v1/rerates/{said['run']}").get_json()
    assert (said["state"], said["staged"], said["cancelled_by"]) == ("staged", 3, None)
