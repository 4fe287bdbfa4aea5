"""What is told of draws: to everyone, and what is told to few, each look noted before it is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, jsonify

from scoring.sampling import beacon
from service.inspections.draws import audience, files, queries, store
from service.inspections.draws.kept_secrets import secret_of
from service.inspections.draws.order_schemas import DrawOrderArguments, DrawOrderSchema
from service.inspections.draws.ordered import strata_of, tickets_in
from service.inspections.draws.placed import placed
from service.inspections.draws.proposals import proposals
from service.inspections.draws.routes.blueprint import blueprint, file_of, verifiers
from service.inspections.draws.schemas import (
    BeaconArguments,
    BeaconRoundListSchema,
    CertificateArguments,
    DrawListArguments,
    DrawListSchema,
    DrawnNamesSchema,
    DrawPageSchema,
    DrawPlacesSchema,
    DrawPreparationSchema,
    DrawProposedListSchema,
    DrawSchema,
    DrawSecretSchema,
    DrawWorklistArguments,
    RegisterPageSchema,
    TranscriptArguments,
)
from service.inspections.draws.worklist import worklist
from service.platform import Problem, web

if TYPE_CHECKING:
    from service.inspections.draws.store import Draw


@blueprint.get("/draws")
@blueprint.arguments(DrawListArguments, location="query")
@blueprint.response(200, DrawListSchema)
def all_draws(arguments: dict[str, Any]) -> Response:
    """Draws, oldest first unless asked otherwise."""
    page = web.page_of(arguments, int)
    wanted = {name: arguments.get(name) for name in ("authority", "task")}
    with web.reader() as session:
        rows = queries.listed_draws(
            session, **wanted, after=page.after_number, limit=page.limit + 1, newest_first=page.newest
        )
    kept, following = web.cut(rows, page, lambda row: (row.id,))
    return web.link_next(jsonify({"items": [row.document for row in kept]}), following)


@blueprint.get("/draw-worklist")
@blueprint.arguments(DrawWorklistArguments, location="query")
@blueprint.response(200, DrawPageSchema)
def waiting(arguments: dict[str, Any]) -> Response:
    """Draws of the caller's scope that wait for a step, those due first at the head."""
    with web.reader() as session:
        items = worklist(session, web.actor(), now=web.database().clock.now(), **arguments)
    return jsonify({"items": items})


@blueprint.get("/draws/<number>")
@blueprint.response(200, DrawSchema)
def one(number: str) -> Response:
    """Where a draw stands."""
    with web.reader() as session:
        view = queries.view_of(session, number)
    draw = view.draw
    told = {"number": draw.number, "authority": draw.authority, "task": draw.task, "verifiers": verifiers()}
    return jsonify({**{name: value for name, value in view._asdict().items() if name != "draw"}, **told})


@blueprint.get("/draws/<number>/preparation")
@blueprint.response(200, DrawPreparationSchema)
def preparation(number: str) -> Response:
    """The terms of a draw as they were last written, and who has done what that nobody else is told."""
    with web.reader() as session:
        draw = store.draw_of(session, number)
        audience.refuse_stranger(session, web.actor(), draw)
        return jsonify(queries.preparation_of(session, draw))


@blueprint.get("/beacon-rounds")
@blueprint.arguments(BeaconArguments, location="query")
@blueprint.response(200, BeaconRoundListSchema)
def rounds(arguments: dict[str, Any]) -> Response:
    """Of each chain of drand that a draw may name, the first round due at a second or later."""
    items = []
    for chain, known in beacon.CHAINS.items():
        number = beacon.round_at(chain, arguments["at"])
        instant = beacon.instant_of(beacon.Round(chain, number))
        items.append({"chain": chain, "name": known.name, "round": number, "instant": instant})
    return jsonify({"items": items})


@blueprint.get("/draws/<number>/documents/<kind>")
@blueprint.response(200, content_type="application/json")
def one_document(number: str, kind: str) -> Response:
    """A public document in the bytes whose digest the register has: plan, commitment, closing, entropy or result."""
    with web.reader() as session:
        found = queries.published(session, number, kind)
    return file_of(found, f"{number}-{kind}")


@blueprint.get("/draw-registers/<authority>")
@blueprint.arguments(web.PageArguments, location="query")
@blueprint.response(200, RegisterPageSchema)
def register(arguments: dict[str, Any], authority: str) -> Response:
    """An authority's register of draws, entry by entry, with its head."""
    page = web.page_of(arguments, int)
    after = page.after_number
    with web.reader() as session:
        queries.refuse_unknown_register(session, authority)
        rows = store.register_of(session, authority, after=after, limit=page.limit + 1)
        head = queries.head_digest(session, authority)
    kept, following = web.cut(rows, page, lambda row: (row["n"],))
    return web.link_next(jsonify({"head": head, "items": list(kept)}), following)


@blueprint.get("/draws/<number>/names")
@blueprint.response(200, DrawnNamesSchema)
def names(number: str) -> Response:
    """Who was drawn and who visits them; before the names are public for the drawing role alone."""
    with web.reader() as session:
        draw = store.draw_of(session, number)
        told = audience.refuse_names(session, web.actor(), draw)
        visits = queries.visits_of(session, draw)
    items = [
        {"part": part, "entity": one.entity, "code": one.code, "team": [list(member) for member in one.team]}
        for part, every in visits.items()
        for one in every
        if told is None or part in told
    ]
    if told is not None:
        _note(draw, "draw_names", {"visits": len(items)})
    return jsonify({"items": items})


@blueprint.get("/draws/<number>/proposals")
@blueprint.response(200, DrawProposedListSchema)
def proposed(number: str) -> Response:
    """What was proposed to happen after the draw, oldest first; told to whom the names are."""
    with web.reader() as session:
        draw = store.draw_of(session, number)
        audience.refuse_stranger(session, web.actor(), draw)
        told = audience.refuse_names(session, web.actor(), draw)
        items = [one for one in proposals(session, draw) if told is None or one["part"] in told]
    if told is not None:
        _note(draw, "draw_proposals", {"proposals": len(items)})
    return jsonify({"items": items})


@blueprint.get("/draws/<number>/secret")
@blueprint.response(200, DrawSecretSchema)
def secret(number: str) -> Response:
    """The holder's secret, to be handed to the custodians."""
    with web.reader() as session:
        draw = store.draw_of(session, number)
        if not audience.may_draw(web.actor(), draw):
            raise Problem("out_of_scope")
        store.needed(session, draw, "commitment")
        value = secret_of(session, draw)
    if not value:
        raise Problem("draw_secret_not_used", draw=number)
    _note(draw, "draw_secret", {})
    return jsonify({"value": value.hex()})


@blueprint.get("/draws/<number>/files/<digest>")
@blueprint.response(200, content_type="application/octet-stream")
def evidence(number: str, digest: str) -> Response:
    """A file of evidence as it was sent, for staff of the authorities of the draw."""
    with web.reader() as session:
        draw = store.draw_of(session, number)
        audience.refuse_stranger(session, web.actor(), draw)
        content = files.evidence_of(session, draw, digest)
    return web.send_file(content, digest)


@blueprint.get("/draws/<number>/transcript")
@blueprint.arguments(TranscriptArguments, location="query")
@blueprint.response(200, content_type="application/json")
def transcript(arguments: dict[str, Any], number: str) -> Response:
    """The file that anyone verifies; the full one for auditors and the authority above."""
    with web.reader() as session:
        draw = store.draw_of(session, number)
        if arguments["view"] == "full":
            audience.refuse_full_file(session, web.actor(), draw)
            _note(draw, "draw_full_file", {})
            return file_of(files.full_file(session, draw), f"{number}-full")
        audience.refuse_public_file(session, draw)
        return file_of(files.public_file(session, draw), number)


@blueprint.get("/draws/<number>/rows/<code>")
@blueprint.response(200, DrawPlacesSchema)
def places(number: str, code: str) -> Response:
    """Whether an entity was in the frame and what became of it: what the public file of the draw says of it."""
    with web.reader() as session:
        draw = store.draw_of(session, number)
        audience.refuse_public_file(session, draw)
        found = placed(session, draw, code)
    return jsonify({"draw": number, "items": [one._asdict() for one in found]})


@blueprint.get("/draws/<number>/order")
@blueprint.arguments(DrawOrderArguments, location="query")
@blueprint.response(200, DrawOrderSchema)
def order(arguments: dict[str, Any], number: str) -> Response:
    """The order of a stratum ticket by ticket: the drawn, the reserves, the others; public once the draw is opened."""
    page = web.page_of(arguments, int)
    first = page.after_number
    with web.reader() as session:
        draw = store.draw_of(session, number)
        audience.refuse_public_file(session, draw)
        strata = strata_of(session, draw)
        asked = {name: arguments[name] for name in ("part", "stratum") if name in arguments}
        fits = [one for one in strata if all(getattr(one, name) == said for name, said in asked.items())]
        if not fits:
            raise Problem("draw_stratum_unknown", draw=number, **{"part": "", "stratum": "", **asked})
        chosen = fits[0]
        every = tickets_in(session, draw, chosen.part, chosen.stratum)
    kept, following = web.cut(every[first : first + page.limit + 1], page, lambda one: (one.place,))
    said = {"draw": number, "part": chosen.part, "stratum": chosen.stratum}
    items = {"strata": [one._asdict() for one in strata], "items": [one._asdict() for one in kept]}
    return web.link_next(jsonify({**said, **items}), following)


@blueprint.get("/draws/<number>/certificates/<code>")
@blueprint.arguments(CertificateArguments, location="query")
@blueprint.response(200, content_type="application/json")
def certificate(arguments: dict[str, Any], number: str, code: str) -> Response:
    """One entity's row and its proof in a part of the draw, for itself, its authorities and auditors."""
    with web.reader() as session:
        draw = store.draw_of(session, number)
        audience.refuse_row(session, web.actor(), draw, code)
        part = files.part_of(session, draw, code, arguments.get("part"))
        _note(draw, "draw_certificate", {"code": code})
        return file_of(files.certificate_of(session, draw, part, code), f"{number}-{code}")


def _note(draw: Draw, purpose: str, detail: dict[str, Any]) -> None:
    """Note the look before it is answered."""
    web.notes().note_now(web.actor(), purpose, draw.number, detail)
