"""The second step of signing in: a code, after the password and before anything opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from service.accounts import finish_sign_in, half_open
from service.console.own_account import entrance, onward
from service.pages import Form, PageBlueprint, browser_secret, inside, page, remember_browser, see
from service.platform import web

if TYPE_CHECKING:
    from werkzeug import Response

blueprint = PageBlueprint("console_sign_in", __name__, face="console", url_prefix="/console/sign-in")


@blueprint.get("/code")
def code() -> Response:
    """Where the code is typed; who has begun nothing, or long ago, begins anew."""
    beyond = inside(request.args.get("beyond"), "console")
    secret = browser_secret("console")
    with web.reader() as session:
        begun = None if secret is None else half_open(session, secret, web.database().clock.now())
    if begun is None:
        return see("console.sign_in_page", beyond=beyond)
    return page("console/sign_in_code.html", beyond=beyond)


@blueprint.post("/code")
def finish() -> Response:
    """Finish signing this browser in, and go on to where it was wanted."""
    form = Form.sent()
    beyond = inside(form.first("beyond"), "console")
    with form:
        secret = browser_secret("console") or ""
        found = finish_sign_in(web.database(), entrance(), secret=secret, code=form.first("code"))
        return remember_browser(onward(found, beyond), "console", found.secret)
    form.typed.pop("code", None)
    return page("console/sign_in_code.html", status=422, form=form, beyond=beyond)
