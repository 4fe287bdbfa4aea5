"""Reads of the register."""

from service.register.queries.catalogues import (
    AuthorityRow,
    KindRow,
    RegionRow,
    authorities,
    authority_line,
    domain_names,
    domains,
    kind_names,
    kinds,
    regions,
)
from service.register.queries.facts import EntityFacts, authority_today, branches, facts, resolve

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
]
