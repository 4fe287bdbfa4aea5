"""A signature that still pairs although it is not the one: a point of the cofactor group was added to it."""

from types import ModuleType
from typing import Any

from py_ecc import optimized_bls12_381
from py_ecc.bls import g2_primitives
from py_ecc.optimized_bls12_381 import FQ, curve_order

from . import material as m


def with_cofactor_point() -> str:
    """The known round's signature plus a point outside the subgroup of prime order, 48 bytes in hex."""
    curve: Any = optimized_bls12_381
    points: Any = g2_primitives
    point = points.pubkey_to_G1(bytes.fromhex(m.SIGNATURE))
    return str(points.G1_to_pubkey(curve.add(point, _of_cofactor(curve))).hex())


def _of_cofactor(curve: ModuleType) -> tuple[FQ, FQ, FQ]:
    """R times the first point of the curve that has more than that order: what is left lies in the cofactor group."""
    for x in range(1, 100):
        square = (x**3 + 4) % curve.field_modulus
        y = pow(square, (curve.field_modulus + 1) // 4, curve.field_modulus)
        if y * y % curve.field_modulus == square:
            point = curve.multiply((FQ(x), FQ(y), FQ(1)), curve_order)
            if not curve.is_inf(point):
                x_, y_, z_ = point
                return x_, y_, z_
    raise AssertionError("the curve has points at small x")
