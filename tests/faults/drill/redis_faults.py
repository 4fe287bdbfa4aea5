"""Redis wiped, full, read-only, late, silent and gone: it carries wake-ups alone, so nothing may hang on it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from redis.backoff import ConstantBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.sample.chance import Chance
    from tests.faults.drill.stand import Scene

_STUBBORN = Retry(ConstantBackoff(0.1), 100, supported_errors=(RedisError, OSError))


def _say(scene: Scene, *command: str) -> None:
    """Tell the server, once it answers: it may be starting after another fault."""

    def tell() -> None:
        with scene.stand.redis() as connection:
            connection.execute_command(*command)  # type: ignore[no-untyped-call] # as redis ships it

    _STUBBORN.call_with_retry(tell, lambda _: None)


@contextmanager
def read_only(scene: Scene, _: Chance) -> Iterator[None]:
    """It follows a master that is not there, as after a failover that went half through: writes are refused."""
    _say(scene, "REPLICAOF", "127.0.0.1", "1")
    try:
        yield
    finally:
        _say(scene, "REPLICAOF", "NO", "ONE")


@contextmanager
def full(scene: Scene, _: Chance) -> Iterator[None]:
    """No memory is left to it, and it evicts nothing: writes are refused."""
    _say(scene, "CONFIG", "SET", "maxmemory", "1")
    try:
        yield
    finally:
        _say(scene, "CONFIG", "SET", "maxmemory", "0")


@contextmanager
def late(scene: Scene, _: Chance) -> Iterator[None]:
    """Every answer comes half a second late."""
    with _gate(scene, "late 0.5"):
        yield


@contextmanager
def silent(scene: Scene, _: Chance) -> Iterator[None]:
    """Nothing comes through, and no line is cut: whoever waits for an answer waits."""
    with _gate(scene, "silent"):
        yield


@contextmanager
def gone(scene: Scene, _: Chance) -> Iterator[None]:
    """Every line is cut and nobody answers."""
    with _gate(scene, "shut"):
        yield


@contextmanager
def _gate(scene: Scene, order: str) -> Iterator[None]:
    scene.stand.gate.tell(order)
    try:
        yield
    finally:
        scene.stand.gate.tell("open")
