"""The table and what falls on it: its colours, the shadows of lamp and sky, the film of a polybag over the pieces."""

from __future__ import annotations

import numpy as np
from PIL import Image

from gergo.demo.backgrounds import table_colours
from gergo.demo.distance import Array
from gergo.demo.scene import Scene
from gergo.demo.tracing import open_to

BLOCK = 4
KEY_RAYS, SKY_RAYS = 3, 5
KEY_SHARE = 0.4
LAMP_RADIUS = 0.35
GOLDEN_ANGLE = 2.399963


def table(shot: Scene, size_px: int) -> Array:
    """Linear colour [3, size_px * size_px] of the table with the shadows on it."""
    rays = shot.camera.rays(size_px)
    ground = _ground(shot, rays)
    offset, turn = shot.rng.uniform(0, 512, 2), shot.rng.uniform(0, 2 * np.pi)
    colour = table_colours(shot.background, ground, shot.radius_mm, offset, turn)
    return colour * _table_light(shot, size_px)


def _table_light(shot: Scene, size_px: int) -> Array:
    """The share of light that reaches the table, 0 to 1 [size_px * size_px]: rays to the key lamp and to the sky.

    Traced at three eighths of the size, since shadows of big lamps are soft. Neighbours in a 4 x 4 block send their
    rays different ways and are then averaged (Keller and Heidrich, "Interleaved sampling", 2001).
    """
    coarse_px = max(size_px * 3 // 8, 16)
    ground = _ground(shot, shot.camera.rays(coarse_px))
    at = np.arange(coarse_px) % BLOCK
    block = (at[:, None] * BLOCK + at[None, :]).ravel()
    ways = np.concatenate([_key_ways(shot), _sky_ways(shot)])[:, :, block]
    starts = np.broadcast_to(ground, ways.shape)
    seen = open_to(shot.pieces, _flat(starts), _flat(ways)).reshape(len(ways), -1)
    light = np.float32(KEY_SHARE) * seen[:KEY_RAYS].mean(0, dtype=np.float32)
    light += np.float32(1 - KEY_SHARE) * seen[KEY_RAYS:].mean(0, dtype=np.float32)
    picture = Image.fromarray(_smooth(light.reshape(coarse_px, coarse_px)))
    return np.asarray(picture.resize((size_px, size_px), Image.Resampling.BICUBIC), np.float32).ravel()


def _flat(vectors: Array) -> Array:
    """[rays, 3, N] as [3, rays * N]."""
    return vectors.transpose(1, 0, 2).reshape(3, -1)


def _key_ways(shot: Scene) -> Array:
    """Unit directions to points of the key lamp, float32 [rays, 3, BLOCK^2], spread evenly over its disc."""
    number = np.arange(KEY_RAYS * BLOCK**2) + shot.rng.random()
    reach, turn = LAMP_RADIUS * np.sqrt(number / len(number)), number * GOLDEN_ANGLE
    side = np.cross(shot.room.key, (0.0, 0.0, 1.0))
    side /= np.linalg.norm(side)
    over = np.cross(side, shot.room.key)
    ways = shot.room.key[:, None] + side[:, None] * reach * np.cos(turn) + over[:, None] * reach * np.sin(turn)
    return _dealt(ways, KEY_RAYS, shot.rng)


def _sky_ways(shot: Scene) -> Array:
    """Unit directions to the sky, denser towards the zenith (cosine-weighted), float32 [rays, 3, BLOCK^2]."""
    number = np.arange(SKY_RAYS * BLOCK**2) + 0.5
    share, turn = number / len(number), number * GOLDEN_ANGLE + shot.rng.uniform(0, 6.3)
    ways = np.stack([np.sqrt(share) * np.cos(turn), np.sqrt(share) * np.sin(turn), np.sqrt(1 - share) + 0.02])
    return _dealt(ways, SKY_RAYS, shot.rng)


def _dealt(ways: np.ndarray, rays: int, rng: np.random.Generator) -> Array:
    """Directions [3, rays * BLOCK^2] made unit and dealt out: every cell of a block gets some from everywhere."""
    ways = ways / np.sqrt((ways * ways).sum(0))
    dealt = ways.reshape(3, rays, BLOCK**2).transpose(1, 0, 2)
    return np.stack([ray[:, rng.permutation(BLOCK**2)] for ray in dealt]).astype(np.float32)


def _smooth(field: Array) -> Array:
    """The mean of every BLOCK x BLOCK neighbourhood, then of every 3 x 3; edges repeated."""
    for width in (BLOCK, 3):
        before = width // 2
        padded = np.pad(field, (before, width - 1 - before), mode="edge")
        size = len(field)
        rows = np.sum([padded[i : i + size] for i in range(width)], axis=0)
        field = np.sum([rows[:, i : i + size] for i in range(width)], axis=0) * np.float32(1 / width**2)
    return field


def film(shot: Scene, shown: Array, size_px: int) -> Array:
    """The polybag over what lies in it: a haze, crinkles that catch the lamp, welded edges."""
    assert shot.film is not None
    low, high, wide = shot.film
    ground = _ground(shot, shot.camera.rays(size_px))
    inside = np.minimum(np.minimum(ground[0] - low, high - ground[0]), wide - np.abs(ground[1])) / np.float32(wide)
    crinkle = table_colours("film", ground, shot.radius_mm, shot.rng.uniform(0, 512, 2), shot.rng.uniform(0, 6.3))[0]
    glint = np.clip(crinkle, 0, 1) * 0.75 + 0.06
    weld = np.where(inside < 0.04, np.float32(0.12), np.float32(0))
    seen = shown * (0.92 - 0.55 * glint - weld) + (glint + 0.3 * weld) * 0.75
    return np.where(inside > 0, seen, shown)


def _ground(shot: Scene, rays: Array) -> Array:
    """Where rays meet the table: world points [3, N]."""
    eye = shot.camera.position.astype(np.float32)
    length = np.minimum(-eye[2] / np.minimum(rays[2], -1e-3), np.float32(60 * shot.radius_mm))
    ground = eye[:, None] + rays * length
    ground[2] = 0
    return ground
