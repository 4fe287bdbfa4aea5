"""Register: authorities, regions, kinds, entities and every version of them."""

from service.register.queries import (
    AuthorityRow,
    EntityFacts,
    KindRow,
    RegionRow,
    authorities,
    authority_line,
    authority_today,
    branches,
    domain_names,
    domains,
    facts,
    kind_names,
    kinds,
    regions,
    resolve,
)
from service.register.usecases import ImportReport, change_entity, enter_entity, import_entities, seed

__all__ = [
    "AuthorityRow",
    "EntityFacts",
    "ImportReport",
    "KindRow",
    "RegionRow",
    "authorities",
    "authority_line",
    "authority_today",
    "branches",
    "change_entity",
    "domain_names",
    "domains",
    "enter_entity",
    "facts",
    "import_entities",
    "kind_names",
    "kinds",
    "regions",
    "resolve",
    "seed",
]
