"""The page of a sampling policy: the plan, the curve as a plot, and what stands in the way."""
