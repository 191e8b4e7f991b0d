"""A procedural catalogue of fasteners and fittings: what tests, the quickstart and the README's pictures are made of.

>>> from gergo import demo
>>> product = demo.products(1)[0]
>>> photograph = demo.render(product, view=0)
>>> photograph.image, photograph.parts
>>> demo.write_catalogue("shop", products=400)

Everything follows from a seed and is the same in every process. No base model is ever trained on it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gergo.demo.product import Product, products
    from gergo.demo.rendering import Rendering, render
    from gergo.demo.scene import CAMERAS
    from gergo.demo.sheet import contact_sheet
    from gergo.demo.writing import write_catalogue

_HOMES = {
    "CAMERAS": "gergo.demo.scene",
    "Product": "gergo.demo.product",
    "Rendering": "gergo.demo.rendering",
    "contact_sheet": "gergo.demo.sheet",
    "products": "gergo.demo.product",
    "render": "gergo.demo.rendering",
    "write_catalogue": "gergo.demo.writing",
}

__all__ = ["CAMERAS", "Product", "Rendering", "contact_sheet", "products", "render", "write_catalogue"]


def __getattr__(name: str) -> object:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'gergo.demo' has no attribute '{name}'")
