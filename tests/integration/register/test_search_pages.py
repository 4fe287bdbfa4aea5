"""All pages of a search together are what a look at every entity finds: each once, in the order of pinyin, then of age.

The oracle reads what was handed in, one entity after another. Names repeat, so that pages end among equal ones.
"""

from __future__ import annotations

import io
import re
from importlib import import_module
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from scoring.kernel.codes import CodeError, organisation_check, public_key, unified_check
from service.platform import Actor, Role
from service.register import are_more_than, import_entities, search
from service.register.names import keys_of, search_key
from service.register.tables import SAMPLED
from tests.builders.entities import entry
from tests.builders.fillings import Filling, with_shipped
from tests.integration.register.conftest import ADMINISTRATOR, NOW

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from service.platform import Database

PARTS = ("北京市", "朝阳", "重庆", "乙", "甲乙", "书店", "網吧", "Ａ级", "a1", "0012", "绿野", "旅行社", "乐", "ok")
STREETS = ("示例路", "甲街", "乙街", "1号院", "12号院", "3号楼", "朝陽里")
REGIONS = ("110105", "110108", "110119")
KINDS = ("net_cafe", "museum", "travel_agency")
CODE = re.compile(r"(?:(uscc|reg|own):)?([0-9A-Za-z._-]+)")
LETTERS = st.text("abceghiklnorswyz0123", min_size=2, max_size=4)
PIECES = st.lists(st.sampled_from(PARTS), min_size=1, max_size=2).map("".join)
CODES = st.sampled_from(
    ["own:00", "0012", "9111", "91110105", "uscc:92", "reg:1101", "own:000012", "own:nobody", "1101050"]
)
CUT = st.tuples(PIECES, st.integers(0, 2), st.integers(1, 4)).map(lambda cut: cut[0][cut[1] : cut[1] + cut[2]] or "乙")
PINYIN = PIECES.map(lambda name: keys_of(name).pinyin[1:6])
INITIALS = PIECES.map(lambda name: keys_of(name).initials[:3])
ENOUGH = (CUT | LETTERS | PINYIN | INITIALS).filter(
    lambda asked: len(key := search_key(asked)) > 1 or not (key or "a").isascii()
)
ASKED = st.none() | PIECES | ENOUGH | CODES
OFTEN = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


class Told(NamedTuple):
    """An entity as it was handed in, with what a name is looked for by; ``place``: in its file."""

    place: int
    said: dict[str, Any]
    name: str
    pinyin: str
    initials: str
    address: str


def people(chance: Random) -> Iterator[dict[str, Any]]:
    """Entities of a few names in three districts, in no order."""
    for number in range(260):
        region = chance.choice(REGIONS)
        name = "".join(chance.sample(PARTS, chance.randint(1, 3)))
        yield entry(
            _key(chance, number, region),
            name=name,
            region=region,
            authority=f"bj-culture-{region}",
            address="".join(chance.sample(STREETS, 3)),
            kinds=[{"kind": kind, "valid_from": "2020-01-01"} for kind in chance.sample(KINDS, chance.randint(1, 2))],
            natural_person=chance.random() < 0.1,
            **(chance.choice([{}, {}, {"status": "suspended", "status_on": "2026-01-01", "status_evidence": "x"}])),
        )


def _key(chance: Random, number: int, region: str) -> str:
    body = f"Y{number:07d}"
    first17 = f"{chance.choice(['91', '92'])}{region}{body}{organisation_check(body)}"
    return chance.choice(
        [f"own:{number:06d}", f"reg:{11010500000000 + number}", f"uscc:{first17}{unified_check(first17)}"]
    )


HANDED_IN = list(people(Random(7)))  # noqa: S311 - invented names
TOLD = [
    Told(place, said, keys.key, keys.pinyin, keys.initials, search_key(said["address"]))
    for place, said in enumerate(HANDED_IN)
    for keys in [keys_of(said["name"])]
]


def town(database_url: str) -> None:
    """A register that holds them all."""
    with with_shipped(database_url, NOW) as database:
        file = io.BytesIO(b"\n".join(orjson.dumps(said) for said in HANDED_IN))
        report = import_entities(database.unit_of_work, actor=ADMINISTRATOR, stream=file, file_format="ndjson")
        assert report.created == len(HANDED_IN), report.document()


@pytest.fixture
def filling() -> Filling:
    return town


def fits(one: Told, asked: str) -> bool:
    """Whether what was typed stands for an entity."""
    try:
        return bool(one.said["key"] == str(public_key(asked)))
    except CodeError:
        pass
    scheme, number = code.groups() if (code := CODE.fullmatch(asked)) else (None, "")
    own_scheme, _, own_number = one.said["key"].partition(":")
    begins = own_number.startswith(number.upper() if own_scheme == "uscc" else number)
    if scheme is not None:
        return scheme == own_scheme and begins
    if len(number) >= 4 and any(char.isdigit() for char in number) and begins:
        return True
    key = search_key(asked)
    written = (one.name, one.pinyin, one.initials) if key.isascii() else (one.name,)
    return any(key in what for what in written)


def naive(asked: str | None, filters: Mapping[str, str], actor: Actor) -> list[str]:
    """The keys of those that fit, in the order that is told."""
    tests = {
        "address": lambda one, said: search_key(said) in one.address,
        "region": lambda one, said: one.said["region"].startswith(said.rstrip("0")),
        "authority": lambda one, said: one.said["authority"] == said,
        "kind": lambda one, said: said in [kind["kind"] for kind in one.said["kinds"]],
        "status": lambda one, said: one.said.get("status", "active") == said,
    }
    found = [
        one
        for one in TOLD
        if actor.may_see(one.said["authority"], one.said["region"])
        and (asked is None or fits(one, asked))
        and all(tests[name](one, said) for name, said in filters.items())
    ]
    return [one.said["key"] for one in sorted(found, key=lambda one: (one.pinyin.encode(), one.place))]


FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "address": st.sampled_from(["示例", "甲街1", "乙街12號", "朝阳里", "街街"]),
        "region": st.sampled_from([*REGIONS, "110000"]),
        "authority": st.sampled_from([f"bj-culture-{region}" for region in REGIONS]),
        "kind": st.sampled_from([*KINDS, "cinema"]),
        "status": st.sampled_from(["active", "suspended"]),
    },
)
ACTORS = st.sampled_from(
    [
        ADMINISTRATOR,
        Actor("token", "t", Role.HANDLER, authority="bj-culture-110105"),
        Actor("token", "t", Role.HANDLER, regions=("110108", "110119")),
    ]
)


@given(
    asked=ASKED,
    filters=FILTERS,
    actor=ACTORS,
    at_once=st.integers(5, 90),
    sample=st.sampled_from([(1, 0), (1, 2), (5, 0), (5, 2), (251, 2)]),
)
@example(asked=None, filters={}, actor=ADMINISTRATOR, at_once=40, sample=(1, 0))
@example(asked="书店", filters={}, actor=ADMINISTRATOR, at_once=9, sample=(5, 0))
@example(asked="9111", filters={}, actor=ADMINISTRATOR, at_once=90, sample=(251, 2))
@example(asked="cyy", filters={}, actor=ADMINISTRATOR, at_once=5, sample=(1, 2))
@example(asked="yy", filters={}, actor=ADMINISTRATOR, at_once=5, sample=(5, 2))
@OFTEN
def test_pages_together_are_what_a_look_at_every_entity_finds(
    database: Database, asked: str | None, filters: dict[str, str], actor: Actor, at_once: int, sample: tuple[int, int]
) -> None:
    expected = naive(asked, filters, actor)
    with pytest.MonkeyPatch.context() as patch, database.reader() as session:
        for name, said in zip(("SAMPLED", "SPARE"), sample, strict=True):
            patch.setattr(import_module("service.register.queries.search"), name, said)
        told: list[str] = []
        after = None
        while rows := search(session, actor, asked=asked, filters=filters, after=after, limit=at_once):
            assert len(rows) == min(len(expected) - len(told), at_once + 1), "one more tells of a next page"
            told += [row.key for row in rows[:at_once]]
            if len(rows) <= at_once:
                break
            after = (rows[at_once - 1].pinyin, rows[at_once - 1].id)
        most = max(len(expected) - 1, 0)
        assert are_more_than(session, actor, most, asked=asked, filters=filters) is (len(expected) > most)
        assert not are_more_than(session, actor, most + 1, asked=asked, filters=filters)
    assert told == expected


@pytest.mark.parametrize(
    ("index", "asked"),
    [
        ("ix_entity_sample", f"SELECT id FROM entity WHERE id % {SAMPLED} = 0 ORDER BY pinyin, id"),  # noqa: S608
        (
            "ix_entity_found",
            "SELECT id FROM entity WHERE jsonb_path_query_array(body, '$.kinds[*].kind') @> to_jsonb(text 'museum')",
        ),
    ],
)
def test_an_index_answers(database: Database, index: str, asked: str) -> None:
    with database.reader() as session:
        session.execute(text("SET LOCAL enable_seqscan = off"))
        plan = "\n".join(session.scalars(text(f"EXPLAIN {asked}")))
    assert index in plan
