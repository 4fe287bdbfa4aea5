"""Who acts in the rehearsed inspection and repair, and when."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

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

OFFICE_HOUR = time(10)
"""When something is done on a day that is over."""


class Stage:
    """The open city, the hour at which its draw is committed, and the staff of its authority.

    ``ago``: how long before now that hour may be at the earliest.
    """

    def __init__(self, running: Runtime, city: City, *, ago: timedelta = AGO) -> None:
        self.running = running
        self.city = city
        self.authority: str = sample.inspection_terms()["authority"]
        with running.database.reader() as session:
            self.began = begin(
                datetime.now(UTC).replace(microsecond=0), draws.written_until(session, self.authority), ago
            )
            self._zone = next(row.timezone for row in register.authorities(session) if row.code == self.authority)
            self._below = frozenset(register.authorities_below(session, self.authority))
        self.today: date = self.day(timedelta())
        self.handler = self._person("handler", Role.HANDLER)
        self.second_handler = self._person("handler-2", Role.HANDLER)
        self.approver = self._person("approver", Role.APPROVER)
        self.second_approver = self._person("approver-2", Role.APPROVER)

    def _person(self, name: str, role: Role) -> Actor:
        return Actor("demo", name, role, self.authority, below=self._below)

    def day(self, after: timedelta) -> date:
        """The day there, so long after the beginning."""
        return local_day(self.began + after, self._zone)

    def inspector(self, code: str) -> Actor:
        """An inspector of the authority, by staff code."""
        return Actor("demo", code, Role.INSPECTOR, self.authority, person=code)

    def party(self, entity: str) -> Actor:
        """An entity that speaks for itself, by its public key."""
        return Actor("demo", entity, Role.ENTITY, subject=entity)

    def this_day(self) -> date:
        """The day that it is now where the authority is."""
        return local_day(datetime.now(UTC), self._zone)

    def moment(self, day: date) -> datetime:
        """An hour of a day that is over; now, where it is today."""
        if day == self.this_day():
            return datetime.now(UTC)
        return datetime.combine(day, OFFICE_HOUR, ZoneInfo(self._zone)).astimezone(UTC)

    @contextmanager
    def on(self, day: date, actor: Actor) -> Iterator[UnitOfWork]:
        """One transaction of an actor on a day."""
        with self.running.database.unit_of_work(actor, now=self.moment(day)) as uow:
            yield uow

    @contextmanager
    def at(self, after: timedelta, actor: Actor, *, one_snapshot: bool = False) -> Iterator[UnitOfWork]:
        """One transaction of an actor, so long after the beginning."""
        now = self.began + after
        with self.running.database.unit_of_work(actor, now=now, one_snapshot=one_snapshot) as uow:
            yield uow


def begin(now: datetime, written_until: datetime | None, ago: timedelta = AGO) -> datetime:
    """When the draw is committed: after all that the register has, and long enough ago to be over.

    Raises:
        ClickException: the register of this folder has been filled up to now.
    """
    hour = now - ago if written_until is None else max(now - ago, written_until)
    if hour + TAKES > now:
        raise click.ClickException(
            f"此文件夹中的抽取登记已写到 {written_until}，演示的抽取须在其后；请稍后再试，或用 --data 另选文件夹"
            f" · the register of draws in this folder is written up to {written_until}, and the rehearsed draw must be "
            "later and yet over: try again in some hours, or name another folder with --data"
        )
    return hour
