"""The room that metal mirrors: softboxes, dark flags, a bright table; kept as a picture of all directions.

Directions are folded onto a square by the octahedral map (Cigolle et al., "A survey of efficient representations for
independent unit vectors", 2014), so that a reflection is one look-up.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from gergo.demo.distance import Array

MAP_SIZE = 96


@dataclass(frozen=True)
class Softbox:
    """A lamp (or, below zero brightness, a black flag): a rectangle on the sphere of directions."""

    towards: np.ndarray
    width: float
    height: float
    brightness: float


@dataclass(frozen=True)
class Room:
    """Softboxes, the brightness of walls and ceiling, the colour of the table, and the key light's direction."""

    boxes: tuple[Softbox, ...]
    ceiling: float
    wall: float
    table: np.ndarray
    key: np.ndarray
    _maps: dict[float, Array] = field(default_factory=dict, repr=False)

    def mirror_map(self, roughness: float) -> Array:
        """Radiance of every direction seen in a mirror of that roughness: float32 [MAP_SIZE, MAP_SIZE, 3]."""
        if roughness not in self._maps:
            self._maps[roughness] = self._radiance(roughness)
        return self._maps[roughness]

    def _radiance(self, roughness: float) -> Array:
        ways = _map_directions()
        soft = 0.04 + 0.55 * roughness
        up = _step(-soft, soft, ways[2])
        sky = self.wall + (self.ceiling - self.wall) * _step(-0.2, 0.9, ways[2])
        light = sky
        for box in self.boxes:
            light = light + box.brightness * _window(box, ways, soft)
        light = np.maximum(light, 0.02)
        table = self.table[:, None] * (0.85 - 0.35 * np.clip(-ways[2], 0, 1))
        radiance = table + (light[None] - table) * up
        return np.ascontiguousarray(radiance.T.reshape(MAP_SIZE, MAP_SIZE, 3), dtype=np.float32)


def look_up(mirror: Array, ways: Array) -> Array:
    """Radiance [3, N] of a mirror map in unit directions [3, N]."""
    size = np.float32(MAP_SIZE)
    x, y, z = ways / np.abs(ways).sum(0)
    below = z < 0
    u = np.where(below, np.copysign(1 - np.abs(y), x), x)
    v = np.where(below, np.copysign(1 - np.abs(x), y), y)
    col = np.clip((u * 0.5 + 0.5) * size - 0.5, 0, size - 1.001)
    row = np.clip((v * 0.5 + 0.5) * size - 0.5, 0, size - 1.001)
    left, top = col.astype(np.int32), row.astype(np.int32)
    right_share, low_share = (col - left)[:, None], (row - top)[:, None]
    flat, corner = mirror.reshape(-1, 3), top * MAP_SIZE + left
    upper = flat[corner] * (1 - right_share) + flat[corner + 1] * right_share
    lower = flat[corner + MAP_SIZE] * (1 - right_share) + flat[corner + MAP_SIZE + 1] * right_share
    return (upper * (1 - low_share) + lower * low_share).T


def studio(rng: np.random.Generator, table: np.ndarray) -> Room:
    """One big lamp, one or two strips and a dark flag or two round a table, as somebody happened to set them up."""
    turn = rng.uniform(0, 2 * np.pi)
    key = _way(turn, rng.uniform(0.75, 1.2))
    boxes = [Softbox(key, rng.uniform(0.45, 0.8), rng.uniform(0.35, 0.6), rng.uniform(0.7, 1.3))]
    for _ in range(int(rng.integers(1, 3))):
        strip = _way(turn + rng.uniform(1.6, 4.6), rng.uniform(0.15, 0.7))
        boxes.append(Softbox(strip, rng.uniform(0.12, 0.3), rng.uniform(0.5, 0.9), rng.uniform(0.5, 1.1)))
    for _ in range(int(rng.integers(1, 4))):
        flag = _way(rng.uniform(0, 2 * np.pi), rng.uniform(0.0, 0.9))
        boxes.append(Softbox(flag, rng.uniform(0.2, 0.5), rng.uniform(0.25, 0.7), -rng.uniform(0.3, 0.6)))
    return Room(tuple(boxes), rng.uniform(0.4, 0.75), rng.uniform(0.15, 0.4), table, key)


def _way(azimuth: float, elevation: float) -> np.ndarray:
    return np.array([np.cos(azimuth) * np.cos(elevation), np.sin(azimuth) * np.cos(elevation), np.sin(elevation)])


def _window(box: Softbox, ways: Array, soft: float) -> Array:
    side = np.cross(box.towards, (0, 0, 1.0))
    side = side / max(float(np.linalg.norm(side)), 1e-6)
    over = np.cross(side, box.towards)
    ahead = np.maximum(_dot(box.towards, ways), 1e-3)
    u, v = np.abs(_dot(side, ways)) / ahead, np.abs(_dot(over, ways)) / ahead
    inside = _step(box.width + soft, box.width - soft, u) * _step(box.height + soft, box.height - soft, v)
    return inside * (_dot(box.towards, ways) > 0.05)


def _dot(vector: np.ndarray, ways: Array) -> Array:
    x, y, z = (float(v) for v in vector)
    return x * ways[0] + y * ways[1] + z * ways[2]


def _step(low: float, high: float, value: Array) -> Array:
    t = np.clip((value - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


@lru_cache(maxsize=1)
def _map_directions() -> Array:
    at = (np.arange(MAP_SIZE) + 0.5) / MAP_SIZE * 2 - 1
    u, v = (a.ravel() for a in np.meshgrid(at, at))
    z = 1 - np.abs(u) - np.abs(v)
    fold = np.maximum(-z, 0)
    x, y = u - np.where(u >= 0, fold, -fold), v - np.where(v >= 0, fold, -fold)
    ways = np.stack([x, y, z])
    return (ways / np.linalg.norm(ways, axis=0)).astype(np.float32)
