"""The dry run: two laws over one stock on a day. What only counts is pure: what goes in decides what comes out.

What counts needs NumPy, and is imported where it is asked for: a web process that nobody asks never reads it.
"""
