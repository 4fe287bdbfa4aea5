"""What the service computes about repair and correction, for staff; look-ups of persons are noted."""

from __future__ import annotations

from flask import Response, jsonify

from service.insight.reach import reach_of
from service.insight.reach_document import reach_document
from service.insight.reach_schemas import ReachSchema
from service.platform import web

blueprint = web.Blueprint("repair_statistics", __name__, url_prefix="/v1", description="Statistics of credit repair")


@blueprint.get("/events/<int:event_id>/reach")
@blueprint.response(200, ReachSchema)
def reach(event_id: int) -> Response:
    """How far a corrected or annulled event had reached: tiers, draws, partners who were told."""
    with web.reader() as session:
        found = reach_of(session, web.actor(), event_id, now=web.database().clock.now())
    web.notes().note_now(web.actor(), "correction_reach", found.entity.key, {"event": event_id})
    return jsonify(reach_document(found, web.language()))
