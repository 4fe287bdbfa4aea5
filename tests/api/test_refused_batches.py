"""A batch of which nothing is kept is answered row by row, not as a failure."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from service.platform import web


@pytest.fixture
def filling() -> None:
    """Nothing: what is counted here is the batch's alone."""


def test_a_batch_whose_every_row_is_refused_says_why_and_leaves_nothing(
    caller: Callable[..., FlaskClient], assembly: web.Assembly
) -> None:
    client = caller("administrator")
    event = {"entity": "own:nobody", "source": "s", "source_ref": "1", "decision_kind": "penalty"}
    events = [event | {"code": "x", "decided_on": "2026-01-05"}, {}]
    response = client.post("/v1/events", json={"mode": "good", "events": events})
    assert response.status_code == 200
    assert (response.json["stored"], response.json["refused"]) == (0, 2)
    assert all(item["said"] for item in response.json["items"])
    with assembly.database.reader() as session:
        assert session.execute(text("SELECT count(*) FROM audit WHERE action LIKE 'evidence.%'")).scalar_one() == 0
        assert session.execute(text("SELECT count(*) FROM rerate_mark")).scalar_one() == 0
