"""Evidence on net cafés of which every primitive of the illustrative Beijing edition finds something to do."""

from __future__ import annotations

from datetime import date, timedelta
from importlib.resources import files
from typing import TYPE_CHECKING, Final

import numpy as np

from bench.stock.plain import AS_OF, YEARS, offsets_of, random_days
from scoring.edition.parse import parse
from scoring.rating.columnar import ABSENT, NO_DAY, NO_POINTS, Coded, Columns, Events, Licences, Occasions
from scoring.rating.history import EditionChain

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scoring.edition.model import Rating

KIND: Final = "net_cafe"
TODAY: Final = AS_OF.toordinal()
SEVERITIES: Final = ("minor", "general", "serious", "district", "city", "national")
WARNINGS: Final = ("complaint_spike", "monitoring_abnormal", "public_opinion_lead")
LEVELS: Final = ("low", "medium", "high")
RISKS: Final = (
    *("safety_impact", "crowd_density", "content_safety", "epidemic_impact"),
    *("business_scale", "staff_size", "location_risk"),
)
OCCASIONS_EACH: Final = 6
GRAVE: Final = 0.03
"""How often a grave fact (one that leads to a grade by itself, or shifts it) is drawn, against an ordinary one."""


def full_chain() -> EditionChain:
    """The chain of the illustrative Beijing edition alone."""
    return EditionChain((parse((files("scoring.editions") / "bj-culture.toml").read_text("utf-8")),))


def full_stock(entities: int, events_each: int = 20, seed: int = 20260630) -> Columns:
    """Some entities with about so many events each, over five years, and six inspections."""
    rng = np.random.default_rng(seed)
    offsets = offsets_of(rng.poisson(events_each, entities))
    codes, of_code = _codes(rng, full_chain().editions[0].rating_for(KIND), int(offsets[-1]))
    occasions = _occasions(rng, entities)
    return Columns(
        kind=KIND,
        codes=codes,
        offsets=offsets,
        events=_events(rng, offsets, occasions, codes, of_code),
        severities=SEVERITIES,
        occasion_types=("planned", "complaint"),
        occasions=occasions,
        known_since=(TODAY - rng.integers(0, 4000, entities)).astype(np.int32),
        attributes=_attributes(rng, entities),
        licences=_licences(rng, entities),
    )


def _codes(rng: np.random.Generator, rating: Rating, size: int) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """The edition's codes and those of warnings, drawn by weight: one event in twenty is a warning."""
    weights = [GRAVE if rule.direct or rule.shift or rule.floor else 1.0 for rule in rating.rules.values()]
    weights += [sum(weights) / 20 / len(WARNINGS)] * len(WARNINGS)
    drawn = rng.choice(len(weights), size, p=np.array(weights) / sum(weights))
    return (*rating.rules, *WARNINGS), drawn.astype(np.int32)


def _occasions(rng: np.random.Generator, entities: int) -> Occasions:
    offsets = offsets_of(rng.poisson(OCCASIONS_EACH, entities))
    size = int(offsets[-1])
    return Occasions(offsets, random_days(rng, offsets), rng.integers(0, 2, size, np.int32), rng.random(size) < 0.02)


def _events(
    rng: np.random.Generator,
    offsets: NDArray[np.int64],
    occasions: Occasions,
    codes: tuple[str, ...],
    code: NDArray[np.int32],
) -> Events:
    size = len(code)
    days, place = _in_order(rng, offsets, occasions)

    def some(share: float, earliest: int, latest: int) -> NDArray[np.int32]:
        """A later day, for a share of the events."""
        later = days + rng.integers(earliest, latest, size, np.int32)
        return np.where(rng.random(size) < share, later, np.int32(NO_DAY))

    own_points = np.isin(code, [codes.index("external_score")])
    return Events(
        decided_on=days,
        code=code,
        severity=rng.integers(ABSENT, len(SEVERITIES), size, np.int32),
        final=code < len(codes) - len(WARNINGS),
        value=np.where(own_points, rng.integers(-500, 501, size), NO_POINTS),
        occasion=place,
        case=np.where(rng.random(size) < 0.3, rng.integers(0, 6, size, np.int32), np.int32(ABSENT)),
        corrected_on=some(0.4, 0, 200),
        performed_on=some(0.7, 0, 100),
        repaired_on=some(0.1, 60, 400),
        annulled_on=some(0.01, 10, 100),
        publicity_ends_on=some(0.8, 90, 1000),
        attributes={"minors_involved": Coded(("yes", "no"), rng.integers(ABSENT, 2, size, np.int32))},
    )


def _in_order(
    rng: np.random.Generator, offsets: NDArray[np.int64], occasions: Occasions
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Days of decision and places of occasions, in the order that the columns ask for."""
    days = random_days(rng, offsets)
    owner = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    held = np.diff(occasions.offsets)[owner]
    found = (rng.random(len(days)) < 0.4) & (held > 0)
    place = np.where(found, rng.integers(0, 1 << 30, len(days)) % np.maximum(held, 1), ABSENT).astype(np.int32)
    return days, place[np.lexsort((place.view(np.uint32), days, owner))]


def _attributes(rng: np.random.Generator, entities: int) -> dict[str, Coded]:
    starts = tuple((date(2015, 1, 1) + timedelta(days=each)).isoformat() for each in range(365 * YEARS))
    coded = {name: Coded(LEVELS, rng.integers(ABSENT, 3, entities, np.int32)) for name in RISKS}
    return {**coded, "licensed_on": Coded(starts, rng.integers(ABSENT, len(starts), entities, np.int32))}


def _licences(rng: np.random.Generator, entities: int) -> Licences:
    end = np.where(rng.random(entities) < 0.02, TODAY - 5, NO_DAY).astype(np.int32)
    start = np.full(entities, TODAY - 3000, np.int32)
    return Licences(np.arange(entities + 1), np.ones(entities, np.bool_), start, end)
