"""The catalogue as a shop would hand it over: `products.csv` and a folder of JPEGs."""

from __future__ import annotations

import csv
import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from gergo import progress
from gergo.demo.product import Product, products
from gergo.demo.rendering import render
from gergo.demo.seeds import generator
from gergo.errors import UsageError

COLUMNS = (
    "sku", "title", "title_it", "description", "brand", "category", "product_type", "head", "drive", "drive_size",
    "thread", "length_mm", "material", "finish", "colour", "standard", "pack_size", "price", "parent_sku",
)  # fmt: skip
OFTEN_MISSING = ("head", "drive", "drive_size", "length_mm", "finish", "standard", "description")
MISSING_SHARE = 0.06
SPAWN_FROM = 64  # fewer pictures are drawn sooner than a second process starts


def write_catalogue(
    folder: str | os.PathLike[str], *, products: int = 400, views: int = 3, seed: int = 0, size_px: int = 224
) -> Path:
    """Write the demo catalogue and return the path of its `products.csv`.

    One row a product with columns `image_1` to `image_<views>` (paths relative to the folder); some attribute cells are
    left empty, as in real exports. The truth is `gergo.demo.products(products, seed)`, row by row. Pictures already in
    the folder are drawn again. Raises UsageError for counts below one.
    """
    if min(products, views, size_px) < 1:
        raise UsageError(f"products={products}, views={views}, size_px={size_px}: each must be at least 1")
    root = Path(folder)
    (root / "images").mkdir(parents=True, exist_ok=True)
    catalogue = _truth(products, seed)
    _draw_all(root, catalogue, views, size_px)
    names = [f"image_{view + 1}" for view in range(views)]
    target = root / "products.csv"
    partial = target.with_suffix(".csv.partial")
    with partial.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, [*COLUMNS, *names])
        writer.writeheader()
        for product in catalogue:
            pictures = {name: picture_path(product, view) for view, name in enumerate(names)}
            writer.writerow(_row(product) | pictures)
        stream.flush()
        os.fsync(stream.fileno())
    partial.replace(target)
    return target


def picture_path(product: Product, view: int) -> str:
    """Where a product's picture lies, relative to the catalogue's folder."""
    return f"images/{product.id.replace('&', 'n')}_{view + 1}.jpg"


def _truth(n: int, seed: int) -> list[Product]:
    return products(n, seed)


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


def _draw_all(root: Path, catalogue: list[Product], views: int, size_px: int) -> None:
    jobs = [(root, product, views, size_px) for product in catalogue]
    workers = min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, 16)
    with progress.bar("drawing the demo catalogue", len(jobs) * views, "pictures") as bar:
        if workers == 1 or len(jobs) * views < SPAWN_FROM:
            for job in jobs:
                bar.advance(_draw(job))
            return
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(workers, mp_context=context) as pool:
            for drawn in pool.map(_draw, jobs, chunksize=4):
                bar.advance(drawn)


def _draw(job: tuple[Path, Product, int, int]) -> int:
    root, product, views, size_px = job
    for view in range(views):
        quality = int(generator("jpeg", product.seed, product.id, view).integers(82, 94))
        target = root / picture_path(product, view)
        partial = target.with_suffix(".partial")
        render(product, view, size_px).image.save(partial, "JPEG", quality=quality)
        partial.replace(target)
    return views
