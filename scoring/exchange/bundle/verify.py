"""The verifier of rating bundles: every check with its verdict, and the first difference."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from scoring.edition import check_chain, parse
from scoring.exchange.bundle.difference import first_difference
from scoring.exchange.bundle.evidence import read_evidence
from scoring.exchange.bundle.reading import read_bundle
from scoring.exchange.bundle.words import ABSENT, CODES, LAST, SENTENCES, RefusedError
from scoring.exchange.editions import attributes_named, chain_of
from scoring.kernel.canonical import digest
from scoring.kernel.days import parse_day
from scoring.kernel.errors import EditionError, LawError
from scoring.kernel.verdicts import Said, Verdicts
from scoring.rating.explain import explain
from scoring.rating.explanation import encode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.edition.model import Edition
    from scoring.rating.history import EditionChain

Json = dict[str, Any]


class BundleReport(Verdicts):
    """Every check in the order of ``CODES``. ``values``: editions and the explanation's digest, to compare outside."""

    def __init__(self, said: tuple[Said, ...], values: tuple[str, str] = ("", "")) -> None:
        super().__init__(said)
        self.values = values

    def lines(self, lang: str) -> list[str]:
        """The report in words; the last line says how far it carries."""
        editions, explanation = self.values
        sentence = LAST["not_anchored" if self.passes() else "failed"][lang == "en"]
        return [
            *(each.line(SENTENCES, lang) for each in self.said),
            sentence.format(editions=editions, digest=explanation),
        ]


def verify_bundle(data: bytes) -> BundleReport:
    """Check a file; it never raises on what a file says. What an earlier fault keeps from being checked is UNSEEN."""
    found: dict[str, Said] = {}
    values = "", ""
    try:
        document = read_bundle(data)
    except RefusedError as refused:
        _note(found, refused.said)
        if refused.said.code == "R-SHAPE":
            _note(found, Said("R-JSON", "PASS"))
    else:
        for code in ("R-JSON", "R-SHAPE"):
            _note(found, Said(code, "PASS"))
        _check(document, found)
        named = [f"{edition['id']} {edition['digest']}" for edition in document["editions"]]
        values = ", ".join(named) or ABSENT, document["explanation_digest"]
    return BundleReport(tuple(found.get(code, Said(code, "UNSEEN", "not_reached")) for code in CODES), values)


def _note(found: dict[str, Said], said: Said) -> None:
    """The first fault of a check stays; a check without one passes."""
    if said.code not in found or found[said.code].verdict == "PASS":
        found[said.code] = said


def _check(document: Json, found: dict[str, Said]) -> None:
    """Each check on what the ones before could read."""
    written = digest(document["explanation"])
    _same(found, "R-DIGEST", "/explanation_digest", document["explanation_digest"], written)
    try:
        editions = _read_editions(document, found)
        chain = _read_chain(document, editions, found)
        named, _ = attributes_named(chain)
        history = read_evidence(document["evidence"], document["entity"], document["kind"], named)
        _note(found, Said("R-EVIDENCE", "PASS"))
    except RefusedError as refused:
        _note(found, refused.said)
        return
    expected, _ = encode(explain(history, chain, parse_day(document["as_of"])))
    difference = first_difference(document["explanation"], json.loads(expected), "/explanation")
    if difference is None:
        _note(found, Said("R-EXPLANATION", "PASS"))
    else:
        _note(found, RefusedError("R-EXPLANATION", "differs", *difference).said)


def _same(found: dict[str, Said], code: str, where: str, value: object, expected: object) -> None:
    same = value == expected
    _note(found, Said(code, "PASS") if same else RefusedError(code, "differs", where, value, expected).said)


def _read_editions(document: Json, found: dict[str, Said]) -> tuple[Edition, ...]:
    """The editions as their texts say them, whatever is said beside the texts but an earlier end of their force."""
    editions: list[Edition] = []
    _note(found, Said("R-EDITION", "PASS"))
    for index, told in enumerate(document["editions"]):
        where = f"/editions/{index}"
        _same(found, "R-EDITION", f"{where}/digest", told["digest"], sha256(told["text"].encode()).hexdigest())
        try:
            edition = parse(told["text"])
        except EditionError as refused:
            first = f"{refused.pointer} {refused.code}".lstrip()
            raise RefusedError("R-EDITION", "edition_refused", f"{where}/text", first) from refused
        _same(found, "R-EDITION", f"{where}/id", told["id"], edition.id)
        editions.append(_ended(told, edition, where, found))
    return tuple(editions)


def _ended(told: Json, edition: Edition, where: str, found: dict[str, Said]) -> Edition:
    """An edition with the end that is told beside its text: a successor may end its force early, nobody prolongs it."""
    if "force_to" not in told:
        return edition
    end = parse_day(told["force_to"])
    latest = "…" if edition.force_to is None else f"< {edition.force_to.isoformat()}"
    if not edition.force_from < end or (edition.force_to is not None and end >= edition.force_to):
        refused = RefusedError(
            "R-EDITION",
            "differs",
            f"{where}/force_to",
            told["force_to"],
            f"> {edition.force_from.isoformat()}, {latest}",
        )
        _note(found, refused.said)
        return edition
    return replace(edition, force_to=end)


def _read_chain(document: Json, editions: tuple[Edition, ...], found: dict[str, Said]) -> EditionChain:
    """One rulebook, oldest edition first, without faults, that speaks of the kind there; the one in force explained."""
    try:
        chain = chain_of(editions)
    except LawError as refused:
        raise RefusedError("R-CHAIN", "chain_refused", "/editions", refused.code) from refused
    _note(found, Said("R-CHAIN", "PASS"))
    for index, (told, edition) in enumerate(zip(editions, chain.editions, strict=True)):
        _same(found, "R-CHAIN", f"/editions/{index}", told.id, edition.id)
        _check_speaks(document, index, told, found)
    errors = [finding for finding in check_chain(chain.editions) if finding.severity == "error"]
    if errors:
        raise RefusedError("R-CHAIN", "chain_refused", "/editions", f"{errors[0].pointer} {errors[0].code}")
    position = chain.index_on(parse_day(document["as_of"]))
    current = None if position is None else chain.editions[position]
    for field, expected in (("edition", current and current.id), ("edition_digest", current and current.digest)):
        told_there = document["explanation"].get(field, ABSENT)
        _same(found, "R-CHAIN", f"/explanation/{field}", told_there, expected or ABSENT)
    return chain


def _check_speaks(document: Json, index: int, edition: Edition, found: dict[str, Said]) -> None:
    """That an edition is one for the kind, and for the region: a code holds another up to its pairs of zeros."""
    kind, region = document["kind"], document["region"]
    where = f"/editions/{index}/text"
    if edition.kinds and kind not in edition.kinds:
        _note(found, RefusedError("R-CHAIN", "differs", where, _listed(edition.kinds), kind).said)
    if edition.regions and not any(region.startswith(_prefix(one)) for one in edition.regions):
        _note(found, RefusedError("R-CHAIN", "differs", where, _listed(edition.regions), region).said)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)


def _prefix(region: str) -> str:
    while region.endswith("00"):
        region = region[:-2]
    return region
