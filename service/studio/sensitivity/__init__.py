"""What hangs on each number of an edition, and whether it rewards what it means to deter."""

from service.studio.sensitivity.changing import Added, Corrected
from service.studio.sensitivity.generated import Sizes, generated
from service.studio.sensitivity.monotone import CounterExample, Tried, monotone
from service.studio.sensitivity.moving import Moved, Sensitivity, sensitivities
from service.studio.sensitivity.parameters import Parameter, Variant, parameters
from service.studio.sensitivity.under import Under, under

__all__ = [
    "Added",
    "Corrected",
    "CounterExample",
    "Moved",
    "Parameter",
    "Sensitivity",
    "Sizes",
    "Tried",
    "Under",
    "Variant",
    "generated",
    "monotone",
    "parameters",
    "sensitivities",
    "under",
]
