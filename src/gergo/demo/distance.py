"""Signed distance functions of the shapes fasteners are made of, as arrays over many points at once.

Negative inside, positive outside, never larger than the true distance (so that sphere tracing never steps through a
surface). The primitives and their combination by min and max follow Inigo Quilez, "Distance functions"
(https://iquilezles.org/articles/distfunctions). The long axis of a part is z. Lengths are millimetres.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cached_property

import numpy as np

Array = np.ndarray  # float32 throughout, unless said otherwise


class Points:
    """N points in a part's own coordinates, float32, with the polar coordinates worked out at most once."""

    def __init__(self, x: Array, y: Array, z: Array) -> None:
        self.x, self.y, self.z = x, y, z

    @cached_property
    def r(self) -> Array:
        """Distance from the long axis."""
        return np.sqrt(self.x * self.x + self.y * self.y)

    @cached_property
    def turn(self) -> Array:
        """Angle round the long axis in turns, -0.5 to 0.5."""
        return np.arctan2(self.y, self.x) * np.float32(0.5 / np.pi)

    def __len__(self) -> int:
        return len(self.x)


Distance = Callable[[Points], Array]


def slab(p: Points, low: float, high: float) -> Array:
    """The space between two heights."""
    return np.abs(p.z - (low + high) / 2) - (high - low) / 2


def cylinder(radius: float, low: float, high: float, *, bevel: float = 0.0) -> Distance:
    """A cylinder from height `low` to `high`, its rims bevelled at 45 degrees."""

    def distance(p: Points) -> Array:
        side, ends = p.r - radius, slab(p, low, high)
        body = np.maximum(side, ends)
        return np.maximum(body, (side + ends + bevel) * 0.70711) if bevel else body

    return distance


def frustum(low_radius: float, high_radius: float, low: float, high: float) -> Distance:
    """A cone cut off at both ends."""
    slope = (high_radius - low_radius) / (high - low)
    scale = 1 / math.sqrt(1 + slope * slope)

    def distance(p: Points) -> Array:
        side = (p.r - (low_radius + slope * (p.z - low))) * scale
        return np.maximum(side, slab(p, low, high))

    return distance


def dome(radius: float, base: float, rise: float) -> Distance:
    """A spherical cap of rim `radius` that stands `rise` above the plane z = base."""
    ball = (radius * radius + rise * rise) / (2 * rise)
    centre = base + rise - ball

    def distance(p: Points) -> Array:
        z = p.z - centre
        return np.maximum(np.sqrt(p.r * p.r + z * z) - ball, base - p.z)

    return distance


def prism(
    sides: int, apothem: float, low: float, high: float, *, chamfer: float = 0.0, bottom: bool = False
) -> Distance:
    """A hexagonal (6) or square (4) prism; `chamfer` turns the corners of its top (and bottom) off at 30 degrees."""
    corner = apothem / math.cos(math.pi / sides)

    def distance(p: Points) -> Array:
        x, y = np.abs(p.x), np.abs(p.y)
        side = np.maximum(x, x * 0.5 + y * 0.86603) if sides == 6 else np.maximum(x, y)
        body = np.maximum(side - apothem, slab(p, low, high))
        if chamfer:
            turned = p.r - (corner - chamfer)
            body = np.maximum(body, turned * 0.5 + (p.z - high) * 0.86603)
            if bottom:
                body = np.maximum(body, turned * 0.5 + (low - p.z) * 0.86603)
        return body

    return distance


def thread(
    radius: float, pitch: float, low: float, high: float, *, core: float, sharp: float = 0.0, tip: float = 0.0
) -> Distance:
    """A helical thread of outer `radius` down to `core`; `sharp` > 0 leaves flat core between thin flights (wood).

    With `tip`, the part tapers to a point over that length at its low end.
    """
    depth = radius - core
    flank = depth * (2 + 4 * sharp) / pitch
    safe = 1 / math.sqrt(1 + flank * flank)
    per_mm = 1 / pitch

    def distance(p: Points) -> Array:
        phase = p.z * per_mm - p.turn
        wave = np.abs((phase - np.floor(phase)) * 2 - 1)
        if sharp:
            wave = np.maximum(wave * (1 + 2 * sharp) - 2 * sharp, 0)
        if tip:
            share = np.clip((p.z - low) / tip, 0, 1)
            taper = np.sqrt(share * np.sqrt(share))
            profile, outer = (core + depth * wave) * taper, radius * taper
        else:
            taper = np.minimum(np.minimum(high - p.z, p.z - low) / pitch + 0.25, 1)
            profile, outer = core + depth * wave * np.maximum(taper, 0), radius
        side = np.maximum((p.r - profile) * safe, (p.r - outer) * (0.7 if tip else 1.0))
        return np.maximum(side, slab(p, low, high))

    return distance


def ring(hole: float, radius: float, low: float, high: float, *, bevel: float = 0.0) -> Distance:
    """A flat ring."""

    def distance(p: Points) -> Array:
        middle = (radius + hole) / 2
        side, ends = np.abs(p.r - middle) - (radius - hole) / 2, slab(p, low, high)
        body = np.maximum(side, ends)
        return np.maximum(body, (side + ends + bevel) * 0.70711) if bevel else body

    return distance


def box(centre: tuple[float, float, float], half: tuple[float, float, float], *, edge: float = 0.0) -> Distance:
    """A box with its edges rounded by `edge`."""

    def distance(p: Points) -> Array:
        q = [np.abs(v - c) - (h - edge) for v, c, h in zip((p.x, p.y, p.z), centre, half, strict=True)]
        outside = np.sqrt(sum(np.maximum(v, 0) ** 2 for v in q))
        return outside + np.minimum(np.maximum(np.maximum(q[0], q[1]), q[2]), 0) - edge

    return distance


def capsule(start: tuple[float, float, float], end: tuple[float, float, float], radius: float) -> Distance:
    """A rod with round ends."""
    axis = tuple(b - a for a, b in zip(start, end, strict=True))
    length2 = sum(a * a for a in axis)

    def distance(p: Points) -> Array:
        x, y, z = p.x - start[0], p.y - start[1], p.z - start[2]
        along = np.clip((x * axis[0] + y * axis[1] + z * axis[2]) / length2, 0, 1)
        return np.sqrt((x - along * axis[0]) ** 2 + (y - along * axis[1]) ** 2 + (z - along * axis[2]) ** 2) - radius

    return distance


def bent_wire(centre_z: float, bend: float, radius: float, *, start_turn: float, end_turn: float) -> Distance:
    """A wire bent round (0, centre_z) in the x-z plane, from one angle to another (turns from +x towards +z)."""
    middle, half = math.pi * (start_turn + end_turn), math.pi * (end_turn - start_turn)
    sin_half, cos_half = math.sin(half), math.cos(half)
    sin_mid, cos_mid = math.sin(middle), math.cos(middle)

    def distance(p: Points) -> Array:
        z = p.z - centre_z
        along, across = p.x * cos_mid + z * sin_mid, np.abs(z * cos_mid - p.x * sin_mid)
        inside_arc = cos_half * across <= sin_half * along
        on_arc = np.abs(np.sqrt(along**2 + across**2) - bend)
        to_end = np.sqrt((along - bend * cos_half) ** 2 + (across - bend * sin_half) ** 2)
        return np.sqrt(np.where(inside_arc, on_arc, to_end) ** 2 + p.y**2) - radius

    return distance


def union(*parts: Distance) -> Distance:
    def distance(p: Points) -> Array:
        nearest = parts[0](p)
        for part in parts[1:]:
            nearest = np.minimum(nearest, part(p))
        return nearest

    return distance


def intersection(*parts: Distance) -> Distance:
    def distance(p: Points) -> Array:
        furthest = parts[0](p)
        for part in parts[1:]:
            furthest = np.maximum(furthest, part(p))
        return furthest

    return distance


def difference(body: Distance, *cuts: Distance) -> Distance:
    def distance(p: Points) -> Array:
        left = body(p)
        for cut in cuts:
            left = np.maximum(left, -cut(p))
        return left

    return distance
