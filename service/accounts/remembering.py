"""Remembering who somebody is for two seconds, so that whoever asks often costs no look-up each time."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from service.platform import Actor

REMEMBERED_SECONDS: Final = 2
"""A revoked token and an ended session work at most this much longer."""
_MOST: Final = 4_096

Key = TypeVar("Key", bound="Hashable")


class RememberedActors(Generic[Key]):
    """Actors by what they proved themselves with, of which a digest is the key; nobody is remembered as absent."""

    def __init__(self) -> None:
        self._known: dict[Key, tuple[float, Actor]] = {}
        self._lock = threading.Lock()

    def get(self, key: Key, find: Callable[[], Actor | None]) -> Actor | None:
        """The actor of this key: as remembered, else as `find` finds it now."""
        known = self._known.get(key)
        if known is not None and time.monotonic() - known[0] < REMEMBERED_SECONDS:
            return known[1]
        actor = find()
        with self._lock:
            if len(self._known) >= _MOST:
                self._known.clear()
            if actor is None:
                self._known.pop(key, None)
            else:
                self._known[key] = (time.monotonic(), actor)
        return actor

    def forget(self) -> None:
        """Remember nobody any more: the next question of each is looked up."""
        with self._lock:
            self._known.clear()
