"""The image and the composition: what they copy exists, what they run is ours, and they give away no right."""

import importlib.util
import re
from typing import Any

import pytest
import yaml

from .tree import ROOT, read

OURS = ("migrate", "web", "worker", "scheduler", "deliverer")


def dockerfile() -> str:
    return read(ROOT / "Dockerfile").replace("\\\n", " ")


def composition() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(read(ROOT / "compose.yaml"))
    return loaded


def copied() -> set[str]:
    found = re.findall(r"^COPY (?!--from)(.+)$", dockerfile(), re.MULTILINE)
    return {name.removesuffix("*") for line in found for name in line.split()[:-1]}


def test_what_the_image_copies_is_let_through_and_nothing_else() -> None:
    let_through = set(re.findall(r"^!(.+)$", read(ROOT / ".dockerignore"), re.MULTILINE))
    assert copied() == let_through
    assert read(ROOT / ".dockerignore").splitlines()[1] == "*"


def test_the_image_installs_the_runtime_lock_with_hashes() -> None:
    assert re.findall(r"-r (\S+\.lock)", dockerfile()) == ["requirements.lock"]
    assert "--require-hashes -r requirements.lock" in dockerfile()


def test_the_image_runs_as_a_numbered_user_and_tells_its_health() -> None:
    final = dockerfile().rsplit("FROM ", 1)[1]
    assert re.search(r"^USER [1-9]\d*:[1-9]\d*$", final, re.MULTILINE)
    assert '"-m", "service.alive"' in final.split("HEALTHCHECK")[1]
    assert importlib.util.find_spec("service.alive") is not None
    assert "pip install" not in final


@pytest.mark.parametrize("name", OURS)
def test_our_services_hold_no_right_they_do_not_need(name: str) -> None:
    service = composition()["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_what_the_composition_runs_exists() -> None:
    services = composition()["services"]
    assert set(services) == {"postgres", "redis", *OURS}
    modules = [services[name]["command"][2] for name in ("worker", "scheduler", "deliverer")]
    found = re.search(r'^CMD \["gunicorn", "-c", "python:(\S+)", "(\S+):app"\]$', dockerfile(), re.MULTILINE)
    assert found is not None
    for module in (*modules, *found.groups()):
        # A module's parent is imported, the module is not: wsgi would look for its database.
        assert importlib.util.find_spec(module) is not None, module


def test_no_secret_is_written_down() -> None:
    text = read(ROOT / "compose.yaml")
    for password in re.findall(r"^ +\w*PASSWORD: (\S+)", text, re.MULTILINE):
        assert password.startswith("${"), password
    assert "POSTGRES_PASSWORD:?" in text
