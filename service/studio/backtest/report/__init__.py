"""A back-test as a page: plots drawn here as SVG, no script, nothing fetched from anywhere."""

from service.studio.backtest.report.page import as_page

__all__ = ["as_page"]
