"""What callers were told: by deed the statuses and how long each answer took, and what was accepted."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from statistics import quantiles


class Tally:
    """Shared by all callers. Repeats of the same request are counted apart from answers."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.statuses: Counter[tuple[str, int]] = Counter()
        self.repeated: Counter[str] = Counter()
        self.accepted: dict[str, int] = {}
        self.files: list[tuple[int, int]] = []
        self.wrong: list[str] = []

    def answered(self, deed: str, status: int, seconds: float, again: str | None) -> None:
        """Count an answer; ``again``: the Retry-After that it bore."""
        with self._lock:
            self.statuses[deed, status] += 1
            if status < 400:
                self.seconds[deed].append(seconds)
            elif status in {429, 503} and again is None:
                self.wrong.append(f"{deed}: {status} without Retry-After")
            elif status not in {404, 409, 422, 429, 503}:
                self.wrong.append(f"{deed}: {status}")

    def failed(self, deed: str, error: Exception) -> None:
        """Count a request that was not answered and is sent again."""
        with self._lock:
            self.repeated[f"{deed}: {type(error).__name__}"] += 1

    def total(self) -> int:
        """How many answers there were."""
        with self._lock:
            return sum(self.statuses.values())

    def table(self, seconds: float) -> str:
        """By deed: answers, a second, statuses, quantiles of those that were served."""
        lines = [
            "| what | answers | a second | p50 ms | p95 ms | p99 ms | others |",
            "|---|---:|---:|---:|---:|---:|---|",
        ]
        for deed in dict.fromkeys(deed for deed, _ in self.statuses):
            count = sum(times for (name, _), times in self.statuses.items() if name == deed)
            served = self.seconds[deed]
            cut = quantiles(served, n=100) if len(served) > 1 else [served[0] if served else 0.0] * 99
            others = ", ".join(
                f"{times} × {status}"
                for (name, status), times in sorted(self.statuses.items())
                if name == deed and status >= 400
            )
            figures = " | ".join(f"{cut[place] * 1000:,.0f}" for place in (49, 94, 98))
            lines.append(f"| {deed} | {count:,} | {count / seconds:,.1f} | {figures} | {others or '–'} |")
        return "\n".join(lines)
