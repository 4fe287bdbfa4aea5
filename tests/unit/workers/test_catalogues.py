"""The tables of work name what exists, and nothing that exists is forgotten."""

import ast
from importlib import import_module
from pathlib import Path

import pytest

import workers
from service.platform import QUEUES
from workers.main import wanted
from workers.schedule import table

JOBS = Path(workers.__path__[0]) / "jobs"
PATHS = {work.path for work in QUEUES.values()} | {row.path for row in table().values()}


@pytest.mark.parametrize("path", sorted(PATHS))
def test_every_path_leads_to_a_function(path: str) -> None:
    module, _, name = path.rpartition(".")
    assert callable(getattr(import_module(module), name))


def test_every_job_is_in_a_table() -> None:
    named = {path.split(".")[2] for path in PATHS if path.startswith("workers.jobs.")}
    assert {module.stem for module in JOBS.glob("*.py")} - {"__init__"} == named


@pytest.mark.parametrize("module", sorted(JOBS.glob("[a-z]*.py")), ids=lambda path: path.stem)
def test_a_job_is_at_most_fifteen_lines(module: Path) -> None:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    assert functions
    assert all((node.end_lineno or 0) - node.lineno < 15 for node in functions)


def test_every_queue_is_served_and_can_be_given_more_processes() -> None:
    assert all(count >= 1 for count in wanted([]).values())
    assert wanted(["drain=3"]) == dict(wanted([])) | {"drain": 3}


@pytest.mark.parametrize("argument", ["drain", "drain=", "drain=-1", "nowhere=1", "=2"])
def test_a_malformed_number_of_processes_is_told(argument: str) -> None:
    with pytest.raises(ValueError, match="NAME=COUNT"):
        wanted([argument])


def test_every_work_wakes_from_somewhere() -> None:
    root = Path(workers.__path__[0]).parent
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (root / "service").rglob("*.py"))
    assert {name for name in QUEUES if f'wake("{name}"' not in sources} == set()
