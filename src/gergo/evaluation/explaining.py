"""`gergo.explain`: where in a picture a model finds a text."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from gergo.errors import UsageError
from gergo.evaluation.overlays import overlay, png
from gergo.files import write_whole
from gergo.towers import saliency
from gergo.towers.geometry import ImageLike, open_rgb
from gergo.towers.model import Model
from gergo.towers.saliency import Method


@dataclass(frozen=True)
class Explanation:
    """A picture, a text, how well they match, and where the evidence lies.

    score: cosine of the two vectors; neutral: the mean cosine of the picture with texts that say nothing
    (`saliency.NEUTRAL`): a text that does not reach it is not found in the picture, wherever the map points.
    map_HW: float32, 0 and above, of the picture's shape (see `saliency.maps`).
    """

    image: Image.Image
    text: str
    model: str
    method: Method
    score: float
    neutral: float
    map_HW: NDArray[np.float32]

    @property
    def found(self) -> bool:
        """Whether the text matches the picture better than texts that say nothing, and some place speaks for it."""
        return self.score > self.neutral and bool(self.map_HW.any())

    @property
    def peak(self) -> tuple[int, int] | None:
        """x and y of the strongest evidence in pixels of the picture; None where there is none."""
        if not self.map_HW.any():
            return None
        row, col = np.unravel_index(int(self.map_HW.argmax()), self.map_HW.shape)
        height, width = self.map_HW.shape
        return int((col + 0.5) * self.image.width / width), int((row + 0.5) * self.image.height / height)

    def overlay(self) -> Image.Image:
        """The picture beside itself under the map, with a caption."""
        figures = f"cosine {self.score:.3f}, against {self.neutral:.3f} for texts that say nothing"
        warning = [] if self.found else ["The model does not find this text here: do not trust the map."]
        by = f"model {self.model}, method {self.method}"
        return overlay(self.image, self.map_HW, [f'"{self.text}"', *warning, f"{figures}; {by}"])

    def save(self, path: str | Path) -> Path:
        """Write the overlay as PNG, moved into place whole.

        Raises:
            UsageError: the name does not end in .png.
        """
        path = Path(path)
        if path.suffix.lower() != ".png":
            raise UsageError(f"the overlay is a PNG; {path.name!r} does not end in .png", hint=f"{path.stem}.png")
        write_whole(path, png(self.overlay()))
        return path


def explain(model: Model, image: ImageLike, text: str, *, method: Method = "gradient") -> Explanation:
    """Where in a picture a model finds a text: a map, and the cosine of the two.

    Args:
        image: a Pillow image, a path, encoded bytes or a uint8 RGB array.
        method: "gradient" (one pass) or "occlusion" (62 passes, works with every family); see `gergo.towers.saliency`.

    Raises:
        UsageError: an empty text, an unknown method, or one that the model's family has no feature map for.
        InputError: the picture cannot be read.
    """
    if not text.strip():
        raise UsageError("there is no text to look for", hint="say what to find: 'hex head'")
    picture = open_rgb(image)
    (map_HW,) = saliency.maps(model, picture, [text], method=method)
    score, *neutral = (model.encode_texts([text, *saliency.NEUTRAL]) @ model.encode_images([picture])[0]).tolist()
    return Explanation(picture, text, model.name, method, score, float(np.mean(neutral)), map_HW)
