"""What a browser keeps: one secret for each face, and the language chosen."""

from __future__ import annotations

import secrets
from hashlib import sha256
from typing import TYPE_CHECKING

from flask import g, request

from service.pages.addresses import parts_of
from service.platform import LANGUAGES
from service.platform.web import LANGUAGE, cookie_name

if TYPE_CHECKING:
    from werkzeug import Response

_YEAR = 365 * 24 * 3600
_SHAPE = 43  # characters of 32 random bytes
_PATHS = {"portal": "/portal/my"}
"""Where a face asks who looks, if not everywhere: pages for everybody are the same for a visitor who has signed in."""


def browser_secret(face: str) -> str | None:
    """The secret that this browser keeps for the face, or None; it proves nothing until it is looked up."""
    found = g.get("new_secret") or request.cookies.get(_name(face))
    return found if found is not None and len(found) == _SHAPE else None


def form_secret(face: str) -> str:
    """What a form of this face holds, to be told from one that another site made: derived from the browser's secret.

    A browser that keeps no secret yet is given one with the answer.
    """
    if (own := browser_secret(face)) is None:
        own = g.new_secret = secrets.token_urlsafe(32)
    return sha256(b"form " + own.encode()).hexdigest()


def sent_from_here() -> bool:
    """Whether the request comes from a page of this very host, as far as the browser says where it comes from."""
    origin = request.headers.get("Origin")
    return origin is None or parts_of(origin).netloc == request.host


def remember_browser(response: Response, face: str, secret: str) -> Response:
    """Have the browser keep a secret for the face, and send it nowhere else, until it is closed."""
    secure = request.is_secure
    response.set_cookie(_name(face), secret, path=_path(face), httponly=True, samesite="Lax", secure=secure)
    return response


def forget_browser(response: Response, face: str) -> Response:
    """Have the browser forget its secret for the face."""
    response.delete_cookie(_name(face), path=_path(face), httponly=True, samesite="Lax", secure=request.is_secure)
    return response


def choose_language(response: Response, chosen: str) -> Response:
    """Have the browser ask for every page in one of our languages; what is none of them changes nothing."""
    if chosen in LANGUAGES:
        name, secure = cookie_name(LANGUAGE), request.is_secure
        response.set_cookie(name, chosen, max_age=_YEAR, httponly=True, samesite="Lax", secure=secure)
    return response


def _path(face: str) -> str:
    """Where the secret is sent back to: the face's own place, or a page elsewhere that bears a form, and that alone."""
    place = _PATHS.get(face, f"/{face}")
    return place if f"{request.path}/".startswith(f"{place}/") else request.path


def _name(face: str) -> str:
    return cookie_name(f"xinjian-{face}")
