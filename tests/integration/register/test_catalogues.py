"""The shipped catalogues in a real database."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from service import register
from service.platform import Actor, Database, Role

EDITOR = Actor(kind="operator", id="editor", role=Role.ADMINISTRATOR)


def test_seeding_again_adds_and_audits_nothing(database: Database) -> None:
    with database.reader() as session:
        before = session.scalar(text("SELECT count(*) FROM audit"))
    with database.unit_of_work(EDITOR) as uow:
        assert register.seed(uow) == 0
    with database.reader() as session:
        assert session.scalar(text("SELECT count(*) FROM audit")) == before


def test_seeding_completes_and_keeps_what_an_operator_changed(database: Database) -> None:
    with database.unit_of_work(EDITOR) as uow:
        uow.session.execute(text("""UPDATE entity_kind SET names = '{"zh": "改", "en": "x"}' WHERE code = 'museum'"""))
        uow.session.execute(text("DELETE FROM entity_kind WHERE code = 'cinema'"))
        uow.audit("test.changed", "register", {})
    with database.unit_of_work(EDITOR) as uow:
        assert register.seed(uow) == 1
    with database.reader() as session:
        assert register.kind_names(session)["museum"] == {"zh": "改", "en": "x"}
        assert register.kind_names(session)["cinema"]["en"] == "Cinema"


def test_every_kind_has_its_domain_and_names(database: Database) -> None:
    with database.reader() as session:
        domains = register.domains(session)
        assert domains["net_cafe"] == domains["art_dealer"] == "culture"
        assert set(domains) == set(register.kind_names(session)) == {kind.code for kind in register.kinds(session)}
        assert set(domains.values()) == set(register.domain_names(session))


def test_a_district_authority_stands_under_the_city(database: Database) -> None:
    with database.reader() as session:
        assert register.authority_line(session, "bj-culture-110105") == ("bj-culture-110105", "bj-culture")
        assert register.authority_line(session, "nobody") == ()


def test_a_region_code_cannot_be_valid_twice_on_one_day(database: Database) -> None:
    insert = text("INSERT INTO region (code, valid_from, valid_to, names) VALUES (:code, :since, :until, '{}')")
    with database.unit_of_work(EDITOR) as uow:
        uow.session.execute(insert, {"code": "110103", "since": date(2010, 7, 1), "until": None})
        uow.audit("test.added", "110103", {})
    with pytest.raises(IntegrityError), database.unit_of_work(EDITOR) as uow:
        uow.session.execute(insert, {"code": "110105", "since": date(2030, 1, 1), "until": None})


def test_versions_are_never_changed(database: Database) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), database.unit_of_work(EDITOR) as uow:
        uow.session.execute(text("DELETE FROM entity_version"))
