"""Cases of an edition as a lawyer writes them, read, put to the editions, and what was answered otherwise."""

from scoring.exchange.cases.running import Answered, Difference, run_cases

__all__ = ["Answered", "Difference", "run_cases"]
