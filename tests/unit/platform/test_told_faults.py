"""Of an exception a log tells what it is and where it was raised, and nothing that it quotes."""

import json
import subprocess
import sys

import pytest
from psycopg import errors
from sqlalchemy.exc import IntegrityError

from service.platform import Problem
from service.platform.told_faults import facts, told

SAID = "a secret nobody may read"


def throw(error: Exception) -> None:
    raise error


def raised(error: Exception) -> Exception:
    try:
        throw(error)
    except Exception as caught:  # noqa: BLE001 - whatever it is
        return caught
    return error


@pytest.mark.parametrize(
    "error",
    [
        ValueError(SAID),
        KeyError(SAID),
        Problem("internal_error", request_id=SAID),
        FileNotFoundError(2, "No such file", SAID),
        IntegrityError(SAID, {"name": SAID}, errors.CheckViolation(SAID)),
        UnicodeEncodeError("ascii", SAID, 0, 1, SAID),
    ],
    ids=lambda error: type(error).__name__,
)
def test_it_is_told_by_its_name_and_its_place(error: Exception) -> None:
    said = told(raised(error))
    assert SAID not in said
    assert type(error).__qualname__ in said
    assert 'test_told_faults.py", line' in said


def test_causes_are_told_and_a_circle_of_them_ends() -> None:
    first, second = ValueError(SAID), KeyError(SAID)
    first.__cause__, second.__cause__ = second, first
    assert told(first) == "builtins.KeyError\nbuiltins.ValueError"


def test_codes_are_told() -> None:
    assert facts(Problem("not_found")) == {"code": "not_found"}
    assert facts(ConnectionRefusedError(111, SAID)) == {"errno": "ECONNREFUSED"}
    assert facts(errors.UniqueViolation(SAID)) == {"sqlstate": "23505"}
    assert facts(errors.QueryCanceled("canceling statement"))["said"] == "canceling statement"


PROGRAM = """
import logging, sys, threading
from service.platform import configure_logs
configure_logs("DEBUG")
def fail():
    raise ValueError(sys.argv[1])
thread = threading.Thread(target=fail)
thread.start()
thread.join()
logging.getLogger("library").warning("%d things", sys.argv[1])
fail()
"""


def test_what_ends_a_thread_or_a_process_is_told_without_its_words() -> None:
    """Nor is a line that cannot be written, which the standard library prints with its arguments."""
    ended = subprocess.run([sys.executable, "-c", PROGRAM, SAID], capture_output=True, text=True, check=False)
    lines = [json.loads(line) for line in ended.stderr.splitlines()]
    assert [line["event"] for line in lines] == ["thread_ended", "process_ended"]
    assert all(line["exception"].endswith("builtins.ValueError") for line in lines)
    assert SAID not in ended.stderr + ended.stdout
    assert ended.returncode == 1
