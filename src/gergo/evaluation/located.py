"""Pictures on which it is known where things are: drawn parts, four products in a grid, a user's boxes.

Shapes: T texts of one picture, H and W pixels of its map.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from gergo.demo import Product, Rendering, products, render
from gergo.demo.seeds import generator
from gergo.evaluation.boxes import Box, box_mask
from gergo.evaluation.task import Rows
from gergo.towers.geometry import ImageLike, open_rgb
from gergo.towers.saliency import map_size

DRAWN_PICTURES = 60
GRID_PICTURES = 24
CELL_PX = 224
CAMERAS = ("side", "three_quarter", "top")
PRODUCTS = 500  # of the demo, among which every type is met
LEAST, MOST = 0.01, 0.6  # of the picture that a part may fill
MOST_OF_PRODUCT = 0.7  # a part that is nearly all of the product is no part to be found


@dataclass(frozen=True)
class Located:
    """A picture, the texts of what is on it, and where each is: bool [H, W] of the shape of the picture's map.

    cluster: pictures of one cluster are not independent.
    """

    image: ImageLike
    texts: list[str]
    masks: list[NDArray[np.bool_]]
    cluster: int


@lru_cache(maxsize=2)
def drawn_parts(seed: int, pictures: int = DRAWN_PICTURES) -> list[Located]:
    """Products of the demo, every type in turn, with the exact masks of at least two named parts each."""
    by_type: dict[str, list[Product]] = {}
    for product in products(PRODUCTS, seed):
        by_type.setdefault(product.product_type, []).append(product)
    found: list[Located] = []
    turns = max(map(len, by_type.values()))
    for turn in range(turns):
        for number, kind in enumerate(sorted(by_type)):
            if turn < len(by_type[kind]):
                rendering = render(by_type[kind][turn], CAMERAS[(turn + number) % len(CAMERAS)])
                parts = parts_to_find(rendering)
                if len(parts) > 1:
                    found.append(Located(rendering.image, list(parts), list(parts.values()), len(found)))
                if len(found) == pictures:
                    return found
    return found


def parts_to_find(rendering: Rendering) -> dict[str, NDArray[np.bool_]]:
    """The named parts that are neither specks nor nearly all that is to be seen."""
    product = np.logical_or.reduce(list(rendering.parts.values())).mean()
    return {
        name: mask
        for name, mask in rendering.parts.items()
        if not name.startswith("text:") and LEAST <= mask.mean() <= MOST and mask.mean() <= MOST_OF_PRODUCT * product
    }


def four_in_a_grid(rows: Rows, seed: int, pictures: int = GRID_PICTURES) -> list[Located]:
    """Pictures of four products of different labels each; the words of a label say which quarter is meant.

    The grid pointing game of Rao, Böhle and Schiele, 2022, "Towards better understanding attribution methods". Empty
    where the split has fewer than four labels.
    """
    labels, shop = rows.labels, rows.shop
    if labels is None or shop is None:
        return []
    present = np.unique(rows.label_N[rows.label_N >= 0])
    if len(present) < 4:
        return []
    rng = generator("grid", seed, rows.split)
    found = []
    for number in range(pictures):
        chosen = rng.choice(present, 4, replace=False)
        items = [int(rng.choice(np.flatnonzero(rows.label_N == label))) for label in chosen]
        views = [int(rows.first_view_N[item]) for item in items]
        sheet = Image.new("RGB", (2 * CELL_PX, 2 * CELL_PX), "white")
        masks = []
        for place, data in enumerate(shop.pictures(views)):
            left, top = place % 2 * CELL_PX, place // 2 * CELL_PX
            sheet.paste(ImageOps.pad(open_rgb(data), (CELL_PX, CELL_PX), color="white"), (left, top))
            corners = (left, top, left + CELL_PX, top + CELL_PX)
            masks.append(box_mask(corners, sheet.size, map_size(sheet.size)))
        found.append(Located(sheet, [labels.word_K[label] for label in chosen], masks, number))
    return found


def boxed(images: Sequence[ImageLike], boxes: Sequence[Sequence[Box]]) -> tuple[list[Located], list[str]]:
    """Pictures with their boxes; boxes of one picture and text are one thing. And what is wrong with some rows."""
    found, bad = [], []
    for number, (image, of_picture) in enumerate(zip(images, boxes, strict=True)):
        picture = open_rgb(image)
        masks: dict[str, NDArray[np.bool_]] = {}
        for box in of_picture:
            problem = _outside(box, picture.size)
            if problem:
                bad.append(problem)
                continue
            mask_HW = box_mask(box.corners, picture.size, map_size(picture.size))
            masks[box.text] = masks.get(box.text, False) | mask_HW
        if masks:
            found.append(Located(image, list(masks), list(masks.values()), number))
    return found, bad


def _outside(box: Box, picture_px: tuple[int, int]) -> str:
    _, _, right, bottom = box.corners
    if right <= picture_px[0] and bottom <= picture_px[1]:
        return ""
    return (
        f"row {box.row}: the box ends at {right:g}, {bottom:g}, and the picture is {picture_px[0]} x {picture_px[1]} px"
    )


def controls(located: Sequence[Located]) -> Iterator[tuple[int, int, int]]:
    """For every text: the number of its picture, its own number there, and that of another text there (or its own)."""
    for picture, each in enumerate(located):
        for text in range(len(each.texts)):
            yield picture, text, (text + 1) % len(each.texts)
