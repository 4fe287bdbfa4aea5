"""Entities for tests: an entry as a caller would send it, entered through the use case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service.register import enter_entity, resolve

if TYPE_CHECKING:
    from service.platform import Actor, Database


def entry(key: str = "own:E1", **said: Any) -> dict[str, Any]:  # noqa: ANN401 any field of an entry
    """A net café in Chaoyang, active since 2019, unless something else is said."""
    return {
        "key": key,
        "name": "示例网吧",
        "authority": "bj-culture-110105",
        "region": "110105",
        "kinds": [{"kind": "net_cafe", "valid_from": "2020-01-01"}],
        "established_on": "2019-05-06",
        **said,
    }


def entered(database: Database, actor: Actor, key: str = "own:E1", **said: Any) -> int:  # noqa: ANN401
    """Enter an entity; returns its internal number."""
    with database.unit_of_work(actor) as uow:
        return resolve(uow.session, [enter_entity(uow, entry=entry(key, **said))])[key]
