"""Who may be on a team: enough members, known, certified through the window, with the skills, without relations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service.inspections.plans import planning
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from service.register import InspectorRow


def check_team(
    roster: Mapping[str, InspectorRow],
    key: str,
    members: Sequence[tuple[str, int]],
    lines: Sequence[Mapping[str, Any]],
    window: tuple[date, date],
) -> None:
    """Refuse a team that may not visit an entity within some days.

    Raises:
        Problem: ``visit_team_too_small``, ``visit_inspector_unknown``, ``visit_certificate_invalid``,
            ``visit_inspector_related``, ``visit_skill_missing``.
    """
    codes = {code for code, _ in members}
    if len(codes) < planning()["least_seats"] or len({seat for _, seat in members}) < len(members):
        raise Problem("visit_team_too_small", entity=key, least=planning()["least_seats"])
    for code in sorted(codes):
        check_inspector(roster, key, code, window)
    check_skills(roster, key, codes, lines)


def check_inspector(roster: Mapping[str, InspectorRow], key: str, code: str, window: tuple[date, date]) -> None:
    """Refuse an inspector who may not visit an entity within some days.

    Raises:
        Problem: ``visit_inspector_unknown``, ``visit_certificate_invalid``, ``visit_inspector_related``.
    """
    row = roster.get(code)
    if row is None:
        raise Problem("visit_inspector_unknown", inspector=code[:80])
    if not row.certified_through(*window):
        raise Problem("visit_certificate_invalid", inspector=code, first=window[0], last=window[1])
    if key in row.related:
        raise Problem("visit_inspector_related", inspector=code, entity=key)


def check_skills(
    roster: Mapping[str, InspectorRow], key: str, codes: Collection[str], lines: Sequence[Mapping[str, Any]]
) -> None:
    """Refuse a team in which nobody has a skill that an item asks for.

    Raises:
        Problem: ``visit_skill_missing``.
    """
    held = {skill for code in codes for skill in roster[code].skills}
    for line in lines:
        for skill in line["skills"]:
            if skill not in held:
                raise Problem("visit_skill_missing", entity=key, item=line["item"], skill=skill)
