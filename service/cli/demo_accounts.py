"""Accounts of the demonstration: every role of staff, with passwords made up once for each data folder."""

from __future__ import annotations

import json
import os
import secrets
from typing import TYPE_CHECKING, Any

from service import accounts, register
from service.bootstrap import known_scope
from service.platform import Problem, Role

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from service.cli.runtime import Runtime

NOTE = "demo-accounts.json"
"""Beside the data: the accounts by login. Only the demonstration writes it; who installs the service opens his own."""
_PEOPLE = {
    "demo-handler": (Role.HANDLER, "经办（演示）"),
    "demo-approver": (Role.APPROVER, "审批（演示）"),
    "demo-approver-2": (Role.APPROVER, "审批二（演示）"),
    "demo-rulebook-editor": (Role.RULEBOOK_EDITOR, "规则编辑（演示）"),
    "demo-inspector": (Role.INSPECTOR, "检查人员（演示）"),
    "demo-inspector-2": (Role.INSPECTOR, "检查人员二（演示）"),
    "demo-auditor": (Role.AUDITOR, "审计（演示）"),
    "demo-administrator": (Role.ADMINISTRATOR, "管理员（演示）"),
}
"""By login. Who verified a repair does not decide it, so there are two who approve; two inspectors sign a visit."""


def open_demo_accounts(running: Runtime, authority: str, data: Path, *, team: Sequence[str] = ()) -> dict[str, str]:
    """Open the accounts in an authority; those of before stay. Passwords by login.

    ``team``: staff codes whose visit is left to be made; the inspectors are two of them, else of the whole roster.
    """
    known = demo_accounts(data)
    with running.database.reader() as session:
        roster = [one.code for one in register.inspectors(session) if one.authority == authority]
    inspectors = iter(dict.fromkeys([*team, *roster]))
    for login, (role, name) in _PEOPLE.items():
        person = next(inspectors, None) if role is Role.INSPECTOR else None
        if login not in known:
            known |= _opened(running, login=login, name=name, role=role, authority=authority, person=person)
    handle = os.open(data / NOTE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as sink:
        json.dump(known, sink, indent=1)
    return known


def demo_accounts(data: Path) -> dict[str, str]:
    """Passwords by login, as the demonstration noted them; none where there was no demonstration."""
    try:
        said: dict[str, str] = json.loads((data / NOTE).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return said


def account_lines(known: Mapping[str, str]) -> list[str]:
    """The accounts for a person, in both languages."""
    if not known:
        return []
    heading = "演示账号（仅供演示数据）· demo accounts, for demo data only:"
    return [heading, *(f"  {login:<22} {password}" for login, password in known.items())]


def _opened(running: Runtime, *, login: str, **said: Any) -> dict[str, str]:  # noqa: ANN401 - as of `open_account`
    """The new account with its password, for good; nothing where an earlier data folder's note was lost."""
    password = secrets.token_urlsafe(12)
    try:
        with running.database.unit_of_work(running.actor) as uow:
            accounts.open_account(uow=uow, registered=known_scope, login=login, password=password, **said)
    except Problem as problem:
        if problem.code != "account_login_taken":
            raise
        return {}
    return {login: password}
