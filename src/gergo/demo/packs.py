"""Packs: a carton with a printed label, a polybag hanging from a header card. Neither tells how long the pieces are."""

from __future__ import annotations

import numpy as np

from gergo.demo import distance as d
from gergo.demo.lettering import Print, label
from gergo.demo.product import Product
from gergo.demo.solid import Part, Solid


def carton(product: Product, width: float, height: float, depth: float) -> Solid:
    """A box standing on z = 0 whose label covers its front (+x) and its lid."""
    ink, words = label(product)
    front = Print((depth / 2, -width / 2, height), (0, width, 0), (0, 0, -height), words, ink)
    lid = Print((-depth / 2, -width / 2, height), (0, width, 0), (depth, 0, 0), words, ink)
    half = (depth / 2, width / 2, height / 2)
    body = Part("carton", d.box((0, 0, height / 2), half, edge=0.015 * height), material="carton")
    return Solid((body,), (), 0.1 * height, (), (front, lid), corners=_box_corners(half, height / 2), flat=True)


def header_card(product: Product, width: float, height: float) -> Solid:
    """A folded card lying flat, printed side up; its top edge points to -x."""
    ink, words = label(product)
    thick = 0.02 * width
    printed = Print((-height / 2, -width / 2, thick), (0, width, 0), (height, 0, 0), words, ink)
    half = (height / 2, width / 2, thick / 2)
    hole = d.cylinder(0.035 * width, -1.0, 3 * thick)

    def punched(p: d.Points) -> d.Array:
        return -hole(d.Points(p.x + np.float32(0.455 * height), p.y, p.z))

    body = Part("header card", d.intersection(d.box((0, 0, thick / 2), half), punched), material="carton")
    return Solid((body,), (), thick, (), (printed,), corners=_box_corners(half, thick / 2), flat=True)


def _box_corners(half: tuple[float, float, float], middle_z: float) -> tuple[tuple[float, float, float], ...]:
    x, y, z = half
    return tuple((sx * x, sy * y, middle_z + sz * z) for sx in (-1, 1) for sy in (-1, 1) for sz in (-1, 1))
