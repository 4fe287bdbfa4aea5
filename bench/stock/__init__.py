"""Made evidence, the same at every run: for the plain edition, and for an edition with every primitive in use."""

from bench.stock.full import full_chain, full_stock
from bench.stock.histories import histories_of
from bench.stock.plain import AS_OF, plain_chain, plain_stock

__all__ = ["AS_OF", "full_chain", "full_stock", "histories_of", "plain_chain", "plain_stock"]
