"""Logs are JSON, name their request and keep no secret."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from service.platform import configure_logs, request_scope
from service.platform.logs import REDACTED, redact


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


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
