"""The sections beside the rating: each with its frozen values, how it is written, and its own lint."""

from scoring.edition.sections.section import Section

__all__ = ["Section"]
