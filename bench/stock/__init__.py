"""Made evidence, the same at every run: for the plain edition, and for an edition with every primitive in use."""

from bench.stock.full import full_chain, full_stock
from bench.stock.plain import AS_OF, plain_chain, plain_stock
from service.studio.sensitivity.read_back import histories_of

__all__ = ["AS_OF", "full_chain", "full_stock", "histories_of", "plain_chain", "plain_stock"]
