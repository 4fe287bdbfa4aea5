"""Units of the service manager: systemd understands them, they start what the image starts, and are hardly exposed."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
import yaml

from service.platform import load_settings
from tests.rehearsal.units import environment_of, read_unit

from .tree import ROOT

if TYPE_CHECKING:
    from pathlib import Path

UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
FILES = sorted((ROOT / "deploy" / "systemd").glob("xinjian-*"))
WALLS = {
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "UMask": "0077",
    "Restart": "always",
}
WORST = 20
"""Tenths of exposure, as `systemd-analyze security` reckons it: 2.0 is “OK”."""


@pytest.mark.parametrize("unit", UNITS, ids=lambda one: one.stem)
def test_a_unit_runs_as_nobody_who_may_do_anything_else(unit: Path) -> None:
    said = read_unit(unit)
    assert said.one("Service", "User") == ("xinjian_owner" if unit.stem == "xinjian-backup" else "xinjian")
    assert {key: said.one("Service", key, "–") for key in WALLS} == WALLS


@pytest.mark.parametrize("file", FILES, ids=lambda one: one.name)
@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze on this machine")
def test_systemd_understands_every_line(file: Path, tmp_path: Path) -> None:
    # That the program is not installed on this machine is no fault of a unit: there, a program stands in its place.
    for each in FILES:
        text = re.sub(r"(?m)^(ExecStart=)\S+", r"\1/bin/true", each.read_text("utf-8"))
        (tmp_path / each.name).write_text(text, "utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", tmp_path / file.name], check=False, capture_output=True, text=True
    )
    told = [line for line in done.stderr.splitlines() if str(tmp_path) in line or file.name in line]
    assert not told, told


@pytest.mark.parametrize("unit", UNITS, ids=lambda one: one.stem)
@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze on this machine")
def test_a_unit_is_hardly_exposed(unit: Path) -> None:
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", f"--threshold={WORST}", unit],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-600:] + done.stderr


def test_units_start_what_the_containers_start_and_are_given_as_long_to_end() -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]
    for unit in UNITS:
        said, service = read_unit(unit), services[unit.stem.removeprefix("xinjian-")]
        started = said.one("Service", "ExecStart").replace("/opt/xinjian/current/bin/", "").split()
        meant = service.get("command", ["python", "-m", "gunicorn", "-c", "python:service.server", "service.wsgi:app"])
        assert started == [word.replace("/var/lib/xinjian/backups", "/srv/backups") for word in meant], unit.name
        assert said.one("Service", "TimeoutStopSec") + "s" == service["stop_grace_period"]


@pytest.mark.parametrize("unit", UNITS, ids=lambda one: one.stem)
def test_what_a_unit_sets_are_settings(unit: Path, tmp_path: Path) -> None:
    (tmp_path / "etc" / "xinjian").mkdir(parents=True)
    for name in ("encryption", "ledger", "backup"):
        (tmp_path / "etc" / "xinjian" / f"{name}.key").write_text("ab" * 32, "utf-8")
    for file in (ROOT / "deploy" / "systemd").glob("*.env"):
        shutil.copy(file, tmp_path / "etc" / "xinjian")
    environ = environment_of(read_unit(unit), tmp_path)
    here = {name: said.replace("/etc/xinjian", str(tmp_path / "etc/xinjian")) for name, said in environ.items()}
    settings = load_settings(here)
    assert (settings.owner_url is not None) == (unit.stem == "xinjian-backup"), "nobody else is the owner"
    assert bool(settings.ledger_keys) == (unit.stem == "xinjian-scheduler"), "it alone signs"
