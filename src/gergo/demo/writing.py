"""The catalogue as a shop would hand it over: `products.csv` and a folder of JPEGs."""

from __future__ import annotations

import csv
import os
from pathlib import Path

from gergo.demo import product as trade
from gergo.demo.drawing import Job, draw, picture_path
from gergo.demo.product import Product
from gergo.demo.seeds import generator
from gergo.errors import UsageError

COLUMNS = (
    "sku", "title", "title_it", "description", "brand", "category", "product_type", "head", "drive", "drive_size",
    "thread", "length_mm", "material", "finish", "colour", "standard", "pack_size", "price", "parent_sku",
)  # fmt: skip
OFTEN_MISSING = ("head", "drive", "drive_size", "length_mm", "finish", "standard", "description")
MISSING_SHARE = 0.06


def write_catalogue(
    folder: str | os.PathLike[str], *, products: int = 400, views: int = 3, seed: int = 0, size_px: int = 224
) -> Path:
    """Write the demo catalogue and return the path of its `products.csv`.

    One row a product with columns `image_1` to `image_<views>` (paths relative to the folder); some attribute cells are
    left empty, as in real exports. The truth is `gergo.demo.products(products, seed)`, row by row. Pictures already in
    the folder are drawn again. Raises UsageError for counts below one, GergoError where a drawing process fails.
    """
    if min(products, views, size_px) < 1:
        raise UsageError(f"products={products}, views={views}, size_px={size_px}: each must be at least 1")
    root = Path(folder)
    draw(Job(root, products, views, seed, size_px))
    names = [f"image_{view + 1}" for view in range(views)]
    target = root / "products.csv"
    partial = target.with_suffix(".csv.partial")
    with partial.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, [*COLUMNS, *names])
        writer.writeheader()
        for product in trade.products(products, seed):
            pictures = {name: picture_path(product, view) for view, name in enumerate(names)}
            writer.writerow(_row(product) | pictures)
        stream.flush()
        os.fsync(stream.fileno())
    partial.replace(target)
    return target


def _row(product: Product) -> dict[str, object]:
    values: dict[str, object] = {name: getattr(product, name, "") for name in COLUMNS}
    values |= {"sku": product.id, "parent_sku": product.family, "price": f"{product.price:.2f}"}
    values |= {name: "" for name in ("head", "drive") if values[name] == "none"}
    values["length_mm"] = "" if product.length_mm is None else f"{product.length_mm:g}"
    rng = generator("missing", product.seed, product.id)
    for name in OFTEN_MISSING:
        if rng.random() < MISSING_SHARE:
            values[name] = ""
    return values
