"""The page of one visit, as of now, with the one thing that comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service.console.visits.blueprint import SCRIPTS, me, visit_of
from service.pages import Form, page
from service.pages.words import gettext as _
from service.platform import file_kinds, web

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Response

IMAGE = "image/"


def visit_page(number: str, *, of: str = "", form: Form | None = None, status: int = 200) -> Response:
    """A visit with the forms that its state asks for; ``of``: the form that was refused, shown as it was typed."""
    visit = visit_of(number)
    found = {(one["item"], one["entry"]): one for one in visit["findings"]}
    return page(
        "console/visits/one.html",
        status=status,
        done=_done(),
        visit=visit,
        me=me(),
        form=form,
        of=of,
        blank=Form(),
        found=found,
        left=[line for line in visit["checklist"] if _lacks(found.get((line["item"], line["entry"])))],
        names_of={one["code"]: one["name"] for one in visit["inspectors"]},
        opened_at=web.database().clock.now().isoformat(timespec="seconds"),
        most=max(kind.most_bytes for kind in file_kinds() if kind.media_type.startswith(IMAGE)),
        scripts=SCRIPTS,
    )


def _lacks(found: Mapping[str, Any] | None) -> bool:
    """Whether nothing stands at an entry yet."""
    return found is None or found["stands"] is None


def _done() -> dict[str, str]:
    return {
        "entered": _("已进入，时间和在场人员已记下。"),
        "begun": _("已开始非现场检查。"),
        "on-site": _("已转为现场检查，请办理进入手续。"),
        "findings": _("已保存。"),
        "recorded": _("已形成记录，请在场人员各自核对并签名。"),
        "signed": _("已签名。"),
    }
