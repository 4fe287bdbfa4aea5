"""How days, instants and addresses are written on a page."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask import g, request
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from service import register
from service.pages.names import attribute_values, called, names, staff_name
from service.platform import web

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

    from flask import Flask

_ZH = "y年M月d日"
_EN = "d MMMM y"
_PUBLIC = "portal"


def use_filters(app: Flask) -> None:
    """Have templates write `day`, `instant`, addresses of the same page with other parameters, and names of codes."""
    app.jinja_env.filters["day"] = day
    app.jinja_env.filters["instant"] = instant
    app.jinja_env.globals["here_with"] = here_with
    app.jinja_env.globals["called"] = called
    app.jinja_env.globals["names"] = names
    app.jinja_env.globals["attribute_values"] = attribute_values
    app.jinja_env.globals["staff_name"] = staff_name


def day(said: str | date | None) -> Markup | str:
    """A day (`2026-11-20`) in the language of the page; machines read it as ISO 8601. `—` where there is none."""
    if not said:
        return "—"
    found = said if isinstance(said, date) else date.fromisoformat(said[:10])
    return Markup('<time datetime="{}">{}</time>').format(found.isoformat(), _day(found))


def instant(said: str | int | datetime | None, authority: str | None = None) -> Markup | str:
    """An instant (ISO 8601, or Unix seconds) in the zone of the authority named, else of the looking person's.

    In public, where nobody's zone goes without saying, its distance from UTC stands beside it.
    """
    if not said:
        return "—"
    if isinstance(said, int):
        said = datetime.fromtimestamp(said, UTC)
    at = _zones().get(authority or "") or zone()
    found = (said if isinstance(said, datetime) else datetime.fromisoformat(said)).astimezone(at)
    offset = f"{found:%z}"
    suffix = " UTC" if at is UTC else f" (UTC{offset[:3]}:{offset[3:5]})" if g.get("face") == _PUBLIC else ""
    return Markup('<time datetime="{}">{} {:%H:%M:%S}{}</time>').format(
        found.isoformat(), _day(found.date()), found, suffix
    )


def here_with(**changed: Any) -> str:  # noqa: ANN401 - values of a query
    """The address of this page with some parameters changed; None takes one away."""
    query = MultiDict(request.args)
    for name, value in changed.items():
        query.poplist(name)
        if value is not None:
            query[name] = value
    written = urlencode(list(query.items(multi=True)))
    return f"{quote(request.path)}?{written}" if written else quote(request.path)


def _day(found: date) -> str:
    lang = web.language()
    return format_date(found, _EN if lang == "en" else _ZH, locale=lang)


def zone() -> tzinfo:
    """The time zone of the authority for which who looks acts, else the one of all authorities, else UTC."""
    if "zone" not in g:
        zones = _zones()
        own = zones.get(web.actor().authority or "")
        found = {own} if own is not None else set(zones.values())
        g.zone = found.pop() if len(found) == 1 else UTC
    kept: tzinfo = g.zone
    return kept


def _zones() -> Mapping[str, tzinfo]:
    """The zone of each authority, by its code."""
    if "zones" not in g:
        with web.reader() as session:
            g.zones = {one.code: ZoneInfo(one.timezone) for one in register.authorities(session)}
    kept: Mapping[str, tzinfo] = g.zones
    return kept
