"""Open data: everything that is public today in one file, built now and then, the same bytes from the same state."""

from service.opendata.building import build_archive, newest

__all__ = ["build_archive", "newest"]
