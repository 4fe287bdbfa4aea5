"""Ratings and ways back, told in Chinese and English in the law's words."""

from scoring.rating.wording.law import Law, Names
from scoring.rating.wording.telling import Sentence
from scoring.rating.wording.waterfall import waterfall
from scoring.rating.wording.ways import ways_told

__all__ = ["Law", "Names", "Sentence", "waterfall", "ways_told"]
