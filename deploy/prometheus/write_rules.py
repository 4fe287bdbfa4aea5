"""Write slo-rules.yml from slo.toml: `make rules`. Standard library alone, so that an operator needs no environment."""

import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
OBJECTIVES = HERE.parent / "slo.toml"
RULES = HERE / "slo-rules.yml"
RUNBOOK = "docs/operations.md"
_HEAD = "# Written from deploy/slo.toml by `make rules`; do not edit.\ngroups:\n"


def ratio(objective: Mapping[str, Any], window: str) -> str:
    """The share of what went wrong within a window; nothing where nothing happened at all."""
    every = objective["all"].replace("$w", window)
    if "bad" in objective:
        return f"({objective['bad'].replace('$w', window)} or vector(0)) / {every}"
    return f"1 - ({objective['good'].replace('$w', window)} or vector(0)) / {every}"


def recorded(objective: Mapping[str, Any], window: str) -> str:
    """The name of that share as it is recorded."""
    return f'xinjian:errors:ratio_rate{window}{{objective="{objective["name"]}"}}'


def factor(alert: Mapping[str, Any], days: int) -> float:
    """How many times as fast as allowed the budget is spent, to spend that share of it within the long window."""
    hours = {"h": 1, "d": 24}[alert["long"][-1]] * int(alert["long"][:-1])
    return round(alert["spent"] * days * 24 / hours, 3)


def condition(objective: Mapping[str, Any], alert: Mapping[str, Any], days: int) -> Iterator[str]:
    """The lines of an alert's expression."""
    most = round(factor(alert, days) * (1 - objective["promise"]), 9)
    seconds = {"h": 3_600, "d": 86_400}[alert["long"][-1]] * int(alert["long"][:-1])
    yield f"{recorded(objective, alert['long'])} > {most:g}"
    yield f"and {recorded(objective, alert['short'])} > {most:g}"
    yield f"and on () {objective['all'].replace('$w', alert['long'])} * {seconds} >= {objective['least']}"


def written(source: Mapping[str, Any]) -> str:
    """The whole file."""
    lines: list[str] = []
    windows = sorted({alert[one] for alert in source["alert"] for one in ("short", "long")}, key=_minutes)
    for objective in source["objective"]:
        lines.append(f"  - name: xinjian-objective-{objective['name']}\n    rules:")
        for window in windows:
            lines.append(f"      - record: xinjian:errors:ratio_rate{window}\n        expr: |-")
            lines.append(f"          {ratio(objective, window)}")
            lines.append(f"        labels: {{objective: {objective['name']}}}")
        for alert in source["alert"]:
            lines.append(f"      - alert: {objective['alert']}\n        expr: |-")
            lines.extend(f"          {line}" for line in condition(objective, alert, source["days"]))
            labels = f"severity: {alert['severity']}, objective: {objective['name']}, window: {alert['long']}"
            lines.append(f"        labels: {{{labels}}}\n        annotations:")
            lines.append(f'          summary: "{objective["en"]}"\n          summary_zh: "{objective["zh"]}"')
            lines.append(f"          runbook: {RUNBOOK}#{objective['alert'].lower()}")
    return _HEAD + "\n".join(lines) + "\n"


def _minutes(window: str) -> int:
    return {"m": 1, "h": 60, "d": 1_440}[window[-1]] * int(window[:-1])


def main() -> None:
    """Write the file."""
    RULES.write_text(written(tomllib.loads(OBJECTIVES.read_text(encoding="utf-8"))), encoding="utf-8")
    sys.stdout.write(f"{RULES}\n")


if __name__ == "__main__":
    main()
