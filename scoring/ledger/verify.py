"""Every check of a ledger's proof: signatures, a checkpoint that was kept, what continues it, entries under a root."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Final, NamedTuple

from scoring.kernel.errors import LawError
from scoring.kernel.trees import root_from_hash
from scoring.kernel.verdicts import Said, Verdict, Verdicts
from scoring.ledger.entries import chained, leaf
from scoring.ledger.notes import Checkpoint, Key, NoteError, read_note
from scoring.ledger.proofs import is_continuation
from scoring.ledger.reading import Entry, FormError, Proof, read_proof
from scoring.ledger.words import CODES, LAST, SENTENCES

if TYPE_CHECKING:
    from collections.abc import Mapping


class Held(NamedTuple):
    """What the one who asks holds: keys that he trusts, and a checkpoint that he kept."""

    keys: tuple[Key, ...] = ()
    kept: Checkpoint | None = None


NOTHING: Final = Held()


class ProofReport(Verdicts):
    """Every check in the order of ``CODES``. ``checkpoint``: the one that the file proves something of."""

    def __init__(self, found: Mapping[str, Said], checkpoint: Checkpoint | None = None) -> None:
        super().__init__(tuple(found.get(code, Said(code, "UNSEEN", "not_reached")) for code in CODES))
        self.checkpoint = checkpoint

    def lines(self, lang: str) -> list[str]:
        """The report in words; the last line names the checkpoint."""
        lines = [each.line(SENTENCES, lang) for each in self.said]
        last = LAST[self.passes()][lang == "en"]
        if self.checkpoint is None:
            return [*lines, LAST[False][lang == "en"]]
        name, size, root, *_ = self.checkpoint
        return [*lines, last.format(name=name, size=size, root=b64encode(root).decode())]


def verify_proof(data: bytes, held: Held = NOTHING) -> ProofReport:
    """Check a file; it never raises on what a file says. What an earlier fault keeps from being checked is UNSEEN."""
    found: dict[str, Said] = {}
    try:
        proof = read_proof(data)
    except FormError as refused:
        return ProofReport({"L-FORM": Said("L-FORM", "FAIL", "form_refused", refused.where, refused.found)})
    found["L-FORM"] = Said("L-FORM", "PASS")
    notes: dict[str, Checkpoint] = {}
    found["L-NOTE"] = _read(proof, notes)
    if found["L-NOTE"].verdict != "PASS":
        return ProofReport(found)
    newest, earlier = notes["/checkpoint"], notes.get("/earlier/checkpoint")
    said = (
        _signed(notes, held.keys),
        _kept(notes, held.kept),
        _continued(proof, newest, earlier),
        _entries(proof, newest),
    )
    return ProofReport(found | {each.code: each for each in said}, newest)


def _read(proof: Proof, notes: dict[str, Checkpoint]) -> Said:
    told = {"/checkpoint": proof.checkpoint} | ({"/earlier/checkpoint": proof.earlier[0]} if proof.earlier else {})
    for where, note in told.items():
        try:
            notes[where] = read_note(note)
        except NoteError as refused:
            return Said("L-NOTE", "FAIL", refused.code, where)
        if (name := notes[where].name) != (expected := notes["/checkpoint"].name):
            return Said("L-NOTE", "FAIL", "another_log", where, name, expected)
    return Said("L-NOTE", "PASS")


def _signed(notes: Mapping[str, Checkpoint], keys: tuple[Key, ...]) -> Said:
    if not keys:
        return Said("L-KEY", "UNSEEN", "no_key")
    signers = {where: each.is_signed_by(keys) for where, each in notes.items()}
    for where, signer in signers.items():
        if signer is None:
            return Said("L-KEY", "FAIL", "not_signed", where)
    return Said("L-KEY", "PASS", "signed", found=", ".join(sorted({key.text() for key in signers.values() if key})))


def _kept(notes: Mapping[str, Checkpoint], kept: Checkpoint | None) -> Said:
    if kept is None:
        return Said("L-KEPT", "UNSEEN", "nothing_kept")
    same = [each for each in notes.values() if (each.name, each.size) == (kept.name, kept.size)]
    if not same:
        return Said("L-KEPT", "FAIL", "kept_elsewhere", expected=str(kept.size))
    verdict: Verdict = "PASS" if same[0].root == kept.root else "FAIL"
    if verdict == "PASS":
        return Said("L-KEPT", verdict)
    return Said("L-KEPT", verdict, "kept_differs", str(kept.size), same[0].root.hex(), kept.root.hex())


def _continued(proof: Proof, newest: Checkpoint, earlier: Checkpoint | None) -> Said:
    if earlier is None or proof.earlier is None:
        return Said("L-CONTINUES", "UNSEEN", "no_earlier")
    sizes = str(earlier.size), str(newest.size)
    if is_continuation((earlier.size, earlier.root), (newest.size, newest.root), proof.earlier[1]):
        return Said("L-CONTINUES", "PASS", "continued", "", *sizes)
    return Said("L-CONTINUES", "FAIL", "not_continued", "", *sizes)


def _entries(proof: Proof, newest: Checkpoint) -> Said:
    if not proof.entries:
        return Said("L-ENTRY", "UNSEEN", "no_entries")
    for number, entry in enumerate(proof.entries):
        if not _stands_under(entry, newest):
            return Said("L-ENTRY", "FAIL", "entry_refused", f"/entries/{number}", str(entry.position))
    return Said("L-ENTRY", "PASS", "entries", found=", ".join(str(entry.position) for entry in proof.entries))


def _stands_under(entry: Entry, checkpoint: Checkpoint) -> bool:
    hashed = leaf(entry.position, chained(entry.previous, entry.position, entry.values))
    try:
        return root_from_hash(hashed, entry.position - 1, checkpoint.size, entry.path) == checkpoint.root
    except LawError:  # the path has another length than one of that tree
        return False
