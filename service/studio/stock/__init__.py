"""The stock: all evidence on all entities as arrays in files, of one position of the ledger and one day.

A job writes it (`building`), any process maps it into its memory, read-only (`opening`).
"""

from service.studio.stock.building import Built, build_stock
from service.studio.stock.choosing import Kept, chosen_stock, stocks_kept
from service.studio.stock.merging import alike, merged, merged_texts
from service.studio.stock.opening import Holding, Part, Stock, newest_stock, open_stock

__all__ = [
    "Built",
    "Holding",
    "Kept",
    "Part",
    "Stock",
    "alike",
    "build_stock",
    "chosen_stock",
    "merged",
    "merged_texts",
    "newest_stock",
    "open_stock",
    "stocks_kept",
]
