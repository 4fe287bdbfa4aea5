"""Answers that everybody may ask for and that take long: each is worked out once in a while, one at a time."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, timedelta

Answer = dict[str, Any]


class Kept:
    """Answers by name, of each owner apart: whatever lives as long as the database they come from."""

    def __init__(self, most: int) -> None:
        """Keep ``most`` answers of an owner; those that were worked out first go first."""
        self._most = most
        self._found: WeakKeyDictionary[object, dict[str, tuple[datetime, Answer]]] = WeakKeyDictionary()
        self._lock = Lock()

    def get(self, owner: object, name: str, make: Callable[[], Answer], *, now: datetime, age: timedelta) -> Answer:
        """The answer, not older than ``age``; whoever asks while one is worked out waits for his turn."""
        with self._lock:
            mine = self._found.setdefault(owner, {})
            found = mine.get(name)
            if found is not None and now - found[0] < age:
                return found[1]
            answer = make()
            mine.pop(name, None)
            mine[name] = (now, answer)
            while len(mine) > self._most:
                del mine[next(iter(mine))]
            return answer
