"""Solids of everything with a shank: bolts, screws, studs, anchors, rivets. The tip points down, the head is on top."""

from __future__ import annotations

from gergo.demo import distance as d
from gergo.demo.product import Product
from gergo.demo.recesses import recess
from gergo.demo.solid import Part, Solid, Stamp
from gergo.demo.trade import SOCKET_KEY_MM

CORE = 0.83  # of the outer diameter, ISO metric
WOOD_CORE = 0.64
CORNER = 1.1547  # across corners over across flats


def bolt(product: Product) -> Solid:
    """Any machine bolt or screw: its head, a plain shank where it has one, its thread."""
    size, length = product.diameter_mm, product.length_mm or 0.0
    head, rings, cuts, stamps, top = _head(product)
    sunk = product.head in ("countersunk", "raised countersunk", "bugle")
    tip = -length if not sunk else top - length
    threaded = length if _fully_threaded(product) else min(2 * size + 6, 0.75 * length)
    end = tip + threaded
    under = min(part_z for _, part_z in rings)
    parts = [*head, Part("thread", _machine_thread(size, product.pitch_mm, tip, min(end, under + 0.1 * size)))]
    if end < under - 0.2 * size:
        parts.append(Part("shank", d.cylinder(size * 0.5, end - 0.1 * size, under + 0.1 * size)))
    if product.head == "carriage":
        parts.append(Part("square neck", d.prism(4, size * 0.5, -0.55 * size, 0.05)))
    rings = [*rings, (size / 2, under), (size / 2, tip)]
    return Solid(tuple(parts), tuple(rings), size, tuple(cuts), tuple(stamps))


def grub_screw(product: Product) -> Solid:
    """A headless screw: all thread, the drive in its end."""
    size, length = product.diameter_mm, product.length_mm or 0.0
    key = SOCKET_KEY_MM[max(3, int(size) - (1 if size < 8 else 2 if size < 12 else 4))] / 2 if size >= 4 else 1.0
    cut = recess(product.drive, size * 0.46, 0.0, min(0.55 * size, length * 0.6), key_half=min(key, size * 0.29))
    body = d.intersection(
        _machine_thread(size, product.pitch_mm, -length, 0.0),
        d.cylinder(size * 0.5, -length, 0.0, bevel=0.14 * size),
    )
    cuts = (Part("drive recess", cut),) if cut else ()
    return Solid((Part("thread", body),), ((size / 2, 0.0), (size / 2, -length)), size, cuts)


def wood_screw(product: Product) -> Solid:
    """A screw with a point: coarse thin flights on a slender core; longer ones keep a plain shank below the head."""
    size, length = product.diameter_mm, product.length_mm or 0.0
    head, rings, cuts, stamps, top = _head(product)
    tip = (top if product.head in ("countersunk", "raised countersunk", "bugle") else 0.0) - length
    under = min(z for _, z in rings)
    share = 0.97 if product.product_type in ("drywall screw", "self-tapping screw", "self-drilling screw") else 0.62
    end = tip + (length + tip * 0 + 0.0) * (1.0 if length < 8 * size and share < 0.9 else share)
    end = min(end, under + 0.1 * size)
    core = size * (0.36 if product.product_type in ("wood screw", "coach screw", "hanger bolt") else 0.39)
    drill = product.product_type == "self-drilling screw"
    pitch = product.diameter_mm * (0.36 if drill else 0.45)
    start = tip + 1.6 * size if drill else tip
    flights = d.thread(size / 2, pitch, start, end, core=core, sharp=0.8 if not drill else 0.4, tip=0.0 if drill else 1.9 * size)
    parts = [*head, Part("thread", flights)]
    if drill:
        point = d.union(
            d.intersection(d.cylinder(0.38 * size, tip + 0.45 * size, start + 0.2), d.box((0, 0, tip), (size, 0.2 * size, 3 * size))),
            d.intersection(d.frustum(0.02, 0.38 * size, tip, tip + 0.46 * size), d.box((0, 0, tip), (size, 0.2 * size, 3 * size))),
        )
        parts.append(Part("drill point", point))
    if end < under:
        parts.append(Part("shank", d.cylinder(0.4 * size, end - 0.3 * size, under + 0.1 * size)))
    rings = [*rings, (size / 2, under), (size / 2, tip + 1.5 * size), (0.05 * size, tip)]
    return Solid(tuple(parts), tuple(rings), size, tuple(cuts), tuple(stamps))


def hanger_bolt(product: Product) -> Solid:
    """Machine thread at one end, wood thread at the other."""
    size, length = product.diameter_mm, product.length_mm or 0.0
    parts = (
        Part("thread", _machine_thread(size, product.pitch_mm, -0.42 * length, 0.0)),
        Part("shank", d.cylinder(0.5 * size, -0.52 * length, -0.41 * length)),
        Part("wood thread", d.thread(size / 2, 0.42 * size, -length, -0.5 * length, core=0.36 * size, sharp=0.8, tip=1.8 * size)),
    )
    return Solid(parts, ((size / 2, 0.0), (size / 2, -length + 1.5 * size), (0.1, -length)), size)


def threaded_rod(product: Product) -> Solid:
    """Thread from end to end."""
    size, length = product.diameter_mm, product.length_mm or 0.0
    return Solid((Part("thread", _machine_thread(size, product.pitch_mm, -length, 0.0)),), ((size / 2, 0.0), (size / 2, -length)), size)


def through_bolt(product: Product) -> Solid:
    """A stud with a nut and washer at one end and an expansion clip round a cone at the other."""
    size, length = product.diameter_mm, product.length_mm or 0.0
    flats, thread_end = product.across_flats_mm, -0.45 * length
    nut_top = -0.12 * length
    nut_low = nut_top - 0.8 * size
    clip_low, clip_high = -length + 0.35 * size, -length + 1.7 * size
    clip = d.difference(
        d.ring(0.38 * size, 0.52 * size, clip_low, clip_high),
        d.box((size, 0, clip_low), (size, 0.06 * size, 1.1 * size)),
        d.box((0, size, clip_low), (0.06 * size, size, 0.9 * size)),
    )
    parts = (
        Part("thread", _machine_thread(size, product.pitch_mm, thread_end, 0.0)),
        Part("hex nut", d.prism(6, flats / 2, nut_low, nut_top, chamfer=0.1 * size, bottom=True)),
        Part("washer", d.cylinder(1.05 * size, nut_low - 0.17 * size, nut_low, bevel=0.03 * size)),
        Part("shank", d.cylinder(0.48 * size, clip_high, thread_end + 0.1)),
        Part("expansion clip", clip),
        Part("cone", d.union(d.frustum(0.5 * size, 0.34 * size, -length, clip_low + 0.5 * size), d.cylinder(0.36 * size, clip_low, clip_high))),
    )
    rings = ((size / 2, 0.0), (flats / 2 * CORNER, nut_top), (1.05 * size, nut_low), (size * 0.52, -length))
    return Solid(parts, rings, size)


def sleeve_anchor(product: Product) -> Solid:
    """A bolt inside a slit sleeve, with washer and hex head."""
    size, length = product.diameter_mm, product.length_mm or 0.0
    flats = product.across_flats_mm * 0.95
    sleeve = d.difference(
        d.ring(0.5 * size, 0.72 * size, -0.86 * length, -0.17 * size),
        d.box((size, 0, -0.8 * length), (size, 0.07 * size, 0.42 * length)),
        d.box((0, size, -0.8 * length), (0.07 * size, size, 0.42 * length)),
    )
    parts = (
        Part("hex head", d.prism(6, flats / 2, 0.0, 0.6 * size, chamfer=0.1 * size)),
        Part("washer", d.cylinder(1.1 * size, -0.17 * size, 0.0, bevel=0.03 * size)),
        Part("sleeve", sleeve),
        Part("thread", _machine_thread(size, product.pitch_mm, -length, -0.1)),
        Part("cone", d.frustum(0.72 * size, 0.52 * size, -length, -0.84 * length)),
    )
    rings = ((flats / 2 * CORNER, 0.6 * size), (1.1 * size, 0.0), (0.72 * size, -length))
    return Solid(parts, rings, size)


def drop_in_anchor(product: Product) -> Solid:
    """A tube with an internal thread and a cross-slit end."""
    size, length = product.diameter_mm, product.length_mm or 0.0
    radius = 0.64 * size
    body = d.difference(
        d.cylinder(radius, -length, 0.0, bevel=0.05 * size),
        d.cylinder(0.5 * size, -0.55 * length, 1.0),
        d.box((0, 0, -length), (size, 0.05 * size, 0.42 * length)),
        d.box((0, 0, -length), (0.05 * size, size, 0.42 * length)),
    )
    bands = d.intersection(d.ring(radius * 0.96, radius * 1.04, -0.5 * length, -0.08 * length), _knurl(radius, 20))
    parts = (Part("sleeve", body), Part("knurl", bands))
    return Solid(parts, ((radius, 0.0), (radius, -length)), size)


def wall_plug(product: Product) -> Solid:
    """A ribbed nylon plug, slit from the tip, with a collar and two fins."""
    size, length = product.diameter_mm, product.length_mm or 0.0
    ribs = d.thread(0.5 * size, 0.34 * size, -0.9 * length, -0.28 * length, core=0.4 * size)
    body = d.union(
        d.cylinder(0.45 * size, -0.3 * length, 0.0),
        ribs,
        d.frustum(0.28 * size, 0.45 * size, -length, -0.88 * length),
    )
    plug = d.difference(
        body,
        d.cylinder(0.26 * size, -0.35 * length, 1.0),
        d.box((0, 0, -0.62 * length), (size, 0.055 * size, 0.27 * length)),
    )
    parts = (
        Part("plug body", plug),
        Part("collar", d.ring(0.26 * size, 0.62 * size, -0.08 * size, 0.0)),
        Part("fins", d.box((0, 0, -0.42 * length), (0.6 * size, 0.04 * size, 0.14 * length))),
    )
    return Solid(parts, ((0.62 * size, 0.0), (0.5 * size, -0.9 * length), (0.28 * size, -length)), size)


def dowel_pin(product: Product) -> Solid:
    size, length = product.diameter_mm, product.length_mm or 0.0
    return Solid((Part("pin", d.cylinder(0.5 * size, -length, 0.0, bevel=0.1 * size)),), ((size / 2, 0.0), (size / 2, -length)), size)


def blind_rivet(product: Product) -> Solid:
    """A rivet body with its head, on a long steel mandrel."""
    size, length = product.diameter_mm, product.length_mm or 0.0
    stem = 5.5 * size
    rim = 1.0 * size
    if product.head == "dome":
        flange = d.difference(d.dome(rim, 0.0, 0.38 * size), d.cylinder(0.28 * size, 0.3 * size, size))
    else:
        flange = d.frustum(0.5 * size, 0.9 * size, -0.35 * size, 0.0)
    mandrel = d.union(d.cylinder(0.26 * size, -length, stem - 0.4 * size), d.frustum(0.26 * size, 0.08 * size, stem - 0.4 * size, stem))
    parts = (
        Part("rivet body", d.cylinder(0.5 * size, -length, 0.0)),
        Part("rivet head", flange),
        Part("mandrel", mandrel, material="steel"),
        Part("mandrel head", d.union(d.cylinder(0.42 * size, -length - 0.5 * size, -length), d.dome(0.42 * size, -length - 0.5 * size, 0.2 * size)), material="steel"),
    )
    return Solid(parts, ((0.1 * size, stem), (rim, 0.2 * size), (0.5 * size, -length), (0.42 * size, -length - 0.5 * size)), size)


def _machine_thread(size: float, pitch: float, low: float, high: float) -> d.Distance:
    return d.thread(size / 2, pitch, low, high, core=size / 2 - 0.55 * pitch)


def _knurl(radius: float, teeth: int) -> d.Distance:
    import numpy as np

    def distance(p: d.Points) -> d.Array:
        return (np.abs((p.turn * teeth + p.z / radius) % 1.0 - 0.5) - 0.3) * (radius / teeth * 3)

    return distance


def _fully_threaded(product: Product) -> bool:
    always = product.product_type in ("hex set screw", "button head screw", "cheese head screw")
    length = product.length_mm or 0.0
    return always or (product.product_type not in ("hex bolt",) and length <= 3.5 * product.diameter_mm + 6)


def _head(product: Product) -> tuple[list[Part], list[tuple[float, float]], list[Part], list[Stamp], float]:
    """Parts, rings, cuts and stamps of the head, and the height of its top. Its underside is at z = 0 (sunk: below)."""
    size, shape = product.diameter_mm, product.head
    stamps: list[Stamp] = []
    hollow_depth = 0.0
    if shape in ("hex", "flange hex"):
        flats = product.across_flats_mm * (0.92 if shape == "flange hex" else 1.0)
        top, rim = 0.65 * size, flats / 2 * CORNER
        parts = [Part("hex head", d.prism(6, flats / 2, 0.0, top, chamfer=0.11 * flats))]
        rings = [(rim, top * 0.9), (rim, 0.0)]
        if shape == "flange hex":
            rim = 1.08 * size
            parts.append(Part("washer flange", d.union(d.cylinder(rim, 0.0, 0.1 * size), d.frustum(rim * 0.96, 0.6 * flats, 0.1 * size, 0.26 * size))))
            rings = [(flats / 2 * CORNER, top), (rim, 0.0)]
        if product.strength:
            stamps = [Stamp(product.strength, top, 0.3 * flats, 0.16 * flats), Stamp(product.brand[:3].upper(), top, 0.2 * flats, -0.18 * flats)]
    elif shape == "cylinder":
        top, rim, hollow_depth = size, 0.75 * size, 0.55 * size
        parts = [Part("cap head", d.cylinder(rim, 0.0, top, bevel=0.07 * size))]
        rings = [(rim, top), (rim, 0.0)]
    elif shape == "cheese":
        top, rim, hollow_depth = 0.6 * size, 0.86 * size, 0.28 * size
        parts = [Part("cheese head", d.cylinder(rim, 0.0, top, bevel=0.06 * size))]
        rings = [(rim, top), (rim, 0.0)]
    elif shape in ("button", "pan", "carriage"):
        top, rim = {"button": (0.55, 0.92), "pan": (0.66, 0.98), "carriage": (0.52, 1.12)}[shape]
        top, rim, hollow_depth = top * size, rim * size, 0.42 * size
        wall = {"button": 0.1, "pan": 0.24, "carriage": 0.05}[shape] * size
        name = {"button": "button head", "pan": "pan head", "carriage": "mushroom head"}[shape]
        parts = [Part(name, d.union(d.cylinder(rim, 0.0, wall), d.dome(rim, wall * 0.98, top - wall)))]
        rings = [(rim * 0.6, top), (rim, wall), (rim, 0.0)]
    elif shape in ("countersunk", "raised countersunk", "bugle"):
        rim, depth, top, hollow_depth = 0.98 * size, 0.56 * size, 0.0, 0.42 * size
        cone = d.union(d.frustum(0.42 * size, rim, -depth, -0.06 * size), d.cylinder(rim, -0.07 * size, 0.0))
        rings = [(rim, 0.0), (0.5 * size, -depth)]
        name = {"countersunk": "countersunk head", "bugle": "bugle head"}.get(shape, "raised head")
        if shape == "raised countersunk":
            cone, top = d.union(cone, d.dome(rim, -0.01, 0.3 * size)), 0.0
            rings = [(rim * 0.5, 0.3 * size), *rings]
        if shape == "bugle":
            cone = d.union(d.frustum(0.4 * size, 0.58 * size, -1.1 * size, -0.4 * size), d.frustum(0.57 * size, rim, -0.42 * size, -0.05), d.cylinder(rim, -0.06 * size, 0.0))
        parts = [Part(name, cone)]
    else:
        return [], [(size / 2, 0.0)], [], [], 0.0
    raised = 0.3 * size if shape == "raised countersunk" else 0.0
    key = SOCKET_KEY_MM.get(int(size), 0.0) / 2 if product.drive == "hex socket" else 0.0
    if shape in ("button", "countersunk"):
        key *= 0.8
    cut = recess(product.drive, rim, top + raised, hollow_depth + raised, key_half=key)
    return parts, rings, [Part("drive recess", cut)] if cut else [], stamps, top
