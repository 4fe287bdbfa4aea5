"""The page of a sampling policy as one file of HTML, in one language."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, StrictUndefined

from service.studio.policy.report.plot import Point, growth, trade_off

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2 import Template

_FACTS: Final = (
    *("edition", "digest", "day", "position", "stock_digest"),
    *("inspector_days", "capacity", "random_visits", "uniform"),
)


def as_page(result: Mapping[str, Any], lang: str) -> str:
    """The result of a study of a sampling policy as a page, ``zh`` or ``en``."""
    words = {name: said[lang] for name, said in _words().items()}
    worse = {place for place, one in enumerate(result["tiers"]) if one["tier"] in result["worse_tiers"]}
    known = [one for one in (_point(plan, worse) for plan in result["curve"]) if one is not None]
    marked = {words[name]: _point(result[name], worse) for name in ("law", "best")}
    facts = {**result, "digest": result["edition_digest"], "uniform": _shown(result["uniform"]["per_hundred"])}
    return _template().render(
        lang=lang,
        w=words,
        found=result,
        facts=[(name, facts[name]) for name in _FACTS],
        plot=trade_off(known, {name: one for name, one in marked.items() if one is not None}, words),
        grown=growth(result["growth"], result["capacity"], words),
        unknown={
            one["tier"]: words["unknown"].format(has=one["random_visits"], needs=one["needs"])
            for one in result["unknown"]
        },
    )


def _point(plan: Mapping[str, Any], worse: set[int]) -> Point | None:
    """None where nothing is known of what a plan finds."""
    visits = plan["visits"]
    if plan["per_hundred"] is None:
        return None
    share = sum(size for place, size in enumerate(visits) if place in worse) / sum(visits)
    return Point(share, plan["per_hundred"], *plan["interval"])


def _shown(number: float | None) -> str:
    return "–" if number is None else f"{number:.1f}"


@cache
def _words() -> dict[str, dict[str, str]]:
    return tomllib.loads(files(__package__ or "").joinpath("words.toml").read_text(encoding="utf-8"))


@cache
def _template() -> Template:
    text = files(__package__ or "").joinpath("page.html").read_text(encoding="utf-8")
    return Environment(undefined=StrictUndefined, autoescape=True).from_string(text)
