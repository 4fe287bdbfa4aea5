"""The wheel holds the whole program: it runs in an empty environment, far from this checkout."""

import json
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.api.verifier import NAME, SCRIPT, build, script
from service.platform.embedded import EmbeddedStack
from tests.builders.folders import server_folder

ROOT = Path(__file__).parents[2]
PACKAGES = ("scoring", "service", "workers")
SOURCES = ("pyproject.toml", "README.md", "LICENSE")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of the sources so that the checkout stays clean."""
    copy, out = tmp_path_factory.mktemp("源 码"), tmp_path_factory.mktemp("wheel")
    for name in (*PACKAGES, *(name for name in SOURCES if (ROOT / name).exists())):
        subprocess.run(["cp", "-R", str(ROOT / name), str(copy / name)], check=True)
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(copy)],
        check=True, capture_output=True,
    )  # fmt: skip
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an empty environment that holds the wheel and nothing else."""
    folder = tmp_path_factory.mktemp("空 环境")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "lib" / version / "site-packages")
    return folder / "bin" / "python"


@pytest.fixture(scope="module")
def with_dependencies(installed: Path) -> Path:
    """The same environment, which also sees the dependencies of this one; the wheel's own modules come first."""
    site = next(installed.parents[1].glob("lib/python*/site-packages"))
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return installed


@pytest.fixture
def server_home() -> Iterator[Path]:
    """A folder for the demo's servers."""
    folder = server_folder()
    yield folder / "data"
    EmbeddedStack.erase(folder / "data")
    shutil.rmtree(folder)


def run(python: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        [str(python), *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )


def test_what_is_installed_offers_the_verifiers_of_the_sources(installed: Path, tmp_path: Path) -> None:
    """The same bytes as ``make verifier`` gives here: the licence is found where a wheel keeps it."""
    program = installed.parents[1].glob("lib/python*/site-packages/service/api/verifier.py")
    done = run(installed, "-I", "-S", str(next(program)), str(tmp_path), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / NAME).read_bytes() == build()
    assert (tmp_path / SCRIPT).read_bytes() == script()


def test_every_file_of_the_program_is_in_the_wheel(wheel: Path) -> None:
    ours = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    inside = set(zipfile.ZipFile(wheel).namelist())
    assert "scoring/py.typed" in ours
    assert sorted(ours - inside) == []


def test_nothing_but_the_program_is_in_the_wheel(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES)


def test_the_law_runs_with_nothing_else_installed(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("nonsense = true\n", encoding="utf-8")
    outcome = run(installed, "-I", "-m", "scoring", "check", "bad.toml", cwd=tmp_path)
    assert outcome.returncode == 1
    assert "nonsense" in outcome.stdout + outcome.stderr
    assert "Traceback" not in outcome.stderr


def test_the_service_is_read_from_the_wheel_not_from_this_checkout(with_dependencies: Path, tmp_path: Path) -> None:
    program = "import service.app, workers.main, scoring; print(service.app.__file__, workers.main.__file__)"
    outcome = run(with_dependencies, "-c", program, cwd=tmp_path)
    assert outcome.returncode == 0, outcome.stderr
    assert outcome.stdout.count("site-packages") == 2
    assert str(ROOT) not in outcome.stdout


def test_the_demo_runs_from_the_wheel(with_dependencies: Path, server_home: Path, tmp_path: Path) -> None:
    options = ("--json", "--size", "40", "--until", "2026-06-30", "--workers", "1", "--data", str(server_home))
    outcome = run(with_dependencies, "-m", "service.cli", "demo", *options, cwd=tmp_path)
    assert outcome.returncode == 0, outcome.stderr
    told = json.loads(outcome.stdout)
    assert told["rated"] == told["entities"] == 40
    assert told["example"]["explanations"]
