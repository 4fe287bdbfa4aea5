"""What cannot be rated is told before anything is rated, and nothing is written."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from service.cli.commands import main
from service.national.local import LocalEngine
from service.national.rating import rate_evidence
from service.national.writing import Part, write_evidence
from service.platform import LANGUAGES, Problem, catalogue
from tests.spark import city

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return city.written(tmp_path / "evidence", each=20)


def refusal(folder: Path, **asked: Any) -> Problem:  # noqa: ANN401 - what is asked otherwise
    """The problem that is raised; nothing but the evidence is there afterwards."""
    out = folder.parent / "out"
    before = {each.name for each in folder.parent.iterdir()}
    with pytest.raises(Problem) as refused:
        rate_evidence(
            **{"engine": LocalEngine(str(folder), 2), "editions": city.editions(), "as_of": None, "out": out, **asked}
        )
    assert {each.name for each in folder.parent.iterdir()} == before
    return refused.value


def change(folder: Path, how: Callable[[dict[str, Any]], object]) -> None:
    said = json.loads((folder / "manifest.json").read_bytes())
    how(said)
    (folder / "manifest.json").write_text(json.dumps(said))


def test_a_region_that_no_edition_covers(small: Path) -> None:
    change(small, lambda said: said["regions"].update({"310101": {"kinds": ["cinema"], "files": []}}))
    told = refusal(small)
    assert told.code == "national_not_covered"
    assert [(one.params["region"], one.params["kind"]) for one in told.errors] == [("310101", "cinema")]


def test_a_day_before_the_edition(small: Path) -> None:
    late = replace(city.editions()[1], force_from=city.AS_OF + timedelta(days=1))
    assert refusal(small, editions=(late,)).params["count"] == len(city.REGIONS) * len(city.KINDS)


def test_kinds_that_no_edition_rates_anywhere_are_left_out(small: Path, tmp_path: Path) -> None:
    narrow = tuple(replace(each, kinds=("cinema",)) for each in city.editions())
    found = rate_evidence(engine=LocalEngine(str(small), 1), editions=narrow, as_of=None, out=tmp_path / "out")
    assert json.loads(found.manifest)["left_out"] == ["net_cafe"]
    kinds = {kind for file in (tmp_path / "out").rglob("*.parquet") for kind in pq.read_table(file)["kind"].to_pylist()}
    assert kinds == {"cinema"}


def test_the_same_edition_twice(small: Path) -> None:
    first, second = city.editions()
    assert refusal(small, editions=(first, first)).code == "national_editions_overlap"
    rival = replace(second, id="rival", rulebook="rival", force_from=first.force_from)
    assert refusal(small, editions=(first, rival)).code == "national_editions_overlap"


def test_an_entity_in_two_files(small: Path) -> None:
    def twice(said: dict[str, Any]) -> None:
        files = said["regions"]["110101"]["files"]
        shutil.copy(small / files[0]["name"], small / "region=110101" / "part-00001.parquet")
        files.append({**files[0], "name": "region=110101/part-00001.parquet"})

    change(small, twice)
    told = refusal(small)
    assert (told.code, told.params["file"]) == ("national_schema_differs", "region=110101/part-00001.parquet")


@pytest.mark.parametrize("kind", city.KINDS)
def test_an_entity_in_two_regions_whatever_its_kinds(tmp_path: Path, kind: str) -> None:
    folder, (here, there) = tmp_path / "evidence", city.REGIONS[:2]
    keys = {here: city.keys_of(here, "cinema", 20), there: city.keys_of(there, kind, 20)}
    keys[there][7:9] = keys[here][7:9]
    parts = [(here, Part(city.columns_of(here, "cinema", 20), keys[here]))]
    parts += [(there, Part(city.columns_of(there, kind, 20), sorted(keys[there])))]
    folder.mkdir()
    write_evidence(
        folder,
        [(region, [part]) for region, part in parts],
        day=city.AS_OF,
        position=7,
        branches={},
        entities_a_file=10,
    )
    told = refusal(folder)
    assert told.code == "national_entity_twice"
    assert told.params == {"entity": keys[here][7], "regions": f"{here}, {there}", "count": 2}


def test_branches_counted_otherwise(small: Path) -> None:
    change(small, lambda said: said["branches"].update({"cinema": False}))
    assert refusal(small).code == "national_branches"


def test_a_day_before_the_evidence(small: Path) -> None:
    assert refusal(small, as_of=city.AS_OF - timedelta(days=1)).code == "national_before_evidence"


def test_a_folder_that_is_there(small: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert refusal(small).code == "national_out_exists"


def name_another(said: dict[str, Any]) -> None:
    said["regions"]["110101"]["files"][0]["name"] = "region=110101/../../secret"


def name_twice(said: dict[str, Any]) -> None:
    files = said["regions"]["110101"]["files"]
    files.append(files[0])


@pytest.mark.parametrize(
    "how",
    [
        name_twice,
        lambda said: said["regions"].update({"../up": {"kinds": [], "files": []}}),
        lambda said: said.update(format=2),
        lambda said: said.pop("day"),
        lambda said: said.update(regions=[]),
        name_another,
    ],
)
def test_a_manifest_of_another_form(small: Path, how: Callable[[dict[str, Any]], object]) -> None:
    change(small, how)
    assert refusal(small).code == "national_not_evidence"


def test_no_manifest_and_no_folder(small: Path, tmp_path: Path) -> None:
    (small / "manifest.json").unlink()
    assert refusal(small).code == "national_not_evidence"
    assert (
        refusal(tmp_path / "evidence", engine=LocalEngine(str(tmp_path / "nowhere"), 1)).code == "national_not_evidence"
    )


@pytest.mark.parametrize(
    ("where", "code"),
    [
        ({"--out": "s3://bucket/out"}, "national_out_elsewhere"),
        ({"--events": "ftp://host/evidence"}, "national_no_connector"),
        ({"--events": "file://host/evidence"}, "national_out_elsewhere"),
    ],
)
def test_addresses_of_other_kinds(small: Path, tmp_path: Path, where: dict[str, str], code: str) -> None:
    edition = tmp_path / "edition.toml"
    edition.write_text(city.FIRST, encoding="utf-8")
    asked = {"--edition": str(edition), "--events": str(small), "--out": str(tmp_path / "out"), **where}
    words = [word for pair in asked.items() for word in pair]
    answer = CliRunner().invoke(main, ["national", "rate", "--engine", "local", *words])
    assert answer.exit_code == 1
    assert f"({code})" in answer.stderr
    assert len(answer.stderr.splitlines()) == len(LANGUAGES)
    assert not (tmp_path / "out").exists()


def test_from_the_command_line(small: Path, tmp_path: Path) -> None:
    edition = tmp_path / "edition.toml"
    edition.write_text(city.FIRST, encoding="utf-8")
    asked = ["--edition", str(edition), "--events", small.as_uri(), "--out", str(tmp_path / "out")]
    answer = CliRunner().invoke(main, ["national", "rate", "--engine", "local", "--as-of", "2026-07-01", *asked])
    assert answer.exit_code == 0, answer.stderr
    said = json.loads((tmp_path / "out" / "manifest.json").read_bytes())
    assert json.loads(answer.stdout) == said["kinds"]
    assert said["as_of"] == "2026-07-01"


def test_every_problem_says_what_to_do() -> None:
    ours = [kind for code, kind in catalogue().items() if code.startswith("national_")]
    assert len(ours) > 10
    assert all(text.next for kind in ours for text in kind.texts.values())
