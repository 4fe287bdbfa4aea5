"""Where everybody stood before, remembered by the process: who changes a number ten times asks for it ten times."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from service.studio.dry_run.standing import keys_of, standings_of

if TYPE_CHECKING:
    from datetime import date

    from service.studio.dry_run.standing import Keys, Law, Standing
    from service.studio.stock import Stock


class _About(NamedTuple):
    digest: str
    day: date


class _Remembered:
    """Of one stock and one day, the last standing of each kind: some 30 bytes for each entity, and no more."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._about: _About | None = None
        self._kinds: dict[str, tuple[Keys, Standing]] = {}

    def get(self, about: _About, kind: str, keys: Keys) -> Standing | None:
        """What was put, if it is of this stock, this day and these editions."""
        with self._lock:
            kept = self._kinds.get(kind) if about == self._about else None
        return kept[1] if kept is not None and kept[0] == keys else None

    def put(self, about: _About, kind: str, keys: Keys, standing: Standing) -> None:
        """Remember one, and forget what is of another stock or day."""
        with self._lock:
            if about != self._about:
                self._about, self._kinds = about, {}
            self._kinds[kind] = (keys, standing)


_remembered = _Remembered()


def remembered(stock: Stock, law: Law, day: date) -> dict[str, Standing]:
    """The standing of everybody by kind, rated anew only where stock, day or editions are others than last."""
    about = _About(stock.digest, day)
    keys = {kind: keys_of(stock.of(kind), kind, law) for kind in stock.kinds}
    known = {kind: _remembered.get(about, kind, key) for kind, key in keys.items()}
    found = standings_of(stock, [kind for kind, standing in known.items() if standing is None], law, day)
    for kind, standing in found.items():
        _remembered.put(about, kind, keys[kind], standing)
    return {kind: found[kind] if standing is None else standing for kind, standing in known.items()}
