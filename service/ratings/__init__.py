"""Ratings: the drain, the heads, history, explanation, counterfactual."""
