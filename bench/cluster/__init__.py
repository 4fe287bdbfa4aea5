"""A Spark cluster for rows and for tests; imported only where PySpark is installed."""

from bench.cluster.standalone import SETTINGS, Cluster, environment

__all__ = ["SETTINGS", "Cluster", "environment"]
