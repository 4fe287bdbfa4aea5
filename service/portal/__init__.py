"""The portal: pages for everybody, and for entities about themselves."""

from service.portal.draws import blueprint as draws
from service.portal.entities import blueprint as entities
from service.portal.feeds import blueprint as feeds
from service.portal.home import blueprint as home
from service.portal.my import blueprint as my
from service.portal.open_data import blueprint as open_data
from service.portal.overrides import blueprint as overrides
from service.portal.plans import blueprint as plans
from service.portal.records import blueprint as records
from service.portal.results import blueprint as results
from service.portal.verify import blueprint as verify
from service.portal.visit_entry import blueprint as visit_entry

BLUEPRINTS = (home, entities, records, results, plans, draws, overrides, verify, feeds, my, open_data, visit_entry)

__all__ = ["BLUEPRINTS"]
