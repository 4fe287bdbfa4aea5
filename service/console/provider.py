"""Signing in at the identity provider: the way there, the way back, and out again.

Each way is a link and no form: a page's form may be sent to this service alone (`form-action 'self'`), also where an
answer leads on to elsewhere.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote, urlsplit

from flask import redirect, request, url_for

from service.accounts import Provider, Trip, provider_of, sign_in_by_provider
from service.console.own_account import entrance, onward
from service.pages import PageBlueprint, inside, page, remember_browser
from service.platform import Problem, web

if TYPE_CHECKING:
    from werkzeug import Response

AT: Final = "/console/sign-in/provider"
_COOKIE: Final = "xinjian-trip"
_MINUTES: Final = 10
_SECRET: Final = 43  # characters of 32 random bytes
_LONGEST: Final = 2_000
"""Characters of an address to come back to, which the cookie keeps; a longer one leads to the first page."""
blueprint = PageBlueprint("console_provider", __name__, face="console", url_prefix=AT)


@blueprint.get("")
def there() -> Response:
    """On to the provider; the browser keeps what must come back, for ten minutes."""
    trip, beyond = Trip(secrets.token_urlsafe(32)), inside(request.args.get("beyond"), "console")
    answer = redirect(_provider().way_there(trip, _return_address()), 303)
    kept = trip.secret + quote(beyond if len(beyond) <= _LONGEST else "/console/")
    answer.set_cookie(
        web.cookie_name(_COOKIE),
        kept,
        max_age=60 * _MINUTES,
        path=AT,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure,
    )
    return answer


@blueprint.get("/return")
def back() -> Response:
    """Sign in whom the provider sends back, and go on to where he wanted.

    Raises:
        Problem: `trip_unknown` and all that `Provider.subject` and `sign_in_by_provider` raise.
    """
    provider, kept = _provider(), request.cookies.get(web.cookie_name(_COOKIE), "")
    if len(kept) < _SECRET:
        raise Problem("trip_unknown")
    now = web.database().clock.now()
    subject = provider.subject(Trip(kept[:_SECRET]), _return_address(), request.args, now)
    found = sign_in_by_provider(web.database(), entrance(), issuer=provider.issuer, subject=subject)
    answer = remember_browser(onward(found, inside(unquote(kept[_SECRET:]), "console")), "console", found.secret)
    answer.delete_cookie(web.cookie_name(_COOKIE), path=AT, httponly=True, samesite="Lax", secure=request.is_secure)
    return answer


@blueprint.get("/out")
def out() -> Response:
    """On to the provider to sign out there too, after having signed out here."""
    try:
        place = _provider().way_out(url_for("console.sign_in_page", _external=True))
    except Problem:
        place = None
    return page("console/signed_out.html", place=place)


@blueprint.app_context_processor
def _shown() -> dict[str, str | None]:
    """What the page to sign in on says of the provider: its host, None where there is none."""
    configured = web.settings().identity_provider
    return {"identity_provider": None if configured is None else urlsplit(configured.issuer).hostname}


def _provider() -> Provider:
    """The provider that the settings name.

    Raises:
        Problem: `not_found`: they name none.
    """
    configured = web.settings().identity_provider
    if configured is None:
        raise Problem("not_found")
    return provider_of(configured)


def _return_address() -> str:
    return url_for("console_provider.back", _external=True)
