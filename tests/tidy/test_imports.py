"""The law runs anywhere: with a bare interpreter, and behind contracts that name every module."""

import subprocess
import sys
import tomllib
from typing import Any

import pytest

from .tree import PROGRAM, ROOT, python_files, read

_COLUMNAR = "scoring.rating.columnar"


def modules_of_the_law() -> list[str]:
    paths = (path.relative_to(ROOT).with_suffix("") for path in python_files("scoring"))
    names = (".".join(path.parts).removesuffix(".__init__") for path in paths)
    return [name for name in names if not name.startswith(_COLUMNAR) and not name.endswith("__main__")]


def import_alone(modules: list[str]) -> subprocess.CompletedProcess[str]:
    program = f"""
import importlib, sys
sys.path.insert(0, {str(ROOT)!r})
for name in {modules!r}:
    importlib.import_module(name)
strangers = sorted(name for name in sys.modules if name.split(".")[0] in {{"numpy", "flask", "sqlalchemy", "service"}})
sys.exit(f"imported {{strangers}}" if strangers else 0)
"""
    return subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", program], capture_output=True, text=True, check=False
    )


def test_the_law_imports_on_a_bare_interpreter() -> None:
    modules = modules_of_the_law()
    assert "scoring.kernel" in modules
    outcome = import_alone(modules)
    assert outcome.returncode == 0, outcome.stderr


def test_a_bare_interpreter_has_no_packages() -> None:
    assert import_alone(["flask"]).returncode != 0


def contracts() -> list[dict[str, Any]]:
    settings = tomllib.loads(read(ROOT / "pyproject.toml"))
    found: list[dict[str, Any]] = settings["tool"]["importlinter"]["contracts"]
    return found


def named_layers(container: str) -> set[str]:
    lists = [
        contract["layers"]
        for contract in contracts()
        if container in contract.get("containers", []) and contract.get("exhaustive")
    ]
    return {name.strip(" ()") for layers in lists for layer in layers for name in layer.split("|")}


@pytest.mark.parametrize("container", ["scoring", "service"])
def test_every_module_is_named_by_a_layer_contract(container: str) -> None:
    folder = ROOT / container
    children = {
        path.stem for path in folder.iterdir() if path.suffix == ".py" or (path.is_dir() and any(path.glob("*.py")))
    }
    assert children - {"__init__"} <= named_layers(container)


def test_no_contract_has_an_exemption() -> None:
    assert not [contract["name"] for contract in contracts() if contract.get("ignore_imports")]


def test_the_program_is_what_the_linter_reads() -> None:
    settings = tomllib.loads(read(ROOT / "pyproject.toml"))
    assert set(PROGRAM) <= set(settings["tool"]["importlinter"]["root_packages"])
