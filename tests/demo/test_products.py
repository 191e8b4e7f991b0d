"""Products: the same everywhere, all different, and true to the trade."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections import Counter

import pytest

from gergo import demo
from gergo.demo.trade import BY_NAME, KINDS

DIGEST = (
    "import hashlib; from gergo import demo; ps = demo.products(9, 3);"
    "pixels = b''.join(demo.render(p, v, 48).image.tobytes() for p in ps[:4] for v in range(2));"
    "print(hashlib.sha256(repr(ps).encode() + pixels).hexdigest())"
)


@pytest.fixture(scope="module")
def catalogue() -> list[demo.Product]:
    return demo.products(500, seed=0)


def test_another_process_with_another_hash_seed_makes_the_same_products_and_pixels() -> None:
    def digest(hash_seed: str, threads: str) -> str:
        env = os.environ | {"PYTHONHASHSEED": hash_seed, "OPENBLAS_NUM_THREADS": threads}
        return subprocess.run(
            [sys.executable, "-c", DIGEST], env=env, check=True, capture_output=True, text=True
        ).stdout

    products = demo.products(9, 3)
    pixels = b"".join(demo.render(p, v, 48).image.tobytes() for p in products[:4] for v in range(2))
    here = hashlib.sha256(repr(products).encode() + pixels).hexdigest()
    assert digest("1", "1").strip() == digest("2", "2").strip() == here


def test_a_longer_catalogue_begins_with_the_shorter_one(catalogue: list[demo.Product]) -> None:
    assert demo.products(50, seed=0) == catalogue[:50]
    assert demo.products(50, seed=1) != catalogue[:50]


def test_no_two_products_are_the_same_and_variants_share_a_family(catalogue: list[demo.Product]) -> None:
    def looks(p: demo.Product) -> tuple[object, ...]:
        return (p.product_type, p.head, p.drive, p.diameter_mm, p.length_mm, p.material, p.finish, p.colour, p.brand)

    assert len({p.id for p in catalogue}) == len(catalogue)
    assert len({looks(p) for p in catalogue}) == len(catalogue)
    families: dict[str, list[demo.Product]] = {}
    for product in catalogue:
        families.setdefault(product.family, []).append(product)
    assert any(len(members) > 1 for members in families.values())
    for members in families.values():
        assert len({(p.product_type, p.drive, p.material, p.finish, p.brand) for p in members}) == 1
        assert len({(p.diameter_mm, p.length_mm) for p in members}) == len(members)


def test_every_attribute_is_one_the_trade_knows(catalogue: list[demo.Product]) -> None:
    for product in catalogue:
        kind = BY_NAME[product.product_type]
        assert (product.head, product.drive, product.standard) in {form[:3] for form in kind.forms}
        assert (product.material, product.finish) in {(make.material, make.finish) for make in kind.makes}
        assert product.metric == kind.metric
        assert (product.length_mm is None) == (kind.length is None)
        assert product.price > 0
        assert product.pack_size >= 1


def test_the_shop_is_uneven_but_no_category_or_brand_swallows_it(catalogue: list[demo.Product]) -> None:
    types, categories, brands = (
        Counter(getattr(p, name) for p in catalogue) for name in ("product_type", "category", "brand")
    )
    assert set(types) == {kind.name for kind in KINDS}
    assert max(categories.values()) < 0.1 * len(catalogue)
    assert len(brands) == 15
    assert max(brands.values()) / min(brands.values()) > 3
