"""Drive recesses: what a screwdriver goes into, cut from the top of a head down."""

from __future__ import annotations

import numpy as np

from gergo.demo.distance import Array, Distance, Points


def slot(radius: float, top: float, depth: float) -> Distance:
    """One straight slot across the whole head."""
    half = radius * 0.13

    def distance(p: Points) -> Array:
        return np.maximum(np.abs(p.y) - half, (top - depth) - p.z)

    return distance


def cross(radius: float, top: float, depth: float) -> Distance:
    """Phillips: a cross whose arms narrow towards the bottom."""

    def distance(p: Points) -> Array:
        down = np.clip((top - p.z) / depth, 0, 1)
        reach, half = radius * (1 - 0.65 * down), radius * (0.23 - 0.06 * down)
        x, y = np.abs(p.x), np.abs(p.y)
        long, short = np.maximum(x, y), np.minimum(x, y)
        arms = np.maximum(long - reach, short - half)
        heart = (x + y) * 0.70711 - radius * 0.34 * (1 - 0.5 * down)
        return np.maximum(np.minimum(arms, heart) * 0.8, (top - depth) - p.z)

    return distance


def pozidriv(radius: float, top: float, depth: float) -> Distance:
    """Pozidriv: straight arms, a squarer heart, and four fine lines at 45 degrees that tell it from Phillips."""

    def distance(p: Points) -> Array:
        down = np.clip((top - p.z) / depth, 0, 1)
        reach, half = radius * (1 - 0.5 * down), radius * 0.2
        x, y = np.abs(p.x), np.abs(p.y)
        long, short = np.maximum(x, y), np.minimum(x, y)
        arms = np.maximum(long - reach, short - half)
        heart = long - radius * 0.36
        body = np.maximum(np.minimum(arms, heart) * 0.8, (top - depth) - p.z)
        along, off = (x + y) * 0.70711, np.abs(x - y) * 0.70711
        ticks = np.maximum(np.maximum(off - radius * 0.075, along - radius * 1.05), (top - 0.3 * depth) - p.z)
        return np.minimum(body, ticks)

    return distance


def hex_socket(radius: float, top: float, depth: float) -> Distance:
    """A hexagonal hole of the given apothem, with a conical bottom."""

    def distance(p: Points) -> Array:
        x, y = np.abs(p.x), np.abs(p.y)
        side = np.maximum(y, y * 0.5 + x * 0.86603) - radius
        return np.maximum(side, (top - depth) - p.z + (p.r - radius) * 0.3)

    return distance


def torx(radius: float, top: float, depth: float) -> Distance:
    """A six-lobed hole."""

    def distance(p: Points) -> Array:
        outline = radius * (0.86 + 0.14 * np.cos(p.turn * np.float32(12 * np.pi)))
        return np.maximum((p.r - outline) * 0.72, (top - depth) - p.z)

    return distance


def recess(drive: str, radius: float, top: float, depth: float, *, key_half: float = 0.0) -> Distance | None:
    """The recess of a drive in a head of `radius`; None where there is none. `key_half` sets a hex key's half width."""
    if drive == "slot":
        return slot(radius, top, depth)
    if drive == "phillips":
        return cross(radius * 0.6, top, depth)
    if drive == "pozidriv":
        return pozidriv(radius * 0.6, top, depth)
    if drive == "hex socket":
        return hex_socket(key_half or radius * 0.5, top, depth)
    if drive == "torx":
        return torx(radius * 0.56, top, depth)
    return None
