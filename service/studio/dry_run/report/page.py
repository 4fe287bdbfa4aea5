"""The page of a dry run: what was tried on what, and for each kind in which somebody moves its plots and tables."""

from __future__ import annotations

import tomllib
from collections import Counter
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, StrictUndefined

from service import register
from service.studio.dry_run.limits import limits
from service.studio.plots import Bar, columns, heat_map, rising_and_falling

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from jinja2 import Template
    from markupsafe import Markup
    from sqlalchemy.orm import Session

POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""What a browser lets the page do: be read."""


def as_page(session: Session, document: Mapping[str, Any], lang: str) -> str:
    """A dry run as one file of HTML in ``zh`` or ``en``; names are those that the register has now."""
    words = {name: said[lang] for name, said in _words().items()}
    names = {
        "kind": {code: said[lang] for code, said in register.kind_names(session).items()},
        "region": {row.code: row.names[lang] for row in register.regions(session)},
        "authority": {row.code: row.names[lang] for row in register.authorities(session)},
    }
    moving = sorted(document["kinds"].items(), key=lambda pair: (-pair[1]["moved"], pair[0]))
    return _template().render(
        lang=lang,
        w=words,
        run=document,
        names=names,
        kinds=moving,
        together=_plots(_together(document["kinds"].values()), names, words),
        plots={kind: _plots(found, names, words) for kind, found in moving if found["moved"]},
        visits=_visits(document.get("visits"), words),
        beside=_beside(document.get("visits")),
    )


def _plots(
    found: Mapping[str, Any], names: Mapping[str, Mapping[str, str]], words: Mapping[str, str]
) -> dict[str, Markup | None]:
    """What is drawn, None where there is nothing to draw: nobody moves, or nobody is rated by points."""
    cells = {(one["before"], one["after"]): one["entities"] for one in found["tiers"]}
    moving = [one for one in found["by"]["region"] if one["better"] or one["worse"]]
    moving.sort(key=lambda one: (-one["better"] - one["worse"], one["value"]))
    bars = [
        Bar(names["region"].get(one["value"], one["value"]), one["better"], one["worse"])
        for one in moving[: limits().most_bars]
    ]
    near = [(_whole(one["from"]), one["before"], one["after"]) for one in found["distances"]]
    return {
        "matrix": heat_map(cells, found["order"], words),
        "groups": rising_and_falling(bars, words) if bars else None,
        "near": columns(near, words, title=words["near"], zero=len(near) // 2) if near else None,
    }


def _together(kinds: Collection[Mapping[str, Any]]) -> dict[str, Any]:
    """All kinds as if they were one; who holds several is counted once in each."""
    cells: Counter[tuple[str | None, str | None]] = Counter()
    regions: dict[str, Counter[str]] = {}
    near: dict[str, Counter[str]] = {}
    for found in kinds:
        for one in found["tiers"]:
            cells[one["before"], one["after"]] += one["entities"]
        for one in found["by"]["region"]:
            regions.setdefault(one["value"], Counter()).update({side: one[side] for side in ("better", "worse")})
        for one in found["distances"]:
            near.setdefault(one["from"], Counter()).update({side: one[side] for side in ("before", "after")})
    return {
        "tiers": [{"before": pair[0], "after": pair[1], "entities": count} for pair, count in cells.items()],
        "order": max((found["order"] for found in kinds), key=len, default=[]),
        "by": {
            "region": [
                {"value": code, "better": each["better"], "worse": each["worse"]} for code, each in regions.items()
            ]
        },
        "distances": [
            {"from": place, "before": each["before"], "after": each["after"]} for place, each in near.items()
        ],
    }


def _whole(points: str) -> str:
    return points.removesuffix(".00")


def _visits(found: Mapping[str, Any] | None, words: Mapping[str, str]) -> Markup | None:
    """The visits of all authorities together, against the most that their seats allow in a month."""
    if found is None or not any(found["whole"]["visits"].values()):
        return None
    months = found["whole"]["months"]
    totals = [(one["month"][2:], one["before"], one["after"]) for one in months]
    most = sum(one["seats"] for one in months) // found["seats_per_visit"] // len(months)
    return columns(totals, words, title=words["visits"], most=most)


def _beside(found: Mapping[str, Any] | None) -> list[str]:
    """The strata beside the tiers that are not in the visits, under either law."""
    named = {} if found is None else found.get("strata_not_counted", {})
    return list(dict.fromkeys(name for side in named.values() for name in side))


@cache
def _words() -> dict[str, dict[str, str]]:
    return tomllib.loads(files("service.studio.dry_run.report").joinpath("words.toml").read_text(encoding="utf-8"))


@cache
def _template() -> Template:
    text = files("service.studio.dry_run.report").joinpath("page.html").read_text(encoding="utf-8")
    return Environment(undefined=StrictUndefined, autoescape=True).from_string(text)
