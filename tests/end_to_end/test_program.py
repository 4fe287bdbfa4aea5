"""The program as a newcomer types it: one small city from nothing, then every question about it.

The wheel, installed far from this checkout, makes the city, and one program of each kind is started whole: one that
works to its end, one that refuses, one that serves until it is interrupted. The other commands have their modules read
beforehand.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from scoring.editions.shipped import calendar
from service import repairs
from service.cli.rehearsal.choosing import choose
from service.cli.rehearsal.repairing import LONGEST_AGO
from service.cli.rehearsal.stage import Stage
from service.cli.runtime import runtime
from service.platform import use_encryption_keys
from service.platform.embedded import EmbeddedStack
from service.sample import City
from tests.builders.folders import server_folder
from tests.builders.program import forked
from tests.end_to_end import repair_days

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).resolve().parents[2]
SIZE = 800
WHEN = ("before", "repaired", "after")
ENVIRON = {
    **{name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}},
    "PYTHONPATH": str(ROOT),
    "LANG": "C.UTF-8",
}


def xinjian(*arguments: str, data: Path, expect: int = 0) -> subprocess.CompletedProcess[str]:
    done = forked([*arguments, "--data", str(data)], ENVIRON)
    assert done.returncode == expect, done.stderr
    return done


def started_whole(
    *arguments: str,
    data: Path,
    expect: int = 0,
    python: Path = Path(sys.executable),
    environ: Mapping[str, str] = ENVIRON,
) -> subprocess.CompletedProcess[str]:
    """The program as a shell starts it."""
    done = subprocess.run(
        [str(python), "-m", "service.cli", *arguments, "--data", str(data)],
        env=environ,
        cwd=data.parents[1],
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == expect, done.stderr
    return done


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    """A data folder whose name would trip up a careless program."""
    folder = server_folder()
    yield folder / "城 市" / "data"
    EmbeddedStack.erase(folder / "城 市" / "data")
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def city(data: Path, with_dependencies: Path) -> dict[str, Any]:
    """The summary of a small city, rated in this folder: one with penalties that may be repaired today."""
    arguments = ("demo", "--json", "--size", str(SIZE), "--seed", repair_days.seed_for(SIZE))
    far = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    done = started_whole(*arguments, data=data, python=with_dependencies, environ=far)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_the_demo_rates_everyone_and_explains_one(city: dict[str, Any]) -> None:
    assert city["entities"] == city["rated"] == SIZE
    assert sum(city["tiers"].values()) + city["unrated"] == SIZE
    assert city["events"] > SIZE
    assert set(city["seconds"]) == {
        *("database", "invent", "entities", "events", "rating"),
        *("draw", "verify", "visits", "rerating", "repair", "repaired", "back-test"),
    }
    explanation = city["example"]["explanations"][0]
    assert explanation["edition"] == "bj-culture.2022"
    assert explanation["illustrative"] is True
    assert explanation["lines"]


def test_the_demo_draws_proves_and_inspects(city: dict[str, Any]) -> None:
    plan = city["plan"]
    assert 0 < plan["targets"] <= plan["frame"]
    assert (plan["visits"], len(plan["left_to"])) == (plan["targets"] - 1, 2), "one is left to be made on a phone"
    assert plan["inspectors"] >= 2
    assert plan["verified"]["python"] is True
    assert (
        plan["verified"]["javascript"] is (shutil.which("node") is not None) or "Node" in plan["verified"]["javascript"]
    )
    assert len(plan["moved"]) <= plan["problems"] <= plan["visits"]
    assert all(one["from"] != one["to"] for one in plan["moved"])


def test_the_demo_holds_its_tiers_against_random_visits(city: dict[str, Any]) -> None:
    told = city["back_test"]
    assert len(told["origins"]) == 12
    assert 0 < told["found"] < told["visits"]
    assert told["points"]["auc"]["low"] < told["points"]["auc"]["value"] < told["points"]["auc"]["high"]
    assert told["warnings"][0]["code"] == "decided"


def test_the_demo_repairs_lets_lapse_and_revokes_on_the_days_of_the_law(city: dict[str, Any]) -> None:
    repair = city["repair"]
    assert repair["lacking"] is None
    assert {part: repair[part]["state"] for part in ("granted", "lapsed", "revoked")} == {
        "granted": "closed", "lapsed": "lapsed", "revoked": "revoked",
    }  # fmt: skip
    for part in ("granted", "lapsed", "revoked"):
        steps = repair[part]["steps"]
        assert [(one["event"], one["due"]) for one in steps] == repair_days.counted(repair[part])
    (asked,) = repair["lapsed"]["steps"][-2]["due"].values()
    assert asked < repair["lapsed"]["steps"][-1]["on"]
    assert len({step["part"] for step in repair["granted"]["steps"]} & {"handler", "reviewer", "decider"}) == 3


def test_whoever_holds_a_record_follows_its_repair_and_its_revocation(city: dict[str, Any]) -> None:
    granted, revoked = city["repair"]["granted"], city["repair"]["revoked"]
    assert [granted[when]["published"] for when in WHEN] == [True, False, False]
    assert [revoked[when]["published"] for when in WHEN] == [True, False, True]
    for one in (granted, revoked):
        assert one["repaired"]["withdraw_by"] == repair_days.withdraw_by(one)
        assert one["repaired"]["score"] != one["before"]["score"]
        assert one["partner"]["follows"] is True
        for when in WHEN:
            assert one[when]["frame"]["tier"] in one[when]["tier"].values()
    assert granted["after"] == granted["repaired"]
    assert revoked["after"] == revoked["before"]
    for word in ("repaired", "withdrawn"):
        assert (granted["partner"][word], revoked["partner"][word]) == (True, False)


def test_nothing_is_left_running(city: dict[str, Any], data: Path) -> None:
    assert city
    listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert str(data) not in listed


@pytest.fixture
def own_keys() -> Iterator[None]:
    """Whoever opens a data folder takes its keys of encryption; other tests have theirs again afterwards."""
    yield
    use_encryption_keys([bytes(range(32))])


@pytest.mark.usefixtures("own_keys")
def test_another_demonstration_over_the_same_city_leaves_alone_what_the_first_one_decided(
    city: dict[str, Any], data: Path
) -> None:
    invented = City(seed=repair_days.seed_for(SIZE), size=SIZE, until=datetime.now(UTC).date())
    with runtime(data) as running:
        stage = Stage(running, invented)
        chosen = choose(stage, calendar("cn").working_days_before(stage.this_day(), LONGEST_AGO))
        assert chosen
        for one in chosen.values():
            with stage.on(stage.this_day(), stage.party(one.entity.key)) as uow:
                assert repairs.apply(uow, entity=one.entity.key, record=one.record, reason="again")
                uow.abandon()
    decided = {city["repair"][part]["record"] for part in ("granted", "revoked")}
    assert not decided & {one.record for one in chosen.values()}


def test_a_tier_is_told_in_words_and_as_data(city: dict[str, Any], data: Path) -> None:
    key = city["example"]["entity"]
    zh = xinjian("tier", key, "--lang", "zh", data=data).stdout
    assert "示例" in zh
    assert "监管等级" in zh
    told = json.loads(xinjian("tier", key.removeprefix("uscc:"), "--json", "--as-of", "2026-06-30", data=data).stdout)
    assert (told["entity"], told["as_of"]) == (key, "2026-06-30")


def test_a_question_that_cannot_be_answered_says_why_in_both_languages(city: dict[str, Any], data: Path) -> None:
    assert city
    unknown = started_whole("tier", "own:NOBODY", data=data, expect=1).stderr
    assert "没有该监管对象" in unknown
    assert "No such entity" in unknown
    assert "Traceback" not in unknown
    malformed = xinjian("tier", "9111", data=data, expect=2).stderr
    assert "Traceback" not in malformed


def test_the_ledger_of_the_city_is_intact(city: dict[str, Any], data: Path) -> None:
    assert city
    told = xinjian("ledger", "check", data=data).stdout
    assert "intact" in told
    assert "Evidence and ratings are what the ledger says" in told


def test_what_cannot_be_reached_or_written_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    told = xinjian("migrate", data=tmp_path / "file" / "below", expect=1).stderr
    assert (str(tmp_path / "file") in told, "Traceback" in told) == (True, False)
    nobody = {**ENVIRON, "DATABASE_URL": "postgresql+psycopg://nobody@/none?host=/nowhere"}
    done = forked(["migrate"], nobody)
    assert (done.returncode, "DATABASE_URL" in done.stderr, "Traceback" in done.stderr) == (1, True, False)


@pytest.fixture(scope="module")
def served(city: dict[str, Any], data: Path) -> Iterator[int]:
    """The port of the service over the city, as `xinjian up` serves it to the last tests of this page.

    Commands of theirs find its servers, and need not start any.
    """
    assert city
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "service.cli",
        "up",
        "--port",
        str(port),
        "--web-processes",
        "1",
        "--data",
        str(data),
    ]
    with subprocess.Popen(command, env=ENVIRON, stdout=subprocess.PIPE, text=True) as up:
        assert up.stdout is not None
        try:
            for line in up.stdout:
                if "Ctrl-C" in line:
                    break
            yield port
        finally:
            up.send_signal(signal.SIGINT)
            up.stdout.read()
            assert up.wait(60) == 0


@pytest.mark.usefixtures("served")
def test_a_file_with_a_wrong_row_leaves_nothing_unless_the_good_rows_are_wanted(
    city: dict[str, Any], data: Path, tmp_path: Path
) -> None:
    key = city["example"]["entity"]
    good = {
        "source": "t",
        "source_ref": "1",
        "entity": key,
        "code": "award",
        "severity": "city",
        "decided_on": "2026-05-01",
    }
    wrong = {**good, "source_ref": "2", "code": "no_such_code"}
    file = tmp_path / "events.ndjson"
    file.write_text("".join(json.dumps(line) + "\n" for line in (good, wrong)), "utf-8")
    refused = json.loads(xinjian("import", "events", str(file), "--json", data=data, expect=1).stdout)
    assert (refused["state"], refused["stored"], refused["remarks"][0]["row"]) == ("refused", 0, 2)
    kept = json.loads(xinjian("import", "events", str(file), "--json", "--keep", "good", data=data).stdout)
    assert (kept["state"], kept["stored"], kept["refused"]) == ("done", 1, 1)
    again = json.loads(xinjian("import", "events", str(file), "--json", "--keep", "good", data=data).stdout)
    assert (again["stored"], again["held"]) == (0, 1)


@pytest.mark.usefixtures("served")
def test_a_check_of_entities_says_by_its_end_whether_a_row_would_be_refused(
    city: dict[str, Any], data: Path, tmp_path: Path
) -> None:
    good = {"key": "own:NEW-1", "name": "新店", "authority": "bj-culture-110105", "region": "110105"}
    file = tmp_path / "entities.ndjson"
    asked = ("import", "entities", str(file), "--dry-run", "--json")
    file.write_text(json.dumps(good), "utf-8")
    assert json.loads(xinjian(*asked, data=data).stdout)["refused"] == 0
    file.write_text(
        "\n".join(json.dumps(line) for line in (good, {**good, "key": "own:NEW-2", "region": "0"})), "utf-8"
    )
    told = json.loads(xinjian(*asked, data=data, expect=1).stdout)
    assert (city["entities"] > 0, told["state"], told["refused"]) == (True, "checked", 1)


def ask(port: int, method: str, path: str, token: str, body: object = None) -> dict[str, Any]:
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    connection.request(method, path, None if body is None else json.dumps(body), headers)
    answer = connection.getresponse()
    told: dict[str, Any] = json.loads(answer.read())
    connection.close()
    assert answer.status < 300, told
    return told


def test_up_serves_the_city_and_an_event_moves_a_score_within_seconds(
    served: int, city: dict[str, Any], data: Path, tmp_path: Path
) -> None:
    token = xinjian("token", "create", "--role", "handler", data=data).stdout.strip()
    key = city["example"]["entity"]
    before = ask(served, "GET", f"/v1/entities/{key}/tier", token)
    event = {
        "source": "t",
        "source_ref": "up-1",
        "entity": key,
        "code": "commitment_broken",
        "decided_on": "2026-06-01",
    }
    file = tmp_path / "event.ndjson"
    file.write_text(json.dumps(event) + "\n", "utf-8")
    xinjian("import", "events", str(file), data=data)
    until = time.monotonic() + 30
    while True:
        after = ask(served, "GET", f"/v1/entities/{key}/tier", token)
        if not after["pending"] or time.monotonic() > until:
            break
        time.sleep(0.2)
    refs = [line["ref"] for line in after["explanations"][0]["lines"]]
    assert (after["pending"], "up-1" in refs) == (False, True)
    assert after["computed_at"] > before["computed_at"]
    assert ask(served, "GET", "/readyz", token)
    connection = HTTPConnection("127.0.0.1", served, timeout=20)
    connection.request("GET", "/metrics")
    figures = connection.getresponse().read().decode()
    connection.close()
    assert 'jobs_total{outcome="done",work="drain"}' in figures  # the workers' count, told by the web server


def test_a_second_up_over_the_same_folder_is_refused_and_takes_nothing_from_the_first(served: int, data: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    refused = xinjian("up", "--port", str(port), data=data, expect=1)
    assert "Another xinjian up serves" in refused.stderr
    assert "intact" in xinjian("ledger", "check", data=data).stdout
    socket.create_connection(("127.0.0.1", served), timeout=5).close()
