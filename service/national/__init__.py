"""Rating beyond one machine: evidence as Parquet by region, rated by one function, here or on a Spark cluster.

Its modules are imported by their own names: they need pyarrow, and one of them PySpark, of the extra ``[spark]``.
What runs on the machines of a cluster is `partition` and what it imports: of this room and of the law alone.
"""
