"""The law that rates can be read by anyone, byte for byte; and only lawful law is put in force."""

from __future__ import annotations

import re
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from service.editions import digests_in_force, law_for, shipped
from service.editions.schemas import EditionContentsSchema
from service.platform import Problem
from service.ratings import put_edition_in_force
from tests.builders.repairing import REPAIR
from tests.integration.ratings import town

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from service.platform import Database, web


def marks(database: Database) -> int:
    with database.reader() as session:
        return session.scalar(text("SELECT count(*) FROM rerate_mark")) or 0


def put(database: Database, words: str) -> None:
    with database.unit_of_work(town.OPERATOR) as uow:
        put_edition_in_force(uow=uow, words=words, reason="test")


def refused(database: Database, words: str) -> Problem:
    with pytest.raises(Problem) as caught:
        put(database, words)
    return caught.value


def test_all_shipped_editions_stand_in_force_together(assembly: web.Assembly, anonymous: FlaskClient) -> None:
    for words in shipped():
        put(assembly.database, words)
    listed = anonymous.get("/v1/editions").get_json()
    assert len(listed) == len(shipped()) == 13
    for one in listed:
        said = anonymous.get(f"/v1/editions/{one['edition_id']}").get_data()
        assert sha256(said).hexdigest() == one["digest"]
    assert anonymous.get("/version").status_code == 200


def test_an_edition_that_is_not_there_is_a_problem(anonymous: FlaskClient) -> None:
    answer = anonymous.get("/v1/editions/none.1900")
    assert (answer.status_code, answer.get_json()["code"]) == (404, "edition_unknown")


def test_the_same_text_again_changes_nothing_and_another_under_its_id_is_refused(assembly: web.Assembly) -> None:
    town.found(assembly.database)
    put(assembly.database, town.EDITION)
    changed = town.EDITION.replace("points = -20", "points = -30")
    assert refused(assembly.database, changed).code == "edition_id_taken"


def test_two_editions_are_never_in_force_for_one_kind_and_place_at_once(assembly: web.Assembly) -> None:
    town.found(assembly.database)
    rival = town.EDITION.replace('id = "town.2025"', 'id = "rival.2025"').replace(
        'rulebook = "town"', 'rulebook = "rival"'
    )
    problem = refused(assembly.database, rival)
    assert (problem.code, problem.params["other"]) == ("edition_overlaps", "town.2025")
    elsewhere = rival.replace('regions = ["110000"]', 'regions = ["330000"]')
    put(assembly.database, elsewhere)
    with assembly.database.reader() as session:
        assert set(digests_in_force(session, on=date(2026, 1, 1))) == {"town.2025", "rival.2025"}


def test_law_of_another_matter_stands_beside_the_law_that_rates(assembly: web.Assembly, anonymous: FlaskClient) -> None:
    town.found(assembly.database)
    head, _, _ = town.EDITION.partition("[clauses]")
    head = head.replace("town.2025", "town-repair.2025").replace('rulebook = "town"', 'rulebook = "town-repair"')
    clauses = 'calendar = "cn"\n[clauses]\n"1" = { zh = "一" }\n"2" = { zh = "二" }\n'
    repairs = head + clauses + REPAIR.replace("art. 1", "1")
    drained = marks(assembly.database)
    put(assembly.database, repairs)
    assert marks(assembly.database) == drained, "what does not rate asks for no rating"
    nation = re.sub("(?m)^(regions|kinds) = .*$", "", repairs.replace("town-repair", "nation-repair"))
    put(assembly.database, nation)
    listed = {one["edition_id"]: one["matters"] for one in anonymous.get("/v1/editions").get_json()}
    assert listed == {"town.2025": ["rating"], "town-repair.2025": ["repair"], "nation-repair.2025": ["repair"]}
    asked = {"matter": "repair", "kinds": ("cinema",), "day": date(2026, 1, 1)}
    with assembly.database.reader() as session:
        here, there = (law_for(session, region=region, **asked) for region in ("110105", "330100"))
        assert (here and here.id, there and there.id) == ("town-repair.2025", "nation-repair.2025")
        assert law_for(session, matter="objection", kinds=("cinema",), region="110105", day=date(2026, 1, 1)) is None
    again = repairs.replace("town-repair", "again-repair")
    assert refused(assembly.database, again).params["other"] == "town-repair.2025"


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ("[rating]\n", "[rating]\nno_such_key = 1\n"),
        ("at_least = 90", "at_least = 90.001"),
        ('clause = "1"\nname = { zh = "罚款"', 'clause = "99"\nname = { zh = "罚款"'),
    ],
)
def test_an_edition_with_a_fault_is_refused_with_the_place_and_what_to_write(
    assembly: web.Assembly, wrong: str, pointer: str
) -> None:
    town.found(assembly.database)
    problem = refused(assembly.database, town.EDITION.replace("town.2025", "town.2026").replace(wrong, pointer))
    assert problem.code == "edition_invalid"
    for one in problem.errors:
        assert one.pointer
        assert one.text("zh").detail != one.text("en").detail


def test_the_contents_name_each_clause_with_the_lines_that_cite_it(
    assembly: web.Assembly, anonymous: FlaskClient
) -> None:
    for words in shipped():
        put(assembly.database, words)
    for one in anonymous.get("/v1/editions").get_json():
        said = anonymous.get(f"/v1/editions/{one['edition_id']}/contents").get_json()
        assert EditionContentsSchema().validate(said) == {}
        assert said["title"] == one["title"]
        lines = anonymous.get(f"/v1/editions/{one['edition_id']}").get_data(as_text=True).split("\n")
        assert any(clause["lines"] for clause in said["clauses"])
        for clause in said["clauses"]:
            assert all(f'clause = "{clause["clause"]}"' in lines[number - 1] for number in clause["lines"])
    successor = anonymous.get("/v1/editions/ndrc-36.2026/contents").get_json()
    assert successor["predecessor"] == "ndrc-58.2023"
    assert successor["changes"]
    assert anonymous.get("/v1/editions/none/contents").get_json()["code"] == "edition_unknown"
