"""The wheel holds the whole program: it runs in an empty environment, far from this checkout.

It also makes the city of `test_program`, by whose questions it is seen to do all that the sources do.
"""

import subprocess
import zipfile
from pathlib import Path

from service.api.verifier import NAME, SCRIPT, build, script
from tests.end_to_end.conftest import PACKAGES, ROOT


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
