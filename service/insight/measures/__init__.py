"""The arithmetic of statistics: numbers in, numbers out; no database, clock, chance or request.

It stands here and not beside the law because it needs real numbers, which the law does without.
"""
