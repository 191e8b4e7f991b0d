"""What is sold: true attributes, drawn from the trade's tables, the same for the same seed in every process."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, TypeVar

import numpy as np

from gergo.demo import voice
from gergo.demo.brands import BRANDS
from gergo.demo.seeds import generator
from gergo.demo.trade import KINDS, LENGTHS_MM, Kind, across_flats_mm, drive_size, pitch_mm

T = TypeVar("T")

PACKS = (1, 2, 4, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000)
FAMILY_SIZES = (1, 2, 3)
FAMILY_SHARES = (0.55, 0.3, 0.15)
PRICE_PER_MM3 = {"steel": 4e-5, "brass": 2e-4, "copper": 2e-4, "nylon": 3e-5, "aluminium": 6e-5}
STAINLESS_PRICE_PER_MM3 = 1.2e-4


@dataclass(frozen=True)
class Product:
    """One product of the catalogue, with every attribute as it truly is (a title may leave some out).

    Products of one `family` differ only in length, size or pack. `seed` is the catalogue's: with `id` it decides every
    photograph. Lengths and diameters are in millimetres, prices in euros a pack; `length_mm` is None where a type has
    none, and text attributes that do not apply are "" (`drive` is "none" where there is no drive). `stamps` are words
    to stamp into a hex head, one below the other, instead of its class marks; no product of a catalogue has any.
    """

    id: str
    family: str
    seed: int
    product_type: str
    category: str
    head: str
    drive: str
    drive_size: str
    diameter_mm: float
    thread: str
    length_mm: float | None
    material: str
    finish: str
    strength: str
    colour: str
    standard: str
    brand: str
    pack_size: int
    price: float
    title: str = ""
    description: str = ""
    title_it: str = ""
    stamps: tuple[str, ...] = ()

    @property
    def metric(self) -> bool:
        """Whether it carries a machine thread (M8) rather than a wood or sheet-metal thread, or none."""
        return self.thread.startswith("M")

    @property
    def pitch_mm(self) -> float:
        return pitch_mm(self.diameter_mm, metric=self.metric)

    @property
    def across_flats_mm(self) -> float:
        return across_flats_mm(self.diameter_mm)


def products(n: int, seed: int = 0) -> list[Product]:
    """The first `n` products of the catalogue `seed`; `products(10, s)` begins `products(20, s)`."""
    return list(islice(_endless(seed), n))


def _endless(seed: int) -> Iterator[Product]:
    seen: set[tuple[object, ...]] = set()
    number = 0
    family = 0
    while True:
        family += 1
        for product in _family(family, seed):
            key = _identity(product)
            if key in seen:
                continue
            seen.add(key)
            number += 1
            rng = generator("sku", seed, number)
            sku = f"{''.join(w[0] for w in product.brand.split())[:2].upper()}{rng.integers(10, 99)}-{number:05d}"
            product = replace(product, id=sku)
            yield replace(
                product,
                title=voice.title(product, generator("title", seed, number)),
                description=voice.description(product, generator("description", seed, number)),
                title_it=voice.title_it(product, generator("title_it", seed, number)),
            )


def _identity(product: Product) -> tuple[object, ...]:
    """What makes two rows the same product: everything but the pack, the price and the words."""
    return (
        product.brand,
        product.product_type,
        product.head,
        product.drive,
        product.diameter_mm,
        product.length_mm,
        product.material,
        product.finish,
        product.colour,
    )


def _family(number: int, seed: int) -> list[Product]:
    """One family: a kind in one form and finish by one brand, in one to three sizes or lengths."""
    rng = generator("family", seed, number)
    kind = _pick(rng, KINDS, [k.share for k in KINDS])
    head, drive, standard, _ = _pick(rng, kind.forms, [form[3] for form in kind.forms])
    make = _pick(rng, kind.makes, [m.share for m in kind.makes])
    shared: dict[str, Any] = {
        "family": f"F{number:04d}",
        "seed": seed,
        "head": head,
        "drive": drive,
        "standard": standard,
        "material": make.material,
        "finish": make.finish,
        "strength": make.strength,
        "colour": _pick(rng, make.colours) if make.colours else "",
        "brand": _pick(rng, BRANDS, [b.share for b in BRANDS]).name,
    }
    members = _pick(rng, FAMILY_SIZES, FAMILY_SHARES)
    diameter_mm = _mostly_middle(rng, kind.sizes)
    made = []
    for member in range(members):
        if member and (kind.length is None or rng.random() < 0.4):
            diameter_mm = _pick(rng, kind.sizes)
        made.append(_member(rng, kind, diameter_mm, shared))
    return [replace(product, price=_price(product, rng)) for product in made]


def _member(rng: np.random.Generator, kind: Kind, diameter_mm: float, shared: dict[str, Any]) -> Product:
    return Product(
        id="",
        product_type=kind.name,
        category=kind.category,
        diameter_mm=diameter_mm,
        drive_size=drive_size(shared["drive"], diameter_mm),
        thread=f"M{diameter_mm:g}" if kind.metric else f"{diameter_mm:g} mm",
        length_mm=_length(rng, kind, diameter_mm),
        pack_size=_pick(rng, PACKS),
        price=0.0,
        **shared,
    )


def _pick(rng: np.random.Generator, options: Sequence[T], shares: Sequence[float] | None = None) -> T:
    weights = None if shares is None else np.asarray(shares, dtype=float) / np.sum(shares)
    return options[int(rng.choice(len(options), p=weights))]


def _mostly_middle(rng: np.random.Generator, sizes: Sequence[float]) -> float:
    """Shops sell more M6 and M8 than M3 and M16."""
    middle = (len(sizes) - 1) / 2
    return _pick(rng, sizes, [2.0 - abs(i - middle) / max(middle, 1) for i in range(len(sizes))])


def _length(rng: np.random.Generator, kind: Kind, diameter_mm: float) -> float | None:
    if kind.length is None:
        return None
    low, high = kind.length[0] * diameter_mm, kind.length[1] * diameter_mm
    wanted = np.exp(rng.uniform(np.log(low), np.log(high)))
    return float(min(LENGTHS_MM, key=lambda length: abs(np.log(length / wanted))))


def _price(product: Product, rng: np.random.Generator) -> float:
    volume_mm3 = product.diameter_mm**2 * (product.length_mm or product.diameter_mm) + 3 * product.diameter_mm**3
    per_mm3 = PRICE_PER_MM3.get(product.material, STAINLESS_PRICE_PER_MM3)
    whole = product.pack_size**0.85 * volume_mm3 * per_mm3 * rng.uniform(0.8, 1.5) + 0.6
    return round(round(float(whole), 1) + float(rng.choice([-0.01, 0.05, 0.09])), 2)
