"""What all rows share: the record of a row, interleaved timing, memory, and the report."""

from bench.harness.record import Figures, Row
from bench.harness.timing import interleaved, peak_mebibytes

__all__ = ["Figures", "Row", "interleaved", "peak_mebibytes"]
