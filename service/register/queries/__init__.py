"""Reads of the register."""

from service.register.queries.called import called_so
from service.register.queries.catalogues import (
    AuthorityRow,
    KindRow,
    RegionRow,
    authorities,
    authorities_below,
    authority_line,
    domain_names,
    domains,
    kind_names,
    kinds,
    region_prefixes,
    regions,
)
from service.register.queries.facts import (
    EntityFacts,
    authority_today,
    branches,
    facts,
    former_parents,
    masked,
    masked_within,
    resolve,
)
from service.register.queries.held import HeldKind, kinds_held, versions_between, zones_in_use
from service.register.queries.holders import Holder, holders
from service.register.queries.imports import flaws_as_csv, import_flaws, import_report, own_imports
from service.register.queries.integrity import entity_faults
from service.register.queries.named import NAMED, name_asked
from service.register.queries.reaching import authorities_reached, entities_within, lies_within, reaches_authority
from service.register.queries.refused_rows import mending_workbook, refuse_where_none, refused_rows
from service.register.queries.scopes import registered_scope
from service.register.queries.search import FILTERS, Found, are_more_than, search
from service.register.queries.searches import SavedSearch, saved_searches
from service.register.queries.views import (
    SameNamePair,
    Version,
    entity_body,
    entity_number,
    same_names,
    versions,
)

__all__ = [
    "FILTERS",
    "NAMED",
    "AuthorityRow",
    "EntityFacts",
    "Found",
    "HeldKind",
    "Holder",
    "KindRow",
    "RegionRow",
    "SameNamePair",
    "SavedSearch",
    "Version",
    "are_more_than",
    "authorities",
    "authorities_below",
    "authorities_reached",
    "authority_line",
    "authority_today",
    "branches",
    "called_so",
    "domain_names",
    "domains",
    "entities_within",
    "entity_body",
    "entity_faults",
    "entity_number",
    "facts",
    "flaws_as_csv",
    "former_parents",
    "holders",
    "import_flaws",
    "import_report",
    "kind_names",
    "kinds",
    "kinds_held",
    "lies_within",
    "masked",
    "masked_within",
    "mending_workbook",
    "name_asked",
    "own_imports",
    "reaches_authority",
    "refuse_where_none",
    "refused_rows",
    "region_prefixes",
    "regions",
    "registered_scope",
    "resolve",
    "same_names",
    "saved_searches",
    "search",
    "versions",
    "versions_between",
    "zones_in_use",
]
