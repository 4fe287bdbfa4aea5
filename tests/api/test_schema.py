"""Whatever is sent, the answer is one that the document describes, and never a failure of ours."""

from collections.abc import Callable
from contextlib import suppress
from itertools import product

import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
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


def test_every_operation_answers_as_documented(app: Flask, caller: Callable[..., FlaskClient]) -> None:
    bearer = {"Authorization": caller("administrator").environ_base["HTTP_AUTHORIZATION"]}
    document = schemathesis.openapi.from_wsgi("/openapi.json", app)
    operations = [found.ok() for found in document.get_all_operations()]
    assert len(operations) > 10
    sent = 0
    for operation, mode in product(operations, GenerationMode):

        @EXAMPLES
        @given(case=operation.as_strategy(generation_mode=mode))
        def send(case: Case) -> None:
            nonlocal sent
            case.call_and_validate(headers=bearer, checks=CHECKS)
            sent += 1

        with suppress(Unsatisfiable):  # an operation that takes nothing cannot be sent anything wrong
            send()
    assert sent > 6 * len(operations)
