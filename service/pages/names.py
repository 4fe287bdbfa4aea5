"""What codes are called in the language of the page, out of the interface's catalogues."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import g

from service.pages.asking import ask, may
from service.platform import web

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

CATALOGUES: Final = {
    "authorities": "/v1/authorities",
    "codes": "/v1/event-codes",
    "attributes": "/v1/event-attributes",
    "commitments": "/v1/commitment-types",
    "decisions": "/v1/decision-kinds",
    "items": "/v1/inspection-items",
    "kinds": "/v1/kinds",
    "measures": "/v1/measure-kinds",
    "notices": "/v1/notice-kinds",
    "penalties": "/v1/penalty-kinds",
    "regions": "/v1/regions",
    "results": "/v1/visit-result-codes",
    "severities": "/v1/severities",
    "statuses": "/v1/entity-statuses",
    "visits": "/v1/visit-types",
}


_AT_ONCE: Final = 100


def staff_name(said: str) -> str | None:
    """What a member of staff is called, by the staff code, account or token that a record names; None: unknown."""
    kept: dict[str, str | None] = g.setdefault("staff_names", {})
    if said not in kept:
        know_staff([said])
    return kept.get(said)


def know_staff(said: Iterable[str]) -> None:
    """Ask for many at once, before a page tells them one by one."""
    kept: dict[str, str | None] = g.setdefault("staff_names", {})
    unknown = [one for one in dict.fromkeys(said) if one and "," not in one and one not in kept]
    kept.update(dict.fromkeys(unknown))
    if not may("GET", "/v1/staff"):
        return
    for first in range(0, len(unknown), _AT_ONCE):
        found = ask("GET", "/v1/staff", query={"ids": ",".join(unknown[first : first + _AT_ONCE])}).body["items"]
        kept.update({one["id"]: one["name"] for one in found})


def names(catalogue: str) -> Mapping[str, str]:
    """Names by code of one catalogue; each is asked for once for a page. A template says `called("kinds", code)`."""
    kept: dict[str, dict[str, str]] = g.setdefault("names", {})
    if catalogue not in kept:
        body = ask("GET", CATALOGUES[catalogue]).body
        entries = body["items"] if isinstance(body, dict) else body
        kept[catalogue] = {one["code"]: _name(one) for one in entries}
    return kept[catalogue]


def called(catalogue: str, code: str | None) -> str:
    """What a code is called; itself where the catalogue does not have it, `—` where there is none."""
    return "—" if code is None else names(catalogue).get(code, code)


def attribute_values() -> Mapping[tuple[str, str], str]:
    """What the values of attributes of events are called, by attribute and value."""
    if "attribute_values" not in g:
        every = ask("GET", CATALOGUES["attributes"]).body
        g.attribute_values = {(one["code"], each["code"]): _name(each) for one in every for each in one["values"]}
    kept: dict[tuple[str, str], str] = g.attribute_values
    return kept


def _name(one: Mapping[str, Any]) -> str:
    said = one.get("names") or one.get("name") or one
    name = said.get(web.language()) or said.get("zh") if isinstance(said, dict) else said
    return str(name or one["code"])
