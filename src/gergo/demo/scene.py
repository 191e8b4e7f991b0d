"""One photograph set up: which camera and background a brand's photographer chose, and how the pieces lie."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gergo.demo import light, packs
from gergo.demo.backgrounds import BACKGROUNDS, TABLE_COLOUR
from gergo.demo.brands import BRAND_BY_NAME
from gergo.demo.camera import Camera, look_at
from gergo.demo.distance import Points
from gergo.demo.fittings import solid
from gergo.demo.product import Product
from gergo.demo.seeds import generator
from gergo.demo.solid import Solid
from gergo.demo.tracing import Piece, turned
from gergo.errors import UsageError

PROBES = 700  # points that stand for a piece while it is dropped onto others
MOST_LIFTS = 12
CAMERAS = ("side", "three_quarter", "top", "detail", "heap", "pack")


@dataclass(frozen=True)
class Scene:
    """Pieces on a table, a camera, a room of lamps; `rng` is what is left to chance while it is drawn."""

    product: Product
    camera_name: str
    background: str
    pieces: list[Piece]
    camera: Camera
    room: light.Room
    radius_mm: float
    film: tuple[float, float, float] | None  # a polybag: from x, to x, half its width in y, on the table
    rng: np.random.Generator


def setting(product: Product, view: int | str) -> tuple[str, str]:
    """The camera and background of a view: a camera's name asks for that camera on white."""
    if isinstance(view, str):
        if view not in CAMERAS:
            raise UsageError(f"no camera is called {view!r}", hint=f"one of {', '.join(CAMERAS)}, or a number")
        return view, "white"
    brand = BRAND_BY_NAME[product.brand]
    habit = generator("setting", product.seed, product.id)
    names = list(brand.cameras)
    shares = np.array([brand.cameras[name] for name in names], float)
    order: list[str] = []
    while len(order) <= view:  # a product's photographs differ before any camera comes again
        order += [str(n) for n in habit.choice(names, len(names), replace=False, p=shares / shares.sum())]
    grounds = list(brand.backgrounds)
    weights = np.array([brand.backgrounds[g] for g in grounds], float)
    background = generator("background", product.seed, product.id, view).choice(grounds, p=weights / weights.sum())
    if order[view] == "pack" and background not in ("white", "light grey"):
        background = "white"
    return order[view], str(background)


def scene(product: Product, view: int | str) -> Scene:
    """Everything that is to be seen on photograph `view` of a product."""
    camera_name, background = setting(product, view)
    assert background in BACKGROUNDS
    rng = generator("scene", product.seed, product.id, view)
    body = solid(product)
    film = None
    if camera_name == "pack":
        pieces, angles, film = _packed(product, body, rng)
    else:
        pieces, angles = _arrange(body, camera_name, rng), _angles(camera_name, body, rng)
    seen = np.concatenate([piece.world_hull for piece in pieces])
    if camera_name == "detail":
        seen = _near_the_head(body, pieces[0])
    azimuth, elevation, roll, fill = angles
    camera = look_at(seen, azimuth=azimuth, elevation=elevation, roll=roll, fill=fill)
    room = light.studio(rng, np.asarray(TABLE_COLOUR[background], np.float32))
    radius = float(np.linalg.norm(np.ptp(seen, axis=0)) / 2)
    return Scene(product, camera_name, background, pieces, camera, room, radius, film, rng)


def _angles(camera_name: str, body: Solid, rng: np.random.Generator) -> tuple[float, float, float, float]:
    """Azimuth, elevation, roll (radians) and how much of the frame is filled. A lying part's axis is x, head at +x."""
    jitter = rng.normal(0, 0.06)
    fill = rng.uniform(0.7, 0.88)
    if camera_name == "heap":
        return rng.uniform(0, 2 * np.pi), rng.uniform(0.6, 1.35), jitter, rng.uniform(0.8, 1.05)
    if camera_name == "top":
        return rng.uniform(0, 2 * np.pi), rng.uniform(1.2, 1.5), jitter, fill
    if body.flat:
        low, high = (0.25, 0.5) if camera_name == "side" else (0.5, 0.95)
        return rng.uniform(0, 2 * np.pi), rng.uniform(low, high), jitter, fill
    if camera_name == "side":
        roll = rng.choice([0.0, 0.7, -0.7], p=[0.4, 0.35, 0.25]) + rng.normal(0, 0.12)
        return rng.choice([-1, 1]) * np.pi / 2 + rng.normal(0, 0.15), rng.uniform(0.7, 1.4), roll, fill
    return rng.choice([-1, 1]) * rng.uniform(0.35, 1.1), rng.uniform(0.45, 0.9), jitter, fill


def _packed(
    product: Product, body: Solid, rng: np.random.Generator
) -> tuple[list[Piece], tuple[float, float, float, float], tuple[float, float, float] | None]:
    """A carton, sometimes with a piece before it, or a polybag seen from above."""
    size = float(np.ptp(body.hull, axis=0).max())
    if rng.random() < 0.5:
        width, height, depth = size * rng.uniform(1.4, 2.6), size * rng.uniform(0.8, 1.4), size * rng.uniform(0.8, 1.4)
        pieces = [Piece(packs.carton(product, width, height, depth), np.eye(3), np.zeros(3))]
        if rng.random() < 0.5:
            turn = _spin(rng.uniform(0, 6.3)) if body.flat else _lying(body, rng, yaw=rng.uniform(1.2, 1.9))
            loose = _set_down(body, turn, x=depth / 2 + 0.55 * size, y=rng.uniform(-0.4, 0.4) * width)
            pieces.append(loose)
        return pieces, (rng.uniform(-0.7, 0.7), rng.uniform(0.35, 0.8), rng.normal(0, 0.03), 0.85), None
    pieces = _heap(body, rng)
    hull = np.concatenate([piece.world_hull for piece in pieces])
    wide = 1.15 * float(np.abs(hull[:, 1]).max())
    low, high = float(hull[:, 0].min() - 0.1 * wide), float(hull[:, 0].max() + 0.15 * wide)
    card = packs.header_card(product, 2 * wide, rng.uniform(0.7, 1.1) * wide)
    top = float(np.ptp(card.hull[:, 0]))
    pieces.append(Piece(card, np.eye(3), np.array([low - top / 2 + 0.03 * wide, 0, 0])))
    angles = (rng.normal(0, 0.08), rng.uniform(1.25, 1.5), rng.normal(0, 0.12), 0.9)
    return pieces, angles, (low, high, wide)


def _arrange(body: Solid, camera_name: str, rng: np.random.Generator) -> list[Piece]:
    """The pieces as a camera wants them: a heap, one upright, one or two flat things, or one thing on its side."""
    if camera_name == "heap":
        return _heap(body, rng)
    if camera_name == "top":
        return [_set_down(body, _spin(rng.uniform(0, 2 * np.pi)))]
    if body.flat:
        turns = [_spin(rng.uniform(0, 2 * np.pi))]
        if camera_name == "three_quarter" and rng.random() < 0.45:
            turns.append(_spin(rng.uniform(0, 2 * np.pi)) @ _tip_over(rng.choice([np.pi, np.pi / 2])))
        reach = 2.1 * float(np.abs(body.hull[:, :2]).max())
        away = rng.uniform(0, 2 * np.pi)
        return [
            _set_down(body, turn, x=i * reach * np.cos(away), y=i * reach * np.sin(away))
            for i, turn in enumerate(turns)
        ]
    return [_set_down(body, _lying(body, rng))]


def _lying(body: Solid, rng: np.random.Generator, *, yaw: float = 0.0) -> np.ndarray:
    """On its side, axis along x turned by `yaw`, head at +x, tilted so that both its ends touch the table."""
    roll = rng.uniform(0, 2 * np.pi)
    if body.rings:
        (r1, z1), (r2, z2) = max(body.rings), min(body.rings, key=lambda ring: ring[1])
        tilt = np.arctan2(r1 - r2, z1 - z2) if z1 - z2 > 0.3 * body.diameter_mm else 0.0
    else:
        roll, tilt = rng.choice([0, np.pi]) + np.pi / 2, 0.0
    return _spin(yaw) @ _pitch(np.pi / 2 - tilt) @ _spin(roll)


def _heap(body: Solid, rng: np.random.Generator) -> list[Piece]:
    """Pieces dropped one after another, each resting on the table or on those before it."""
    count = int(rng.integers(4, 8))
    size = float(np.ptp(body.hull, axis=0).max())
    spread = 0.32 if body.flat else 0.13
    pieces: list[Piece] = []
    for _ in range(count):
        if body.flat:
            turn = _spin(rng.uniform(0, 6.3)) @ _tip_over(rng.normal(0, 0.12) + np.pi * rng.integers(0, 2))
        else:
            turn = _lying(body, rng, yaw=rng.uniform(0, 2 * np.pi))
        x, y = rng.normal(0, spread * size * np.sqrt(count), 2)
        piece = _set_down(body, turn, x=x - turn[0] @ body.hull.mean(0), y=y - turn[1] @ body.hull.mean(0))
        pieces.append(_lifted(piece, pieces, rng))
    return pieces


def _lifted(piece: Piece, below: list[Piece], rng: np.random.Generator) -> Piece:
    """The piece raised until it no longer cuts into those below it."""
    low, high = piece.solid.hull.min(0), piece.solid.hull.max(0)
    probes = rng.uniform(low[:, None], high[:, None], (3, PROBES)).astype(np.float32)
    probes = probes[:, piece.solid.distance(Points(*probes)) < 0]
    world = turned(piece.turn, probes) + piece.place.astype(np.float32)[:, None]
    allowed = 0.03 * piece.solid.diameter_mm
    raised = 0.0
    for _ in range(MOST_LIFTS):
        deepest = max((-float(other.distance(world).min(initial=0.0)) for other in below), default=0.0)
        if deepest <= allowed:
            break
        world[2] += np.float32(deepest + allowed)
        raised += deepest + allowed
    return Piece(piece.solid, piece.turn, piece.place + np.array([0, 0, raised]))


def _near_the_head(body: Solid, piece: Piece) -> np.ndarray:
    """The hull points of the upper end alone, for a close-up."""
    high = body.hull[:, 2].max()
    reach = 2.4 * float(np.abs(body.hull[:, :2]).max())
    near = body.hull.copy()
    near[:, 2] = np.maximum(near[:, 2], high - reach)
    return near @ piece.turn.T + piece.place


def _set_down(body: Solid, turn: np.ndarray, *, x: float = 0.0, y: float = 0.0) -> Piece:
    lowest = float((body.hull @ turn.T)[:, 2].min())
    return Piece(body, turn, np.array([x, y, -lowest]))


def _spin(angle: float) -> np.ndarray:
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1.0]])


def _pitch(angle: float) -> np.ndarray:
    """Turns +z towards +x."""
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, 0, s], [0, 1.0, 0], [-s, 0, c]])


def _tip_over(angle: float) -> np.ndarray:
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[1.0, 0, 0], [0, c, -s], [0, s, c]])
