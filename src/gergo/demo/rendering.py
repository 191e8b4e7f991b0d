"""From a scene to a photograph: rays traced at twice the size, shaded, laid over table and shadow, developed to sRGB."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PIL import Image

from gergo.demo.backgrounds import table_colours
from gergo.demo.distance import Array, Points
from gergo.demo.lettering import Print, sample
from gergo.demo.product import Product
from gergo.demo.scene import Scene, scene
from gergo.demo.solid import Solid
from gergo.demo.surfaces import Surface, shade, surface
from gergo.demo.tracing import Piece, march, normals, occlusion, open_to, turned

OVERSAMPLING = 2
BLOCK = 4
KEY_RAYS, SKY_RAYS = 3, 5
KEY_SHARE = 0.4
LAMP_RADIUS = 0.35
GOLDEN_ANGLE = 2.399963


@dataclass(frozen=True)
class Rendering:
    """A photograph and what is where on it.

    `image` is RGB. `parts` maps names ("hex head", "thread", "washer flange", "drive recess", "text:8.8" ...) to boolean
    masks [size_px, size_px], true where at least half of a pixel shows that part; worked out when first asked for.
    """

    image: Image.Image
    names: tuple[str, ...]
    labels: np.ndarray

    @cached_property
    def parts(self) -> dict[str, np.ndarray]:
        size = self.image.height
        cells = self.labels.reshape(size, OVERSAMPLING, size, OVERSAMPLING)
        masks = {}
        for number, name in enumerate(self.names, start=1):
            mask = (cells == number).mean((1, 3)) >= 0.5
            if mask.any():
                masks[name] = mask
        return masks

    def box(self, name: str) -> tuple[int, int, int, int] | None:
        """Left, top, right, bottom (exclusive) of a part in pixels; None where it is not to be seen."""
        mask = self.parts.get(name)
        if mask is None:
            return None
        rows, cols = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
        return int(cols[0]), int(rows[0]), int(cols[-1]) + 1, int(rows[-1]) + 1


@dataclass
class _Hits:
    """What the rays met: pixel numbers at the oversampled size, distances, and per hit the piece and the local point."""

    pixel: np.ndarray
    length: Array
    piece: np.ndarray


def render(product: Product, view: int | str = 0, size_px: int = 224) -> Rendering:
    """Photograph number `view` of a product (or one by camera name, on white), `size_px` square.

    The same product, view and size give the same pixels in every process.
    """
    shot = scene(product, view)
    fine_px = size_px * OVERSAMPLING
    rays = shot.camera.rays(fine_px)
    hits = _trace(shot, rays, fine_px)
    names = tuple(dict.fromkeys(name for piece in shot.pieces for name in piece.solid.names))
    colour = np.zeros((3, fine_px * fine_px), np.float32)
    cover = np.zeros(fine_px * fine_px, np.float32)
    labels = np.zeros(fine_px * fine_px, np.uint8)
    for number, piece in enumerate(shot.pieces):
        chosen = hits.piece == number
        pixel = hits.pixel[chosen]
        if len(pixel):
            colour[:, pixel], labels[pixel] = _shade_piece(shot, piece, rays[:, pixel], hits.length[chosen], names, fine_px)
            cover[pixel] = 1
    behind = _table(shot, size_px)
    shown = _shrink(colour, size_px) + (1 - _shrink(cover[None], size_px)) * behind
    if shot.film is not None:
        shown = _film(shot, shown, size_px)
    image = _develop(shot, shown, size_px)
    return Rendering(image, names, labels.reshape(fine_px, fine_px))


def _trace(shot: Scene, rays: Array, fine_px: int) -> _Hits:
    """The nearest piece along every ray that meets one."""
    depth = np.full(rays.shape[1], np.float32(np.inf))
    owner = np.full(rays.shape[1], -1, np.int16)
    for number, piece in enumerate(shot.pieces):
        pixel = _window(shot, piece, fine_px)
        met, length = march(piece, shot.camera.position, rays[:, pixel], depth[pixel], _pixel_mm(shot, fine_px))
        pixel = pixel[met]
        nearer = length < depth[pixel]
        depth[pixel[nearer]] = length[nearer]
        owner[pixel[nearer]] = number
    pixel = np.flatnonzero(owner >= 0)
    return _Hits(pixel, depth[pixel], owner[pixel])


def _window(shot: Scene, piece: Piece, fine_px: int) -> np.ndarray:
    """Numbers of the pixels inside the frame of a piece's hull."""
    seen = shot.camera.project(piece.world_hull)
    left, bottom = np.floor((seen.min(0) + 1) / 2 * fine_px).astype(int) - 1
    right, top = np.ceil((seen.max(0) + 1) / 2 * fine_px).astype(int) + 1
    cols = np.arange(max(left, 0), min(right, fine_px))
    rows = np.arange(max(fine_px - top, 0), min(fine_px - bottom, fine_px))
    return (rows[:, None] * fine_px + cols[None, :]).ravel()


def _pixel_mm(shot: Scene, fine_px: int) -> float:
    """How much of the scene one ray stands for."""
    return 2 * 6.5 * shot.radius_mm / (shot.camera.focal * fine_px)


def _shade_piece(shot: Scene, piece: Piece, rays: Array, length: Array, names: tuple[str, ...], fine_px: int) -> tuple[Array, np.ndarray]:
    """Linear colours [3, N] and part labels [N] of the hits of one piece."""
    world = shot.camera.position.astype(np.float32)[:, None] + rays * length
    local = piece.local(world)
    body, size = piece.solid, piece.solid.diameter_mm
    facing = normals(body, local, _pixel_mm(shot, fine_px))
    open_ = occlusion(body, local, facing, (0.1 * size, 0.45 * size))
    normal = turned(piece.turn, facing)
    for other in shot.pieces:
        if other is not piece and len(shot.pieces) > 1:
            room = other.distance(world + normal * np.float32(0.4 * size))
            open_ *= np.clip(0.3 + 0.7 * room / (0.4 * size), 0, 1)
    above = world[2] / np.float32(1.2 * size)
    open_ *= np.clip(1 + 0.6 * np.minimum(normal[2], 0) * (1 - np.clip(above, 0, 1)), 0, 1)
    at_piece = body.piece_at(Points(*local))
    labels = np.zeros(len(length), np.uint8)
    colour = np.zeros_like(world)
    for number, part in enumerate((*body.parts, *body.cuts)):
        at = np.flatnonzero(at_piece == number)
        if len(at):
            look = surface(part.material or shot.product.material, "" if part.material else shot.product.finish, shot.product.colour)
            labels[at] = names.index(part.name) + 1
            printed = _printed(body, local[:, at], look, labels, at, names) if part.material == "carton" else None
            colour[:, at] = shade(look, shot.room, local[:, at], normal[:, at], -rays[:, at], open_[at], albedo=printed)
    for stamped in body.prints:
        if stamped.ink is None:
            _stamp(stamped, local, colour, labels, names)
    return colour, labels


def _printed(body: Solid, local: Array, look: Surface, labels: np.ndarray, at: np.ndarray, names: tuple[str, ...]) -> Array:
    """The diffuse colour [3, N] of printed carton; the words' labels are set on the way."""
    albedo = np.empty_like(local)
    albedo[:] = np.asarray(look.diffuse, np.float32)[:, None]
    for printed in body.prints:
        assert printed.ink is not None
        on, u, v = printed.locate(local, 0.3 * body.diameter_mm)
        albedo[:, on] = sample(printed.ink, u, v).T
        for word, mask in printed.words.items():
            labels[at[on[sample(mask, u, v)]]] = names.index(f"text:{word}") + 1
    return albedo


def _stamp(stamped: Print, local: Array, colour: Array, labels: np.ndarray, names: tuple[str, ...]) -> None:
    """Darken the ink of a stamp and catch light on one of its edges."""
    on, u, v = stamped.locate(local, 0.04 * abs(stamped.down[1]) + 0.02)
    for word, mask in stamped.words.items():
        ink, edge = sample(mask, u, v), sample(mask, u - 0.02, v - 0.06)
        colour[:, on] *= np.where(ink, np.float32(0.42), np.where(edge, np.float32(1.3), np.float32(1)))
        labels[on[ink]] = names.index(f"text:{word}") + 1


def _table(shot: Scene, size_px: int) -> Array:
    """Linear colour [3, size_px * size_px] of the table with the shadows on it."""
    rays = shot.camera.rays(size_px)
    ground = _ground(shot, rays)
    offset, turn = shot.rng.uniform(0, 512, 2), shot.rng.uniform(0, 2 * np.pi)
    colour = table_colours(shot.background, ground, shot.radius_mm, offset, turn)
    return colour * _table_light(shot, size_px)


def _table_light(shot: Scene, size_px: int) -> Array:
    """How much light reaches the table, 0 to 1 [size_px * size_px]: rays to the key lamp and to the sky.

    Traced at three eighths of the size, since shadows of big lamps are soft. Neighbours in a 4 x 4 block send their rays
    different ways and are then averaged (Keller and Heidrich, "Interleaved sampling", 2001).
    """
    coarse_px = max(size_px * 3 // 8, 16)
    ground = _ground(shot, shot.camera.rays(coarse_px))
    at = np.arange(coarse_px) % BLOCK
    block = (at[:, None] * BLOCK + at[None, :]).ravel()
    light = np.zeros(coarse_px * coarse_px, np.float32)
    for ways, weight in ((_key_ways(shot), KEY_SHARE), (_sky_ways(shot), 1 - KEY_SHARE)):
        for way in ways:
            light += np.float32(weight / len(ways)) * open_to(shot.pieces, ground, way[:, block])
    picture = Image.fromarray(_smooth(light.reshape(coarse_px, coarse_px)))
    return np.asarray(picture.resize((size_px, size_px), Image.Resampling.BICUBIC), np.float32).ravel()


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
    """Directions [3, rays * BLOCK^2] made unit and dealt out so that every cell of a block gets some from everywhere."""
    ways = ways / np.sqrt((ways * ways).sum(0))
    dealt = ways.reshape(3, rays, BLOCK**2).transpose(1, 0, 2)
    return np.stack([ray[:, rng.permutation(BLOCK**2)] for ray in dealt]).astype(np.float32)


def _smooth(field: Array) -> Array:
    """The mean of every BLOCK x BLOCK neighbourhood, then of every 3 x 3; edges repeated."""
    for width in (BLOCK, 3):
        before = width // 2
        padded = np.pad(field, (before, width - 1 - before), mode="edge")
        size = len(field)
        rows = sum(padded[i : i + size] for i in range(width))
        field = sum(rows[:, i : i + size] for i in range(width)) * np.float32(1 / width**2)
    return field


def _film(shot: Scene, shown: Array, size_px: int) -> Array:
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


def _shrink(values: Array, size_px: int) -> Array:
    """Mean over the fine pixels of each pixel."""
    n = OVERSAMPLING
    cells = values.reshape(len(values), size_px, n, size_px, n)
    total = cells[:, :, 0, :, 0] + cells[:, :, 0, :, 1] + cells[:, :, 1, :, 0] + cells[:, :, 1, :, 1]
    return total.reshape(len(values), -1) * np.float32(1 / (n * n))


def _develop(shot: Scene, linear: Array, size_px: int) -> Image.Image:
    """Exposure, white balance, a shoulder for the highlights, sRGB, a little grain."""
    rng = shot.rng
    exposure = np.float32(np.exp(rng.normal(0.0, 0.07)))
    if shot.background == "white":
        exposure = np.maximum(exposure, np.float32(0.98))
    warmth = np.float32(rng.normal(0.0, 0.025))
    balance = np.array([1 + warmth, 1.0, 1 - warmth], np.float32)[:, None] if shot.background != "white" else np.float32(1)
    value = linear * exposure * balance
    value = np.where(value > 0.6, 0.6 + 0.4 * np.tanh((value - 0.6) / 0.4), value)
    value = np.clip(value, 0, 1)
    encoded = np.where(value < 0.0031308, 12.92 * value, 1.055 * np.maximum(value, 1e-5) ** np.float32(1 / 2.4) - 0.055)
    grain = rng.standard_normal((1, linear.shape[1]), dtype=np.float32) * np.float32(rng.uniform(0.0, 1.6))
    pixels = np.clip(encoded * 255 + grain * (encoded < 0.99) + 0.5, 0, 255).astype(np.uint8)
    return Image.fromarray(np.ascontiguousarray(pixels.T.reshape(size_px, size_px, 3)))
