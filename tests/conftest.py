"""What tests of running servers share: one PostgreSQL and one Redis per test process, a fresh database per test.

``TEST_DATABASE_URL`` and ``TEST_REDIS_URL`` replace the embedded servers by others; the role must be allowed to
create databases. With several test processes each takes names and a Redis database of its own.
"""

import gc
import os
import shutil
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from importlib import import_module

import psycopg
import pytest
import redis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql
from sqlalchemy import make_url

from service.platform import migrate, use_encryption_keys
from service.platform.embedded import Addresses, EmbeddedStack
from tests.builders.fillings import Filling
from tests.builders.folders import server_folder
from tests.builders.owning import APPLICATION, owner_of
from tests.statements import compile_once

# What the test processes and some hundred programs import is compiled once, whatever the environment says.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

settings.register_profile("suite", max_examples=50, deadline=None)
settings.register_profile("long", max_examples=1_000, deadline=None)
use_encryption_keys([bytes(range(32))])
compile_once()
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))
WAITING = (
    "tests/faults/",
    "tests/end_to_end/",
    "tests/integration/test_embedded_stack.py",
    "tests/integration/platform/test_server",
    "tests/integration/platform/test_workers.py",
    "tests/integration/notices/test_delivering.py",
)
"""Tests that start processes and wait for them."""

COPIED_BY_THE_SYSTEM = """
    SELECT set_config(name, 'clone', false) FROM pg_settings WHERE name = 'file_copy_method' AND 'clone' = ANY(enumvals)
"""
"""PostgreSQL 18 and newer can leave the copying of a template's files to the system: a third less work."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with those that wait: one test process has them all, while the others keep the processors at work.

    What is short fills the gaps at the end.
    """
    items.sort(key=lambda item: not item.nodeid.startswith(WAITING))


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """Import and collect without looking for garbage; then look seldom, and never in what is there to stay."""
    gc.disable()
    try:
        _compile_a_share(session.config)
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(20_000, 20, 20)  # as in the processes that rate
        gc.enable()


def _compile_a_share(config: pytest.Config) -> None:
    """One of several processes imports the modules of tests from a place of its own on, before they are collected.

    They all collect in one order, at the same time: in a fresh folder each would compile every module. So each compiles
    its share, and finds the others' compiled.
    """
    worker: dict[str, object] = getattr(config, "workerinput", {})
    if not worker or config.args_source is not pytest.Config.ArgsSource.TESTPATHS:
        return
    ignored = {(config.rootpath / path).resolve() for path in config.getoption("ignore") or ()}
    paths = sorted(path for path in (config.rootpath / "tests").rglob("test_*.py") if not ignored & {*path.parents})
    number, count = int(str(worker["workerid"]).removeprefix("gw")), int(str(worker["workercount"]))
    place = len(paths) * number // count
    for path in paths[place:] + paths[:place]:
        name = ".".join(path.relative_to(config.rootpath).with_suffix("").parts)
        with suppress(Exception, pytest.skip.Exception):  # the collection says what is wrong with it
            import_module(name)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Let Hypothesis work out its tables of Unicode and read the constants of our modules before a test is timed.

    It does both when it first draws a value. In a fresh folder that takes seconds, which its limit on slow drawing
    would lay to the charge of whichever test comes first.
    """
    if not session.config.option.collectonly and any(item.get_closest_marker("hypothesis") for item in session.items):
        _draw_a_few()


@settings(max_examples=20, database=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.tuples(st.text(), st.integers(), st.floats(), st.binary(), st.dates()))
def _draw_a_few(_: object) -> None:
    """Nothing is held of the values: to have drawn them is all."""


@pytest.fixture(scope="session")
def stack() -> Iterator[Addresses]:
    """Addresses of servers that live as long as the test process."""
    database_url, redis_url = os.environ.get("TEST_DATABASE_URL"), os.environ.get("TEST_REDIS_URL")
    if database_url and redis_url:
        application = make_url(database_url).set(username=APPLICATION).render_as_string(hide_password=False)
        yield Addresses(database_url=database_url, application_url=application, redis_url=redis_url)
        return
    folder = server_folder()
    try:
        with EmbeddedStack(folder, durable=False) as addresses:
            yield addresses
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def process_number(request: pytest.FixtureRequest) -> int:
    """The number of this test process: 0 alone or first, then 1 and up."""
    worker: str = getattr(request.config, "workerinput", {}).get("workerid", "gw0")
    return int(worker.removeprefix("gw"))


@pytest.fixture(scope="session")
def administer(stack: Addresses) -> Iterator[Callable[..., None]]:
    """A function that says a statement about databases, whose names follow; all over one connection."""
    plain = make_url(stack.database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(COPIED_BY_THE_SYSTEM)

        def say(statement: str, *names: str) -> None:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

        yield say


@pytest.fixture(scope="session")
def new_database(
    stack: Addresses, administer: Callable[..., None], process_number: int
) -> Iterator[Callable[..., str]]:
    """A function that makes a migrated database by copying a template, and returns its address.

    It is empty, or as the filling leaves one whose address it is given; each filling runs once for a test process. The
    address is of the role under which the service runs, which owns nothing (`tests.builders.owning` for what an owner
    does); each test so shows that what it does takes no more.
    """
    made: list[str] = []
    templates: dict[Filling | None, str] = {}

    def create(name: str, template: str) -> str:
        # copied as files: half the time of the usual way, which writes every page to the log
        copying = "CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy"
        try:
            administer(copying, name, template)
        except psycopg.errors.DuplicateDatabase:  # a run before this one, on the same servers, was broken off
            administer("DROP DATABASE {} WITH (FORCE)", name)
            administer(copying, name, template)
        made.append(name)
        return _with_database(stack.application_url, name)

    def template(filling: Filling | None) -> str:
        if filling not in templates:
            base = template(None) if filling else "template1"
            url = create(name := f"xinjian_template_{process_number}_{len(templates)}", base)
            filling(url) if filling else migrate(owner_of(url), service_url=url)
            templates[filling] = name
        return templates[filling]

    def make(filling: Filling | None = None) -> str:
        return create(f"xinjian_test_{process_number}_{len(made)}", template(filling))

    yield make
    for name in made if os.environ.get("TEST_DATABASE_URL") else ():  # our own servers go with all that they hold
        administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


@pytest.fixture
def filling() -> Filling | None:
    """What every database of a folder or module of tests holds from the beginning: nothing, unless it says more."""
    return None


@pytest.fixture
def database_url(
    new_database: Callable[..., str], filling: Filling | None, administer: Callable[..., None]
) -> Iterator[str]:
    """The address of a migrated database that only this test sees: empty, or filled as `filling` says."""
    url = new_database(filling)
    yield url
    administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", str(make_url(url).database))


@pytest.fixture
def redis_url(stack: Addresses, process_number: int) -> str:
    """The address of an empty Redis database that only this test process sees."""
    url = str(make_url(stack.redis_url).update_query_dict({"db": str(process_number)}))
    with redis.Redis.from_url(url) as connection:
        connection.flushdb()
    return url


def _with_database(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)
