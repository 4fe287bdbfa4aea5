"""The arithmetic of back-tests on arrays: numbers in, numbers out; no database, clock, chance or request.

Other than the estimates of insight, which speak of one frame on one day, these speak of entities such as were visited:
whoever was certain to be drawn may still have been found in order by luck, so that no part of a variance is taken off
because much of a frame was seen.
"""
