"""The same request by several callers at the same moment."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse


def at_once(ask: Callable[[FlaskClient], TestResponse], clients: Sequence[FlaskClient]) -> list[TestResponse]:
    """Let each caller ask in a thread of its own, all released together; returns the answers."""
    answers: list[TestResponse] = []
    barrier = threading.Barrier(len(clients))

    def one(client: FlaskClient) -> None:
        barrier.wait()
        answers.append(ask(client))

    threads = [threading.Thread(target=one, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == len(clients), "a request ended without an answer"
    return answers
