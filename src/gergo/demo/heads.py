"""Heads of bolts and screws: each a named part standing on z = 0 (or sunk below it), its outline, its drive recess."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gergo.demo import distance as d
from gergo.demo.lettering import Print, stamp, stamped_lines
from gergo.demo.product import Product
from gergo.demo.recesses import recess
from gergo.demo.solid import Part
from gergo.demo.trade import SOCKET_KEY_MM

CORNER = 1.1547  # across corners over across flats
SUNK = ("countersunk", "raised countersunk", "bugle")


@dataclass(frozen=True)
class Head:
    """Parts of a head, (radius, z) rings round them, the drive recess cut into them, and what is stamped on top."""

    parts: tuple[Part, ...] = ()
    rings: tuple[tuple[float, float], ...] = ()
    cuts: tuple[Part, ...] = ()
    prints: tuple[Print, ...] = ()


def head(product: Product) -> Head:
    """The head of a product; an empty one where it has none."""
    builder = _BUILDERS.get(product.head)
    return builder(product) if builder else Head(rings=((product.diameter_mm / 2, 0.0),))


def _hex(product: Product) -> Head:
    size, flats = product.diameter_mm, product.across_flats_mm
    top, rim = 0.65 * size, flats / 2 * CORNER
    body = Part("hex head", d.prism(6, flats / 2, 0.0, top, chamfer=0.11 * flats))
    return Head((body,), ((rim, top * 0.9), (rim, 0.0)), (), _class_marks(product, top, flats))


def _flange_hex(product: Product) -> Head:
    size, flats, rim = product.diameter_mm, product.across_flats_mm * 0.92, 1.08 * product.diameter_mm
    top = 0.7 * size
    flange = d.union(d.cylinder(rim, 0.0, 0.1 * size), d.frustum(rim * 0.96, 0.6 * flats, 0.1 * size, 0.26 * size))
    parts = (
        Part("hex head", d.prism(6, flats / 2, 0.0, top, chamfer=0.11 * flats)),
        Part("washer flange", flange),
    )
    return Head(parts, ((flats / 2 * CORNER, top), (rim, 0.0)), (), _class_marks(product, top, flats))


def _class_marks(product: Product, top: float, flats: float) -> tuple[Print, ...]:
    """The property class and the maker's letters, as ISO 898-1 wants them on hex heads; or the words asked for."""
    if product.stamps:
        return stamped_lines(product.stamps, top, room_mm=0.8 * flats)
    if not product.strength:
        return ()
    maker = "".join(word[0] for word in product.brand.split()) + product.brand.split()[0][1:3]
    return (
        stamp(product.strength, top, letter_mm=0.25 * flats, y=-0.17 * flats),
        stamp(maker.upper()[:3], top, letter_mm=0.2 * flats, y=0.16 * flats),
    )


def _barrel(product: Product) -> Head:
    """Socket cap and cheese heads."""
    size = product.diameter_mm
    cap = product.head == "cylinder"
    top, rim, depth = (size, 0.75 * size, 0.55 * size) if cap else (0.6 * size, 0.86 * size, 0.28 * size)
    name = "cap head" if cap else "cheese head"
    body = Part(name, d.cylinder(rim, 0.0, top, bevel=0.07 * size))
    return Head((body,), ((rim, top), (rim, 0.0)), _drive(product, rim, top, depth))


def _domed(product: Product) -> Head:
    """Button, pan and carriage heads: a rim of some height and a spherical cap on it, by share of the diameter."""
    size = product.diameter_mm
    name, top, rim, wall = {
        "button": ("button head", 0.55, 0.92, 0.1),
        "pan": ("pan head", 0.66, 0.98, 0.24),
        "carriage": ("mushroom head", 0.52, 1.12, 0.05),
    }[product.head]
    top, rim, wall = top * size, rim * size, wall * size
    body = Part(name, d.union(d.cylinder(rim, 0.0, wall), d.dome(rim, wall * 0.98, top - wall)))
    parts = [body]
    if product.head == "carriage":
        parts.append(Part("square neck", d.prism(4, size * 0.5, -0.55 * size, 0.05)))
    return Head(tuple(parts), ((rim * 0.6, top), (rim, wall), (rim, 0.0)), _drive(product, rim, top, 0.42 * size))


def _countersunk(product: Product) -> Head:
    """Flush with z = 0; a raised head stands above it."""
    size = product.diameter_mm
    rim, depth = 0.98 * size, 0.56 * size
    cone = d.union(d.frustum(0.42 * size, rim, -depth, -0.06 * size), d.cylinder(rim, -0.07 * size, 0.0))
    rings: tuple[tuple[float, float], ...] = ((rim, 0.0), (0.5 * size, -depth))
    rise = 0.0
    if product.head == "raised countersunk":
        rise = 0.3 * size
        cone = d.union(cone, d.dome(rim, -0.01, rise))
        rings = ((rim * 0.5, rise), *rings)
    name = "raised head" if rise else "countersunk head"
    return Head((Part(name, cone),), rings, _drive(product, rim, rise, 0.42 * size + rise))


def _bugle(product: Product) -> Head:
    size, rim = product.diameter_mm, 0.98 * product.diameter_mm
    trumpet = d.union(
        d.frustum(0.4 * size, 0.58 * size, -1.1 * size, -0.4 * size),
        d.frustum(0.57 * size, rim, -0.42 * size, -0.05 * size),
        d.cylinder(rim, -0.06 * size, 0.0),
    )
    rings = ((rim, 0.0), (0.5 * size, -1.1 * size))
    return Head((Part("bugle head", trumpet),), rings, _drive(product, rim, 0.0, 0.42 * size))


def _drive(product: Product, rim: float, top: float, depth: float) -> tuple[Part, ...]:
    key = SOCKET_KEY_MM.get(int(product.diameter_mm), 0.0) / 2 if product.drive == "hex socket" else 0.0
    if product.head in ("button", "countersunk"):
        key *= 0.8
    cut = recess(product.drive, rim, top, depth, key_half=key)
    return (Part("drive recess", cut),) if cut else ()


_BUILDERS: dict[str, Callable[[Product], Head]] = {
    "hex": _hex, "flange hex": _flange_hex, "cylinder": _barrel, "cheese": _barrel, "button": _domed, "pan": _domed,
    "carriage": _domed, "countersunk": _countersunk, "raised countersunk": _countersunk, "bugle": _bugle,
}  # fmt: skip
