"""An application over three entities, and callers of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from service.platform import job_actor
from tests.api.conftest import NOW
from tests.builders.fillings import with_shipped
from tests.builders.register_rows import put_entity

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from tests.builders.fillings import Filling


def three(database_url: str) -> None:
    """A filling: three entities."""
    with with_shipped(database_url, NOW) as database, database.unit_of_work(job_actor("tests")) as uow:
        number = uow.audit("tests.filled", "tests", {})
        put_entity(uow.session, "own:old", audit_id=number, established_on="2010-05-01")
        put_entity(uow.session, "own:person", audit_id=number, natural_person=True)
        put_entity(uow.session, "own:elsewhere", audit_id=number, authority="bj-culture-110102", region="110102")


@pytest.fixture
def filling() -> Filling:
    return three


@pytest.fixture
def handler(caller: Callable[..., FlaskClient]) -> FlaskClient:
    return caller("handler")


@pytest.fixture
def system(caller: Callable[..., FlaskClient]) -> FlaskClient:
    """Another system: what it sends was decided there."""
    return caller("handler", sources=("cases",))
