"""A plan, its draw with proofs and visits, and three repairs, gone through while others call."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from bench.city.stored import UNTIL
from service import sample
from service.cli.rehearsal import Stage, rehearse, rehearse_repairs
from service.cli.runtime import Runtime

if TYPE_CHECKING:
    from pathlib import Path

    from bench.city import Stored
    from bench.load.programs import Programs


class Rehearsal(threading.Thread):
    """Goes through them once, by the use cases that staff go through."""

    def __init__(self, city: Stored, programs: Programs, folder: Path) -> None:
        super().__init__(daemon=True)
        self._city, self._programs, self._folder = city, programs, folder
        self.said = "no draw"
        self.wrong: list[str] = []

    def run(self) -> None:
        """Plan, draw, prove, visit; then repair."""
        try:
            self.said = self._gone_through()
        except BaseException as error:  # noqa: BLE001 - told by the main thread
            self.wrong.append(f"rehearsal: {error!r}")

    def _gone_through(self) -> str:
        invented = sample.City(seed="bench", size=self._city.size, until=UNTIL)
        stage = Stage(Runtime(self._city.database, self._city.environ), invented)
        seconds: dict[str, float] = {}
        watched: Any = self._programs  # it tells, as children do, whether one has ended
        plan = rehearse(stage, self._folder, watched, seconds)
        repair = rehearse_repairs(stage, watched, seconds)
        repairs = sum(repair[part] is not None for part in ("granted", "lapsed", "revoked"))
        drawn, visits = plan.get("targets", 0), plan.get("visits", 0)
        return f"a draw of {drawn} among {plan['frame']:,}, {visits} visits, {repairs} repairs"
