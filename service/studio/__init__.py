"""What a rulebook would do and whether it predicts: back-tests and the figures they print. Adopts nothing itself.

Its wings are imported by their own names, since most of them need NumPy.
"""
