"""Expressions of Prometheus, read by a parser: which metrics they name, with which labels."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import promql_parser as promql

_OF_HISTOGRAM = ("_bucket", "_count", "_sum")
_OF_SCRAPE = {"up": (), "ALERTS": ("alertname", "alertstate")}
"""What Prometheus itself tells, beside the labels of the target."""
OF_TARGET = {"job", "instance", "part"}


class Selected(NamedTuple):
    """A metric that an expression selects, and the labels that it is selected or gathered by."""

    metric: str
    labels: frozenset[str]


def selected(expression: str) -> list[Selected]:
    """What an expression selects; `$__…` of a dashboard stands for five minutes.

    Raises:
        ValueError: it is no expression.
    """
    tree = promql.parse(expression.replace("$__rate_interval", "5m"))
    return list(_below(tree, frozenset()))


def _below(node: Any, gathered: frozenset[str]) -> Iterator[Selected]:  # noqa: ANN401 - the parser's nodes have no base
    """What a node selects; `gathered`: labels by which an aggregation above it keeps series apart."""
    if isinstance(node, promql.VectorSelector):
        yield Selected(str(node.name), gathered | {one.name for one in node.matchers.matchers})
    elif isinstance(node, promql.MatrixSelector):
        yield from _below(node.vector_selector, gathered)
    elif isinstance(node, promql.AggregateExpr):
        own = frozenset(node.modifier.labels) if node.modifier is not None else frozenset()
        yield from _below(node.expr, own)
    elif isinstance(node, promql.BinaryExpr):
        yield from _below(node.lhs, gathered)
        yield from _below(node.rhs, gathered)
    elif isinstance(node, promql.Call):
        made = {str(node.args[1].val)} if node.func.name == "label_replace" else set()
        for argument in node.args:
            yield from _below(argument, gathered - made)
    elif isinstance(node, promql.ParenExpr | promql.UnaryExpr | promql.SubqueryExpr):
        yield from _below(node.expr, gathered)


def unknown(one: Selected, known: dict[str, tuple[str, ...]]) -> set[str]:
    """What an expression says that nobody tells: a metric, or labels of it. `known`: labels by metric."""
    name = one.metric
    for ending in _OF_HISTOGRAM:
        base = name.removesuffix(ending)
        if name.endswith(ending) and base in known:
            return set(one.labels) - {*known[base], "le", *OF_TARGET}
    names = {**known, **_OF_SCRAPE}
    return {name} if name not in names else set(one.labels) - {*names[name], *OF_TARGET}
