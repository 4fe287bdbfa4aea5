"""The drill: one installation under load, into which faults of every kind fall, and a reckoning of all it accepted.

``python -m tests.faults.drill``; what each fault is and what must hold after it stands in ``docs/reliability.md``.
"""
