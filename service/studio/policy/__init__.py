"""Sampling policy: how many visits each tier gets for given inspector days, what that finds, what stands in the way.

Nothing is adopted: what comes out is a draft for the editor of a rulebook.
"""
