"""What hangs on each number of an edition, and whether it rewards what it means to deter."""

from service.studio.sensitivity.generated import Sizes, generated
from service.studio.sensitivity.monotone import Added, Corrected, CounterExample, Tried, monotone
from service.studio.sensitivity.moving import Moved, Sensitivity, sensitivities
from service.studio.sensitivity.parameters import Parameter, Variant, parameters

__all__ = [
    "Added",
    "Corrected",
    "CounterExample",
    "Moved",
    "Parameter",
    "Sensitivity",
    "Sizes",
    "Tried",
    "Variant",
    "generated",
    "monotone",
    "parameters",
    "sensitivities",
]
