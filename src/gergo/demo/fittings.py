"""Solids without a shank of their own: nuts, washers, hooks and brackets; and the table from product type to solid."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from gergo.demo import bolts
from gergo.demo import distance as d
from gergo.demo.heads import CORNER
from gergo.demo.product import Product
from gergo.demo.solid import Part, Solid
from gergo.demo.trade import WASHER_MM

WIRE = 0.42  # radius of a hook's wire over the diameter of its thread


def _bore(size: float, pitch: float, low: float, high: float) -> Part:
    """The threaded hole of a nut."""
    return Part("thread", d.thread(size / 2, pitch, low - pitch, high + pitch, core=size / 2 - 0.55 * pitch))


def nut(product: Product) -> Solid:
    """Hex nuts in three heights, the nylon-insert nut and the flange nut."""
    size, flats = product.diameter_mm, product.across_flats_mm
    rim = flats / 2 * CORNER
    heights = {"thin nut": 0.5, "coupling nut": 3.0}
    top = heights.get(product.product_type, 0.82) * size
    parts = [
        Part("hex", d.prism(6, flats / 2, 0.0, top, chamfer=0.13 * flats, bottom=product.product_type != "lock nut"))
    ]
    rings = [(rim, 0.0), (rim, top)]
    cuts = [_bore(size, product.pitch_mm, 0.0, 1.6 * top)]
    if product.product_type == "lock nut":
        collar = d.ring(0.47 * size, 0.44 * flats, top * 0.9, 1.22 * size, bevel=0.06 * size)
        insert = d.ring(0.44 * size, 0.38 * flats, top, 1.19 * size)
        parts += [
            Part("collar", d.difference(collar, d.cylinder(0.36 * flats, top, 3 * size))),
            Part("nylon insert", insert, material="insert"),
        ]
        cuts = [_bore(size * 0.94, product.pitch_mm, 0.0, 2 * size)]
        rings.append((0.44 * flats, 1.22 * size))
    if product.product_type == "flange nut":
        skirt = 1.15 * size
        parts.append(
            Part(
                "washer flange",
                d.union(
                    d.cylinder(skirt, 0.0, 0.11 * size), d.frustum(skirt * 0.97, 0.55 * flats, 0.1 * size, 0.4 * size)
                ),
            )
        )
        rings = [(skirt, 0.0), (rim, top)]
    return Solid(tuple(parts), tuple(rings), size, tuple(cuts), flat=product.product_type != "coupling nut")


def cap_nut(product: Product) -> Solid:
    """A hex nut closed by a dome."""
    size, flats = product.diameter_mm, product.across_flats_mm
    base = 0.75 * size
    ball = d.intersection(
        d.union(d.dome(0.45 * flats, base, 0.85 * size), d.cylinder(0.45 * flats, 0.2, base)),
        d.cylinder(flats, 0.0, 3 * size),
    )
    parts = (Part("hex", d.prism(6, flats / 2, 0.0, base, chamfer=0.12 * flats, bottom=True)), Part("dome", ball))
    rings = ((flats / 2 * CORNER, 0.0), (flats / 2 * CORNER, base), (0.2 * flats, base + 0.85 * size))
    return Solid(parts, rings, size, (Part("thread", d.cylinder(size / 2, -1.0, 0.9 * size)),), flat=True)


def square_nut(product: Product) -> Solid:
    """A square nut, turned off at its top corners."""
    size, flats = product.diameter_mm, product.across_flats_mm
    top = 0.78 * size
    body = d.prism(4, flats / 2, 0.0, top, chamfer=0.2 * flats)
    return Solid(
        (Part("square", body),),
        ((flats * 0.66, 0.0), (flats * 0.66, top)),
        size,
        (_bore(size, product.pitch_mm, 0, top),),
        flat=True,
    )


def wing_nut(product: Product) -> Solid:
    """A conical hub with two wings."""
    size = product.diameter_mm
    hub = d.frustum(0.95 * size, 0.72 * size, 0.0, 1.05 * size)

    def wing(side: int) -> d.Distance:
        plate = d.capsule((side * 1.0 * size, 0, 0.62 * size), (side * 2.0 * size, 0, 1.65 * size), 0.62 * size)
        return d.intersection(plate, d.box((0, 0, size), (4 * size, 0.19 * size, 2 * size), edge=0.12 * size))

    parts = (Part("hub", hub), Part("wings", d.union(wing(1), wing(-1))))
    corners = [
        (x * size, y * size, z * size)
        for x, z in ((-2.6, 1.7), (2.6, 1.7), (-0.9, 0), (0.9, 0), (-1.9, 2.3), (1.9, 2.3))
        for y in (-0.7, 0.7)
    ]
    corners += [(0, -0.95 * size, 0), (0, 0.95 * size, 0)]
    return Solid(parts, (), size, (_bore(size, product.pitch_mm, 0, 1.1 * size),), corners=tuple(corners), flat=True)


def washer(product: Product) -> Solid:
    """Flat, penny, spring and toothed washers."""
    size = product.diameter_mm
    outer = WASHER_MM[int(size)] / 2 * (1.45 if product.product_type == "penny washer" else 1.0)
    hole, top = 0.535 * size, max(0.16 * size, 0.5) * (0.85 if product.product_type == "penny washer" else 1.0)
    rings = ((outer, 0.0), (outer, top))
    if product.product_type == "spring washer":
        outer, top = 0.83 * size, 0.24 * size
        return Solid(
            (Part("washer", _coil(hole, outer, top)),),
            ((outer, -0.12 * size), (outer, top + 0.12 * size)),
            size,
            flat=True,
        )
    if product.product_type == "toothed washer":
        outer, top = 0.92 * size, 0.08 * size
        body = d.intersection(
            d.union(d.ring(hole, 0.7 * size, 0.0, top), _teeth(0.66 * size, outer, top, size)),
            d.cylinder(outer, -size, size),
        )
        return Solid((Part("washer", body),), ((outer, -0.1 * size), (outer, top + 0.1 * size)), size, flat=True)
    return Solid((Part("washer", d.ring(hole, outer, 0.0, top, bevel=0.12 * top)),), rings, size, flat=True)


def _coil(hole: float, outer: float, top: float) -> d.Distance:
    """One turn of square wire that ends above where it began."""
    rise = 0.9 * top

    def distance(p: d.Points) -> d.Array:
        z = p.z - p.turn * np.float32(rise)
        side = np.abs(p.r - (outer + hole) / 2) - (outer - hole) / 2
        body = np.maximum(side, np.abs(z - top / 2) - top / 2) * 0.9
        gap = np.abs(p.y + 0.4 * p.x + 0.4 * outer * 0.9) - 0.09 * outer
        return np.maximum(body, -np.maximum(gap, p.x + 0.2 * outer))

    return distance


def _teeth(inner: float, outer: float, top: float, size: float) -> d.Distance:
    """Twisted teeth round the rim."""
    count = 10

    def distance(p: d.Points) -> d.Array:
        phase = (p.turn * count) % 1.0 - 0.5
        lean = phase * np.float32(0.5 * size)
        out = np.clip((p.r - inner) / (outer - inner), 0, 1)
        thick = np.abs(p.z - top / 2 - lean * out) - top / 2
        gap = (np.abs(phase) - 0.33) * (2 * np.pi * inner / count)
        return np.maximum(np.maximum(thick, gap), np.maximum(inner - p.r, p.r - outer)) * 0.7

    return distance


Corners = list[tuple[float, float, float]]


def hook(product: Product) -> Solid:
    """Screw eyes, cup hooks and square hooks: a wood thread below, bent wire above."""
    size, length = product.diameter_mm, product.length_mm or 0.0
    shaft = 0.55 * length
    thread = d.thread(size / 2, 0.45 * size, -shaft, -0.12 * shaft, core=0.36 * size, sharp=0.8, tip=1.8 * size)
    shank = d.cylinder(WIRE * size, -0.2 * shaft, 0.25 * size)
    bent = {"eye": _eye, "hook": _cup_hook, "L": _square_hook}[product.head]
    parts, corners = bent(size, length)
    corners += [(x, y, -shaft * 0.9) for x in (-0.3 * size, 0.3 * size) for y in (-0.3 * size, 0.3 * size)]
    corners.append((0, 0, -shaft))
    return Solid((Part("thread", thread), Part("shank", shank), *parts), (), size, corners=tuple(corners))


def _eye(size: float, length: float) -> tuple[list[Part], Corners]:
    bend, wire = max(0.19 * length, 1.4 * size), WIRE * size
    loop = d.bent_wire(bend, bend, wire, start_turn=-0.25, end_turn=0.71)
    wide, high = bend + wire, 2 * bend + wire
    corners = [(x, y, z) for x in (-wide, wide) for y in (-wire, wire) for z in (0.6 * bend, 1.5 * bend)]
    corners += [(x, y, high) for x in (-0.5 * bend, 0.5 * bend) for y in (-wire, wire)]
    return [Part("eye", loop)], corners


def _cup_hook(size: float, length: float) -> tuple[list[Part], Corners]:
    bend, wire = max(0.19 * length, 1.4 * size), WIRE * size
    bow = d.bent_wire(1.6 * bend, bend, wire, start_turn=-0.25, end_turn=0.42)
    parts = [Part("hook", d.union(bow, d.capsule((0, 0, 0), (0, 0, 0.6 * bend), wire)))]
    if size > 3:
        parts.append(Part("collar", d.dome(1.3 * size, 0.1 * size, 0.5 * size)))
    wide, high = bend + wire, 2.6 * bend + wire
    corners = [(x, y, z) for x in (-wide, wide) for y in (-wire, wire) for z in (1.4 * bend, 2.2 * bend)]
    corners += [(x, y, high) for x in (-0.3 * bend, 0.3 * bend) for y in (-wire, wire)]
    return parts, corners


def _square_hook(size: float, length: float) -> tuple[list[Part], Corners]:
    wire, rise, reach = WIRE * size, 0.3 * length, max(0.4 * length, 2.5 * size)
    bent = d.union(
        d.capsule((0, 0, 0), (0, 0, rise), wire),
        d.capsule((0, 0, rise), (reach, 0, rise), wire),
        d.capsule((reach, 0, rise), (reach, 0, rise + 1.2 * size), wire),
    )
    ends = ((-wire, wire), (reach + wire, 1.3 * size), (reach + wire, -wire))
    return [Part("hook", bent)], [(x, y, rise + z) for x, z in ends for y in (-wire, wire)]


def bracket(product: Product) -> Solid:
    """Two drilled plates at a right angle."""
    sheet, arm = product.diameter_mm, product.length_mm or 0.0
    half = max(7.0, arm * 0.2)
    base = d.box((arm / 2, 0, sheet / 2), (arm / 2, half, sheet / 2), edge=0.2 * sheet)
    wall = d.box((sheet / 2, 0, arm / 2), (sheet / 2, half, arm / 2), edge=0.2 * sheet)
    hole = min(3.2, half * 0.4)

    def holes(p: d.Points) -> d.Array:
        nearest = None
        for at in (0.4 * arm, 0.8 * arm):
            down = np.sqrt((p.x - at) ** 2 + p.y**2) - hole - np.maximum(p.z, 0) * 0.5
            back = np.sqrt((p.z - at) ** 2 + p.y**2) - hole - np.maximum(p.x, 0) * 0.5
            both = np.minimum(np.maximum(down, p.z - 2 * sheet), np.maximum(back, p.x - 2 * sheet)) * 0.89
            nearest = both if nearest is None else np.minimum(nearest, both)
        assert nearest is not None
        return nearest

    corners = [(x, y, z) for x, z in ((0, 0), (arm, 0), (arm, sheet), (0, arm), (sheet, arm)) for y in (-half, half)]
    return Solid(
        (Part("plate", base), Part("upright plate", wall)),
        (),
        sheet,
        (Part("screw holes", holes),),
        corners=tuple(corners),
        flat=True,
    )


BUILDERS: dict[str, Callable[[Product], Solid]] = {
    "grub screw": bolts.grub_screw, "wood screw": bolts.wood_screw, "drywall screw": bolts.wood_screw,
    "self-tapping screw": bolts.wood_screw, "self-drilling screw": bolts.wood_screw, "coach screw": bolts.wood_screw,
    "hanger bolt": bolts.hanger_bolt, "threaded rod": bolts.threaded_rod, "through bolt": bolts.through_bolt,
    "sleeve anchor": bolts.sleeve_anchor, "drop-in anchor": bolts.drop_in_anchor, "wall plug": bolts.wall_plug,
    "dowel pin": bolts.dowel_pin, "blind rivet": bolts.blind_rivet,
    "hex nut": nut, "thin nut": nut, "lock nut": nut, "flange nut": nut, "coupling nut": nut, "cap nut": cap_nut,
    "square nut": square_nut, "wing nut": wing_nut, "flat washer": washer, "penny washer": washer,
    "spring washer": washer, "toothed washer": washer, "screw eye": hook, "screw hook": hook, "square hook": hook,
    "angle bracket": bracket,
}  # fmt: skip


@lru_cache(maxsize=64)
def solid(product: Product) -> Solid:
    """The solid of a product; every type without a builder of its own is a bolt."""
    return BUILDERS.get(product.product_type, bolts.bolt)(product)
