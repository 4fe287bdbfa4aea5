"""The plain edition as variables of OpenFisca: events are the members of the group entity that is rated."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from openfisca_core.entities import Entity, GroupEntity
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from bench.peers.law import plain_law

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from openfisca_core.populations import CorePopulation as Population

    from bench.peers.law import Answers, PlainLaw
    from scoring.rating.columnar import Columns
    from scoring.rating.history import EditionChain

    Values: TypeAlias = NDArray[np.generic]

PERIOD = "2026-06"
EVENT = Entity("event", "events", "Event", "One decision")
HOLDER = GroupEntity("holder", "holders", "Holder", "Who is rated", roles=[{"key": "fact", "plural": "facts"}])


def variable(name: str, entity: Entity, kind: type, formula: Callable[..., Values] | None = None) -> type[Variable]:
    """A variable class; OpenFisca reads the members of a class as its law."""
    members: dict[str, object] = {
        "value_type": kind,
        "entity": entity,
        "definition_period": DateUnit.MONTH,
        "label": name,
    }
    if formula is not None:
        members["formula"] = formula
    return type(name, (Variable,), members)


def system_of(law: PlainLaw) -> TaxBenefitSystem:
    """The edition as a system: points of an event, capped sums of a holder, total and grade."""
    bad_part, good_part = (np.where(law.points * sign > 0, law.part, -1) for sign in (-1, 1))

    def points(event: Population, period: object) -> Values:
        day = event("decided_on", period)
        return law.points[event("code", period)] * ((day >= law.since) & (day <= law.until))

    def total(holder: Population, period: object) -> Values:
        each, code = holder.members("points", period), holder.members("code", period)
        result: Values | int = law.base
        for part, side, limit in law.caps:
            of_cap = (bad_part if side == "<" else good_part)[code] == part
            summed = holder.sum(each * of_cap)
            result = result + (np.maximum(summed, -limit) if side == "<" else np.minimum(summed, limit))
        return np.clip(result, law.low, law.high)

    def grade(holder: Population, period: object) -> Values:
        return np.searchsorted(-np.array(law.bounds), -holder("total", period), side="left")

    system = TaxBenefitSystem([EVENT, HOLDER])
    system.add_variables(
        variable("decided_on", EVENT, int),
        variable("code", EVENT, int),
        variable("points", EVENT, int, points),
        variable("total", HOLDER, int, total),
        variable("grade", HOLDER, int, grade),
    )
    return system


def openfisca_plain(columns: Columns, chain: EditionChain) -> Callable[[], Answers]:
    """Builds the population, untimed, and returns the calculation as a function."""
    builder = SimulationBuilder()
    system = system_of(plain_law(columns, chain))
    builder.create_entities(system)
    owner = np.repeat(np.arange(columns.entities), np.diff(columns.offsets))
    builder.declare_person_entity("event", np.arange(len(owner)))
    holders = builder.declare_entity("holder", np.arange(columns.entities))
    builder.join_with_persons(holders, owner, roles=np.full(len(owner), "fact"))
    simulation = builder.build(system)
    simulation.set_input("decided_on", PERIOD, columns.events.decided_on)
    simulation.set_input("code", PERIOD, columns.events.code)

    def answer() -> Answers:
        for each in ("points", "total", "grade"):
            simulation.delete_arrays(each)
        grade = simulation.calculate("grade", PERIOD)
        total = simulation.calculate("total", PERIOD)
        return total.astype(np.int64), grade.astype(np.int8)

    return answer
