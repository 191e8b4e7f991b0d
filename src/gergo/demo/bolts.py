"""Solids of everything with a shank: bolts, screws, studs, anchors, rivets. The tip points down, the head is on top."""

from __future__ import annotations

import numpy as np

from gergo.demo import distance as d
from gergo.demo.heads import CORNER, head
from gergo.demo.product import Product
from gergo.demo.recesses import recess
from gergo.demo.solid import Part, Solid
from gergo.demo.trade import SOCKET_KEY_MM

FINE_TAPERS = ("drywall screw", "self-tapping screw", "self-drilling screw")  # threaded up to the head


def bolt(product: Product) -> Solid:
    """Any machine bolt or screw: its head, a plain shank where it has one, its thread."""
    size, length = product.diameter_mm, product.length_mm or 0.0
    top = head(product)
    threaded = length if _fully_threaded(product) else min(2 * size + 6, 0.75 * length)
    end = threaded - length
    under = min(z for _, z in top.rings)
    thread = _machine_thread(size, product.pitch_mm, -length, min(end, under + 0.1 * size))
    parts = [*top.parts, Part("thread", thread)]
    if end < under - 0.2 * size:
        parts.append(Part("shank", d.cylinder(size * 0.5, end - 0.1 * size, under + 0.1 * size)))
    rings = (*top.rings, (size / 2, under), (size / 2, -length))
    return Solid(tuple(parts), rings, size, top.cuts, top.prints)


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
    top = head(product)
    under = min(z for _, z in top.rings)
    full = product.product_type in FINE_TAPERS or length < 8 * size
    end = min(-length * (0.03 if full else 0.38), under + 0.1 * size)
    if product.product_type == "self-drilling screw":
        flights = d.thread(size / 2, 0.36 * size, 1.6 * size - length, end, core=0.39 * size, sharp=0.4)
        parts = [*top.parts, Part("thread", flights), Part("drill point", _drill_point(size, -length))]
    else:
        flights = d.thread(size / 2, 0.45 * size, -length, end, core=0.37 * size, sharp=0.8, tip=1.9 * size)
        parts = [*top.parts, Part("thread", flights)]
    if end < under:
        parts.append(Part("shank", d.cylinder(0.4 * size, end - 0.3 * size, under + 0.1 * size)))
    rings = (*top.rings, (size / 2, under), (size / 2, -length + 1.5 * size), (0.05 * size, -length))
    return Solid(tuple(parts), rings, size, top.cuts, top.prints)


def _drill_point(size: float, tip: float) -> d.Distance:
    """A flat-bladed drill below the thread."""
    blade = d.box((0, 0, tip), (size, 0.2 * size, 3 * size))
    body = d.cylinder(0.38 * size, tip + 0.45 * size, tip + 1.7 * size)
    return d.intersection(d.union(body, d.frustum(0.02, 0.38 * size, tip, tip + 0.46 * size)), blade)


def hanger_bolt(product: Product) -> Solid:
    """Machine thread at one end, wood thread at the other."""
    size, length = product.diameter_mm, product.length_mm or 0.0
    parts = (
        Part("thread", _machine_thread(size, product.pitch_mm, -0.42 * length, 0.0)),
        Part("shank", d.cylinder(0.5 * size, -0.52 * length, -0.41 * length)),
        Part(
            "wood thread",
            d.thread(size / 2, 0.42 * size, -length, -0.5 * length, core=0.36 * size, sharp=0.8, tip=1.8 * size),
        ),
    )
    return Solid(parts, ((size / 2, 0.0), (size / 2, -length + 1.5 * size), (0.1, -length)), size)


def threaded_rod(product: Product) -> Solid:
    """Thread from end to end."""
    size, length = product.diameter_mm, product.length_mm or 0.0
    return Solid(
        (Part("thread", _machine_thread(size, product.pitch_mm, -length, 0.0)),),
        ((size / 2, 0.0), (size / 2, -length)),
        size,
    )


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
        Part(
            "cone",
            d.union(
                d.frustum(0.5 * size, 0.34 * size, -length, clip_low + 0.5 * size),
                d.cylinder(0.36 * size, clip_low, clip_high),
            ),
        ),
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
    """A plain bevelled pin."""
    size, length = product.diameter_mm, product.length_mm or 0.0
    return Solid(
        (Part("pin", d.cylinder(0.5 * size, -length, 0.0, bevel=0.1 * size)),),
        ((size / 2, 0.0), (size / 2, -length)),
        size,
    )


def blind_rivet(product: Product) -> Solid:
    """A rivet body with its head, on a long steel mandrel."""
    size, length = product.diameter_mm, product.length_mm or 0.0
    stem = 5.5 * size
    rim = 1.0 * size
    if product.head == "dome":
        flange = d.difference(d.dome(rim, 0.0, 0.38 * size), d.cylinder(0.28 * size, 0.3 * size, size))
    else:
        flange = d.frustum(0.5 * size, 0.9 * size, -0.35 * size, 0.0)
    mandrel = d.union(
        d.cylinder(0.26 * size, -length, stem - 0.4 * size),
        d.frustum(0.26 * size, 0.08 * size, stem - 0.4 * size, stem),
    )
    parts = (
        Part("rivet body", d.cylinder(0.5 * size, -length, 0.0)),
        Part("rivet head", flange),
        Part("mandrel", mandrel, material="steel"),
        Part(
            "mandrel head",
            d.union(
                d.cylinder(0.42 * size, -length - 0.5 * size, -length),
                d.dome(0.42 * size, -length - 0.5 * size, 0.2 * size),
            ),
            material="steel",
        ),
    )
    return Solid(
        parts, ((0.1 * size, stem), (rim, 0.2 * size), (0.5 * size, -length), (0.42 * size, -length - 0.5 * size)), size
    )


def _machine_thread(size: float, pitch: float, low: float, high: float) -> d.Distance:
    return d.thread(size / 2, pitch, low, high, core=size / 2 - 0.55 * pitch)


def _knurl(radius: float, teeth: int) -> d.Distance:
    def distance(p: d.Points) -> d.Array:
        return (np.abs((p.turn * teeth + p.z / radius) % 1.0 - 0.5) - 0.3) * (radius / teeth * 3)

    return distance


def _fully_threaded(product: Product) -> bool:
    always = product.product_type in ("hex set screw", "button head screw", "cheese head screw")
    length = product.length_mm or 0.0
    return always or (product.product_type not in ("hex bolt",) and length <= 3.5 * product.diameter_mm + 6)
