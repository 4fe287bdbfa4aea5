"""What is due: the worklists of all rooms, those due first before others, as far as the one who looks may see them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from service.pages import ask, called, may, zone
from service.pages.names import staff_name
from service.pages.words import gettext as _
from service.platform import web

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

SHOWN = 5
MOST = 200
"""Entries of a worklist that are counted; beyond them it says so many and more."""
_MINE = {"open_only": True, "limit": MOST}


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
    """A list of the interface.

    ``act``: what is done about it, as the table of access names it: told to whom that is open; None: to know is all.
    """

    route: str
    title: Callable[[], str]
    address: str | None
    query: Mapping[str, object]
    read: Callable[[Any], Iterable[Entry]]
    act: str | None = None


def _proposed(body: Any) -> Iterable[Entry]:  # noqa: ANN401 - an answer of the interface
    for one in body["items"]:
        yield Entry(f"{one['name']} → {one['proposed']}", "/console/provisional-ratings", one["due_on"], False)


def _draws(body: Any) -> Iterable[Entry]:  # noqa: ANN401 - same
    for one in body["items"]:
        yield Entry(one["number"], f"/console/draws/{one['number']}", None, one["overdue"])


def _visits(body: Any) -> Iterable[Entry]:  # noqa: ANN401 - same
    for one in body["publications"]:
        yield Entry(one["visit"], _visit(one["visit"]), one["publish_by"], one["overdue"])


def _recusals(body: Any) -> Iterable[Entry]:  # noqa: ANN401 - same
    """Requests that wait for the one who looks."""
    for one in body["items"]:
        if one["may_decide"]:
            said = f"{one['name']} · {staff_name(one['inspector']) or one['inspector']}：{one['reason']}"
            yield Entry(said, "/console/recusals", one["last_day"], False)


def _own_recusals(body: Any) -> Iterable[Entry]:  # noqa: ANN401 - same
    """One's own requests with what became of each, until the visit is recorded."""
    states = {"waiting": _("待决定"), "granted": _("已同意"), "refused": _("不予回避"), "left": _("人员已另行更换")}
    for one in body["items"]:
        said = f"{one['name']} · {staff_name(one['inspector']) or one['inspector']}：{states[one['state']]}"
        yield Entry(said, "/console/recusals", None, False)


def _signed(body: Any) -> Iterable[Entry]:  # noqa: ANN401 - same
    """Visits whose record is signed and waits for a third person."""
    for one in body["items"]:
        yield Entry(one["name"], _visit(one["number"]), None, False)


def _proposals(body: Any) -> Iterable[Entry]:  # noqa: ANN401 - same
    """What results propose to the register, and visits that may be made one."""
    for one in body["register_proposals"]:
        yield Entry(f"{_('对登记的建议')} · {one['visit']}", _visit(one["visit"]), None, False)
    for one in body["merge_proposals"]:
        yield Entry(f"{_('合并检查')} · {one['visit']}", _visit(one["visit"]), None, False)


def _own_visits(body: Any) -> Iterable[Entry]:  # noqa: ANN401 - same
    """An inspector's own visits that are still to be made, recorded or signed."""
    today = web.database().clock.now().astimezone(zone()).date().isoformat()
    for one in body["items"]:
        yield Entry(one["name"], f"/console/visits/{one['number']}", one["last_day"], one["last_day"] < today)


def _late(body: Any) -> Iterable[Entry]:  # noqa: ANN401 - same
    """Visits and orders to correct whose last day is near or over."""
    for one in body["visits"]:
        late = one["alarm"] == "overdue"
        yield Entry(one["visit"], _visit(one["visit"]), one["last_day"], late)
    for one in body["orders"]:
        if one["alarm"] is not None:
            yield Entry(one["order"], _visit(one["visit"]), one["due_on"], one["overdue"])


def _stuck(body: Any) -> Iterable[Entry]:  # noqa: ANN401 - same
    """Draws that visits cannot follow, entities that could not be visited, and visits with too small a team."""
    for one in body["stalled"]:
        yield Entry(one["draw"], f"/console/draws/{one['draw']}", None, True)
    for one in body["refused"]:
        yield Entry(one["entity"], f"/console/entities/{one['entity']}", None, True)
    for one in body["short"]:
        yield Entry(f"{_('人员不足')} · {one['visit']}", _visit(one["visit"]), one["last_day"], False)


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
        said = f"{called('commitments', one['type'])} · {one['entity']}"
        yield Entry(said, f"/console/commitments/{one['id']}", one["due_on"], True)


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
            said = f"{one['name']} · {called('codes', one['code'])}"
            yield Entry(said, f"/console/publications/{one['event']}", one["due_on"], one["overdue"])


def _cases(body: Any) -> Iterable[Entry]:  # noqa: ANN401 - same
    for one in body["items"]:
        if one["open"]:
            yield Entry(one["number"], f"/console/repairs/{one['number']}", one["due_on"], False)


def _replies(body: Any) -> Iterable[Entry]:  # noqa: ANN401 - same
    for one in body["items"]:
        yield Entry(one["name"], "/console/replies", one["due_on"], one["overdue"])


def _visit(number: str) -> str:
    return f"/console/inspections/{number}"


SOURCES = (
    _Source("GET /v1/visits", lambda: _("我的检查"), "/console/visits", _MINE, _own_visits, "GET /console/visits"),
    _Source(
        "GET /v1/provisional-ratings",
        lambda: _("等待确认的等级"),
        "/console/provisional-ratings",
        {"limit": MOST},
        _proposed,
        "POST /v1/provisional-ratings/<int:proposal_id>/confirmation",
    ),
    _Source("GET /v1/draw-worklist", lambda: _("抽取的下一步"), "/console/draws", {}, _draws),
    _Source(
        "GET /v1/visits",
        lambda: _("待审核的检查记录"),
        None,
        {"state": "signed", "limit": MOST},
        _signed,
        "POST /v1/visits/<number>/audit",
    ),
    _Source("GET /v1/visit-worklist", lambda: _("待公示的检查结果"), None, {}, _visits),
    _Source(
        "GET /v1/publication-worklist", lambda: _("信息公示待办"), "/console/publications", {"limit": MOST}, _duties
    ),
    _Source("GET /v1/repairs", lambda: _("办理中的修复"), "/console/repairs", {"limit": MOST}, _cases),
    _Source("GET /v1/objections", lambda: _("办理中的异议"), "/console/objections", {"limit": MOST}, _objections),
    _Source(
        "GET /v1/act-proposals",
        lambda: _("等待第二人决定的更正与撤销"),
        "/console/evidence/proposals",
        {"limit": MOST},
        _acts,
        "POST /v1/act-proposals/<int:proposal_id>/decision",
    ),
    _Source(
        "GET /v1/edition-proposals",
        lambda: _("等待批准的评价办法"),
        "/console/rulebooks/proposals",
        {"limit": MOST},
        _editions,
        "POST /v1/edition-proposals/<int:proposal>/approval",
    ),
    _Source(
        "GET /v1/recusals",
        lambda: _("等待决定的回避"),
        "/console/recusals",
        {"open_only": True, "limit": MOST},
        _recusals,
        "POST /v1/visits/<number>/recusals/grant",
    ),
    _Source(
        "GET /v1/recusals",
        lambda: _("我提出的回避"),
        "/console/recusals",
        {"mine": True, "open_only": True, "limit": MOST},
        _own_recusals,
        "POST /v1/visits/<number>/recusals",
    ),
    _Source(
        "GET /v1/visit-worklist",
        lambda: _("等待决定的检查事项"),
        None,
        {},
        _proposals,
        "POST /v1/visits/<number>/register-proposal",
    ),
    _Source("GET /v1/visit-worklist", lambda: _("临近或逾期的检查与整改"), None, {}, _late),
    _Source("GET /v1/visit-worklist", lambda: _("无法派出的检查"), None, {}, _stuck),
    _Source("GET /v1/commitments", lambda: _("逾期的信用承诺"), None, {"limit": MOST, "state": "overdue"}, _promises),
    _Source("GET /v1/quarantined-ratings", lambda: _("计算出错、暂停更新的等级"), None, {"limit": MOST}, _set_apart),
    _Source("GET /v1/webhook-partners", lambda: _("推送失败的合作方"), None, {"limit": MOST}, _partners),
    _Source("GET /v1/reply-worklist", lambda: _("待审核的回应"), "/console/replies", {}, _replies),
)


def due() -> list[Worklist]:
    """Every worklist that the one who looks may see and that is not empty."""
    found = []
    told: dict[tuple[str, str], Any] = {}
    for source in SOURCES:
        method, rule = source.route.split(" ")
        if not may(method, rule) or (source.act is not None and not may(*source.act.split(" "))):
            continue
        question = source.route, repr(source.query)
        if question not in told:
            told[question] = ask(method, rule, query=source.query).body
        entries = list(source.read(told[question]))
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
    """Ratings district by district and kind by kind: each with its size by tier, those without one under an empty name.

    A district has `region`, `tiers`, `ratings` and its `kinds`, each with `kind`, `tiers` and `ratings`.
    """
    found: dict[str, dict[str, Counter[str]]] = {}
    for one in counts:
        tiers = found.setdefault(one["region"], {}).setdefault(one["kind"], Counter())
        tiers[one["tier"] or ""] += one["ratings"]
    return [
        {
            "region": region,
            **_sized(sum(kinds.values(), Counter())),
            "kinds": [{"kind": kind, **_sized(tiers)} for kind, tiers in sorted(kinds.items())],
        }
        for region, kinds in sorted(found.items())
    ]


def _sized(tiers: Counter[str]) -> dict[str, Any]:
    return {"tiers": tiers, "ratings": tiers.total()}
