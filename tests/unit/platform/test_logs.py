"""Logs are JSON, name their request and keep no secret."""

import json
import logging
from pathlib import Path

import pytest
import structlog

from service.platform import configure_logs, request_scope
from service.platform.logs import redact
from service.platform.shapes import REDACTED

pytestmark = pytest.mark.usefixtures("restored")


def test_our_lines_and_those_of_libraries_are_json_with_the_request_id(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("INFO")
    with request_scope("request-9"):
        structlog.get_logger("ours").info("received", count=3, name="城")
        logging.getLogger("library").warning("odd %s", "thing")
    ours, theirs = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert (ours["event"], ours["count"], ours["name"], ours["request_id"]) == ("received", 3, "城", "request-9")
    assert (theirs["event"], theirs["level"], theirs["request_id"]) == ("odd thing", "warning", "request-9")


@pytest.mark.parametrize("key", ["Authorization", "api_token", "password", "client_secret", "identity_number", "phone"])
def test_secrets_and_personal_fields_are_blanked_at_any_depth(key: str) -> None:
    event = {"event": "x", key: "s3cret", "body": {key: "s3cret", "list": [{key: "s3cret"}]}}
    cleaned = redact(None, "", event)
    assert "s3cret" not in str(cleaned)
    assert cleaned[key] == REDACTED
    assert cleaned["event"] == "x"


@pytest.mark.parametrize(("said", "read"), [(2**70, 2**70), ("\ud800", "\ud800"), (Path("a"), "PosixPath('a')")])
def test_nothing_that_is_said_keeps_a_line_from_being_written(
    said: object, read: object, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logs("INFO")
    structlog.get_logger("ours").info("odd", value=said)
    assert json.loads(capsys.readouterr().err)["value"] == read


def test_lines_below_the_level_of_their_logger_are_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("WARNING")
    structlog.get_logger("ours").info("unheard")
    structlog.get_logger("ours").warning("heard")
    assert [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()] == ["heard"]


def test_what_looks_like_a_secret_is_blanked_whatever_its_name_and_kind() -> None:
    event = redact(
        None, "", {"event": "own:110101199003070038", "row": ("x", 110101199003070038, Path("/a/xj_" + "b" * 20))}
    )
    assert "110101199003070038" not in str(event)
    assert "bbbb" not in str(event)
    assert redact(None, "", {"event": "x", "status": 200, "ms": 1.5, "on": True}) == {
        "event": "x",
        "status": 200,
        "ms": 1.5,
        "on": True,
    }


@pytest.mark.parametrize("name", ["httpx2", "aiohttp.client", "werkzeug", "rq.worker", "sqlalchemy.engine.Engine"])
def test_libraries_that_quote_what_they_are_given_do_not_debug(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("DEBUG")
    logging.getLogger(name).debug("SELECT 1")
    logging.getLogger(name).error("odd")
    assert [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()] == ["odd"]


SAID = "a secret"


def fail() -> None:
    raise ValueError(SAID)


def test_an_exception_is_told_without_its_words_whoever_tells_it(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("INFO")
    try:
        fail()
    except ValueError as error:
        logging.getLogger("library").warning(error, exc_info=error)
        logging.getLogger("asyncio").warning("Never retrieved: %s\nfuture: %r", error, error, exc_info=error)
        structlog.get_logger("ours").exception("failed")
        structlog.get_logger("ours").warning("failed", exc_info=error)
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert len(lines) == 4
    assert all("ValueError" in line["exception"] for line in lines)
    assert SAID not in str(lines)
