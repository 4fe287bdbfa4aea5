"""The entities of the invented city: codes with right check characters, names that nobody could take for real."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scoring.kernel.codes import organisation_check, unified_check

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from service.sample.chance import Chance

NAMES = ("甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸")


def entity(plan: Mapping[str, Any], chance: Chance, number: int, first: date, last: date) -> dict[str, Any]:
    """One entity as a line of the import file. ``number`` makes its code and name unique in the city."""
    district = chance.pick(plan["district"])
    kind = chance.pick(plan["kind"])
    settled = chance.happens(plan["entity"]["before"])
    since = chance.day(first.replace(year=first.year - 12), first) if settled else chance.day(first, last)
    key = _key(plan, chance, number, district["region"])
    kinds = [_licence(kind, since, number)]
    if chance.happens(plan["entity"]["second_kind"]):
        other = chance.pick(plan["kind"])
        if other["code"] != kind["code"]:
            kinds.append(_licence(other, since, number))
    name = f"示例{district['zh']}{NAMES[number % 10]}{NAMES[number // 10 % 10]}{kind['zh']}{number:07d}号"
    return {
        "key": key,
        "name": name,
        "authority": district["authority"],
        "region": district["region"],
        "address": _address(district["zh"], number),
        "established_on": since.isoformat(),
        "kinds": kinds,
        "attributes": {
            **{factor: chance.choose(weights) for factor, weights in plan["risk"].items()},
            "licensed_on": since.isoformat(),
        },
    }


def _address(district: str, number: int) -> str:
    """Where nobody is: a street that the name of every place says is an example."""
    street = NAMES[number // 7 % 10] + NAMES[number // 70 % 10]
    return f"示例市{district}{street}示例街{number // 700 % 400 + 1}号院{number % 7 + 1}号楼"


def _key(plan: Mapping[str, Any], chance: Chance, number: int, region: str) -> str:
    if chance.happens(plan["entity"]["own_number"]):
        return f"own:SAMPLE-{number:08d}"
    body = f"Y{number:07d}"
    first17 = (
        f"{'92' if chance.happens(plan['entity']['individual']) else '91'}{region}{body}{organisation_check(body)}"
    )
    return f"uscc:{first17}{unified_check(first17)}"


def _licence(kind: Mapping[str, Any], since: date, number: int) -> dict[str, Any]:
    return {"kind": kind["code"], "licence_no": f"示例-{kind['code']}-{number:07d}", "valid_from": since.isoformat()}
