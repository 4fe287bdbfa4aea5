"""Which fields every document of the protocol has, and what may stand in them (checks P-SHAPE and P-SUITE)."""

from __future__ import annotations

from scoring.sampling.shapes.files import check

__all__ = ["check"]
