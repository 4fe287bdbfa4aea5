"""Who acts in the rehearsed inspection, and when."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import click

from service import register, sample
from service.inspections import draws
from service.platform import Actor, Role, local_day

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.cli.runtime import Runtime
    from service.platform import UnitOfWork
    from service.sample import City

AGO = timedelta(hours=24)
"""How long before now the draw is committed: its hours are over, and those of further draws in the same folder."""
TAKES = timedelta(hours=3)
"""How long the hours of one draw last, and a little more."""


class Stage:
    """The open city, the hour at which its draw is committed, and the staff of its authority."""

    def __init__(self, running: Runtime, city: City) -> None:
        self.running = running
        self.city = city
        self.authority: str = sample.inspection_terms()["authority"]
        with running.database.reader() as session:
            self.began = begin(datetime.now(UTC).replace(microsecond=0), draws.written_until(session, self.authority))
            self._zone = next(row.timezone for row in register.authorities(session) if row.code == self.authority)
            self._below = frozenset(register.authorities_below(session, self.authority))
        self.today: date = self.day(timedelta())
        self.handler = self._person("handler", Role.HANDLER)
        self.second_handler = self._person("handler-2", Role.HANDLER)
        self.approver = self._person("approver", Role.APPROVER)

    def _person(self, name: str, role: Role) -> Actor:
        return Actor("demo", name, role, self.authority, below=self._below)

    def day(self, after: timedelta) -> date:
        """The day there, so long after the beginning."""
        return local_day(self.began + after, self._zone)

    def inspector(self, code: str) -> Actor:
        """An inspector of the authority, by staff code."""
        return Actor("demo", code, Role.INSPECTOR, self.authority, person=code)

    @contextmanager
    def at(self, after: timedelta, actor: Actor, *, one_snapshot: bool = False) -> Iterator[UnitOfWork]:
        """One transaction of an actor, so long after the beginning."""
        now = self.began + after
        with self.running.database.unit_of_work(actor, now=now, one_snapshot=one_snapshot) as uow:
            yield uow


def begin(now: datetime, written_until: datetime | None) -> datetime:
    """When the draw is committed: after all that the register has, and long enough ago to be over.

    Raises:
        ClickException: the register of this folder has been filled up to now.
    """
    hour = now - AGO if written_until is None else max(now - AGO, written_until)
    if hour + TAKES > now:
        raise click.ClickException(
            f"此文件夹中的抽取登记已写到 {written_until}，演示的抽取须在其后；请稍后再试，或用 --data 另选文件夹"
            f" · the register of draws in this folder is written up to {written_until}, and the rehearsed draw must be "
            "later and yet over: try again in some hours, or name another folder with --data"
        )
    return hour
