"""Sphere tracing in NumPy: where rays meet a solid, which way its surface faces, what shadow it throws.

After Hart, "Sphere tracing" (1996); soft shadows and ambient occlusion from the distance field follow Inigo Quilez
(https://iquilezles.org/articles/rmshadows). Everything is float32 and works on the rays that are still alive.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gergo.demo.distance import Array, Points
from gergo.demo.solid import Solid

STEPS_A_ROUND = 3
MARCH_ROUNDS = 24
SHADOW_ROUNDS = 9
TETRAHEDRON = ((1, -1, -1), (-1, -1, 1), (-1, 1, -1), (1, 1, 1))


def turned(matrix: np.ndarray, vectors: Array) -> Array:
    """`matrix @ vectors` for [3, 3] and [3, N], the same to the last bit whatever BLAS and thread count are there."""
    m = matrix.astype(np.float32)
    return np.stack([m[i, 0] * vectors[0] + m[i, 1] * vectors[1] + m[i, 2] * vectors[2] for i in range(3)])


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
        return turned(self.turn.T, world - self.place.astype(np.float32)[:, None])

    def distance(self, world: Array) -> Array:
        return self.solid.distance(Points(*self.local(world)))


def march(piece: Piece, origin: np.ndarray, rays: Array, furthest: Array, pixel_mm: float) -> tuple[Array, Array]:
    """Follow `rays` [3, N] from `origin` until they meet the piece or pass `furthest` [N].

    Returns the numbers of the rays that hit, and how far each went.
    """
    solid = piece.solid
    low, high = solid.hull.min(0) - 0.02 * solid.diameter_mm, solid.hull.max(0) + 0.02 * solid.diameter_mm
    start = (piece.turn.T @ (origin - piece.place)).astype(np.float32)
    ways = turned(piece.turn.T, rays)
    with np.errstate(divide="ignore", invalid="ignore"):
        one = (low[:, None] - start[:, None]) / ways
        two = (high[:, None] - start[:, None]) / ways
    near, far = np.minimum(one, two).max(0), np.minimum(np.maximum(one, two).min(0), furthest)
    alive = np.flatnonzero(near < far)
    gone, limit, x, y, z = near[alive].astype(np.float32), far[alive], *ways[:, alive]
    close = np.float32(0.25 * pixel_mm)
    hits, lengths = [], []
    for _ in range(MARCH_ROUNDS):
        step = gone
        for _ in range(STEPS_A_ROUND):  # dropping finished rays costs more than marching them a step too far
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
    reach = np.float32(pixel_mm)
    normal = np.zeros_like(local)
    for corner in TETRAHEDRON:
        k = np.asarray(corner, np.float32)
        normal += k[:, None] * solid.distance(Points(*(local + k[:, None] * reach)))
    return normal / np.maximum(np.sqrt((normal * normal).sum(0)), 1e-9)


def occlusion(solid: Solid, local: Array, normal: Array, reaches_mm: tuple[float, ...]) -> Array:
    """How open the surface is to the room, 0 to 1 [N]: how near the field comes to free space along the normal."""
    open_ = np.ones(local.shape[1], np.float32)
    for reach in reaches_mm:
        room = solid.distance(Points(*(local + normal * np.float32(reach))))
        open_ *= np.clip(0.2 + 1.0 * room / reach, 0, 1)
    return open_


def open_to(pieces: list[Piece], start: Array, ways: Array) -> np.ndarray:
    """Which rays from table points `start` [3, N] along unit `ways` [3, N] leave without meeting a piece: bool [N]."""
    free = np.ones(start.shape[1], bool)
    for piece in pieces:
        hull = piece.world_hull
        centre = ((hull.max(0) + hull.min(0)) / 2).astype(np.float32)
        radius = np.float32(np.linalg.norm(hull - centre, axis=1).max())
        offset = centre[:, None] - start
        along = (offset * ways).sum(0)
        apart2 = (offset * offset).sum(0) - along * along
        near = np.flatnonzero(free & (apart2 < radius * radius) & (along > -radius))
        if len(near):
            free[near[_met(piece, start[:, near], ways[:, near], along[near] + radius)]] = False
    return free


def _met(piece: Piece, start: Array, ways: Array, furthest: Array) -> np.ndarray:
    """Numbers of the rays that enter the piece before `furthest` [N]."""
    solid = piece.solid
    x, y, z = piece.local(start)
    dx, dy, dz = turned(piece.turn.T, ways)
    close = np.float32(0.02 * solid.diameter_mm)
    gone = np.full(len(x), close, np.float32)
    alive = np.arange(len(x))
    met = []
    for _ in range(SHADOW_ROUNDS):
        room = gone
        for _ in range(STEPS_A_ROUND):
            room = solid.distance(Points(x + gone * dx, y + gone * dy, z + gone * dz))
            gone = gone + room
        hit = room < 0.25 * close
        met.append(alive[hit])
        on = ~hit & (gone < furthest)
        if not on.any():
            break
        alive, gone, furthest, x, y, z, dx, dy, dz = (a[on] for a in (alive, gone, furthest, x, y, z, dx, dy, dz))
    return np.concatenate(met)
