"""Feeds (Atom, RFC 4287) of what was published last; what is public no more is in none of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from flask import Response, request, url_for

from service.pages import PageBlueprint, ask, called
from service.pages.words import gettext as _
from service.platform import Problem, web
from service.portal.atom import Entry, Feed, instant_of, written
from service.portal.sharing import shared

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

blueprint = PageBlueprint("portal_feeds", __name__, face="portal", url_prefix="/portal/feeds")
ENTRIES = 50
"""Entries of a feed."""

Row = dict[str, Any]


class Source(NamedTuple):
    """What a feed is made of: a list of the interface, and how a row of it is told."""

    path: str
    page: str
    title: Callable[[], str]
    entry: Callable[[Row], Entry]


@blueprint.get("/<name>.atom")
def feed(name: str) -> Response:
    """What was published last, of all authorities or of one.

    Raises:
        Problem: `not_found`.
    """
    source = SOURCES.get(name)
    if source is None:
        raise Problem("not_found", path=request.path)
    authority = request.args.get("authority", "").strip() or None
    rows = ask("GET", source.path, query={"order": "newest", "limit": ENTRIES, "authority": authority}).body["items"]
    told = Feed(
        id=tag("feeds", name, authority or "all"),
        title=" · ".join((source.title(), called("authorities", authority) if authority else _("信监公众门户"))),
        own=request.url,
        page=url_for(source.page, authority=authority, _external=True),
        language="en" if web.language() == "en" else "zh-CN",
        author=_("信监公众门户"),
        entries=tuple(map(source.entry, rows)),
    )
    return shared(Response(written(told), mimetype="application/atom+xml"))


def tag(*parts: object, since: str = "2026") -> str:
    """An identity (RFC 4151) that stays when titles, paths and protocols change; ``since``: the day of what it names.

    Raises:
        AssertionError: never of a request that has a host.
    """
    host = urlsplit(request.host_url).hostname
    assert host is not None  # noqa: S101 - a request without one is refused before
    return f"tag:{host},{since}:" + "/".join(str(one) for one in parts)


def _record(row: Row) -> Entry:
    shown = max(one["on"] for one in row["published"])
    until = row["ends_on"] or _("尚无截止日")
    whose = row["name"]
    kind = called("decisions", row["decision_kind"])
    return Entry(
        id=tag("records", row["event"], since=shown),
        title=f"{whose} · {kind}",
        page=_page("portal_records.listed", row),
        updated=instant_of(shown),
        author=called("authorities", row["authority"]),
        summary=_(
            "%(kind)s，%(day)s 作出；公示期 %(start)s 至 %(end)s。",
            kind=kind,
            day=row["decided_on"],
            start=row["starts_on"],
            end=until,
        ),
    )


def _result(row: Row) -> Entry:
    language = web.language()
    authorities = [one["names"].get(language) or one["names"]["zh"] for one in row["authorities"]]
    return Entry(
        id=tag("results", row["visit"], since=row["published_on"]),
        title=f"{row['name']} · {row['result'][language]}",
        page=_page("portal_results.listed", row),
        updated=instant_of(row["published_on"]),
        author="、".join(authorities),
        summary=_(
            "%(type)s，%(day)s 检查；结果：%(result)s。",
            type=row["type"][language],
            day=row["held_on"],
            result=row["result"][language],
        ),
    )


def _plan(row: Row) -> Entry:
    name = row["names"].get(web.language()) or row["names"]["zh"]
    return Entry(
        id=tag("plans", row["number"], since=row["published_at"][:10]),
        title=name,
        page=url_for("portal_plans.one", number=row["number"], _external=True),
        updated=instant_of(row["published_at"]),
        author=called("authorities", row["authority"]),
        summary=_("%(year)s 年度抽查计划，编号 %(number)s。", year=row["year"], number=row["number"]),
    )


def _draw(row: Row) -> Entry:
    return Entry(
        id=tag("draws", row["number"]),
        title=_("抽取 %(number)s：%(state)s", number=row["number"], state=states().get(row["state"], row["state"])),
        page=url_for("portal_draws.one", number=row["number"], _external=True),
        updated=instant_of(row["changed_at"]),
        author=called("authorities", row["authority"]),
        summary=_("抽查任务 %(task)s。", task=row["task"]),
    )


def states() -> Mapping[str, str]:
    """Where a draw stands, in words."""
    return {
        "prepared": _("准备中"),
        "committed": _("已承诺"),
        "closed": _("已封闭"),
        "entropy": _("随机值已取得"),
        "concluded": _("已抽取"),
        "dispatched": _("已派发"),
        "opened": _("记录已公开"),
        "void": _("已作废"),
    }


def _page(listed: str, row: Row) -> str:
    """Where an entry is read: on the page of its entity; of a natural person, whose key is not told, on the list."""
    if row["entity"] is None:
        return url_for(listed, _external=True)
    return url_for("portal_entities.one", key=row["entity"], _external=True)


SOURCES: Mapping[str, Source] = {
    "records": Source("/v1/publications", "portal_records.listed", lambda: _("公示信息"), _record),
    "results": Source("/v1/inspection-results", "portal_results.listed", lambda: _("检查结果"), _result),
    "plans": Source("/v1/inspection-plans", "portal_plans.listed", lambda: _("抽查计划"), _plan),
    "draws": Source("/v1/draws", "portal_draws.listed", lambda: _("随机抽取"), _draw),
}
