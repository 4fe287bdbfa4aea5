"""Build the column snapshot of the evidence, where a folder is set for it."""

from service.bootstrap import process_settings
from service.platform import Database
from service.studio.stock import build_stock


def run(database: Database) -> None:
    """Build the stock of now, unless it is there."""
    settings = process_settings()
    if settings.stock_folder is not None:
        build_stock(database=database, folder=settings.stock_folder, keep=settings.stocks_kept)
