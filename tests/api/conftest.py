"""An application over a database of its own, and callers of every role.

The application is put together once for each test process: routes and their document are the same for every test.
From test to test it stands on another assembly, and every handler is its own again.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache

from service.accounts import issue_token, people, signing_in, visitors
from service.app import create_app
from service.bootstrap import assemble
from service.platform import FixedClock, Role, Settings, job_actor, web
from service.register import registered_scope
from tests.builders.fillings import Filling, seeded, shipped

NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)


@pytest.fixture
def filling() -> Filling:
    return shipped


@pytest.fixture(scope="session", autouse=True)
def quick_hashes() -> None:
    """The same function of passwords as everywhere, at the least cost it can have."""
    cheapest = PasswordHasher.from_parameters(CHEAPEST)
    people.hasher = signing_in.hasher = visitors.hasher = lambda: cheapest  # type: ignore[assignment]


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application over no database, with room for the anonymous requests of all tests of a minute.

    What one test process has made of a template the others find made.
    """
    nowhere = Settings(database_url="postgresql+psycopg://nobody@/none?host=/nowhere", public_rate_limit=1_000_000)
    made = tmp_path_factory.getbasetemp().parent / "templates"
    made.mkdir(exist_ok=True)
    app = create_app(assemble(nowhere))
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(made))
    return app


@pytest.fixture
def assembly(database_url: str, clock: FixedClock) -> Iterator[web.Assembly]:
    built = assemble(Settings(database_url=database_url, metrics_kept=0), clock=clock)
    yield built
    built.notes.close()
    built.database.close()


@pytest.fixture
def app(house: Flask, assembly: web.Assembly, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr(house, "view_functions", dict(house.view_functions))
    monkeypatch.setitem(house.extensions, web.EXTENSION, assembly)
    return house


@pytest.fixture
def anonymous(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def caller(app: Flask, assembly: web.Assembly) -> Callable[..., FlaskClient]:
    """A function that makes a client of a role and scope: `caller("handler", authority=…, regions=…)`.

    A scope names rows that are there, so a register without any is filled with what ships.
    """

    def make(role: str, **scope: object) -> FlaskClient:
        with assembly.database.unit_of_work(job_actor("tests")) as uow:
            if any(scope.values()):
                seeded(uow)
            issued = issue_token(uow=uow, registered=registered_scope, role=Role(role), label=role, **scope)  # type: ignore[arg-type]
        client = app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {issued.token}"
        return client

    return make
