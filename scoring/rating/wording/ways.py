"""The ways back to a better tier, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.rating.counterfactual import YEARS
from scoring.rating.wording.phrases import WAYS, phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.rating.counterfactual import Act, Reached, Ways
    from scoring.rating.lines import Line
    from scoring.rating.wording.law import Law


def ways_told(ways: Ways, law: Law) -> tuple[str, ...]:
    """What lapses when, what waiting reaches, and what each act would bring forward, in the law's language."""
    return tuple(text + ("。" if law.lang == "zh" else ".") for text in _Teller(ways, law).texts())


class _Teller:
    def __init__(self, ways: Ways, law: Law) -> None:
        self.ways = ways
        self.law = law

    def texts(self) -> Iterator[str]:
        """All sentences without their full stops."""
        ways, law = self.ways, self.law
        value = self._phrase("none") if ways.value is None else self._value(ways.value)
        yield self._phrase("today", as_of=law.day(ways.result.as_of), scale=self._phrase(ways.scale), value=value)
        if ways.value is not None and not ways.waiting:
            yield self._phrase("best")
        for line, on in ways.lapses:
            key = "never_lapses" if on is None else "lapses"
            points = law.points(line.counted, signed=True)
            yield self._phrase(key, points=points, day=None if on is None else law.day(on), **self._named(line))
        yield from self._holds()
        for reached in ways.waiting:
            if reached.on is None:
                yield self._phrase("not_by_waiting", years=YEARS, value=self._value(reached.value))
            else:
                yield self._phrase("waiting", day=law.day(reached.on), value=self._value(reached.value))
        for act in ways.acts:
            yield self._act(act)

    def _holds(self) -> Iterator[str]:
        """What keeps the grade down besides points, and until when."""
        verdict = self.ways.result.verdict
        lines = {(line.source, line.ref): line for line in self.ways.result.lines}
        for bound in (verdict.direct, verdict.ceiling, *(shift for shift in verdict.shifts if shift.by > 0)):
            if bound is not None:
                day = None if bound.until is None else self.law.day(bound.until)
                named = self._named(lines[bound.source, bound.ref])
                yield self._phrase("holds" if day else "holds_open", day=day, **named)

    def _phrase(self, key: str, **parts: object) -> str:
        return phrase(WAYS, key, self.law.lang, **parts)

    def _value(self, value: str) -> str:
        return value if self.ways.scale == "tier" else self.law.grade(self.ways.result.edition, value)

    def _named(self, line: Line) -> dict[str, str]:
        return {"fact": self.law.fact(line.edition, line.code), "ref": line.ref}

    def _act(self, act: Act) -> str:
        named = self._named(act.lines[0]) if act.act != "together" else {}
        parts = [self._phrase(act.act, day=self.law.day(act.on), **named)]
        if act.total is not None and act.before is not None and act.total != act.before:
            after = self.law.points(act.total)
            parts.append(self._phrase("score_after", before=self.law.points(act.before), after=after))
        waiting = {one.value: one for one in self.ways.waiting}
        new = [one for one in act.reached if one.on is not None and one != waiting[one.value]]
        parts += [self._reached(one, waiting[one.value]) for one in new]
        return ("，" if self.law.lang == "zh" else ", ").join(parts)

    def _reached(self, reached: Reached, otherwise: Reached) -> str:
        if reached.on is None or otherwise.on is None:
            gained = self._phrase("not_otherwise", years=YEARS)
        else:
            gained = self._phrase("earlier", days=(otherwise.on - reached.on).days)
        day = "" if reached.on is None else self.law.day(reached.on)
        return self._phrase("reaches", day=day, value=self._value(reached.value)) + gained
