"""The files for whoever watches name what is told, and are what their tools take: rules, objectives, dashboard."""

import json
import re
import runpy
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard

from service.platform.metrics.counted import FRESHNESS, SECONDS
from workers.schedule import table

from .metrics import held
from .promql import Selected, selected, unknown
from .tree import ROOT, read

PROMETHEUS = ROOT / "deploy/prometheus"
RULES = (PROMETHEUS / "rules.yml", PROMETHEUS / "slo-rules.yml")
TESTS = sorted((PROMETHEUS / "tests").glob("*.yml"))
OBJECTIVES = ROOT / "deploy/slo.toml"
DASHBOARD = ROOT / "deploy/grafana/dashboard.json"
RUNBOOK = read(ROOT / "docs/operations.md")


def rules() -> list[dict[str, Any]]:
    groups = [group for path in RULES for group in yaml.safe_load(read(path))["groups"]]
    return [rule for group in groups for rule in group["rules"]]


def alerts() -> list[dict[str, Any]]:
    return [rule for rule in rules() if "alert" in rule]


def dashboard() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(read(DASHBOARD))
    return loaded


def panels() -> list[dict[str, Any]]:
    return [one for one in dashboard()["panels"] if one["type"] != "row"]


def known() -> dict[str, tuple[str, ...]]:
    recorded = {rule["record"]: tuple(rule["labels"]) for rule in rules() if "record" in rule}
    return {**{one.name: one.labels for one in held()}, **recorded}


def expressions() -> Iterator[tuple[str, str]]:
    yield from ((str(rule.get("alert") or rule["record"]), rule["expr"]) for rule in rules())
    for one in panels():
        yield from ((one["title"], target["expr"]) for target in one["targets"])
    yield from ((one["name"], one["expr"]) for one in dashboard()["annotations"]["list"])


def test_whatever_an_expression_names_is_told_with_these_labels() -> None:
    said = [(where, sorted(unknown(one, known()))) for where, text in expressions() for one in selected(text)]
    assert [one for one in said if one[1]] == []


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ('rate(jobs_totall{job="xinjian"}[5m])', {"jobs_totall"}),
        ('jobs_total{work="drain",entity="x"}', {"entity"}),
        ("sum by (login) (jobs_total)", {"login"}),
        ("histogram_quantile(0.9, sum by (le, key) (rate(job_seconds_bucket[5m])))", {"key"}),
    ],
)
def test_a_name_that_nobody_tells_is_found(text: str, lost: set[str]) -> None:
    assert set().union(*(unknown(one, known()) for one in selected(text))) == lost


def test_expressions_are_read_whole() -> None:
    text = 'sum by (a) (label_replace(rate(x{b="1"}[5m]), "a", "$1", "c", "(.+)")) / on () max(y) > 0 unless z'
    assert [one.metric for one in selected(text)] == ["x", "y", "z"]
    assert selected('min_over_time(max(x{b="1"})[30m:1m])') == [Selected("x", frozenset({"b"}))]


def test_rules_ask_our_own_processes_alone() -> None:
    """Another service of the same Prometheus may count `http_requests_total` too."""
    ours = {one.name for one in held()}
    for where, text in expressions():
        for one in selected(text):
            base = re.sub("_(bucket|count|sum)$", "", one.metric)
            assert "job" in one.labels or not ours & {one.metric, base}, f"{where}: {one.metric}"


def test_every_alert_calls_or_waits_tells_in_both_languages_and_leads_to_what_to_do_first() -> None:
    headings = {heading.lower() for heading in re.findall(r"^### (\w+)$", RUNBOOK, re.MULTILINE)}
    for alert in alerts():
        name = alert["alert"]
        assert alert["labels"]["severity"] in {"page", "ticket"}, name
        assert set(alert["annotations"]) == {"summary", "summary_zh", "runbook"}, name
        assert re.search("[\u4e00-\u9fff]", alert["annotations"]["summary_zh"]), name
        assert alert["annotations"]["runbook"] == f"docs/operations.md#{name.lower()}"
    assert headings == {alert["alert"].lower() for alert in alerts()}
    for section in re.split(r"^### ", RUNBOOK, flags=re.MULTILINE)[1:]:
        assert "**First**" in section or "As [above]" in section, section.splitlines()[0]


def test_the_page_about_metrics_leads_to_alerts_that_there_are() -> None:
    led_to = set(re.findall(r"operations\.md#(\w+)", read(ROOT / "docs/metrics.md")))
    assert led_to
    assert led_to <= {alert["alert"].lower() for alert in alerts()}


def test_the_rules_of_the_objectives_are_written_from_their_file() -> None:
    module = runpy.run_path(str(PROMETHEUS / "write_rules.py"))
    assert module["written"](tomllib.loads(read(OBJECTIVES))) == read(RULES[1]), "run: make rules"


def test_alerts_come_at_the_rates_of_the_workbook() -> None:
    module = runpy.run_path(str(PROMETHEUS / "write_rules.py"))
    source = tomllib.loads(read(OBJECTIVES))
    assert [module["factor"](one, source["days"]) for one in source["alert"]] == [14.4, 6.0, 1.0]


def test_objectives_count_against_bounds_that_the_histograms_have() -> None:
    bounds = {"tier_freshness_seconds": FRESHNESS, "http_request_seconds": SECONDS}
    asked = re.findall(r'(\w+)_bucket\{[^}]*le="([^"]+)"', read(OBJECTIVES))
    assert {name for name, _ in asked} == set(bounds)
    for name, bound in asked:
        told = bounds[name]._kwargs["buckets"]  # noqa: SLF001 - the library tells them in no other way
        assert float(bound) in [float(one) for one in told]
        assert bound == str(float(bound)), "as Prometheus writes it"


def test_works_that_the_runbook_names_are_works() -> None:
    assert {"alarms", "publication_alarms", "repairs", "seal", "ledger_check"} <= set(table())


def test_each_alert_is_shown_to_come_and_not_to_come() -> None:
    come: set[tuple[str, str]] = set()
    quiet: set[str] = set()
    for path in TESTS:
        for case in (case for test in yaml.safe_load(read(path))["tests"] for case in test["alert_rule_test"]):
            come |= {(case["alertname"], one["exp_labels"].get("window", "")) for one in case["exp_alerts"]}
            quiet |= set() if case["exp_alerts"] else {case["alertname"]}
    assert come == {(alert["alert"], alert["labels"].get("window", "")) for alert in alerts()}
    assert quiet == {alert["alert"] for alert in alerts()}


promtool = pytest.mark.skipif(
    shutil.which("promtool") is None, reason="promtool is not on PATH: it comes with Prometheus (Debian's prometheus)"
)


@promtool
def test_promtool_takes_the_rules_and_the_example() -> None:
    for asked in (["check", "rules", *map(str, RULES)], ["check", "config", str(PROMETHEUS / "prometheus.yml")]):
        ended = subprocess.run(["promtool", *asked], capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stdout + ended.stderr


@promtool
@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.name)
def test_alerts_come_when_they_should(path: Any) -> None:  # noqa: ANN401 - a path
    ended = subprocess.run(["promtool", "test", "rules", str(path)], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def lost(given: object, kept: object, at: str = "") -> Iterator[str]:
    """Where the schema of Grafana does not keep what a dashboard says."""
    if isinstance(given, dict) and isinstance(kept, dict):
        for name, value in given.items():
            yield from lost(value, kept[name], f"{at}/{name}") if name in kept else (f"{at}/{name}",)
    elif isinstance(given, list) and isinstance(kept, list) and len(given) == len(kept):
        for number, pair in enumerate(zip(given, kept, strict=True)):
            yield from lost(*pair, f"{at}/{number}")
    elif given != kept:
        yield at


def through_the_schema(given: dict[str, Any]) -> dict[str, Any]:
    register_default_plugins()
    kept: dict[str, Any] = json.loads(JSONEncoder(sort_keys=True).encode(Dashboard.from_json(given)))
    return kept


def test_the_dashboard_is_what_grafana_s_schema_knows() -> None:
    assert list(lost(dashboard(), through_the_schema(dashboard()))) == []


def test_what_the_schema_does_not_know_is_found() -> None:
    given = dashboard()
    given["panels"][1]["titel"] = "?"
    assert list(lost(given, through_the_schema(given))) == ["/panels/1/titel"]


def test_every_panel_says_what_it_shows_in_both_languages_with_a_unit() -> None:
    assert len(panels()) > 30
    for one in panels():
        zh, _, en = one["description"].partition("\n\n")
        assert re.search("[\u4e00-\u9fff]", zh), one["title"]
        assert en.isascii(), one["title"]
        assert en, one["title"]
        assert " · " in one["title"]
        assert one["fieldConfig"]["defaults"]["unit"]
        assert one["targets"]


def test_the_dashboard_asks_whichever_prometheus_it_is_given() -> None:
    variables = [one["name"] for one in dashboard()["templating"]["list"] if one["type"] == "datasource"]
    assert variables == ["source"]
    named = re.findall(r'"uid": "([^"]+)"', read(DASHBOARD))
    assert set(named) == {"${source}", dashboard()["uid"]}


def test_no_panel_lies_upon_another() -> None:
    taken: set[tuple[int, int]] = set()
    for one in dashboard()["panels"]:
        grid = one["gridPos"]
        cells = {(grid["x"] + dx, grid["y"] + dy) for dx in range(grid["w"]) for dy in range(grid["h"])}
        assert not taken & cells, one["title"]
        assert grid["x"] + grid["w"] <= 24, one["title"]
        taken |= cells
    assert len({one["id"] for one in dashboard()["panels"]}) == len(dashboard()["panels"])


def test_every_metric_is_watched_by_an_alert_or_shown() -> None:
    watched = {re.sub("_(bucket|count|sum)$", "", one.metric) for _, text in expressions() for one in selected(text)}
    assert {one.name for one in held()} <= watched
