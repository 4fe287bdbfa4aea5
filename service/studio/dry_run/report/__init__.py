"""A dry run as a page: plots drawn here as SVG, no script, nothing fetched from anywhere."""

from service.studio.dry_run.report.page import POLICY, as_page

__all__ = ["POLICY", "as_page"]
