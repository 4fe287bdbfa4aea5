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


def _duties(body: Any) -> Iterable[Entry]:  # noqa: ANN401 - same
    for one in body["items"]:
        if one["state"] == "due":
            yield Entry(one["clause"], f"/console/entities/{one['entity']}", one["due_on"], one["overdue"])


def _cases(body: Any) -> Iterable[Entry]:  # noqa: ANN401 - same
    for one in body["items"]:
        if one["open"]:
            yield Entry(one["number"], f"/console/repairs/{one['number']}", one["due_on"], False)


SOURCES = (
    _Source("GET /v1/provisional-ratings", lambda: _("等待确认的等级"), None, {"limit": MOST}, _proposed),
    _Source("GET /v1/draw-worklist", lambda: _("抽取的下一步"), None, {}, _draws),
    _Source("GET /v1/visit-worklist", lambda: _("待公示的检查结果"), None, {}, _visits),
    _Source("GET /v1/publication-worklist", lambda: _("信息公示待办"), None, {"limit": MOST}, _duties),
    _Source("GET /v1/repairs", lambda: _("办理中的修复"), None, {"limit": MOST}, _cases),
)


def due() -> list[Worklist]:
    """Every worklist that the one who looks may see and that is not empty."""
    found = []
    for source in SOURCES:
        method, rule = source.route.split(" ")
        if not may(method, rule):
            continue
        entries = list(source.read(ask(method, rule, query=source.query).body))
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
