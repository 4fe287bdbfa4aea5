"""The verifier as one file: the same bytes from the same sources, complete, alone, and saying what the tool says."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import pytest

from service.api.verifier import NAME, SCRIPT, build, needed, script
from tests.builders.tool import run_archive, run_tool, start_archive, start_tool

ROOT = Path(__file__).parents[3]
VECTORS = ROOT / "tests" / "vectors"
PAGE = (ROOT / "docs" / "verify.md").read_text("utf-8")


def sources(folder: Path) -> Path:
    """A copy of what the verifier is built from, as another person's checkout."""
    shutil.copytree(ROOT / "scoring", folder / "scoring", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "service" / "api").mkdir(parents=True)
    shutil.copy2(ROOT / "service" / "api" / "verifier.py", folder / "service" / "api")
    shutil.copy2(ROOT / "LICENSE", folder)
    shutil.copy2(ROOT / "Makefile", folder)
    return folder


def made(folder: Path) -> Path:
    """What ``make verifier`` leaves in a folder."""
    environment = {"PATH": os.environ["PATH"], "LANG": "C"}
    venv = Path(sys.executable).parents[1]
    subprocess.run(
        ["make", "--silent", "verifier", f"VENV={venv}"], cwd=folder, env=environment, check=True, capture_output=True
    )
    return folder / "build" / NAME


@pytest.fixture(scope="module")
def verifier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The verifier alone in a folder, far from the sources."""
    file = tmp_path_factory.mktemp("远 处") / NAME
    file.write_bytes(built())
    return file


@cache
def built() -> bytes:
    """The verifier of these sources."""
    return build()


def test_two_builds_in_two_folders_are_equal_byte_for_byte(tmp_path: Path) -> None:
    one, other = sources(tmp_path / "one"), sources(tmp_path / "另 一个")
    for number, path in enumerate(sorted(other.rglob("*.py"))):  # another clock, other rights
        path.chmod(0o600)
        os.utime(path, (1_000_000_000 + number, 1_000_000_000 + number))
    first, second = made(one), made(other)
    assert first.read_bytes() == second.read_bytes() == built()


def test_the_digest_stands_beside_each_as_sha256sum_reads_it(tmp_path: Path) -> None:
    folder = made(sources(tmp_path / "one")).parent
    for name, data in ((NAME, built()), (SCRIPT, script())):
        assert (folder / name).read_bytes() == data
        assert (folder / f"{name}.sha256").read_text("ascii") == f"{sha256(data).hexdigest()}  {name}\n"
        assert os.access(folder / name, os.X_OK)


def test_what_is_installed_gives_the_same_bytes_as_the_sources(tmp_path: Path) -> None:
    """A wheel keeps the licence among its own data, not beside the packages."""
    folder = sources(tmp_path / "one")
    licences = folder / "xinjian-1.0.dist-info" / "licenses"
    licences.mkdir(parents=True)
    (folder / "LICENSE").rename(licences / "LICENSE")
    assert build(folder) == built()


def test_another_source_gives_another_digest(tmp_path: Path) -> None:
    copy = sources(tmp_path / "one")
    with (copy / "scoring" / "rating" / "caps.py").open("a", encoding="utf-8") as file:
        file.write("# one more line\n")
    assert build(copy) != built()


def test_it_holds_what_is_needed_and_no_more() -> None:
    with ZipFile(BytesIO(built())) as archive:
        entries = archive.infolist()
        assert archive.testzip() is None
    names = [entry.filename for entry in entries]
    assert names == sorted(names)
    assert {entry.compress_type for entry in entries} == {ZIP_STORED}
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {"__main__.py", "LICENSE", "scoring/__main__.py", "scoring/rating/explain.py"} <= set(names)
    assert not [name for name in names if "columnar" in name or "wording" in name or "service" in name]
    assert not [name for name in names if name.startswith("scoring/editions/") and name.count("/") == 2
                and name.endswith(".toml")]  # fmt: skip


def test_nothing_that_it_imports_is_missing() -> None:
    """All modules of the archive, lazy imports too, find each other without the sources."""
    modules = [path.relative_to(ROOT).with_suffix("").as_posix() for path in needed(ROOT) if path.suffix == ".py"]
    names = [name.replace("/", ".").removesuffix(".__init__") for name in modules if not name.endswith("__main__")]
    program = (
        f"import importlib, sys\nsys.path.insert(0, sys.argv[1])\nfor name in {names!r}: importlib.import_module(name)"
    )
    assert len(names) > 50
    subprocess.run([sys.executable, "-I", "-S", "-B", "-c", program, str(ROOT)], check=True)


def indexed(kind: str) -> list[str]:
    lines = json.loads((VECTORS / kind / "index.json").read_text("utf-8"))
    return [f"{kind}/{line['file']}" for line in lines]


@pytest.mark.parametrize("name", ["rating_bundle/accept/two_editions.json", "rating_bundle/accept/caps_and_risk.json",
                                  "rating_bundle/reject/event_dropped.json", "rating_bundle/reject/deep.json",
                                  "draw/accept/plain.json", "draw/accept/certificate_drawn.json",
                                  "draw/reject/size_by_hand.json"])  # fmt: skip
@pytest.mark.parametrize("lang", ["en_GB.UTF-8", "zh_CN.UTF-8"])
def test_it_says_what_the_tool_says(verifier: Path, name: str, lang: str) -> None:
    said, expected = (
        run_archive(verifier, str(VECTORS / name), lang=lang),
        run_tool("verify", str(VECTORS / name), lang=lang),
    )
    assert said == expected
    assert said.returncode == ("reject" in name)


@pytest.mark.parametrize("name", ["rating_bundle/reject/event_dropped.json", "draw/accept/plain.json", "nowhere.json"])
def test_an_interpreter_of_its_own_says_the_same(verifier: Path, name: str) -> None:
    file = str(VECTORS / name)
    assert start_archive(verifier, file) == run_archive(verifier, file) == start_tool("verify", file)


def test_the_vectors_named_here_are_vectors() -> None:
    assert {"draw/accept/plain.json", "draw/reject/size_by_hand.json"} <= set(indexed("draw"))
    assert {"rating_bundle/accept/two_editions.json"} <= set(indexed("rating_bundle"))


def test_an_edition_with_a_calendar_is_read_without_the_sources(verifier: Path) -> None:
    """The lint looks the calendar of an edition up among those that ship: they must be in the file."""
    bundle = VECTORS / "rating_bundle" / "accept" / "caps_and_risk.json"
    assert "calendar = " in json.loads(bundle.read_bytes())["editions"][0]["text"]
    assert run_archive(verifier, str(bundle)).returncode == 0


def test_it_verifies_and_nothing_else(verifier: Path) -> None:
    helped = run_archive(verifier, "--help")
    assert helped.stdout.startswith("usage: verify.pyz [-h] ")
    for other in ("rate", "check"):
        assert run_archive(verifier, other, "--edition", "x.toml").returncode == 2
    assert (run_archive(verifier).returncode, run_archive(verifier, "nowhere.json").returncode) == (2, 2)


def test_the_program_has_the_same_command() -> None:
    for name in ("accept/two_editions.json", "reject/event_dropped.json"):
        file = str(VECTORS / "rating_bundle" / name)
        done = subprocess.run(
            [sys.executable, "-m", "service.cli", "verify", file, "--lang", "en"],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        expected = run_tool("verify", file)
        assert (done.returncode, done.stdout) == (expected.returncode, expected.stdout)


def test_the_page_names_every_check_option_and_exit_code() -> None:
    said = run_tool("verify", str(VECTORS / "rating_bundle" / "accept" / "two_editions.json")).stdout
    assert all(f"`{line.split()[0]}`" in PAGE for line in said.splitlines()[:-1])
    assert {"| 0 |", "| 1 |", "| 2 |"} <= set(re.findall(r"^\| [0-9] \|", PAGE, re.MULTILINE))
    bundle = json.loads((VECTORS / "rating_bundle" / "accept" / "position.json").read_bytes())
    assert all(f"`{field}`" in PAGE for field in bundle)
    for ending in ("refused: see each FAIL above", "consistent, not anchored: compare", "consistent, and anchored"):
        assert ending in PAGE


def test_the_example_of_the_page_comes_out_as_it_says(verifier: Path) -> None:
    (shown,) = re.findall(r"^\$ python3 -I -S verify.pyz (tests/\S+)\n(.*?)```", PAGE, re.MULTILINE | re.DOTALL)
    name, lines = shown
    assert run_archive(verifier, str(ROOT / name)).stdout == lines


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)#]+)\)", PAGE))
def test_every_link_of_the_page_leads_somewhere(link: str) -> None:
    assert (ROOT / "docs" / link).exists()
