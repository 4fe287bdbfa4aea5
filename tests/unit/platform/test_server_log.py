"""The web server's own lines are ours: JSON, at the level that was asked for, without what callers sent."""

import json
import logging
from collections.abc import Iterator

import pytest
from gunicorn.config import Config

from service.platform.server_log import ServerLog

pytestmark = pytest.mark.usefixtures("restored")
SAID = "a secret"


@pytest.fixture
def own() -> Iterator[None]:
    """Gunicorn's logger is afterwards what it was before."""
    log = logging.getLogger("gunicorn.error")
    handlers, level, onward = log.handlers[:], log.level, log.propagate
    yield
    log.handlers[:], log.level, log.propagate = handlers, level, onward


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, str]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def fail() -> None:
    raise ValueError(SAID)


@pytest.mark.usefixtures("own")
def test_what_a_request_held_is_not_told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_LEVEL", "DEBUG")
    server = ServerLog(Config())
    server.warning("Invalid request from ip=127.0.0.1: Invalid header " + SAID)
    server.warning("Worker will be replaced")
    server.debug("GET /%s", SAID)
    try:
        fail()
    except ValueError as error:
        server.exception("Error handling request %s %s", "GET", f"/{SAID}")
        server.exception(error)
    found = lines(capsys)
    assert [line["event"] for line in found] == [
        "Invalid request from ip=127.0.0.1",
        "Worker will be replaced",
        "Error handling request",
        "ValueError",
    ]
    assert all("ValueError" in line["exception"] for line in found[2:])
    assert SAID not in str(found)


@pytest.mark.usefixtures("own")
@pytest.mark.parametrize(
    ("level", "heard"), [("INFO", ["info", "warning"]), ("WARNING", ["warning"]), ("odd", ["info", "warning"])]
)
def test_the_level_is_that_of_the_process(
    level: str, heard: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOG_LEVEL", level)
    server = ServerLog(Config())
    server.info("Listening")
    server.warning("Odd")
    assert [line["level"] for line in lines(capsys)] == heard
