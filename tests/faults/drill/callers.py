"""The load of the drill: slower than that of the kill test, since it goes on for most of an hour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.sample.chance import Chance
from tests.faults.callers import Line
from tests.faults.drill.offices import LawOffice, RepairOffice
from tests.faults.load import Archive, Clerk

if TYPE_CHECKING:
    import threading

    from tests.faults.callers import Caller
    from tests.faults.drill.stand import Scene
    from tests.faults.founding import Town


class SlowClerk(Clerk):
    """Some events a second."""

    pause = 0.15


class SmallArchive(Archive):
    """Files of a hundred lines and some, with a rest between them."""

    lines = 150

    def act(self) -> None:
        """One file, and a rest."""
        super().act()
        self.stop.wait(5)


def begun(scene: Scene, town: Town, seed: str, stop: threading.Event) -> list[Caller]:
    """All callers, at work until told to stop; their references begin with the seed."""
    kinds: list[tuple[type[Clerk | Archive], str]] = [
        (SlowClerk, "clerk0"), (SlowClerk, "clerk1"), (SlowClerk, "clerk2"), (SmallArchive, "archive")
    ]  # fmt: skip
    found: list[Caller] = []
    for kind, name in kinds:
        line = Line(scene.stand.installed.socket, town.token, scene.remembered)
        own = f"{name}-{seed}"
        found.append(kind(own, line, scene.remembered, Chance(own), stop, keys=town.keys))
    found.append(RepairOffice(f"repairs-{seed}", scene, town, Chance(f"repairs-{seed}"), stop))
    found.append(LawOffice(f"law-{seed}", scene, town, Chance(f"law-{seed}"), stop))
    for caller in found:
        caller.start()
    return found
