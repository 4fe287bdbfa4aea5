"""Double-random draws: bytes, frame, sizes, tickets, sample, assignment, transcript and its verifier.

``docs/draw-protocol.md`` is the specification; a stranger who reads it needs nothing else.
"""
