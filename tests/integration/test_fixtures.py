"""The fixtures every test on servers rests on: databases of one's own, an empty Redis."""

from collections.abc import Callable

import psycopg
import redis

from tests.builders.owning import owner_of


def plain(url: str) -> str:
    return url.replace("+psycopg", "")


def test_two_databases_do_not_see_each_other(new_database: Callable[[], str]) -> None:
    first, second = new_database(), new_database()
    with psycopg.connect(plain(owner_of(first))) as connection:
        connection.execute("CREATE TABLE only_here (number int)")
    with psycopg.connect(plain(second)) as connection:
        found = connection.execute("SELECT to_regclass('only_here')").fetchone()
    assert found == (None,)


def test_the_redis_of_a_test_is_empty(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as connection:
        assert connection.dbsize() == 0
        connection.set("left", "behind")


def test_the_redis_of_the_next_test_is_empty_too(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as connection:
        assert connection.dbsize() == 0
        connection.set("left", "behind")
