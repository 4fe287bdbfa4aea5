"""Making a bundle from what a rating was made from."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from scoring.edition import parse
from scoring.exchange.bundle.evidence import lines_of
from scoring.exchange.bundle.reading import SCHEMA
from scoring.exchange.bundle.verify import verify_bundle
from scoring.exchange.bundle.words import SENTENCES
from scoring.exchange.editions import attributes_named, chain_of
from scoring.exchange.recognise import TYPE
from scoring.kernel.canonical import canonical
from scoring.kernel.errors import LawError
from scoring.rating.explain import explain
from scoring.rating.explanation import encode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from scoring.edition.model import Edition
    from scoring.rating.history import History


class Asked(NamedTuple):
    """The question that a bundle answers.

    ``region``: of the entity, as editions name regions (GB/T 2260). ``known_at``: an instant,
    ``YYYY-MM-DDThh:mm:ssZ``; ``position``: the sealed position that the evidence is known at, None where it is all
    that was recorded at that instant.
    """

    as_of: date
    region: str
    known_at: str
    position: int | None = None


def build_bundle(history: History, texts: Sequence[str], asked: Asked, ends: Mapping[str, date] | None = None) -> bytes:
    """The canonical bytes of a bundle. ``texts``: the editions of the chain that speaks, oldest first.

    ``ends``: by id the first day on which an edition is in force no more. It is told where neither the text says it
    nor the next edition begins then, the text having no end. The bundle is verified before it is given out: whoever
    holds it finds the same.

    Raises:
        LawError: ``bundle_not_expressible``: the format of lines cannot say what the history says, or the editions are
            no chain; the sentence names the check and the place.
    """
    parsed = [parse(text) for text in texts]
    early = _early(parsed, ends or {})
    editions = tuple(replace(one, force_to=early.get(one.id, one.force_to)) for one in parsed)
    chain = chain_of(editions)
    named, _ = attributes_named(chain)
    written, explained = encode(explain(history, chain, asked.as_of))
    position = {} if asked.position is None else {"position": asked.position}
    bundle = canonical(
        {
            "type": TYPE,
            "schema": SCHEMA,
            "entity": history.entity,
            "kind": history.kind,
            "region": asked.region,
            "as_of": asked.as_of.isoformat(),
            "known_at": asked.known_at,
            **position,
            "editions": [{"id": edition.id, "digest": edition.digest, "text": text}
                         | ({"force_to": early[edition.id].isoformat()} if edition.id in early else {})
                         for edition, text in zip(editions, texts, strict=True)],
            "evidence": lines_of(history, named),
            "explanation": json.loads(written),
            "explanation_digest": explained,
        }
    )  # fmt: skip
    _refuse_failing(bundle)
    return bundle


def _refuse_failing(bundle: bytes) -> None:
    """Verify a bundle as whoever gets it will."""
    report = verify_bundle(bundle)
    for said in report.said:
        if said.verdict == "FAIL":
            raise LawError(
                "bundle_not_expressible",
                zh=f"该评级无法写成评级包：{said.line(SENTENCES, 'zh')}",
                en=f"the rating cannot be written as a bundle: {said.line(SENTENCES, 'en')}",
            )


def _early(editions: Sequence[Edition], ends: Mapping[str, date]) -> dict[str, date]:
    """The ends that the texts together do not tell."""
    begins = [each.force_from for each in editions[1:]]
    return {
        one.id: ends[one.id]
        for one, following in zip_longest(editions, begins)
        if one.id in ends and ends[one.id] != (following if one.force_to is None else one.force_to)
    }
