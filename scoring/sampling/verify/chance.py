"""E: closing, witnesses, secret, the attempt and its values (sections 2, 3, 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scoring.kernel.errors import LawError
from scoring.sampling.beacon import Announced, Round, announced, bits_of, instant_of, signed
from scoring.sampling.keys import secret_commitment, witness_commitment
from scoring.sampling.verify.register import check_registered

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from scoring.sampling.verify.case import Case

LEAST_BITS: Final = 64
WITNESSES_WITH_NUMBERS: Final = 2


def check_links(case: Case) -> None:
    """E-LINK: documents name each other; E-CLOSING, E-DIGEST: closing and entropy are registered."""
    digests = case.digests
    for document in (case.closing, case.entropy, case.result):
        if document:
            case.findings.same("E-LINK", f"{document['type']}/draw", document["draw"], case.draw)
    case.findings.same("E-LINK", "closing/commitment", case.closing["commitment"], digests["commitment"])
    if case.entropy:
        case.findings.same("E-LINK", "entropy/closing", case.entropy["closing"], digests["closing"])
    if case.result and case.entropy:
        case.findings.same("E-LINK", "result/entropy", case.result["entropy"], digests["entropy"])


def check_registered_chance(case: Case) -> None:
    """E-CLOSING and E-DIGEST."""
    check_registered(case, "E-CLOSING", "closing")
    check_registered(case, "E-DIGEST", "entropy")


def check_witnesses(case: Case) -> None:
    """E-WITNESS: every witness revealed or is missing, and what is revealed opens; E-WITNESSED."""
    findings, commitment, closing = case.findings, case.commitment, case.closing
    known = {each["id"]: each for each in commitment["witnesses"]}
    told = [each["witness"] for each in closing["reveals"]] + closing["missing"]
    findings.same("E-WITNESS", "closing/reveals", sorted(told), sorted(known))
    for each in closing["reveals"]:
        if each["witness"] in known:
            opened = witness_commitment(case.draw, each["witness"], bytes.fromhex(each["value"]))
            findings.same("E-WITNESS", f"witness {each['witness']}", opened, known[each["witness"]]["commitment"])
    count, least = len(closing["reveals"]), commitment["witness_min"]
    findings.holds("E-WITNESS", count >= least, "closing/reveals", count, f"{least} or more")
    ours = {commitment["authority"], *(part["authority"] for part in commitment["parts"])}
    shown = {each["witness"] for each in closing["reveals"]}
    outside = {each["organisation"] for each in known.values() if each["id"] in shown} - ours
    numbers = any(source["kind"] != "drand" for each in commitment["attempts"] for source in each["sources"])
    if len(outside) < (WITNESSES_WITH_NUMBERS if numbers else 1):
        findings.weak("E-WITNESSED", "few_witnesses")
    findings.ok("E-WITNESSED")


def check_secret(case: Case) -> None:
    """E-SECRET: K opens its commitment; E-ESCROW: a custodian of another organisation has it."""
    findings, commitment, secret = case.findings, case.commitment, case.document["secret"]
    for known in commitment["secret"]:
        if not any(each["organisation"] != commitment["authority"] for each in known["custodians"]):
            findings.weak("E-ESCROW", "no_outside_custodian")
    findings.ok("E-ESCROW")
    if not case.entropy:
        findings.unseen("not_opened", "E-SECRET")
    elif case.attempt is None or not case.attempt["secret"]:
        findings.same("E-SECRET", "secret", secret, "")
    elif secret:
        known = commitment["secret"][0]
        opened = secret_commitment(case.draw, known["holder"], bytes.fromhex(secret))
        findings.same("E-SECRET", "secret", opened, known["commitment"])
    elif case.document["type"] == "transcript" and (case.document["view"] == "full" or commitment["rows"] == "open"):
        findings.fail("E-SECRET", "secret", "", "the committed secret")
    else:
        findings.unseen("not_opened", "E-SECRET")


def check_attempt(case: Case) -> None:
    """E-ATTEMPT: a fallback follows the failure that its ``when`` names, and nobody can show the value."""
    findings, entropy, attempts = case.findings, case.entropy, case.commitment["attempts"]
    if case.attempt is None:
        findings.fail("E-ATTEMPT", "entropy/attempt", entropy["attempt"], f"1 to {len(attempts)}")
        return
    number = entropy["attempt"]
    failed = [[each["attempt"], each["reason"]] for each in entropy["failed"]]
    findings.same("E-ATTEMPT", "entropy/failed", failed, [[n, attempts[n]["when"]] for n in range(1, number)])
    if number > 1:
        findings.weak("E-ATTEMPT", "fallback")
    primary = case.outside.primary
    for n in range(1, number):
        if primary is not None and attempts[n]["when"] == "source_absent":
            for source in attempts[n - 1]["sources"]:
                _refute(case, source, primary)


def _refute(case: Case, source: Mapping[str, Any], primary: tuple[int, str]) -> None:
    number, signature = primary
    if source["kind"] == "drand" and source["round"] == number:
        drawn = Round(source["chain"], number)
        verdict = _signed(drawn, signature)
        if verdict == "PASS":
            case.findings.fail("E-ATTEMPT", f"round {number}", "a valid value", "no value", "value_exists")
        elif verdict == "UNSEEN":
            case.findings.unseen("no_pairing", "E-ATTEMPT")


def check_values(case: Case) -> None:
    """E-SOURCE, E-BITS, E-BLS: the values answer the committed sources, are worth 64 bits, and are signed."""
    findings, attempt, values = case.findings, case.attempt, case.entropy["values"]
    if attempt is None:
        findings.unseen("no_attempt", "E-SOURCE", "E-BITS", "E-BLS")
        return
    findings.same("E-SOURCE", "entropy/values", len(values), len(attempt["sources"]))
    for n, entered in enumerate(case.entropy["entered"]):
        findings.same("E-SOURCE", f"entropy/entered/{n}", entered["values"], values)
    for n, (source, value) in enumerate(zip(attempt["sources"], values, strict=False)):
        where = f"entropy/values/{n}"
        if source["kind"] == "drand":
            _check_round(case, where, source, value)
        elif findings.same("E-SOURCE", where, [value["kind"], value.get("name")], [source["kind"], source["name"]]):
            findings.same("E-SOURCE", where, announced(value["values"], _announced(source)), "")
    for n, each in enumerate(case.commitment["attempts"], start=1):
        bits = sum(bits_of(_source(source)) for source in _once(each["sources"]))
        findings.holds("E-BITS", bits >= LEAST_BITS, f"attempts/{n}", bits, f"{LEAST_BITS} bits or more")
    findings.ok("E-BLS")


def _check_round(case: Case, where: str, source: Mapping[str, Any], value: Mapping[str, Any]) -> None:
    findings = case.findings
    found = [value["kind"], value.get("chain"), value.get("round")]
    if not findings.same("E-SOURCE", where, found, ["drand", source["chain"], source["round"]]):
        return
    drawn = Round(source["chain"], source["round"])
    try:
        instant = instant_of(drawn)
    except LawError as refused:
        findings.fail("E-SOURCE", where, refused.code, "a round of a known chain")
        return
    assert case.attempt is not None  # noqa: S101 -- the caller has looked
    findings.same("E-SOURCE", f"{where}/round", instant, case.attempt["instant"])
    verdict = _signed(drawn, value["signature"])
    if verdict == "UNSEEN":
        findings.unseen("no_pairing", "E-BLS")
    else:
        findings.same("E-BLS", where, verdict, "PASS")


def _signed(drawn: Round, signature: str) -> str:
    try:
        return signed(drawn, bytes.fromhex(signature))
    except (LawError, ValueError):
        return "FAIL"


def _once(sources: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Each announcement once: one that is named twice is worth no more."""
    named = {
        (each["name"], each["day"]) if "name" in each else (each["chain"], each["round"]): each for each in sources
    }
    return list(named.values())


def _source(source: Mapping[str, Any]) -> Round | Announced:
    return Round(source["chain"], source["round"]) if source["kind"] == "drand" else _announced(source)


def _announced(source: Mapping[str, Any]) -> Announced:
    lo, hi = source["range"]
    return Announced(source["kind"], source["count"], lo, hi, source["sorted"])
