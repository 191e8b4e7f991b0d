"""Invented brands: how much of the shop each fills, how its titles read, and how its photographer works.

A brand is a habit: the same title pattern, the same table, the same cameras: what makes a held-out brand a test.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Brand:
    """One supplier. `titles` are patterns over the slots of `gergo.demo.voice`; shares need not sum to one.

    `thoroughness` is the chance that an optional slot is filled in, `care` the chance that a title has no typo.
    """

    name: str
    share: float
    titles: tuple[str, ...]
    thoroughness: float
    care: float
    backgrounds: Mapping[str, float]
    cameras: Mapping[str, float]
    upper: bool = False


_STUDIO = {"white": 8, "light grey": 2}
_CAMERAS = {"side": 3, "three_quarter": 3, "top": 1.5, "heap": 1.5, "pack": 1, "detail": 1}
_PACKS = _CAMERAS | {"pack": 3, "heap": 2.5}
_HEAPS = _CAMERAS | {"heap": 4, "side": 2}
_CLOSE = _CAMERAS | {"detail": 2.5, "pack": 0.3}

# fmt: off
BRANDS: tuple[Brand, ...] = (
    Brand("Fixwell", 15, ("{brand} {type} {size} {finish} {pack}", "{type} {size} {material} {finish} {drive}"),
          0.85, 0.98, _STUDIO, _CAMERAS),
    Brand("Bolzano Fasteners", 12, ("{type} {standard} {size} {material} {finish}",
                                    "{standard} {type} {size} {material} {finish} {pack}"),
          0.9, 0.99, {"white": 6, "light grey": 6}, _CLOSE),
    Brand("HandiGrip", 10, ("{size} {type} {drive} {finish} - {pack}", "{pack} {type} {size} {drive} {finish}"),
          0.7, 0.9, {"white": 3, "wood": 4, "cardboard": 2}, _PACKS),
    Brand("Tornillo Pro", 9, ("{type} {drive} {head} {size} {finish}, {brand}",
                              "{type} {size} {drive} {head} {material} {finish}"),
          0.8, 0.95, {"white": 5, "light grey": 3, "slate": 2}, _CAMERAS),
    Brand("Norrland", 8, ("{brand} {type} {size} {material} {finish} {pack}",),
          0.8, 0.99, {"light grey": 8, "white": 2}, _CLOSE),
    Brand("KRAFTEC", 8, ("{type} {standard} {size} {finish} {material} {pack}",
                         "{standard} {size} {finish} {material} {pack}"),
          0.9, 0.97, {"white": 4, "grid": 4, "light grey": 2}, _CAMERAS, upper=True),
    Brand("Bodgit & Sons", 7, ("{type} {size} {pack} {finish}", "{size} {finish} {type}s {pack}"),
          0.5, 0.8, {"wood": 5, "cardboard": 4, "white": 1}, _HEAPS),
    Brand("Ferramenta Rossi", 6, ("{type} {size} {material} {finish} {standard}",),
          0.75, 0.95, {"white": 4, "cardboard": 3, "slate": 2}, _CAMERAS),
    Brand("Ankora", 6, ("{brand} {size} {type} {material} {finish} {drive} {pack}",),
          0.8, 0.96, {"white": 5, "slate": 4}, _PACKS),
    Brand("ProStud", 5, ("{type}, {size}, {finish}, {drive}, {pack}", "{type}, {head}, {drive}, {size}, {material}"),
          0.85, 0.97, _STUDIO, _CAMERAS),
    Brand("Zincor", 4, ("{type} {finish} {size} {pack} {standard}",),
          0.8, 0.93, {"grid": 5, "white": 5}, _CAMERAS),
    Brand("Titanfix", 4, ("{brand} {type} {drive} {size} {finish} {pack}",),
          0.7, 0.95, {"slate": 5, "wood": 4}, _HEAPS),
    Brand("Marlow Marine", 3, ("{material} {type} {size} {standard} {pack}",),
          0.9, 0.99, {"white": 6, "blue": 4}, _CAMERAS),
    Brand("Budget Fix", 3, ("{type} {size} x{count}", "{size} {type} {finish} {pack} *{brand}*"),
          0.5, 0.75, {"cardboard": 6, "white": 3, "wood": 2}, _PACKS, upper=True),
    Brand("Ostermann", 2, ("{standard} {type} {size} {strength} {finish} {material}",),
          0.95, 1.0, {"white": 5, "grid": 5}, _CLOSE),
)
# fmt: on
BRAND_BY_NAME = {brand.name: brand for brand in BRANDS}
