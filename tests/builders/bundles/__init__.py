"""Rating bundles made of the shipped cases: the files that every verifier must accept or refuse."""
