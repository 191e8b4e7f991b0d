"""A pinhole camera with a long lens, as product photographers use it, over a table whose top is the plane z = 0."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Camera:
    """Where the lens is and how it looks: rows of `axes` are right, up, forward (unit); `focal` is in half frames."""

    position: np.ndarray
    axes: np.ndarray
    focal: float
    shift: tuple[float, float]

    def rays(self, size_px: int) -> np.ndarray:
        """Unit directions through the pixel centres, float32 [3, size_px * size_px], row by row from the top left."""
        at = (np.arange(size_px, dtype=np.float32) + 0.5) * (2 / size_px) - 1
        u, v = np.meshgrid(at + self.shift[0], -at + self.shift[1])
        right, up, forward = self.axes.astype(np.float32)
        rays = right[:, None] * (u.ravel() / self.focal) + up[:, None] * (v.ravel() / self.focal) + forward[:, None]
        return (rays / np.sqrt((rays * rays).sum(0))).astype(np.float32)

    def project(self, points: np.ndarray) -> np.ndarray:
        """Where world points [N, 3] fall: [N, 2] in half frames, x to the right, y up, the frame being -1 to 1."""
        seen = (points - self.position) @ self.axes.T
        return self.focal * seen[:, :2] / seen[:, 2:3] - np.asarray(self.shift)


def look_at(points: np.ndarray, *, azimuth: float, elevation: float, roll: float, fill: float) -> Camera:
    """A camera that sees world `points` [N, 3] fill the share `fill` of the frame, from the given angles (radians)."""
    target = (points.max(0) + points.min(0)) / 2
    radius = float(np.linalg.norm(points - target, axis=1).max())
    back = np.array([np.cos(azimuth) * np.cos(elevation), np.sin(azimuth) * np.cos(elevation), np.sin(elevation)])
    right = np.array([-np.sin(azimuth), np.cos(azimuth), 0.0])
    up = np.cross(back, right)
    turned = np.cos(roll) * right + np.sin(roll) * up
    axes = np.stack([turned, np.cross(back, turned), -back])
    wide = Camera(target + back * 6.5 * radius, axes, 1.0, (0.0, 0.0))
    seen = wide.project(points)
    span = float((seen.max(0) - seen.min(0)).max())
    focal = 2 * fill / span
    middle = (seen.max(0) + seen.min(0)) / 2 * focal
    return Camera(wide.position, axes, focal, (float(middle[0]), float(middle[1])))
