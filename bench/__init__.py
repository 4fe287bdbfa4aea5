"""Speed and memory against peers that do the same work: ``python -m bench [id…]``.

Every module of this package is one row of the table, named after its id with ``_`` for ``-``. It has ``ROW``, a
`harness.Row`, and ``measure``, which compares answers before it takes any time and returns `harness.Figures`.
Everything else lives in the packages below it.
"""
