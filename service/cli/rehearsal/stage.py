"""Who acts in the rehearsed inspection, and when."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from service import register, sample
from service.platform import Actor, Role, local_day

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.cli.runtime import Runtime
    from service.platform import UnitOfWork
    from service.sample import City

AGO = timedelta(hours=3)
"""How long before now the draw is committed: long enough for it to be over."""


class Stage:
    """The open city, the hour at which its draw is committed, and the staff of its authority."""

    def __init__(self, running: Runtime, city: City) -> None:
        self.running = running
        self.city = city
        self.began = datetime.now(UTC).replace(microsecond=0) - AGO
        self.authority: str = sample.inspection_terms()["authority"]
        with running.database.reader() as session:
            zone = next(row.timezone for row in register.authorities(session) if row.code == self.authority)
            self._below = frozenset(register.authorities_below(session, self.authority))
        self.today: date = local_day(self.began, zone)
        self.handler = self._person("handler", Role.HANDLER)
        self.second_handler = self._person("handler-2", Role.HANDLER)
        self.approver = self._person("approver", Role.APPROVER)

    def _person(self, name: str, role: Role) -> Actor:
        return Actor("demo", name, role, self.authority, below=self._below)

    def inspector(self, code: str) -> Actor:
        """An inspector of the authority, by staff code."""
        return Actor("demo", code, Role.INSPECTOR, self.authority, person=code)

    @contextmanager
    def at(self, after: timedelta, actor: Actor, *, one_snapshot: bool = False) -> Iterator[UnitOfWork]:
        """One transaction of an actor, so long after the beginning."""
        now = self.began + after
        with self.running.database.unit_of_work(actor, now=now, one_snapshot=one_snapshot) as uow:
            yield uow
