"""The console: pages for members of staff."""

from service.console.accounts import blueprint as accounts
from service.console.commitments import blueprint as commitments
from service.console.confirmations import blueprint as confirmations
from service.console.draws import blueprint as draws
from service.console.entities import blueprint as entities
from service.console.entity_files import blueprint as entity_files
from service.console.evidence import blueprint as evidence
from service.console.histories import blueprint as histories
from service.console.home import blueprint as home
from service.console.insight import blueprint as insight
from service.console.inspections import blueprint as inspections
from service.console.notices import blueprint as notices
from service.console.objections import blueprint as objections
from service.console.overrides import blueprint as overrides
from service.console.people import blueprint as people
from service.console.plans import blueprint as plans
from service.console.proposals import blueprint as proposals
from service.console.provider import blueprint as provider
from service.console.publications import blueprint as publications
from service.console.recusals import blueprint as recusals
from service.console.repairs import blueprint as repairs
from service.console.replies import blueprint as replies
from service.console.rerates import blueprint as rerates
from service.console.rulebooks import blueprint as rulebooks
from service.console.searches import blueprint as searches
from service.console.second_factor import blueprint as second_factor
from service.console.sign_in import blueprint as sign_in
from service.console.studies import blueprint as studies
from service.console.trials import blueprint as trials
from service.console.visitor_codes import blueprint as visitor_codes
from service.console.visits import blueprint as visits

BLUEPRINTS = (
    *(home, sign_in, provider, accounts, second_factor, people),
    *(entities, entity_files, histories, searches, evidence),
    *(plans, draws, visits, inspections, recusals),
    *(repairs, objections, publications, notices, commitments),
    *(rulebooks, proposals, trials, rerates, confirmations),
    *(insight, overrides, studies),
    replies,
    visitor_codes,
)

__all__ = ["BLUEPRINTS"]
