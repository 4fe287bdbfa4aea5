"""Accounts of members of staff, for administrators: who has one, opened, closed and helped when something is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from flask import request

from service.pages import Form, PageBlueprint, ask, names, page, see
from service.pages.words import gettext as _
from service.platform import STAFF, Problem, web

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug import Response

blueprint = PageBlueprint("console_people", __name__, face="console", url_prefix="/console/accounts")
SHOWN: Final = 50
_POSTED: Final = {"lock": "lock", "unlock": "unlock", "end": "end", "link": "identities"}
_DELETED: Final = {"reset-second-factor": "second-factor", "unlink": "identities"}
_RESET: Final = "reset-password"


@blueprint.get("")
def listed() -> Response:
    """Accounts within the scope of who looks, by login."""
    ended = request.args.get("ended") == "1"
    found = ask("GET", "/v1/accounts", query={"ended": ended, "limit": SHOWN, "cursor": request.args.get("cursor")})
    return page("console/people/list.html", items=found.body["items"], following=found.following, ended=ended)


@blueprint.get("/new")
def new() -> Response:
    """Where an account is opened."""
    return _new()


@blueprint.post("/new")
def opened() -> Response:
    """Open an account and show its password this once."""
    form = Form.sent()
    with form:
        body = form.body()
        if "regions" in body:
            body["regions"] = str(body["regions"]).replace("，", " ").replace(",", " ").split()
        made = ask("POST", "/v1/accounts", json=body, once=form.once).body
        return page("console/people/password.html", made=made)
    for pointer in [name for name in form.faults if name.startswith("regions/")]:
        form.faults.setdefault("regions", []).extend(form.faults.pop(pointer))
    return _new(form=form, status=422)


@blueprint.get("/of/<login>")
def one(login: str) -> Response:
    """One account, and what may be done about it."""
    return _account(login)


@blueprint.post("/of/<login>/<act>")
def act(login: str, act: str) -> Response:
    """Do one thing about an account; a password given anew is shown this once.

    Raises:
        Problem: `not_found`: there is no such act.
    """
    if act not in (_RESET, *_POSTED, *_DELETED):
        raise Problem("not_found", path=act[:80])
    form, at = Form.sent(), _address(login)
    with form:
        if act == _RESET:
            made = ask("POST", f"{at}/password-reset", once=form.once).body
            return page("console/people/password.html", made=made)
        if act in _POSTED:
            ask("POST", f"{at}/{_POSTED[act]}", json=form.body() if act == "link" else None, once=form.once)
        else:
            query = {"issuer": form.first("issuer")} if act == "unlink" else None
            ask("DELETE", f"{at}/{_DELETED[act]}", query=query)
        return see("console_people.one", login=login, done=act)
    return _account(login, form=form, of=act, status=422)


def _new(*, form: Form | None = None, status: int = 200) -> Response:
    mine = web.actor()
    return page(
        "console/people/new.html",
        form=form,
        status=status,
        whole=mine.authority is None and not mine.regions,
        authorities=[(code, called) for code, called in names("authorities").items() if mine.reaches(code)],
        roles=[(one, called) for one, called in _roles().items() if one in {role.value for role in STAFF}],
    )


def _account(login: str, *, form: Form | None = None, of: str = "", status: int = 200) -> Response:
    configured = web.settings().identity_provider
    return page(
        "console/people/one.html",
        form=form,
        of=of,
        status=status,
        account=ask("GET", _address(login)).body,
        issuer="" if configured is None else configured.issuer,
        done=_done(),
    )


@blueprint.app_context_processor
def _named() -> dict[str, Any]:
    """What roles are called in pages."""
    return {"role_names": _roles}


def _roles() -> Mapping[str, str]:
    return {
        "handler": _("经办人员"),
        "approver": _("审批人员"),
        "inspector": _("执法检查员"),
        "rulebook_editor": _("评价办法编制人"),
        "auditor": _("审计人员"),
        "administrator": _("管理员"),
    }


def _done() -> Mapping[str, str]:
    return {
        "lock": _("账号已锁定，其浏览器均已退出。"),
        "unlock": _("账号已解锁。"),
        "end": _("账号已停用，其浏览器均已退出。"),
        "reset-second-factor": _("第二验证因素已解除，其浏览器均已退出。"),
        "link": _("统一身份已关联。"),
        "unlink": _("统一身份已解除，其浏览器均已退出。"),
    }


def _address(login: str) -> str:
    return f"/v1/accounts/{quote(login, safe='')}"
