"""Ratings that are only proposed: when a fall needs an approver, and what is in force until then."""
