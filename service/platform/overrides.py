"""Overrides: what a person decides in place of the rule is written down with who, when and why, and counted."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import insert

from service.platform.tables import Override

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.platform.unit_of_work import UnitOfWork


class OverrideKind(NamedTuple):
    """A kind of override. ``of``: ``draw``, ``tier``, ``deadline`` or ``cap``."""

    code: str
    of: str
    zh: str
    en: str


@cache
def override_kinds() -> Mapping[str, OverrideKind]:
    """Every kind by its code, in the order of the catalogue."""
    said = tomllib.loads(files("service.platform").joinpath("overrides.toml").read_text("utf-8"))
    return {code: OverrideKind(code, **entry) for code, entry in said.items()}


def note_override(
    uow: UnitOfWork, kind: str, subject: str, *, authority: str, reason: str, proposed_by: str | None = None
) -> None:
    """Write down, in the transaction that does it, that the caller decides in place of the rule.

    Args:
        uow: of the caller, who is the one that decides.
        kind: of ``overrides.toml``.
        subject: number or public key of what is decided about.
        authority: whose it is, by its code.
        reason: as given by who decides; staff alone are told it.
        proposed_by: who asked for it, where that was another person.

    Raises:
        KeyError: the catalogue has no such kind.
    """
    code = override_kinds()[kind].code
    row = {
        "kind": code,
        "authority": authority,
        "subject": subject,
        "person": f"{uow.actor.kind}:{uow.actor.id}",
        "role": uow.actor.role.value,
        "staff_code": uow.actor.person,
        "proposed_by": proposed_by,
        "reason": reason,
        "taken_at": uow.now,
        "audit_id": uow.audit("platform.overridden", subject, {"kind": code}),
    }
    uow.session.execute(insert(Override).values(row))
