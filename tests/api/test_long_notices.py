"""However much there is to say, and however it was written, the entity is told: no length keeps a notice back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from service.notices.written import follow_outbox
from service.notices.written.vocabulary import LONGEST_TEXT, MOST_SAID, MOST_TEXTS, notice_kinds, told_facts
from service.platform import Problem
from service.ratings import drain
from tests.builders.partners import rows
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from service.platform import web

NAME = "示例影院" * 50
CHANGE = notice_kinds()["tier_change"]
FACTS = {"kind": "cinema", "kind_name": "影院", "old_tier": "A", "new_tier": "D", "reasons": ["a"], "ways": []}


@pytest.fixture
def cinema(assembly: web.Assembly) -> int:
    """The number of a cinema with a name of 200 characters, rated."""
    database = assembly.database
    town.found(database)
    with database.unit_of_work(town.OPERATOR) as uow:
        number = town.entity(uow.session, audit_id=uow.audit("test.registered", "town", {}), name=NAME)
        uow.mark([number], "register")
    drain(database=database)
    assert follow_outbox(database) == 0
    return number


def given_up(database: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401 - of the assembly
    return rows(database, "SELECT detail FROM audit WHERE action = 'notices.notice_given_up'")


def test_a_tier_with_hundreds_of_reasons_is_told_with_all_of_them(
    cinema: int, caller: Callable[..., FlaskClient], assembly: web.Assembly
) -> None:
    database, many = assembly.database, 2 * MOST_TEXTS + 1
    with database.unit_of_work(town.OPERATOR) as uow:
        audit_id = uow.audit("test.fined", str(cinema), {})
        for place in range(many):
            town.fine(uow.session, cinema, audit_id=audit_id, on=date(2025, 6, 1) + timedelta(days=place))
        uow.mark([cinema], "event")
    drain(database=database)
    assert follow_outbox(database) == 1
    assert given_up(database) == []
    entity = caller("entity", subject=town.key_of(database, cinema))
    (made,) = entity.get("/v1/notices").json["items"]
    whole = entity.get(f"/v1/notices/{made['number']}").json
    assert len(whole["facts"]["reasons"]) > many
    for lang in ("zh", "en"):
        said = whole["texts"][lang]["text"]
        assert NAME in said
        assert said.count("\n· ") > many
        pdf = entity.get(f"/v1/notices/{made['number']}/pdf?lang={lang}")
        assert (pdf.status_code, pdf.data[:5]) == (200, b"%PDF-")


@pytest.mark.parametrize("reason", ["好" * 5_000, "第一行\n第二行\r\n\u2028第三行", " ", ""])
def test_what_another_room_asks_for_is_told_however_a_person_wrote_it(
    cinema: int, assembly: web.Assembly, reason: str
) -> None:
    database = assembly.database
    facts = {
        "kind": "cinema",
        "kind_zh": "影院",
        "kind_en": "Cinema",
        "tier": "A",
        "proposed": "D",
        "decided_on": "2026-05-30",
        "reason": reason,
    }
    with database.unit_of_work(town.OPERATOR) as uow:
        key = town.key_of(database, cinema)
        uow.audit("test.asked", key, {})
        uow.publish("notice.asked", key, {"kind": "proposal_rejected", "facts": facts})
    assert follow_outbox(database) == 1
    assert given_up(database) == []
    ((kept,),) = rows(database, "SELECT facts ->> 'reason' FROM entity_notice")
    assert kept == (" ".join(reason.split())[:LONGEST_TEXT] or "—")
    with database.reader() as session:
        texts = session.scalars(text("SELECT text FROM entity_notice_text")).all()
    assert len(texts) == 2
    assert all(f"· {kept}\n" in one for one in texts)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_of_thousands_the_first_and_the_last_are_told_and_how_many_are_between(lang: str) -> None:
    reasons = [f"reason {place}" for place in range(3 * MOST_SAID)]
    told = told_facts(CHANGE, {**FACTS, "reasons": reasons}, lang)["reasons"]
    assert len(told) == MOST_SAID
    (between,) = [one for one in told if one not in reasons]
    assert str(2 * MOST_SAID + 1) in between
    assert (told[0], told[-1]) == (reasons[0], reasons[-1])
    assert told_facts(CHANGE, {**FACTS, "reasons": reasons[:MOST_SAID]}, lang)["reasons"] == reasons[:MOST_SAID]


def test_what_no_length_explains_is_a_fault_still() -> None:
    for wrong in ({"new_tier": None}, {"due_on": "soon"}, {"reasons": "a"}, {"other": "a"}, {"ways": [1]}):
        with pytest.raises(Problem, match="invalid_body"):
            told_facts(CHANGE, {**FACTS, **wrong}, "zh")
