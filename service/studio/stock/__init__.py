"""The stock: all evidence on all entities as arrays in files, of one position of the ledger and one day.

A job writes it (`building`), any process maps it into its memory, read-only (`opening`).
"""

from service.studio.stock.building import Built, build_stock
from service.studio.stock.opening import Holding, Stock, newest_stock, open_stock

__all__ = ["Built", "Holding", "Stock", "build_stock", "newest_stock", "open_stock"]
