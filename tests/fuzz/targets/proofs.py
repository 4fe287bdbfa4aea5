"""Files that a stranger verifies: draws (by both verifiers), ratings, proofs of the ledger, notes and keys."""

from __future__ import annotations

import io
import json
import sys
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Final

from scoring.__main__ import main
from scoring.exchange.bundle import CODES as RATING_CODES
from scoring.exchange.bundle import verify_bundle
from scoring.kernel.canonical import CanonicalError, canonical
from scoring.ledger.notes import NoteError, read_key, read_note
from scoring.ledger.verify import Held, verify_proof
from scoring.sampling.language import DocumentError, read
from scoring.sampling.verify import CODES as DRAW_CODES
from scoring.sampling.verify import verify
from tests.builders.dice import SeededDice
from tests.builders.draws.mutating import changed_by_hand
from tests.fuzz import changing, hostile
from tests.fuzz.node import Node
from tests.fuzz.target import Target, promise
from tests.tidy.tree import ROOT
from tests.unit.ledger.logs import Log, written

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator

    from scoring.kernel.verdicts import Verdicts
    from tests.fuzz.target import Attempt

VECTORS: Final = ROOT / "tests" / "vectors"
EXITS: Final = (0, 1, 2)


def _told(report: Verdicts, codes: tuple[str, ...]) -> None:
    """Every check is told once, in order, in both languages."""
    promise(kept=[said.code for said in report.said] == list(codes), words=report.said)
    promise(kept=all(line.strip() for lang in ("zh", "en") for line in report.lines(lang)), words=report.said)


def _draws() -> Attempt:
    def attempt(data: bytes) -> None:
        report = verify(data)
        _told(report, tuple(DRAW_CODES))
        try:
            document = read(data)
        except DocumentError as refused:
            promise(kept=not report.passes(), words=refused.code)
        else:
            promise(kept=canonical(document) == canonical(json.loads(canonical(document))), words="no round trip")

    return attempt


def _draws_twice() -> Attempt:
    node = Node()

    def attempt(data: bytes) -> None:
        here = {said.code: said.verdict for said in verify(data).said}
        there = node.verdicts(data)
        promise(kept="thrown" not in there, words=there)
        different = {code: (here.get(code), there.get(code)) for code in here if here[code] != there.get(code)}
        promise(kept=not different, words=different)

    return attempt


def _ratings() -> Attempt:
    def attempt(data: bytes) -> None:
        _told(verify_bundle(data), tuple(RATING_CODES))

    return attempt


def _ledgers() -> Attempt:
    log = Log(5)
    held = Held((log.key,), log.checkpoint(3))

    def attempt(data: bytes) -> None:
        report = verify_proof(data, held)
        promise(kept=all(line.strip() for lang in ("zh", "en") for line in report.lines(lang)), words=report.said)

    return attempt


def _notes() -> Attempt:
    def attempt(data: bytes) -> None:
        text = data.decode("utf-8", "surrogateescape")
        try:
            promise(kept=read_note(text).note() == text, words="a note that was read is written otherwise")
        except NoteError as refused:
            promise(kept=bool(refused.code), words=refused)
        try:
            promise(kept=read_key(text).text() == text, words="a key that was read is written otherwise")
        except NoteError as refused:
            promise(kept=bool(refused.code), words=refused)

    return attempt


def _any_file() -> Attempt:
    folder = Path(tempfile.mkdtemp(prefix="xinjian-fuzz-"))

    def attempt(data: bytes) -> None:
        file = folder / "given"
        file.write_bytes(data)
        for lang in ("zh", "en"):
            out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
            with redirect_stdout(out), redirect_stderr(err):
                status = main([str(file), "--lang", lang], verifier="verify.pyz")
            promise(kept=status in EXITS, words=status)
            promise(kept=bool(out.buffer.tell() or err.buffer.tell()), words="nothing was said")

    return attempt


def _documents() -> Attempt:
    def attempt(data: bytes) -> None:
        try:
            value = json.loads(data)
        except (ValueError, RecursionError):
            return
        try:
            once = canonical(value)
        except CanonicalError as refused:
            promise(kept=bool(refused.code), words=refused)
        except RecursionError:
            sys.exc_info()
        else:
            promise(kept=canonical(json.loads(once)) == once, words=once)

    return attempt


def _vectors(*patterns: str) -> Callable[[], Iterator[bytes]]:
    return lambda: (
        path.read_bytes()
        for pattern in patterns
        for path in sorted(VECTORS.glob(pattern))
        if path.stat().st_size < 150_000
    )


def _proofs() -> Iterator[bytes]:
    log = Log(9)
    yield written(log.proof(5, earlier=3))
    yield written(log.proof(9, entries=(1, 4, 9)))
    yield written(log.proof(8, earlier=1, entries=(8,)))


def _notes_made() -> Iterator[bytes]:
    log = Log(4)
    yield log.checkpoint(4).note().encode()
    yield log.checkpoint(2, "more", "still more").note().encode()
    yield log.key.text().encode()


def _every_kind() -> Iterator[bytes]:
    yield from _proofs()
    for seeds in (_vectors("draw/accept/*.json"), _vectors("rating_bundle/*/*.json")):
        yield from list(seeds())[:5]


def _by_hand(data: bytes, chance: random.Random) -> bytes:
    """A draw in which something of its own kind was changed, and digests made anew that follow from it."""
    try:
        parsed = json.loads(data)
        if isinstance(parsed, dict) and chance.random() < 0.6:
            return changed_by_hand(data, parsed, SeededDice(chance.randrange(2**32)))
    except Exception:  # noqa: BLE001 -- what is too far from a draw for that is changed as any document
        return changing.document(data, chance)
    return changing.document(data, chance)


_LONG = 131_072
TARGETS = (
    Target("draw", _draws, _vectors("draw/*/*.json"), hostile.of_json, _by_hand, _LONG),
    *(
        (Target("draw-both", _draws_twice, _vectors("draw/*/*.json"), hostile.of_json, _by_hand, _LONG),)
        if Node.found
        else ()
    ),
    Target("rating-bundle", _ratings, _vectors("rating_bundle/*/*.json"), hostile.of_json, changing.document, _LONG),
    Target("ledger-proof", _ledgers, _proofs, hostile.of_json, changing.document),
    Target("ledger-note", _notes, _notes_made, hostile.of_any_text, changing.words, 4_096),
    Target("verify-any", _any_file, _every_kind, hostile.of_json, changing.document, _LONG),
    Target("canonical-json", _documents, _every_kind, hostile.of_json, changing.document),
)
