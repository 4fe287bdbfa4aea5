"""The second verifier of draws, in JavaScript: one file for browsers and Node, shipped as data."""
