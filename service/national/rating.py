"""Rating a folder of evidence: questions to an engine, answers into a folder, a manifest that binds them together."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import pyarrow as pa

from scoring.kernel.canonical import canonical
from service.national.laws import laws_of
from service.national.layout import MANIFEST, REGION
from service.national.manifest import FORMAT, RATINGS, read_manifest
from service.national.once import Seen
from service.national.output import put_in_place
from service.national.partition import Question
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from scoring.edition.model import Edition
    from service.national.laws import Laws
    from service.national.manifest import Evidence, EvidenceFile
    from service.national.partition import Answer


class Engine(Protocol):
    """What reads a folder of evidence and has its files rated."""

    @property
    def place(self) -> str:
        """The address of the folder."""
        ...

    def manifest(self) -> bytes:
        """The manifest of the folder."""
        ...

    def missing(self, files: Sequence[EvidenceFile]) -> EvidenceFile | None:
        """The first of some files that is not there; None: all are, or only rating them tells."""
        ...

    def answers(self, questions: Sequence[Question]) -> Iterable[Answer]:
        """The answers, in the order of the questions."""
        ...


class Rated(NamedTuple):
    """What was rated: its manifest, and of it the counts of all regions by kind."""

    manifest: bytes
    kinds: Mapping[str, Mapping[str, int]]


def rate_evidence(
    *,
    engine: Engine,
    editions: Sequence[Edition],
    as_of: date | None,
    out: Path,
    told: Callable[[int, int], None] = lambda _done, _of: None,
) -> Rated:
    """Rate everybody of a folder of evidence by the editions, on a day (that of the evidence, if None is given).

    ``told`` hears how many files of how many are done. The same bytes come out of every engine. Where anything is
    wrong nothing is written.

    Raises:
        Problem: ``national_…``: of the folder, of a file, of the editions, or of the engine.
    """
    with put_in_place(out) as folder:
        evidence = read_manifest(engine.manifest(), engine.place)
        day = as_of or evidence.day
        if day < evidence.day:
            raise Problem("national_before_evidence", day=day.isoformat(), evidence=evidence.day.isoformat())
        laws = laws_of(editions, evidence, day)
        missing = engine.missing(evidence.files)
        if missing is not None:
            raise Problem("national_partition_missing", region=missing.region, file=missing.name)
        for region in evidence.kinds:
            (folder / f"{REGION}{region}").mkdir()
        answers, seen = [], Seen(folder)
        regions = {one.name: one.region for one in evidence.files}
        for answer in _answers(engine, evidence, laws, day):
            (folder / answer.file).write_bytes(answer.content)
            seen.add(regions[answer.file], answer.content)
            answers.append(_without_content(answer))
            told(len(answers), len(evidence.files))
        seen.refuse_twice()
        rated = _manifest(evidence, laws, day, answers)
        (folder / MANIFEST).write_bytes(rated.manifest)
    return rated


class _Told(NamedTuple):
    """An answer of which the file is written."""

    file: str
    bytes: int
    sha256: str
    tally: Mapping[str, Mapping[str, int]]


def _answers(engine: Engine, evidence: Evidence, laws: Laws, day: date) -> Iterator[Answer]:
    """The answers to all files, none of them a refusal."""
    regions = {one.name: one.region for one in evidence.files}
    questions = [
        Question(one.name, one.bytes, one.sha256, laws.chains[one.region], laws.left_out, day) for one in evidence.files
    ]
    ends: dict[str, str] = {}
    for answer in engine.answers(questions):
        region = regions[answer.file]
        if answer.code:
            raise Problem(answer.code, region=region, file=answer.file, fault=answer.fault)
        if answer.first <= ends.get(region, ""):
            fault = "与前一文件的主体重叠 · its entities do not come after those of the file before"
            raise Problem("national_schema_differs", region=region, file=answer.file, fault=fault)
        ends[region] = answer.last
        yield answer


def _without_content(answer: Answer) -> _Told:
    return _Told(answer.file, len(answer.content), answer.sha256, answer.tally or {})


def _manifest(evidence: Evidence, laws: Laws, day: date, answers: Sequence[_Told]) -> Rated:
    chains = [chain for each in laws.chains.values() for chain in each.values()]
    used = {edition.id: edition.digest for chain in chains for edition in chain.editions}
    regions: dict[str, dict[str, Any]] = {region: {"files": []} for region in evidence.kinds}
    region_of = {one.name: one.region for one in evidence.files}
    kinds: dict[str, Counter[str]] = {}
    for answer in answers:
        said = {"name": answer.file, "bytes": answer.bytes, "sha256": answer.sha256, "kinds": answer.tally}
        regions[region_of[answer.file]]["files"].append(said)
        for kind, counts in answer.tally.items():
            kinds.setdefault(kind, Counter()).update(counts)
    summed = {kind: dict(sorted(counts.items())) for kind, counts in sorted(kinds.items())}
    manifest = {
        "what": RATINGS,
        "format": FORMAT,
        "as_of": day.isoformat(),
        "evidence": {"day": evidence.day.isoformat(), "position": evidence.position, "sha256": evidence.digest},
        "editions": [{"id": name, "digest": digest} for name, digest in sorted(used.items())],
        "pyarrow": pa.__version__,
        "kinds": summed,
        "left_out": list(laws.left_out),
        "regions": regions,
    }
    return Rated(canonical(manifest), summed)
