"""A fastener as a solid: named parts whose union it is, named cuts taken out of it, and what it rests on."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from gergo.demo.distance import Array, Distance, Points
from gergo.demo.lettering import Print

ON_SURFACE = 0.02  # of the diameter: a point this near a cut's wall belongs to the cut


@dataclass(frozen=True)
class Part:
    """One named piece of a solid. `material` overrides the product's own (a nylon ring in a steel nut)."""

    name: str
    distance: Distance
    material: str = ""


@dataclass(frozen=True)
class Solid:
    """Parts minus cuts, in millimetres, long axis z.

    `rings` are (radius, z) of circles whose convex hull encloses the solid (or corners, where `corners` is given);
    `flat` says that it rests on its face like a nut rather than on its side like a bolt.
    """

    parts: tuple[Part, ...]
    rings: tuple[tuple[float, float], ...]
    diameter_mm: float
    cuts: tuple[Part, ...] = ()
    prints: tuple[Print, ...] = ()
    corners: tuple[tuple[float, float, float], ...] = ()
    flat: bool = False
    names: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        words = [f"text:{word}" for printed in self.prints for word in printed.words]
        object.__setattr__(self, "names", tuple(dict.fromkeys([*(p.name for p in (*self.parts, *self.cuts)), *words])))

    def distance(self, p: Points) -> Array:
        """Signed distance in mm of each point, float32 [N]; never more than the true distance."""
        nearest = self.parts[0].distance(p)
        for part in self.parts[1:]:
            nearest = np.minimum(nearest, part.distance(p))
        for cut in self.cuts:
            nearest = np.maximum(nearest, -cut.distance(p))
        return nearest

    def piece_at(self, p: Points) -> np.ndarray:
        """Which piece each surface point belongs to: int [N], an index into `parts + cuts`."""
        nearest = np.argmin([part.distance(p) for part in self.parts], axis=0)
        for number, cut in enumerate(self.cuts, start=len(self.parts)):
            nearest = np.where(np.abs(cut.distance(p)) < ON_SURFACE * self.diameter_mm, number, nearest)
        return nearest

    @cached_property
    def hull(self) -> np.ndarray:
        """Points float32 [N, 3] whose convex hull holds the solid."""
        if self.corners:
            return np.asarray(self.corners, np.float32)
        angle = np.linspace(0, 2 * np.pi, 16, endpoint=False)
        circles = [np.stack([r * np.cos(angle), r * np.sin(angle), np.full(16, z)], 1) for r, z in self.rings]
        return np.concatenate(circles).astype(np.float32)
