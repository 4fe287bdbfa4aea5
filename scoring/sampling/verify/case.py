"""What the checks of one transcript share: the file as read, what the caller brought along, the findings."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from scoring.sampling.bytes import digest
from scoring.sampling.keys import secret_commitment
from scoring.sampling.outcome import seed_of
from scoring.sampling.verify.verdicts import Findings
from scoring.sampling.views import Seen, seen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Outside(NamedTuple):
    """What the caller knows from elsewhere. ``head``: a digest and the second at which it was noted.

    ``beacon``: the values in the order of the attempt's sources: 96 hex digits, or numbers with commas. ``primary``:
    a round and its signature, of a source that the file calls absent. ``previous``: the transcript of the draw before.
    ``snapshots``: the source lists, codes line by line. ``now``: Unix seconds.
    """

    commitment: str = ""
    head: tuple[str, int] | None = None
    beacon: tuple[str, ...] = ()
    primary: tuple[int, str] | None = None
    previous: Mapping[str, Any] | None = None
    snapshots: tuple[bytes, ...] = ()
    now: int | None = None


class Case:
    """One transcript under examination."""

    def __init__(self, document: Mapping[str, Any], outside: Outside) -> None:
        self.document = document
        self.outside = outside
        self.findings = Findings()
        self.commitment: Mapping[str, Any] = document["commitment"]
        self.closing: Mapping[str, Any] = document["closing"]
        self.entropy: Mapping[str, Any] = document["entropy"]
        self.result: Mapping[str, Any] = document["result"]
        self.register: Sequence[Mapping[str, Any]] = document.get("register", [])
        self.log: Sequence[Mapping[str, Any]] = document.get("log", [])
        self.draw: str = self.commitment["draw"]

    @cached_property
    def digests(self) -> dict[str, str]:
        """The digest of each document, by the kind of its entry in the register."""
        documents = (self.commitment, self.closing, self.entropy, self.result)
        return {each["type"]: digest(each) for each in documents if each}

    @cached_property
    def authorities(self) -> set[str]:
        """Every authority of the draw: the lead and all of each part. Whoever else is there is from outside."""
        parts = self.commitment["parts"]
        named = (name for part in parts for name in (part["authority"], *part["authorities"]))
        return {self.commitment["authority"], *named}

    @cached_property
    def parts(self) -> list[Seen]:
        """The parts as the file shows them."""
        return seen(self.document)

    @cached_property
    def pairs(self) -> list[tuple[Mapping[str, Any], Seen]]:
        """Each committed part beside what the file shows of it; none where the parts are others."""
        if [part.part for part in self.parts] != [part["part"] for part in self.commitment["parts"]]:
            return []
        return list(zip(self.commitment["parts"], self.parts, strict=True))

    def entries(self, kind: str) -> list[Mapping[str, Any]]:
        """This draw's entries of a kind in the register."""
        return [each for each in self.register if each["kind"] == kind and each["draw"] == self.draw]

    @property
    def register_begins_early(self) -> bool:
        """Whether the extract of the register begins with the plan's entry or before it."""
        plan = self.commitment["plan_digest"]
        return self.register[0]["n"] == 1 or any(
            each["kind"] == "plan" and each["digest"] == plan for each in self.register
        )

    @property
    def attempt(self) -> Mapping[str, Any] | None:
        """The committed attempt that gave the value, if there is one of its number."""
        number, attempts = self.entropy["attempt"], self.commitment["attempts"]
        return attempts[number - 1] if number <= len(attempts) else None

    @cached_property
    def seed(self) -> bytes | None:
        """The seed; None where the secret is not open, is wrong, or the attempt is unknown."""
        attempt, secret = self.attempt, bytes.fromhex(self.document["secret"])
        if attempt is None:
            return None
        if not attempt["secret"]:
            return seed_of(self.closing, self.entropy, b"")
        for known in self.commitment["secret"]:
            if secret and secret_commitment(self.draw, known["holder"], secret) == known["commitment"]:
                return seed_of(self.closing, self.entropy, secret)
        return None
