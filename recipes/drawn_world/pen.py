"""Drawing in the coordinates of an object: x to the right and y down, the object within -1 to 1.

Every outline becomes a polygon whose corners pass through one homography, so an object can be turned, leaned,
mirrored and seen from an angle at no cost, and is drawn at twice the size, to be averaged down.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from PIL import Image, ImageDraw

from .colours import RGB, toned

Points = Sequence[tuple[float, float]]
OVERSAMPLING = 2

_ANGLES = np.linspace(0, 2 * math.pi, 28, endpoint=False)
_CIRCLE = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)], axis=1)


@dataclass(frozen=True)
class Paint:
    """What a part is filled with: a colour, and over it a texture of the oversampled layer's size."""

    rgb: RGB
    texture: Image.Image | None = None


@dataclass
class Layer:
    """A drawn object before light: colours and coverage, both `side_px` square, and where words may go."""

    rgb: Image.Image
    alpha: Image.Image
    panels: list[list[tuple[float, float]]] = field(default_factory=list)


def view_matrix(draw: random.Random, *, turn: float, mirror: bool, lean: float = 1.0) -> np.ndarray:
    """A homography [3, 3] for an object: turned by `turn` radians, a little squeezed, leaned and foreshortened.

    The result still fits -1 to 1 unless the object fills its corners.
    """
    cos, sin = math.cos(turn), math.sin(turn)
    squeeze = 1 - lean * draw.uniform(0.0, 0.18)
    wide = draw.random() < 0.5
    scale = np.diag([1.0 if wide else squeeze, squeeze if wide else 1.0, 1.0])
    if mirror:
        scale[0, 0] *= -1
    shear = np.array([[1, lean * draw.uniform(-0.12, 0.12), 0], [0, 1, 0], [0, 0, 1]])
    rotation = np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]])
    foreshortening = np.eye(3)
    foreshortening[2, :2] = lean * draw.uniform(-0.12, 0.12), lean * draw.uniform(-0.12, 0.12)
    return foreshortening @ rotation @ shear @ scale


def soft_waves(draw: random.Random, reach: float) -> np.ndarray:
    """How cloth lies: a displacement in x and one in y, each a sine over the plane. Rows of the array [4, 2] are
    reach, pace over x, pace over y, and phase."""

    def pair(low: float, high: float) -> list[float]:
        return [draw.uniform(low, high), draw.uniform(low, high)]

    return np.array([pair(0, reach), pair(-5, 5), pair(-5, 5), pair(0, 6.3)])


class Pen:
    """Fills outlines on a layer of its own; `lift` hands the finished layer over.

    Roles name what a part is made of (`body`, `accent`, `dark`, `metal`...); the paints say what that looks
    like this time, so the same outline is a steel pan or a red one. `waves` (of `soft_waves`) crumples it all.
    """

    def __init__(
        self,
        side_px: int,
        view: np.ndarray,
        paints: dict[str, Paint],
        *,
        outline: RGB | None = None,
        waves: np.ndarray | None = None,
    ) -> None:
        self._size = side_px * OVERSAMPLING
        self._view = view
        self._paints = paints
        self._outline = outline
        self._waves = waves
        self._rgb = Image.new("RGB", (self._size, self._size), paints["body"].rgb)
        self._alpha = Image.new("L", (self._size, self._size), 0)
        self._on_rgb = ImageDraw.Draw(self._rgb)
        self._on_alpha = ImageDraw.Draw(self._alpha)
        self._scale = self._size / 2 * math.sqrt(abs(np.linalg.det(view[:2, :2])))
        self._panels: list[list[tuple[float, float]]] = []

    def _placed(self, points: Points | np.ndarray) -> list[tuple[float, float]]:
        corners = np.asarray(points, dtype=np.float64)
        if self._waves is not None:
            reach, pace_x, pace_y, start = self._waves
            corners = corners + reach * np.sin(corners[:, :1] * pace_x + corners[:, 1:] * pace_y + start)
        seen = corners @ self._view[:, :2].T + self._view[:, 2]
        flat = (seen[:, :2] / seen[:, 2:] + 1) * (self._size / 2)
        return [(x, y) for x, y in flat.tolist()]

    def _fill(self, role: str, tone: float) -> RGB:
        return toned(self._paints[role].rgb, tone)

    def polygon(self, points: Points | np.ndarray, role: str = "body", *, tone: float = 1.0) -> None:
        """A filled outline; `tone` under 1 is darker than the role's paint, over 1 lighter."""
        placed = self._placed(points if self._waves is None else _dense(points))
        self._on_alpha.polygon(placed, fill=255)
        texture = self._paints[role].texture
        if texture is None:
            self._on_rgb.polygon(placed, fill=self._fill(role, tone))
        else:
            mask = Image.new("L", self._rgb.size, 0)
            ImageDraw.Draw(mask).polygon(placed, fill=255)
            self._rgb.paste(texture if tone == 1.0 else _toned_texture(texture, tone), mask=mask)
        if self._outline is not None:
            self._on_rgb.line([*placed, placed[0]], fill=self._outline, width=max(2, self._size // 90))

    def rect(
        self, box: tuple[float, float, float, float], role: str = "body", *, radius: float = 0.0, tone: float = 1.0
    ) -> None:
        """A rectangle (x0, y0, x1, y1), its corners rounded by `radius`."""
        x0, y0, x1, y1 = box
        if radius <= 0:
            self.polygon([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], role, tone=tone)
            return
        radius = min(radius, (x1 - x0) / 2, (y1 - y0) / 2)
        inner = np.array([[x1 - radius, y1 - radius], [x0 + radius, y1 - radius]])
        inner = np.concatenate([inner, np.array([[x0 + radius, y0 + radius], [x1 - radius, y0 + radius]])])
        self.polygon(np.repeat(inner, 7, axis=0) + radius * _CIRCLE, role, tone=tone)

    def ellipse(
        self, x: float, y: float, rx: float, ry: float | None = None, role: str = "body", *, tone: float = 1.0
    ) -> None:
        """An ellipse about (x, y); a circle where `ry` is left out."""
        self.polygon(_CIRCLE * (rx, rx if ry is None else ry) + (x, y), role, tone=tone)

    def smooth(self, points: Points, role: str = "body", *, tone: float = 1.0) -> None:
        """A closed curve through the points (a Catmull-Rom spline)."""
        self.polygon(spline(points), role, tone=tone)

    def turned(self, profile: Points, role: str = "body", *, smooth: bool = False, tone: float = 1.0) -> None:
        """What a lathe or a tailor makes: the right-hand profile from top to bottom, mirrored to the left."""
        right = spline(profile, closed=False) if smooth else np.asarray(profile, dtype=np.float64)
        self.polygon(np.concatenate([right, right[::-1] * (-1, 1)]), role, tone=tone)

    def line(
        self, points: Points, width: float, role: str = "body", *, tone: float = 1.0, smooth: bool = False
    ) -> None:
        """A stroke with round ends, `width` in the object's coordinates; through a curve where `smooth`."""
        placed = self._placed(spline(points, closed=False) if smooth else points)
        width_px = max(1, round(width * self._scale))
        fill = self._fill(role, tone)
        self._on_rgb.line(placed, fill=fill, width=width_px, joint="curve")
        self._on_alpha.line(placed, fill=255, width=width_px, joint="curve")
        reach = width_px / 2
        if reach >= 1.5:
            for x, y in (placed[0], placed[-1]):
                end = (x - reach, y - reach, x + reach, y + reach)
                self._on_rgb.ellipse(end, fill=fill)
                self._on_alpha.ellipse(end, fill=255)

    def hole(self, points: Points | np.ndarray) -> None:
        """Cut an outline out of everything drawn so far."""
        self._on_alpha.polygon(self._placed(points), fill=0)

    def round_hole(self, x: float, y: float, rx: float, ry: float) -> None:
        """Cut an ellipse out of everything drawn so far."""
        self.hole(_CIRCLE * (rx, ry) + (x, y))

    def panel(self, box: tuple[float, float, float, float]) -> None:
        """Remember a rectangle that words may be printed on."""
        x0, y0, x1, y1 = box
        self._panels.append(self._placed([(x0, y0), (x1, y0), (x1, y1), (x0, y1)]))

    def lift(self) -> Layer:
        """The layer, averaged down to its size; panels in pixels of it."""
        panels = [[(x / OVERSAMPLING, y / OVERSAMPLING) for x, y in corners] for corners in self._panels]
        return Layer(self._rgb.reduce(OVERSAMPLING), self._alpha.reduce(OVERSAMPLING), panels)


def spline(points: Points | np.ndarray, *, closed: bool = True, steps: int = 5) -> np.ndarray:
    """Points [n * steps, 2] on the Catmull-Rom spline through the given ones."""
    knots = np.asarray(points, dtype=np.float64)
    if closed:
        before, after, beyond = np.roll(knots, 1, 0), np.roll(knots, -1, 0), np.roll(knots, -2, 0)
        start = knots
    else:
        padded = np.concatenate([knots[:1], knots, knots[-1:]])
        before, start, after, beyond = padded[:-3], padded[1:-2], padded[2:-1], padded[3:]
    t = np.linspace(0, 1, steps, endpoint=False)[None, :, None]
    before, start, after, beyond = (part[:, None, :] for part in (before, start, after, beyond))
    curve = 0.5 * (
        2 * start
        + (after - before) * t
        + (2 * before - 5 * start + 4 * after - beyond) * t**2
        + (3 * start - before - 3 * after + beyond) * t**3
    )
    curve = curve.reshape(-1, 2)
    return curve if closed else np.concatenate([curve, knots[-1:]])


def _dense(points: Points | np.ndarray) -> np.ndarray:
    """The closed outline with two more points on every edge, so that its straight edges can bend."""
    start = np.asarray(points, dtype=np.float64)
    if len(start) > 24:
        return start
    step = (np.roll(start, -1, 0) - start) / 3
    return np.stack([start, start + step, start + 2 * step], axis=1).reshape(-1, 2)


def _toned_texture(texture: Image.Image, tone: float) -> Image.Image:
    table = [toned((value, value, value), tone)[0] for value in range(256)]
    return texture.point(table * 3)
