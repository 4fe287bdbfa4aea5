"""What hangs on each number of an edition."""

from service.studio.sensitivity.moving import Moved, Sensitivity, sensitivities
from service.studio.sensitivity.parameters import Parameter, Variant, parameters

__all__ = ["Moved", "Parameter", "Sensitivity", "Variant", "parameters", "sensitivities"]
