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
from service.register.usecases import seed

__all__ = [
    "AuthorityRow",
    "EntityFacts",
    "KindRow",
    "RegionRow",
    "authorities",
    "authority_line",
    "authority_today",
    "branches",
    "domain_names",
    "domains",
    "facts",
    "kind_names",
    "kinds",
    "regions",
    "resolve",
    "seed",
]
