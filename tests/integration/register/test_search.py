"""Entities are found by key, by any part of the name in any writing, by pinyin; only inside the caller's scope."""

import pytest

from service.platform import Actor, Database, Problem, Role
from service.register import change_entity, entity_body, search
from tests.builders.entities import entered
from tests.builders.fillings import Filling, filled, shipped
from tests.integration.register.conftest import ADMINISTRATOR, NOW

NAMES = {
    "uscc:91110000101623741K": "北京市朝阳区绿野网吧",
    "own:2": "北京市海淀区绿野书店",
    "own:3": "重庆音乐厅",
    "own:4": "Ａ级景区（西山）",
}
ADDRESSES = {"own:2": "北京市海淀区中关村大街88号院3号楼", "own:3": "朝阳區建國路１２號"}


def enter_all(database: Database) -> None:
    for key, name in NAMES.items():
        region = "110108" if key == "own:2" else "110105"
        said = {"address": ADDRESSES[key]} if key in ADDRESSES else {}
        entered(database, ADMINISTRATOR, key, name=name, region=region, authority=f"bj-culture-{region}", **said)


@pytest.fixture
def filling(request: pytest.FixtureRequest) -> Filling:
    return filled(NOW, enter_all) if "named" in request.fixturenames else shipped


@pytest.fixture
def named(database: Database) -> Database:
    """The four, entered."""
    return database


def found(database: Database, asked: str | None, actor: Actor = ADMINISTRATOR, **filters: str) -> list[str]:
    with database.reader() as session:
        return [row.key for row in search(session, actor, asked=asked, filters=filters, limit=50)]


@pytest.mark.parametrize(
    ("asked", "keys"),
    [
        ("91110000101623741k", ["uscc:91110000101623741K"]),
        ("own:3", ["own:3"]),
        ("绿野", ["uscc:91110000101623741K", "own:2"]),
        ("綠野書店", ["own:2"]),
        ("野", ["uscc:91110000101623741K", "own:2"]),
        ("京市区", []),
        ("yinyueting", ["own:3"]),
        ("CQYYT", ["own:3"]),
        ("cq", ["own:3"]),
        ("mi", []),
        ("eijingshi", ["uscc:91110000101623741K", "own:2"]),
        ("tt", []),
        ("yt", ["own:3"]),
        ("重慶", ["own:3"]),
        ("9111", ["uscc:91110000101623741K"]),
        ("uscc:9", ["uscc:91110000101623741K"]),
        ("own:", []),
        ("9112", []),
        ("绿店", []),
        ("lyw", ["uscc:91110000101623741K"]),
        ("A级景区 西山", ["own:4"]),
        ("100%_", []),
        ("不存在", []),
    ],
)
def test_a_name_is_found_however_it_is_asked_for(named: Database, asked: str, keys: list[str]) -> None:
    assert sorted(found(named, asked)) == sorted(keys)


@pytest.mark.parametrize(
    ("address", "keys"),
    [
        ("中关村", ["own:2"]),
        ("中關村大街 88号", ["own:2"]),
        ("88号院", ["own:2"]),
        ("朝阳区建国路12", ["own:3"]),
        ("北京市", ["own:2"]),
        ("街楼", []),
    ],
)
def test_an_address_is_found_by_a_part_of_it(named: Database, address: str, keys: list[str]) -> None:
    assert found(named, None, address=address) == keys
    assert found(named, "绿野", address=address) == [key for key in keys if key == "own:2"]


def test_what_was_found_tells_the_address_and_a_cleared_one_is_found_no_more(named: Database) -> None:
    with named.reader() as session:
        assert [row.address for row in search(session, ADMINISTRATOR, asked="own:2", limit=5)] == [ADDRESSES["own:2"]]
    with named.unit_of_work(ADMINISTRATOR) as uow:
        change_entity(uow, key="own:2", change={"address": None})
    assert found(named, None, address="中关村") == []
    with named.reader() as session:
        assert "address" not in entity_body(session, ADMINISTRATOR, "own:2")
        assert [row.address for row in search(session, ADMINISTRATOR, asked="own:2", limit=5)] == [None]


def test_a_change_of_the_name_leaves_the_address_and_the_other_way_round(named: Database) -> None:
    with named.unit_of_work(ADMINISTRATOR) as uow:
        change_entity(uow, key="own:2", change={"name": "青山书店"})
    with named.unit_of_work(ADMINISTRATOR) as uow:
        change_entity(uow, key="own:3", change={"address": "示例路7号"})
    assert found(named, "青山", address="中关村") == ["own:2"]
    assert found(named, "音乐", address="示例路") == ["own:3"]


def test_a_single_letter_is_too_little(named: Database) -> None:
    with pytest.raises(Problem, match="entity_search_too_short"):
        found(named, "b")
    with pytest.raises(Problem, match="entity_search_too_short"):
        found(named, None, address="号")


def test_filters_and_scope_narrow_what_is_found(named: Database) -> None:
    assert len(found(named, None)) == 4
    assert found(named, None, region="110108") == ["own:2"]
    assert len(found(named, None, region="110000", kind="net_cafe")) == 4
    assert len(found(named, None, region="100000")) == 4
    assert found(named, None, region="230000") == []
    assert found(named, None, kind="museum") == []
    assert found(named, "绿野", authority="bj-culture-110108") == ["own:2"]
    assert found(named, None, status="suspended") == []
    haidian = Actor("token", "t", Role.HANDLER, authority="bj-culture-110108", regions=("110108",))
    assert found(named, None, haidian) == ["own:2"]
    city = Actor("token", "t", Role.HANDLER, regions=("110000",))
    assert len(found(named, None, city)) == 4


def test_pages_follow_each_other_in_the_order_of_pinyin(named: Database) -> None:
    with named.reader() as session:
        first = search(session, ADMINISTRATOR, limit=2)
        last = first[1]
        rest = search(session, ADMINISTRATOR, after=(last.pinyin, last.id), limit=2)
    assert len(first) == 3  # one more than asked tells that there is a next page
    pinyin = [row.pinyin for row in (*first[:2], *rest)]
    assert pinyin == sorted(pinyin)
    assert len(pinyin) == 4
