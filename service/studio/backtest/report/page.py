"""The page of a back-test: what was tried, the warnings, and each figure with a plot or a table."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, StrictUndefined

from service.studio.plots import Estimate, Line, estimates, lines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jinja2 import Template
    from markupsafe import Markup

_NAMED: Final = 7
"""So many days stand below a line over time."""


def as_page(told: Mapping[str, Any], lang: str) -> str:
    """A back-test as one file of HTML in ``zh`` or ``en``."""
    words = {name: said[lang] for name, said in _words().items()}
    plots = {
        "roc": _roc(told, words),
        "rates": _rates(told, words),
        "calibration": _calibration(told, words),
        "detection": _detection(told["detection"], words),
        "steadiness": _steadiness(told["steadiness"], words),
        "clauses": _clauses(told["clauses"], words),
    }
    return _template().render(lang=lang, w=words, told=told, plots=plots, figure=figure)


def figure(said: Mapping[str, Any] | None, factor: float = 1, digits: int = 3) -> str:
    """A figure with its interval; a dash where there is none."""
    if said is None or said["value"] is None:
        return "—"
    value, low, high = (
        "—" if said[name] is None else f"{factor * said[name]:.{digits}f}" for name in ("value", "low", "high")
    )
    return f"{value} ({low} – {high})"


def _roc(told: Mapping[str, Any], words: Mapping[str, str]) -> Markup | None:
    curves = [Line(words[name], told[name]["roc"]) for name in ("tier", "points") if told[name]["roc"]]
    return (
        lines(curves, title=words["roc"], across=(0, 1), up=(0, 1), diagonal=True, size=(320, 320)) if curves else None
    )


def _rates(told: Mapping[str, Any], words: Mapping[str, str]) -> Markup | None:
    rows = [
        Estimate(
            _tier(one["tier"], words),
            one["rate"]["value"],
            one["rate"]["low"],
            one["rate"]["high"],
            note=f"{one['found']:,} / {one['visits']:,}",
        )
        for one in told["tiers"]
        if one["rate"]["value"] is not None
    ]
    return estimates(rows, title=words["rates"], percent=True) if rows else None


def _calibration(told: Mapping[str, Any], words: Mapping[str, str]) -> Markup | None:
    rows = [
        Estimate(
            _tier(one["tier"], words),
            one["observed"],
            one["expected"] + one["gap"]["low"],
            one["expected"] + one["gap"]["high"],
            beside=one["expected"],
        )
        for one in told["calibration"]["groups"]
    ]
    return estimates(rows, title=words["calibration"], percent=True) if rows else None


def _detection(found: Mapping[str, Any] | None, words: Mapping[str, str]) -> Markup | None:
    if found is None:
        return None
    policy = found["policy"]
    rows = [
        Estimate(words["policy"], policy["value"], policy["low"], policy["high"], note=f"{policy['value']:.1f}"),
        Estimate(words["uniform"], found["uniform"], note=f"{found['uniform']:.1f}"),
        Estimate(words["oracle"], found["oracle"], note=f"{found['oracle']:.1f}"),
    ]
    return estimates(rows, title=words["detection"])


def _steadiness(rows: Sequence[Mapping[str, Any]], words: Mapping[str, str]) -> Markup | None:
    known = [(place, one["auc"]) for place, one in enumerate(rows) if one["auc"]["value"] is not None]
    if len(known) < 2:  # noqa: PLR2004 - a line needs two points
        return None
    step = max(1, len(rows) // _NAMED)
    auc = Line(
        words["auc_of_points"],
        [(place, one["value"]) for place, one in known],
        [(place, one["low"], one["high"]) for place, one in known if one["low"] is not None],
    )
    return lines(
        [auc],
        title=words["steadiness"],
        across=(0, len(rows) - 1),
        up=(min(0.4, *(one["low"] or one["value"] for _, one in known)), 1),
        names=[(place, rows[place]["day"][:7]) for place in range(0, len(rows), step)],
        level=0.5,
        size=(640, 240),
    )


def _clauses(rows: Sequence[Mapping[str, Any]], words: Mapping[str, str]) -> Markup | None:
    told = [Estimate(one["clause"], *(one["loss"][name] for name in ("value", "low", "high"))) for one in rows]
    return estimates(told, title=words["clauses"], zero=0) if told else None


def _tier(tier: str, words: Mapping[str, str]) -> str:
    return words.get(tier, tier)


@cache
def _words() -> dict[str, dict[str, str]]:
    return tomllib.loads(files("service.studio.backtest.report").joinpath("words.toml").read_text(encoding="utf-8"))


@cache
def _template() -> Template:
    text = files("service.studio.backtest.report").joinpath("page.html").read_text(encoding="utf-8")
    return Environment(undefined=StrictUndefined, autoescape=True).from_string(text)
