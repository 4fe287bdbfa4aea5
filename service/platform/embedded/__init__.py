"""A real PostgreSQL and a real Redis for one folder of data, out of the installed wheels.

For newcomers, tests and demonstrations: no system package, no TCP port, no system user, nothing left running.
Production sets ``DATABASE_URL`` and ``REDIS_URL`` and never comes here.
"""

from .errors import EmbeddedStackError
from .stack import Addresses, EmbeddedStack

__all__ = ["Addresses", "EmbeddedStack", "EmbeddedStackError"]
