"""E: closing, witnesses, secret, the attempt and its values (sections 2, 3, 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scoring.kernel.errors import LawError
from scoring.sampling.beacon import Round, announced, bits_together, day_there, instant_of, signed, source_of
from scoring.sampling.keys import secret_commitment, witness_commitment
from scoring.sampling.transcript import BEGINNING
from scoring.sampling.verify.register import check_registered

if TYPE_CHECKING:
    from collections.abc import Mapping
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
    shown = {each["witness"] for each in closing["reveals"]}
    outside = {each["organisation"] for each in known.values() if each["id"] in shown} - case.authorities
    numbers = any(source["kind"] != "drand" for each in commitment["attempts"] for source in each["sources"])
    if len(outside) < (WITNESSES_WITH_NUMBERS if numbers else 1):
        findings.weak("E-WITNESSED", "few_witnesses")
    findings.ok("E-WITNESSED")


def check_secret(case: Case) -> None:
    """E-SECRET: K opens its commitment; E-ESCROW: a custodian of another organisation has it."""
    findings, commitment, secret = case.findings, case.commitment, case.document["secret"]
    for known in commitment["secret"]:
        if all(each["organisation"] in case.authorities for each in known["custodians"]):
            findings.weak("E-ESCROW", "no_outside_custodian")
    findings.ok("E-ESCROW")
    if not case.entropy:
        findings.unseen("not_opened", "E-SECRET")
    elif case.attempt is None:
        findings.unseen("no_attempt", "E-SECRET")
    elif not case.attempt["secret"]:
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
    for each in entropy["failed"]:
        findings.holds("E-ATTEMPT", each["evidence"] != BEGINNING, "entropy/failed", each["evidence"], "a stored file")
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
    """E-SOURCE, E-BITS, E-BLS: sources fit their instants and are worth 64 bits; values answer them and are signed."""
    _check_sources(case)
    findings, attempt, values = case.findings, case.attempt, case.entropy["values"]
    findings.ok("E-BLS")
    if attempt is None:
        findings.unseen("no_attempt", "E-SOURCE")
        sources = []
    else:
        sources = attempt["sources"]
        findings.same("E-SOURCE", "entropy/values", len(values), len(sources))
    for n, entered in enumerate(case.entropy["entered"]):
        findings.same("E-SOURCE", f"entropy/entered/{n}", entered["values"], values)
    for n, (source, value) in enumerate(zip(sources, values, strict=False)):
        _check_answer(case, f"entropy/values/{n}", source, value)
    for n, value in enumerate(values):
        if value["kind"] == "drand":
            verdict = _signed(Round(value["chain"], value["round"]), value["signature"])
            if verdict == "UNSEEN":
                findings.unseen("no_pairing", "E-BLS")
            else:
                findings.same("E-BLS", f"entropy/values/{n}", verdict, "PASS")


def _check_sources(case: Case) -> None:
    """Every committed attempt: rounds give its instant, no announcement is of an earlier day, and 64 bits in all."""
    findings = case.findings
    findings.ok("E-SOURCE", "E-BITS")
    for n, attempt in enumerate(case.commitment["attempts"], start=1):
        for source in attempt["sources"]:
            where = f"attempts/{n}/sources"
            if source["kind"] == "drand":
                findings.same("E-SOURCE", where, _due(source), attempt["instant"])
            else:
                day = day_there(attempt["instant"])
                findings.holds("E-SOURCE", source["day"] >= day, where, source["day"], f"{day} or later")
        bits = bits_together(attempt["sources"])
        findings.holds("E-BITS", bits >= LEAST_BITS, f"attempts/{n}", bits, f"{LEAST_BITS} bits or more")


def _due(source: Mapping[str, Any]) -> int | str:
    try:
        return instant_of(Round(source["chain"], source["round"]))
    except LawError as refused:
        return refused.code


def _check_answer(case: Case, where: str, source: Mapping[str, Any], value: Mapping[str, Any]) -> None:
    findings, known = case.findings, source_of(source)
    if isinstance(known, Round):
        found = [value["kind"], value.get("chain"), value.get("round")]
        findings.same("E-SOURCE", where, found, ["drand", *known])
    elif findings.same("E-SOURCE", where, [value["kind"], value.get("name")], [source["kind"], source["name"]]):
        findings.same("E-SOURCE", where, announced(value["values"], known), "")


def _signed(drawn: Round, signature: str) -> str:
    try:
        return signed(drawn, bytes.fromhex(signature))
    except (LawError, ValueError):
        return "FAIL"
