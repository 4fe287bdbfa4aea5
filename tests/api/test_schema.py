"""Whatever is sent, the answer is one that the document describes, and never a failure of ours."""

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
PARTS = 6  # tests that share the document between them
NEVER_WRONG = ({"type": "string", "minLength": 1}, {"type": "string", "format": "binary"})

Operation = Any  # an APIOperation of Schemathesis


@pytest.fixture(scope="session")
def operations(house: Flask) -> list[Operation]:
    """Every operation of the document."""
    document = schemathesis.openapi.from_wsgi("/openapi.json", house)
    return [found.ok() for found in document.get_all_operations()]


def taken_by(operation: Operation) -> list[dict[str, Any]]:
    """The schemas of what an operation takes."""
    taken = [*operation.iter_parameters(), *operation.body]
    return [one.definition["schema"] for one in taken]


def send(operation: Operation, mode: GenerationMode, bearer: dict[str, str]) -> int:
    """Send examples of an operation and hold each answer against the document; returns how many were sent."""
    sent = 0

    @EXAMPLES
    @given(case=operation.as_strategy(generation_mode=mode))
    def one(case: Case) -> None:
        nonlocal sent
        case.call_and_validate(headers=bearer, checks=CHECKS)
        sent += 1

    one()
    return sent


@pytest.mark.parametrize("part", range(PARTS))
def test_every_operation_answers_as_documented(
    app: Flask, caller: Callable[..., FlaskClient], operations: list[Operation], part: int
) -> None:
    bearer = {"Authorization": caller("administrator").environ_base["HTTP_AUTHORIZATION"]}
    ours = operations[part::PARTS]
    assert operations[0].app is app
    assert len(ours) > 10
    for operation, mode in product(ours, GenerationMode):
        schemas = taken_by(operation)
        if mode is GenerationMode.POSITIVE or any(schema not in NEVER_WRONG for schema in schemas):
            assert send(operation, mode, bearer) > (6 if schemas else 0), operation.label
