"""What lies behind: studio white, gradients, wood, tiles, cloth, grass, noise, clutter."""

from __future__ import annotations

import math
import random
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw

from .colours import ANCHORS, RGB, draw_colour, toned
from .surfaces import PATTERNS, grid, mixed, noise, pattern, wood, woven


class Backdrop(NamedTuple):
    """A background uint8 [size, size, 3], the ways to say it (none where nobody would), and its mean colour."""

    pixels: np.ndarray
    sayings: tuple[str, ...]
    rgb: RGB


def draw_backdrop(draw: random.Random, size: int, *, busy: float = 0.5) -> Backdrop:
    """A background; `busy` is the share of those that are no plain studio."""
    makers = (_wood, _wood, _tiles, _cloth, _grass, _plaster, _clutter, _clutter, _shelf, _room)
    if draw.random() < busy:
        pixels, sayings = draw.choice(makers)(draw, size)
    else:
        pixels, sayings = _studio(draw, size)
    if pixels.shape[0] != size:
        pixels = np.asarray(Image.fromarray(pixels).resize((size, size), Image.Resampling.BILINEAR))
    mean = pixels[:: max(1, size // 8), :: max(1, size // 8)].reshape(-1, 3).mean(axis=0)
    return Backdrop(pixels, sayings, (int(mean[0]), int(mean[1]), int(mean[2])))


def _studio(draw: random.Random, size: int) -> tuple[np.ndarray, tuple[str, ...]]:
    chance = draw.random()
    if chance < 0.5:
        value = draw.randint(236, 255)
        plain = np.full((size, size, 3), value, np.uint8)
        return plain, ("on a white background", "on white", "isolated on white", "in a studio")
    colour = draw_colour(draw, ("grey", "silver", "charcoal", "beige") if chance < 0.65 else ())
    x, y = grid(size)
    angle = draw.uniform(0, math.pi)
    share = 0.5 + 0.35 * (x * math.cos(angle) + y * math.sin(angle))
    strength = draw.uniform(0, 0.35)
    pixels = mixed(share, toned(colour.rgb, 1 - strength), toned(colour.rgb, 1 + strength))
    name = colour.said(draw)
    return pixels, (f"on a {name} background", f"against a {name} wall", f"on {name}")


def _wood(draw: random.Random, size: int) -> tuple[np.ndarray, tuple[str, ...]]:
    rgb = draw.choice(((150, 104, 62), (192, 150, 100), (105, 68, 42), (214, 186, 148), (92, 84, 76)))
    board = wood(draw, size, rgb)
    pencil = ImageDraw.Draw(board)
    step = size / draw.randint(2, 5)
    aslant = draw.random() < 0.5
    for plank in range(1, int(size / step) + 1):
        at = plank * step
        pencil.line(((at, 0), (at, size)) if aslant else ((0, at), (size, at)), fill=toned(rgb, 0.45), width=1)
    return np.asarray(board), (
        "on a wooden background",
        "on a wooden table",
        "on wood",
        "on a wooden floor",
        "on a desk",
    )


def _tiles(draw: random.Random, size: int) -> tuple[np.ndarray, tuple[str, ...]]:
    colour = draw_colour(draw, ("white", "grey", "beige", "sky blue", "mint", "cream", "silver", "charcoal", "coral"))
    step, joint = size / draw.uniform(2.5, 7), max(1, size // 60)
    offset = draw.uniform(0, step)
    axis = (np.arange(size) + offset) % step < joint
    joints = axis[None, :] | axis[:, None]
    tones = noise(draw, size, fineness=4) * 0.12 + 0.5
    pixels = mixed(tones, toned(colour.rgb, 0.85), toned(colour.rgb, 1.15))
    pixels[joints] = toned(colour.rgb, 0.6) if draw.random() < 0.6 else (235, 235, 230)
    return pixels, ("on a tiled floor", "on tiles", "on a tiled background", "on the kitchen floor")


def _cloth(draw: random.Random, size: int) -> tuple[np.ndarray, tuple[str, ...]]:
    first = draw_colour(draw)
    if draw.random() < 0.5:
        cloth = Image.new("RGB", (size, size), first.rgb)
        name = first.said(draw)
        sayings = (f"on a {name} cloth", f"on a {name} bedspread", f"on {name} fabric", f"on a {name} blanket")
    else:
        second, kind = draw_colour(draw, away_from=first.rgb), draw.choice(PATTERNS)
        cloth = pattern(draw, kind, size, first.rgb, second.rgb)
        sayings = (f"on a {kind} tablecloth", f"on {kind} fabric", f"on a {kind} {first.name} cloth")
    return np.asarray(woven(draw, cloth, strength=14)), sayings


def _grass(draw: random.Random, size: int) -> tuple[np.ndarray, tuple[str, ...]]:
    blades = noise(draw, size, fineness=6) * 0.25 + noise(draw, size, fineness=7) * 0.2 + 0.5
    if draw.random() < 0.6:
        return mixed(blades, (38, 84, 30), (140, 180, 80)), ("on grass", "on the lawn", "in the garden", "outdoors")
    return mixed(blades, (150, 125, 88), (225, 205, 165)), ("on sand", "on the beach", "on the ground", "outdoors")


def _plaster(draw: random.Random, size: int) -> tuple[np.ndarray, tuple[str, ...]]:
    colour = draw_colour(draw)
    rough = noise(draw, size, fineness=draw.randint(2, 7)) * draw.uniform(0.1, 0.3) + 0.5
    material = draw.choice(("concrete", "stone", "carpet", "wall"))
    if material in ("concrete", "stone"):
        value = draw.randint(110, 190)
        grey = (value, value, value)
        return mixed(rough, toned(grey, 0.65), toned(grey, 1.4)), (f"on {material}", f"on a {material} floor")
    pixels = mixed(rough, toned(colour.rgb, 0.7), toned(colour.rgb, 1.25))
    name = colour.said(draw)
    if material == "carpet":
        return pixels, (f"on a {name} carpet", "on the carpet")
    return pixels, (f"in front of a {name} wall",)


def _clutter(draw: random.Random, size: int) -> tuple[np.ndarray, tuple[str, ...]]:
    scene = Image.new("RGB", (size, size), draw_colour(draw, jitter=30).rgb)
    pencil = ImageDraw.Draw(scene)
    for _ in range(draw.randint(5, 22)):
        x, y = draw.uniform(-0.1, 1.0) * size, draw.uniform(-0.1, 1.0) * size
        wide, high = draw.uniform(0.08, 0.5) * size, draw.uniform(0.08, 0.5) * size
        rgb = draw_colour(draw, jitter=30).rgb
        shape = draw.randint(0, 2)
        if shape == 0:
            pencil.rectangle((x, y, x + wide, y + high), fill=rgb)
        elif shape == 1:
            pencil.ellipse((x, y, x + wide, y + high), fill=rgb)
        else:
            pencil.polygon([(x, y), (x + wide, y + high * 0.3), (x + wide * 0.4, y + high)], fill=rgb)
    coarse = max(4, size // draw.randint(2, 12))
    soft = scene.resize((coarse, coarse), Image.Resampling.BOX)
    pixels = np.asarray(soft.resize((size, size), Image.Resampling.BILINEAR))
    return pixels, ("on a cluttered background", "among other things", "in a messy room", "")


def _shelf(draw: random.Random, size: int) -> tuple[np.ndarray, tuple[str, ...]]:
    wall, board = draw_colour(draw).rgb, draw.choice(((150, 104, 62), (230, 230, 226), (60, 60, 64), (192, 150, 100)))
    scene = Image.new("RGB", (size, size), wall)
    pencil = ImageDraw.Draw(scene)
    at = size * draw.uniform(0.72, 0.9)
    pencil.rectangle((0, at, size, at + size * 0.06), fill=board)
    pencil.rectangle((0, at + size * 0.06, size, size), fill=toned(wall, 0.7))
    if draw.random() < 0.5:
        pencil.rectangle((0, 0, size, size * 0.05), fill=board)
    return np.asarray(scene), ("on a shelf", "in a store", "in a shop", "on a supermarket shelf")


def _room(draw: random.Random, size: int) -> tuple[np.ndarray, tuple[str, ...]]:
    wall = draw_colour(draw, jitter=20).rgb
    floor = toned(
        ANCHORS[draw.choice(("brown", "beige", "grey", "charcoal", "mustard", "silver"))], draw.uniform(0.7, 1.2)
    )
    scene = np.empty((size, size, 3), np.uint8)
    horizon = int(size * draw.uniform(0.5, 0.8))
    scene[:horizon], scene[horizon:] = wall, floor
    spread = noise(draw, size, fineness=draw.randint(0, 2)) * 9
    return np.clip(scene + spread[..., None], 0, 255).astype(np.uint8), (
        "in a room",
        "on the floor",
        "at home",
        "indoors",
    )
