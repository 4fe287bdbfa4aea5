"""A stranger's tool: rate events, check an edition, verify a file, with Python's standard library alone.

The one module of this package that reads and writes files and streams; ``python -m scoring rate --help`` says how.

Exit codes: 0 done · 1 the input, the edition or the file has faults, each told · 2 the command cannot be followed.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scoring.exchange.recognise import is_bundle
from scoring.kernel.days import DayError, parse_day
from scoring.kernel.errors import EditionError, LawError
from scoring.ledger.options import OPTIONS as LEDGER_OPTIONS
from scoring.ledger.reading import is_proof
from scoring.sampling.options import OPTIONS, outside_of
from scoring.sampling.verify import LONGEST as LONGEST_DRAW
from scoring.sampling.verify import verify

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from scoring.edition.model import Edition
    from scoring.exchange.bundle import BundleReport
    from scoring.ledger.verify import ProofReport
    from scoring.sampling.verify import Report

EPILOG = """\
Events come on standard input, one JSON object a line:
  {"entity":"E1","kind":"cinema","code":"K1","severity":"minor","decided_on":"2025-03-01"}
with, where they are known: id, source, kinds, value, final, case_ref, occasion, occasion_type, held_on, closed,
corrected_on, performed_on, repaired_on, annulled_on, publicity_ends_on, and any attribute that the edition names.
A line without a code tells of the entity (attributes, known_since, licences) or of an occasion without findings.
A line with as_of asks a question: {"entity":"E1","as_of":"2025-06-01"}; --as-of asks it of every entity.
"""


def main(arguments: Sequence[str] | None = None, *, verifier: str | None = None) -> int:
    """Run the command; the exit code.

    ``verifier``: the name of a program that only verifies; then the arguments are those of ``verify`` alone.
    """
    given = sys.argv[1:] if arguments is None else arguments
    options = _parser(verifier).parse_args(given if verifier is None else ["verify", *given])
    lang: str = options.lang or ("zh" if _locale().startswith("zh") else "en")
    sys.stderr.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr] # a text stream
    try:
        if options.command == "verify":
            return _verify(options, lang)
        editions = _read_editions(options.editions, lang)
        if editions is None:
            return 1
        if options.command == "check":
            return _check(dict(zip(options.editions, editions, strict=True)), options.cases, lang)
        return _rate(editions, options, lang)
    except LawError as refused:
        _say(f"{refused.en if lang == 'en' else refused.zh} ({refused.code})")
        return 2
    except BrokenPipeError:  # who reads our answers has enough of them
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _parser(verifier: str | None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m scoring", description="Rate market entities by an edition.")
    commands = parser.add_subparsers(dest="command", required=True)
    rate = commands.add_parser(
        "rate",
        help="rate the events on standard input",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    rate.add_argument(
        "--edition",
        dest="editions",
        action="append",
        required=True,
        metavar="E.toml",
        help="again for more of one rulebook",
    )
    rate.add_argument(
        "--as-of", metavar="DAY", help="the day asked for, YYYY-MM-DD; needed unless the lines ask questions"
    )
    rate.add_argument("--explain", action="store_true", help="add the whole explanation to each rating")
    rate.add_argument("--keep-good", action="store_true", help="rate the entities without faulty lines (else: none)")
    rate.add_argument("--sorted", action="store_true", help="lines of an entity stand together: rate as they come")
    check = commands.add_parser("check", help="check an edition, or successive editions of one rulebook")
    check.add_argument("editions", nargs="+", metavar="E.toml")
    told = "put cases to the editions and tell each answer that differs; again for more"
    check.add_argument("--cases", action="append", default=[], metavar="CASES.toml", help=told)
    verifies = "verify the file of a draw (transcript, certificate), a rating bundle or a proof of the ledger"
    draw = commands.add_parser("verify", help=verifies, description=verifies.capitalize(), prog=verifier)
    draw.add_argument("file", metavar="FILE", help="- for standard input")
    for name, (metavar, said, again) in (*OPTIONS.items(), *LEDGER_OPTIONS.items()):
        draw.add_argument(f"--{name}", metavar=metavar, help=said, action="append" if again else "store")
    draw.add_argument("--strict", action="store_true", help="WEAK and UNSEEN fail too")
    for command in (rate, check, draw):
        command.add_argument("--lang", choices=("zh", "en"), help="language of messages (else by LANG)")
    return parser


def _locale() -> str:
    return next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")


def _say(sentence: str) -> None:
    sys.stderr.write(sentence + "\n")


def _read_editions(files: list[str], lang: str) -> tuple[Edition, ...] | None:
    """The editions of the files; None where any has faults, all of which are then told."""
    from scoring.edition import parse  # noqa: PLC0415 -- half the start, which who verifies a draw need not wait for

    found: list[Edition] = []
    for file in files:
        try:
            found.append(parse(_text_of(file)))
        except EditionError as refused:
            for finding in refused.findings:
                _say(finding.sentence(file=file, lang=lang))
    return tuple(found) if len(found) == len(files) else None


def _text_of(file: str) -> str:
    try:
        return Path(file).read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise LawError(
            "edition_unreadable",
            zh=f"无法读取 {file}：{error}，请核对路径与编码（UTF-8）",
            en=f"cannot read {file}: {error}; check its path and that it is UTF-8",
        ) from error


def _check(editions: dict[str, Edition], cases: list[str], lang: str) -> int:
    """Tell every finding of each edition, read after those of the same rulebook that came into force before it.

    Then every case on standard output, unless an edition has an error: what such a one answers says nothing.
    """
    from scoring.edition import check_chain  # noqa: PLC0415 -- as above

    faulty = False
    files = sorted(editions, key=lambda file: (editions[file].rulebook, editions[file].force_from))
    for _, rulebook in groupby(files, key=lambda file: editions[file].rulebook):
        chain: list[Edition] = []
        told = 0
        for file in rulebook:
            chain.append(editions[file])
            findings = check_chain(chain)
            for finding in findings[told:]:
                faulty = faulty or finding.severity == "error"
                _say(finding.sentence(file=file, lang=lang))
            told = len(findings)
    if faulty:
        return 1
    differing = sum(not _hold(file, tuple(editions.values()), lang) for file in cases)
    return 1 if differing else 0


def _hold(file: str, editions: tuple[Edition, ...], lang: str) -> bool:
    """Whether every case of a file holds; each is told, with what differs."""
    from scoring.exchange.cases import run_cases  # noqa: PLC0415 -- as above
    from scoring.exchange.editions import in_order  # noqa: PLC0415 -- as above

    in_order(editions)
    try:
        answered = run_cases(_text_of(file), editions)
    except EditionError as refused:
        for finding in refused.findings:
            _say(finding.sentence(file=file, lang=lang))
        return False
    for case in answered:
        sys.stdout.buffer.write("".join(f"{line}\n" for line in case.sentences(lang)).encode())
    sys.stdout.buffer.flush()
    return not any(case.differences for case in answered)


def _rate(editions: tuple[Edition, ...], options: argparse.Namespace, lang: str) -> int:
    """Rate the events on standard input by the editions; 0 if every line was in order."""
    from scoring.exchange.editions import chain_of  # noqa: PLC0415 -- as above
    from scoring.exchange.rate import Asked, Run  # noqa: PLC0415 -- as above

    chain = chain_of(editions)
    asked = Asked(_day_asked(options.as_of), options.explain, options.sorted, options.keep_good or options.sorted)
    run = Run(asked, chain, put=sys.stdout.buffer.write, say=lambda fault: _say(fault.sentence(lang)))
    done = run.over(sys.stdin.buffer.readline)
    sys.stdout.buffer.flush()
    return 0 if done else 1


def _verify(options: argparse.Namespace, lang: str) -> int:
    """Tell every check of the file of a draw, a rating or the ledger; 0 if none fails."""
    given = {name: value for name in (*OPTIONS, *LEDGER_OPTIONS) if (value := getattr(options, name))}
    with _nothing_collected():
        report = _report_on(_bytes_of(options.file), given)
    for line in report.lines(lang):
        sys.stdout.buffer.write(f"{line}\n".encode())
    sys.stdout.buffer.flush()
    return 0 if report.passes(strict=options.strict) else 1


def _report_on(data: bytes, given: Mapping[str, Any]) -> BundleReport | ProofReport | Report:
    if is_bundle(data):
        from scoring.exchange.bundle import verify_bundle  # noqa: PLC0415 -- as above

        _refuse_options(given, {}, "option_not_for_ratings", ("评级包", "a rating bundle"))
        return verify_bundle(data)
    if is_proof(data):
        from scoring.ledger.options import held_of  # noqa: PLC0415 -- as above
        from scoring.ledger.verify import verify_proof  # noqa: PLC0415 -- as above

        _refuse_options(given, LEDGER_OPTIONS, "option_not_for_ledgers", ("账本的证明", "a proof of the ledger"))
        return verify_proof(data, held_of(given, _bytes_of))
    _refuse_options(given, OPTIONS, "option_not_for_draws", ("抽取的文件", "the file of a draw"))
    return verify(data, outside_of(given, _bytes_of))


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Leave rings of objects alone: a file makes none, and looking for them would take a quarter of the whole time."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _refuse_options(given: Mapping[str, object], fit: Mapping[str, object], code: str, what: tuple[str, str]) -> None:
    """A rating rests on no beacon or register: what is brought for another file would be left unused in silence."""
    if strange := [name for name in given if name not in fit]:
        named = ", ".join(f"--{name}" for name in strange)
        raise LawError(
            code,
            zh=f"{named} 用于另一种文件，验证{what[0]}时请去掉",
            en=f"{named} is for files of another kind: leave it out for {what[1]}",
        )


def _bytes_of(file: str) -> bytes:
    """The file, read no further than a verifier needs to refuse it."""
    try:
        if file == "-":
            return sys.stdin.buffer.read(LONGEST_DRAW + 1)
        with Path(file).open("rb") as stream:
            return stream.read(LONGEST_DRAW + 1)
    except OSError as error:
        raise LawError(
            "file_unreadable",
            zh=f"无法读取 {file}：{error.strerror}，请核对路径",
            en=f"cannot read {file}: {error.strerror}; check its path",
        ) from error


def _day_asked(text: str | None) -> date | None:
    try:
        return None if text is None else parse_day(text)
    except DayError as error:
        raise LawError(
            "as_of_malformed",
            zh=f"--as-of 应为日期 YYYY-MM-DD，现为 {text}",
            en=f"--as-of must be a day YYYY-MM-DD, not {text}",
        ) from error


if __name__ == "__main__":
    sys.exit(main())
