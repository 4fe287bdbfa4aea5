"""Double-random inspections: plans and their tasks, draws, visits. Three wings, each standing on the one before."""
