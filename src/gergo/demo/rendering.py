"""From a scene to a photograph: rays traced at twice the size, shaded, laid over the table, developed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PIL import Image

from gergo.demo.developing import OVERSAMPLING, develop, shrink
from gergo.demo.distance import Array, Points
from gergo.demo.lettering import Print, sample
from gergo.demo.product import Product
from gergo.demo.scene import Scene, scene
from gergo.demo.solid import Solid
from gergo.demo.surfaces import Surface, shade, surface
from gergo.demo.table import film, table
from gergo.demo.tracing import Piece, march, normals, occlusion, turned


@dataclass(frozen=True)
class Rendering:
    """A photograph and what is where on it.

    `image` is RGB. `parts` maps names ("hex head", "thread", "washer flange", "drive recess", "text:8.8"...) to boolean
    masks [size_px, size_px]: a pixel that is at least half covered belongs to the part that fills most of it, and to no
    other. Worked out when first asked for.
    """

    image: Image.Image
    names: tuple[str, ...]
    labels: np.ndarray

    @cached_property
    def parts(self) -> dict[str, np.ndarray]:
        size = self.image.height
        cells = self.labels.reshape(size, OVERSAMPLING, size, OVERSAMPLING)
        shares = np.stack([(cells == number).mean((1, 3)) for number in range(1, len(self.names) + 1)])
        most = np.where(shares.sum(0) >= 0.5, shares.argmax(0), -1)
        masks = {name: most == number for number, name in enumerate(self.names)}
        return {name: mask for name, mask in masks.items() if mask.any()}

    def box(self, name: str) -> tuple[int, int, int, int] | None:
        """Left, top, right, bottom (exclusive) of a part in pixels; None where it is not to be seen."""
        mask = self.parts.get(name)
        if mask is None:
            return None
        rows, cols = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
        return int(cols[0]), int(rows[0]), int(cols[-1]) + 1, int(rows[-1]) + 1


@dataclass
class _Hits:
    """What the rays met: pixel numbers at the oversampled size, how far away, and which piece."""

    pixel: np.ndarray
    length: Array
    piece: np.ndarray


def render(product: Product, view: int | str = 0, size_px: int = 224) -> Rendering:
    """Photograph number `view` of a product (or one by camera name, on white), `size_px` square.

    The same product, view and size give the same pixels in every process. Raises UsageError for an unknown camera.
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
            colour[:, pixel], labels[pixel] = _shade_piece(
                shot, piece, rays[:, pixel], hits.length[chosen], names, fine_px
            )
            cover[pixel] = 1
    behind = table(shot, size_px)
    shown = shrink(colour, size_px) + (1 - shrink(cover[None], size_px)) * behind
    if shot.film is not None:
        shown = film(shot, shown, size_px)
    image = develop(shot, shown, size_px)
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


def _shade_piece(
    shot: Scene, piece: Piece, rays: Array, length: Array, names: tuple[str, ...], fine_px: int
) -> tuple[Array, np.ndarray]:
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
            look = surface(
                part.material or shot.product.material,
                "" if part.material else shot.product.finish,
                shot.product.colour,
            )
            labels[at] = names.index(part.name) + 1
            printed = _printed(body, local[:, at], look, labels, at, names) if part.material == "carton" else None
            colour[:, at] = shade(look, shot.room, local[:, at], normal[:, at], -rays[:, at], open_[at], albedo=printed)
    for stamped in body.prints:
        if stamped.ink is None:
            _stamp(stamped, local, colour, labels, names)
    return colour, labels


def _printed(
    body: Solid, local: Array, look: Surface, labels: np.ndarray, at: np.ndarray, names: tuple[str, ...]
) -> Array:
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
