"""What is due: the worklists of all rooms, those due first before others, as far as the one who looks may see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from service.pages import ask, may
from service.pages.words import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

SHOWN = 5
MOST = 200
"""Entries of a worklist that are counted; beyond them it says so many and more."""


class Entry(NamedTuple):
    """One thing to be done: what it is called, where it is done (an address of the console, or None), until when."""

    called: str
    address: str | None
    due: str | None
    overdue: bool


class Worklist(NamedTuple):
    """Things of one sort. ``size`` of `MOST` stands for that many and more."""

    title: str
    address: str | None
    size: int
    entries: list[Entry]


class _Source(NamedTuple):
    route: str
    title: Callable[[], str]
    address: str | None
    query: Mapping[str, object]
    read: Callable[[Any], Iterable[Entry]]


def _proposed(body: Any) -> Iterable[Entry]:  # noqa: ANN401 - an answer of the interface
    for one in body["items"]:
        yield Entry(f"{one['name']} → {one['proposed']}", f"/console/entities/{one['entity']}", one["due_on"], False)


def _draws(body: Any) -> Iterable[Entry]:  # noqa: ANN401 - same
    for one in body["items"]:
        yield Entry(one["number"], f"/console/draws/{one['number']}", None, one["overdue"])


def _visits(body: Any) -> Iterable[Entry]:  # noqa: ANN401 - same
    for one in body["publications"]:
        yield Entry(one["visit"], f"/console/entities/{one['entity']}", one["publish_by"], one["overdue"])


def _recusals(body: Any) -> Iterable[Entry]:  # noqa: ANN401 - same
    for one in body["recusals"]:
        called = f"{one['visit']} · {one['inspector']}：{one['reason']}"
        yield Entry(called, f"/console/entities/{one['entity']}", None, False)


def _late(body: Any) -> Iterable[Entry]:  # noqa: ANN401 - same
    """Visits and orders to correct whose last day is near or over."""
    for one in body["visits"]:
        late = one["alarm"] == "overdue"
        yield Entry(one["visit"], f"/console/entities/{one['entity']}", one["last_day"], late)
    for one in body["orders"]:
        yield Entry(one["order"], f"/console/entities/{one['entity']}", one["due_on"], one["overdue"])


def _stuck(body: Any) -> Iterable[Entry]:  # noqa: ANN401 - same
    """Draws that visits cannot follow, and entities that could not be visited."""
    for one in body["stalled"]:
        yield Entry(one["draw"], f"/console/draws/{one['draw']}", None, True)
    for one in body["refused"]:
        yield Entry(one["entity"], f"/console/entities/{one['entity']}", None, True)


def _acts(body: Any) -> Iterable[Entry]:  # noqa: ANN401 - same
    for one in body["items"]:
        yield Entry(f"{one['entity']}：{one['reason']}", "/console/evidence/proposals", None, False)


def _editions(body: Any) -> Iterable[Entry]:  # noqa: ANN401 - same
    for one in body["items"]:
        if not one["steps"]:
            address = f"/console/rulebooks/proposals/{one['proposal']}"
            yield Entry(one["edition_id"], address, one["force_from"], False)


def _objections(body: Any) -> Iterable[Entry]:  # noqa: ANN401 - same
    for one in body["items"]:
        if one["open"]:
            yield Entry(one["number"], f"/console/objections/{one['number']}", one["due_on"], False)


def _promises(body: Any) -> Iterable[Entry]:  # noqa: ANN401 - same
    for one in body["items"]:
        yield Entry(one["entity"], f"/console/entities/{one['entity']}", one["due_on"], True)


def _set_apart(body: Any) -> Iterable[Entry]:  # noqa: ANN401 - same
    for one in body["items"]:
        yield Entry(one["entity"], f"/console/entities/{one['entity']}", None, True)


def _partners(body: Any) -> Iterable[Entry]:  # noqa: ANN401 - same
    """Partners to whom messages were given up."""
    for one in body["items"]:
        if one.get("dead"):
            yield Entry(f"{one['name']}（{one['dead']}）", None, None, True)


def _duties(body: Any) -> Iterable[Entry]:  # noqa: ANN401 - same
    for one in body["items"]:
        if one["state"] == "due":
            yield Entry(one["clause"], f"/console/entities/{one['entity']}", one["due_on"], one["overdue"])


def _cases(body: Any) -> Iterable[Entry]:  # noqa: ANN401 - same
    for one in body["items"]:
        if one["open"]:
            yield Entry(one["number"], f"/console/repairs/{one['number']}", one["due_on"], False)


def _replies(body: Any) -> Iterable[Entry]:  # noqa: ANN401 - same
    for one in body["items"]:
        yield Entry(one["name"], "/console/replies", one["due_on"], one["overdue"])


SOURCES = (
    _Source("GET /v1/provisional-ratings", lambda: _("等待确认的等级"), None, {"limit": MOST}, _proposed),
    _Source("GET /v1/draw-worklist", lambda: _("抽取的下一步"), None, {}, _draws),
    _Source("GET /v1/visit-worklist", lambda: _("待公示的检查结果"), None, {}, _visits),
    _Source("GET /v1/publication-worklist", lambda: _("信息公示待办"), None, {"limit": MOST}, _duties),
    _Source("GET /v1/repairs", lambda: _("办理中的修复"), None, {"limit": MOST}, _cases),
    _Source("GET /v1/objections", lambda: _("办理中的异议"), None, {"limit": MOST}, _objections),
    _Source("GET /v1/act-proposals", lambda: _("等待第二人决定的更正与撤销"), None, {"limit": MOST}, _acts),
    _Source("GET /v1/edition-proposals", lambda: _("等待批准的评价办法"), None, {"limit": MOST}, _editions),
    _Source("GET /v1/visit-worklist", lambda: _("等待决定的回避"), None, {}, _recusals),
    _Source("GET /v1/visit-worklist", lambda: _("临近或逾期的检查与整改"), None, {}, _late),
    _Source("GET /v1/visit-worklist", lambda: _("无法派出的检查"), None, {}, _stuck),
    _Source("GET /v1/commitments", lambda: _("逾期的信用承诺"), None, {"limit": MOST, "state": "overdue"}, _promises),
    _Source("GET /v1/quarantined-ratings", lambda: _("计算出错、暂停更新的等级"), None, {"limit": MOST}, _set_apart),
    _Source("GET /v1/webhook-partners", lambda: _("推送失败的合作方"), None, {"limit": MOST}, _partners),
    _Source("GET /v1/reply-worklist", lambda: _("待审核的回应"), None, {}, _replies),
)


def due() -> list[Worklist]:
    """Every worklist that the one who looks may see and that is not empty."""
    found = []
    told: dict[str, Any] = {}
    for source in SOURCES:
        method, rule = source.route.split(" ")
        if not may(method, rule):
            continue
        if source.route not in told:
            told[source.route] = ask(method, rule, query=source.query).body
        entries = list(source.read(told[source.route]))
        entries.sort(key=lambda one: (not one.overdue, one.due or "9999"))
        if entries:
            found.append(Worklist(source.title(), source.address, len(entries), entries[:SHOWN]))
    return found


def by_tier(counts: Iterable[Mapping[str, Any]]) -> list[tuple[str | None, int]]:
    """How many entities of all regions stand in each tier, best first; those without one last."""
    found: dict[str | None, int] = {}
    for one in counts:
        found[one["tier"]] = found.get(one["tier"], 0) + one["entities"]
    return sorted(found.items(), key=lambda each: (each[0] is None, each[0] or ""))


def by_district(counts: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Ratings by district and kind: each with its size by tier, those without one under an empty name."""
    found: dict[tuple[str, str], dict[str, int]] = {}
    for one in counts:
        tiers = found.setdefault((one["region"], one["kind"]), {})
        tiers[one["tier"] or ""] = tiers.get(one["tier"] or "", 0) + one["ratings"]
    return [
        {"region": region, "kind": kind, "tiers": tiers, "ratings": sum(tiers.values())}
        for (region, kind), tiers in sorted(found.items())
    ]
