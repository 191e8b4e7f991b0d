"""What a material with its finish looks like: how it mirrors, its own colour, how rough and how blotchy it is.

All colours were chosen by eye, near what reference tables give for iron, copper, brass and aluminium; no measured data.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gergo.demo import noise
from gergo.demo.distance import Array
from gergo.demo.light import Room, look_up


@dataclass(frozen=True)
class Surface:
    """`mirror` and `diffuse` are linear RGB, 0 to 1; `blotch` is the contrast of stains `blotch_mm` across."""

    mirror: tuple[float, float, float]
    diffuse: tuple[float, float, float]
    roughness: float
    blotch: float = 0.05
    blotch_mm: float = 2.0
    iridescence: float = 0.0


SURFACES = {
    ("steel", "zinc plated"): Surface((0.70, 0.73, 0.77), (0.03, 0.03, 0.035), 0.22, 0.06, 2.5, 0.03),
    ("steel", "yellow zinc"): Surface((0.80, 0.62, 0.27), (0.07, 0.05, 0.015), 0.22, 0.09, 3.0, 0.16),
    ("steel", "black oxide"): Surface((0.075, 0.075, 0.08), (0.012, 0.012, 0.013), 0.3, 0.08, 2.0),
    ("steel", "hot-dip galvanised"): Surface((0.40, 0.41, 0.42), (0.16, 0.165, 0.17), 0.75, 0.13, 1.2),
    ("steel", "plain"): Surface((0.40, 0.385, 0.37), (0.03, 0.028, 0.026), 0.4, 0.13, 3.0),
    ("stainless steel A2", "plain"): Surface((0.70, 0.68, 0.65), (0.015, 0.015, 0.014), 0.12, 0.03, 4.0),
    ("stainless steel A4", "plain"): Surface((0.70, 0.68, 0.65), (0.015, 0.015, 0.014), 0.15, 0.03, 4.0),
    ("brass", "plain"): Surface((0.88, 0.68, 0.33), (0.03, 0.02, 0.008), 0.14, 0.05, 3.0),
    ("copper", "plain"): Surface((0.90, 0.56, 0.43), (0.04, 0.02, 0.012), 0.25, 0.08, 3.0),
    ("aluminium", "plain"): Surface((0.86, 0.865, 0.87), (0.05, 0.05, 0.05), 0.35, 0.03, 3.0),
}
PLASTICS = {
    "white": (0.80, 0.79, 0.74), "black": (0.025, 0.025, 0.027), "grey": (0.30, 0.31, 0.32), "red": (0.55, 0.04, 0.03),
    "brown": (0.20, 0.10, 0.05), "blue": (0.05, 0.14, 0.42),
}  # fmt: skip
INSERT = Surface((0.04, 0.04, 0.04), (0.62, 0.66, 0.70), 0.5)
CARTON = Surface((0.03, 0.03, 0.03), (0.8, 0.8, 0.8), 0.8, 0.0)


def surface(material: str, finish: str, colour: str) -> Surface:
    """The look of a product's material, finish and (plastics) colour."""
    if material == "insert":
        return INSERT
    if material == "steel" and not finish:
        return SURFACES["steel", "plain"]
    if material == "carton":
        return CARTON
    if material == "nylon":
        return Surface((0.04, 0.04, 0.04), PLASTICS[colour], 0.45, 0.02, 3.0)
    return SURFACES[material, finish]


def shade(
    look: Surface, room: Room, local: Array, normal: Array, view: Array, open_: Array, *, albedo: Array | None = None
) -> Array:
    """Linear RGB [3, N] of surface points: their positions on the part in mm, world normals and directions to the eye.

    `open_` [N] is how open the surface is to the room; `albedo` [3, N] replaces the diffuse colour (printed carton).
    """
    stain = noise.at(local, look.blotch_mm)
    bumped = normal
    if look.blotch:
        grain = noise.at(local[[1, 2, 0]] + 7.3, look.blotch_mm * 0.7)
        bumped = normal + np.float32(0.25 * look.blotch) * np.stack([stain, grain, -stain])
        bumped /= np.sqrt((bumped * bumped).sum(0))
    facing = np.maximum((bumped * view).sum(0), 0.02)
    reflected = 2 * facing * bumped - view
    seen = look_up(room.mirror_map(look.roughness), reflected)
    colour = np.asarray(look.mirror, np.float32)[:, None]
    if look.iridescence:
        phase = 3.0 * facing + 1.4 * stain
        shift = np.stack([np.sin(phase), np.sin(phase + 2.1) * 0.7, np.sin(phase + 4.0)])
        colour = np.clip(colour * (1 + np.float32(look.iridescence) * shift), 0.01, 1)
    shine = (1 - look.roughness) ** 2
    mirrored = colour + (1 - colour) * (1 - facing) ** 5 * np.float32(0.7 * shine)
    mirrored *= 1 + np.float32(look.blotch) * stain
    lamp = np.maximum((room.key.astype(np.float32)[:, None] * normal).sum(0), 0)
    around = np.float32(0.45) + np.float32(0.3) * normal[2] + np.float32(0.75) * lamp
    base = np.asarray(look.diffuse, np.float32)[:, None] if albedo is None else albedo
    closed = open_ * (0.35 + 0.65 * open_)
    return seen * mirrored * closed + base * around * open_ * (1 + np.float32(look.blotch) * stain)
