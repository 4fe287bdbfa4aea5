"""What a commitment freezes: salted rows, their roots, and the sizes that follow (protocol, sections 2, 4)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from scoring.kernel.trees import leaf_hash, root
from scoring.sampling.leaves import entity_salts, inspector_salt, leaves_of, part_salt
from scoring.sampling.rows import Avoid, FrameRow
from scoring.sampling.sample import certain
from scoring.sampling.sizes import Share, by_ratio, largest_remainder, reserves

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scoring.sampling.rows import RosterRow


_NOBODY = Avoid()


class Frozen(NamedTuple):
    """A part's rows, salted, ascending by code; ``avoids`` has every entity whose avoidance is known."""

    part: str
    frame: tuple[FrameRow, ...]
    avoids: Mapping[str, Avoid]
    roster: tuple[RosterRow, ...]


def freeze(
    part: str,
    salt_key: bytes,
    frame: Sequence[FrameRow],
    avoids: Mapping[str, Avoid],
    roster: Sequence[RosterRow],
) -> Frozen:
    """The rows of a part with their salts and avoidance digests. An entity without an avoidance avoids nobody."""
    s = part_salt(salt_key, part)
    rows = sorted(frame)
    salts = entity_salts(s, [row.code for row in rows])
    every = {row.code: avoids.get(row.code, _NOBODY) for row in rows}
    avoidances = [(row.code, *every[row.code], salt2) for row, (_, salt2) in zip(rows, salts, strict=True)]
    digests = [leaf_hash(leaf).hex() for leaf in leaves_of("avoid", part, avoidances)]
    salted = tuple(
        FrameRow(*row[:7], digest, salt) for row, digest, (salt, _) in zip(rows, digests, salts, strict=True)
    )
    people = tuple(person._replace(salt=inspector_salt(s, person.id)) for person in sorted(roster))
    return Frozen(part, salted, every, people)


def committed_part(terms: Mapping[str, Any], frozen: Frozen) -> dict[str, Any]:
    """The part of a commitment: its terms, and what the rows make of them.

    ``terms``: the fields of a part without ``frame`` and ``roster``; of its strata those that are chosen.

    Raises:
        LawError: ``total_below_strata``.
    """
    reasons = Counter(row.reason for row in frozen.frame if row.state == "out")
    part: dict[str, Any] = {
        **terms,
        "frame": {
            "root": root(leaves_of("frame", frozen.part, frozen.frame)).hex(),
            "size": len(frozen.frame),
            "out": [[reason, count] for reason, count in sorted(reasons.items())],
        },
        "roster": {
            "root": root(leaves_of("inspector", frozen.part, frozen.roster)).hex(),
            "size": len(frozen.roster),
        },
    }
    weights = weights_of(frozen.frame)
    part["strata"] = [{**each, "size": len(weights.get(each["stratum"], ()))} for each in terms["strata"]]
    return {**part, "strata": sized(part, weights)}


def weights_of(frame: Sequence[FrameRow]) -> dict[str, list[int]]:
    """The weights of the drawn-from rows of each stratum."""
    found: dict[str, list[int]] = {}
    for row in frame:
        if row.state == "in":
            found.setdefault(row.stratum, []).append(row.weight)
    return found


def sized(part: Mapping[str, Any], weights: Mapping[str, Sequence[int]] | None) -> list[dict[str, Any]]:
    """The strata with ``draw``, ``reserves``, ``certain`` and ``weight_rest`` as their rules and sizes give them.

    Without weights (masked rows) the last two stay as they are.

    Raises:
        LawError: ``total_below_strata``.
    """
    draws = _draws(part)
    found = []
    for each in part["strata"]:
        name, n = each["stratum"], draws[each["stratum"]]
        stratum = {**each, "draw": n, "reserves": reserves(each["size"], n, *each["reserve_ratio"])}
        if each["order"] == "equal":
            stratum |= {"certain": 0, "weight_rest": each["size"]}
        elif weights is not None:
            sure = certain(weights.get(name, ()), n)
            stratum |= {"certain": sure.units, "weight_rest": sure.rest}
        found.append(stratum)
    return found


def _draws(part: Mapping[str, Any]) -> Mapping[str, int]:
    strata = part["strata"]
    if part["apportion"]["method"] == "largest_remainder":
        shares = (Share(each["stratum"], each["size"], *each["ratio"]) for each in strata)
        return largest_remainder(part["apportion"]["total"], shares)
    found = {}
    for each in strata:
        num, den = each["ratio"]
        found[each["stratum"]] = by_ratio(each["size"], num, den, each["round"], each["at_least"])
    return found
