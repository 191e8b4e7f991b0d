"""Sphere tracing in NumPy: where rays meet a solid, which way its surface faces, what shadow it throws.

After Hart, "Sphere tracing" (1996); soft shadows and ambient occlusion from the distance field follow Inigo Quilez
(https://iquilezles.org/articles/rmshadows). Everything is float32 and works on the rays that are still alive.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gergo.demo.distance import Array, Points
from gergo.demo.solid import Solid

MARCH_STEPS = 72
SHADOW_STEPS = 12
TETRAHEDRON = ((1, -1, -1), (-1, -1, 1), (-1, 1, -1), (1, 1, 1))


@dataclass(frozen=True)
class Piece:
    """A solid put somewhere: `turn` [3, 3] maps its own axes to the world's, `place` [3] is its origin there, in mm."""

    solid: Solid
    turn: np.ndarray
    place: np.ndarray

    @property
    def world_hull(self) -> np.ndarray:
        return self.solid.hull @ self.turn.T + self.place

    def local(self, world: Array) -> Array:
        """World points [3, N] in the solid's own coordinates."""
        return self.turn.T.astype(np.float32) @ (world - self.place.astype(np.float32)[:, None])

    def distance(self, world: Array) -> Array:
        return self.solid.distance(Points(*self.local(world)))


def march(piece: Piece, origin: np.ndarray, rays: Array, furthest: Array, pixel_mm: float) -> tuple[Array, Array]:
    """Follow `rays` [3, N] from `origin` until they meet the piece or pass `furthest` [N].

    Returns the numbers of the rays that hit, and how far each went.
    """
    solid = piece.solid
    low, high = solid.hull.min(0) - 0.02 * solid.diameter_mm, solid.hull.max(0) + 0.02 * solid.diameter_mm
    start = (piece.turn.T @ (origin - piece.place)).astype(np.float32)
    ways = piece.turn.T.astype(np.float32) @ rays
    with np.errstate(divide="ignore", invalid="ignore"):
        one = (low[:, None] - start[:, None]) / ways
        two = (high[:, None] - start[:, None]) / ways
    near, far = np.minimum(one, two).max(0), np.minimum(np.maximum(one, two).min(0), furthest)
    alive = np.flatnonzero(near < far)
    gone, limit, x, y, z = near[alive].astype(np.float32), far[alive], *ways[:, alive]
    close = np.float32(0.25 * pixel_mm)
    hits, lengths = [], []
    for _ in range(MARCH_STEPS):
        step = solid.distance(Points(start[0] + gone * x, start[1] + gone * y, start[2] + gone * z))
        gone = gone + step
        hit = step < close
        if hit.any():
            hits.append(alive[hit])
            lengths.append(gone[hit])
        on = ~hit & (gone < limit)
        if not on.any():
            break
        alive, gone, limit, x, y, z = alive[on], gone[on], limit[on], x[on], y[on], z[on]
    if not hits:
        return np.empty(0, np.int64), np.empty(0, np.float32)
    return np.concatenate(hits), np.concatenate(lengths)


def normals(solid: Solid, local: Array, pixel_mm: float) -> Array:
    """Outward unit normals [3, N] at surface points, by four samples of the distance field."""
    reach = np.float32(0.6 * pixel_mm)
    normal = np.zeros_like(local)
    for corner in TETRAHEDRON:
        k = np.asarray(corner, np.float32)
        normal += k[:, None] * solid.distance(Points(*(local + k[:, None] * reach)))
    return normal / np.maximum(np.sqrt((normal * normal).sum(0)), 1e-9)


def occlusion(solid: Solid, local: Array, normal: Array, reaches_mm: tuple[float, ...]) -> Array:
    """How open the surface is to the room, 0 to 1 [N]: by how much the field falls short of free space along the normal."""
    open_ = np.ones(local.shape[1], np.float32)
    for reach in reaches_mm:
        room = solid.distance(Points(*(local + normal * np.float32(reach))))
        open_ *= np.clip(0.25 + 0.75 * room / reach, 0, 1)
    return open_


def shadow(pieces: list[Piece], ground: Array, towards: np.ndarray, hardness: float) -> Array:
    """How much of a lamp in direction `towards` reaches points of the table [3, N], 0 to 1."""
    lit = np.ones(ground.shape[1], np.float32)
    for piece in pieces:
        hull = piece.world_hull
        centre = (hull.max(0) + hull.min(0)) / 2
        radius = float(np.linalg.norm(hull - centre, axis=1).max())
        offset = centre.astype(np.float32)[:, None] - ground
        along = towards.astype(np.float32) @ offset
        apart = np.sqrt(np.maximum((offset * offset).sum(0) - along * along, 0))
        near = np.flatnonzero((apart < radius + np.maximum(along, 0) / hardness) & (along > -radius))
        if not len(near):
            continue
        start = piece.local(ground[:, near])
        way = (piece.turn.T @ towards).astype(np.float32)[:, None]
        gone = np.full(len(near), 0.03 * radius, np.float32)
        seen = np.ones(len(near), np.float32)
        for _ in range(SHADOW_STEPS):
            room = piece.solid.distance(Points(*(start + way * gone)))
            seen = np.minimum(seen, 0.5 + 0.5 * hardness * room / gone)
            gone += np.clip(room, 0.05 * radius, 0.4 * radius)
        seen = np.clip(seen, 0, 1)
        lit[near] = np.minimum(lit[near], seen * seen * (3 - 2 * seen))
    return lit


def contact(pieces: list[Piece], ground: Array) -> Array:
    """How open the sky is above points of the table [3, N], 0 to 1: dark where something lies on it."""
    open_ = np.ones(ground.shape[1], np.float32)
    for piece in pieces:
        hull = piece.world_hull
        thick = float(min(np.ptp(hull, axis=0).max() * 0.35, max(hull[:, 2].max(), 0.2 * piece.solid.diameter_mm)))
        low, high = hull.min(0)[:2] - 2 * thick, hull.max(0)[:2] + 2 * thick
        near = np.flatnonzero((ground[0] > low[0]) & (ground[0] < high[0]) & (ground[1] > low[1]) & (ground[1] < high[1]))
        if not len(near):
            continue
        for reach, weight in ((0.15 * thick, 0.45), (0.5 * thick, 0.4), (1.3 * thick, 0.35)):
            above = ground[:, near].copy()
            above[2] += np.float32(reach)
            room = np.clip(piece.distance(above) / reach, 0, 1)
            open_[near] *= 1 - weight * (1 - room)
    return open_
