"""A procedure drawn as a Mermaid state diagram, from its table alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.repair.table import START

if TYPE_CHECKING:
    from scoring.repair.table import Row, Workflow


def diagram(workflow: Workflow) -> str:
    """The diagram as text, one line for each step, in the order of the table. It ends with a line break."""
    lines = ["stateDiagram-v2"]
    lines += [f"    {row.state or '[*]'} --> {row.to}: {_label(row)}" for row in workflow.rows]
    final = dict.fromkeys(row.to for row in workflow.rows if row.to in workflow.final)
    lines += [f"    {state} --> [*]" for state in final]
    return "\n".join(lines) + "\n"


def steps(workflow: Workflow) -> str:
    """The table as Markdown, one row for each step. It ends with a line break."""
    lines = [
        "| State | Event | Leads to | By | Not by the | Must hold | Clocks |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in workflow.rows:
        moved = ", ".join(f"{move.move} {move.clock}" for move in row.clocks)
        cells = (row.state or "–", row.event, row.to, " or ".join(row.by), " or ".join(row.apart))
        lines.append("| " + " | ".join((*cells, ", ".join(row.guards), moved)) + " |")
    return "\n".join(lines) + "\n"


def _label(row: Row) -> str:
    return f"{row.event} ({' or '.join(row.by)})" if row.state != START else row.event
