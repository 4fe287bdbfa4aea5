"""Draws made of fixed bytes: the files that every verifier of the protocol must accept or refuse."""
