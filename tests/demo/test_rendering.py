"""Photographs: what the masks say is what is to be seen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gergo import demo
from gergo.demo.scene import CAMERAS, scene
from gergo.errors import UsageError

SIZE = 96


@pytest.fixture(scope="module")
def catalogue() -> list[demo.Product]:
    return demo.products(400, seed=0)


def first(catalogue: list[demo.Product], **wanted: object) -> demo.Product:
    return next(p for p in catalogue if all(getattr(p, name) == value for name, value in wanted.items()))


def pixels(product: demo.Product, view: int | str, size: int = SIZE) -> np.ndarray:
    return np.asarray(demo.render(product, view, size).image).astype(int)


@pytest.mark.parametrize("kind", ["hex bolt", "wood screw", "lock nut", "flat washer", "screw eye", "through bolt"])
def test_masks_are_where_another_material_changes_the_picture(catalogue: list[demo.Product], kind: str) -> None:
    product = first(catalogue, product_type=kind)
    other = replace(product, material="brass" if product.material != "brass" else "steel", finish="plain", strength="")
    product = replace(product, strength="")
    rendering = demo.render(product, "three_quarter", SIZE)
    covered = np.logical_or.reduce(list(rendering.parts.values()))
    changed = np.abs(pixels(product, "three_quarter") - pixels(other, "three_quarter")).max(2) > 0
    insert = rendering.parts.get("nylon insert", np.zeros_like(covered))  # stays nylon, whatever the nut is made of
    assert 0.02 < covered.mean() < 0.8
    assert (changed & ~covered).sum() < 0.08 * covered.sum()  # nothing but the edges, which are blended
    assert (covered & ~insert & ~changed).sum() < 0.02 * covered.sum()


def test_masks_of_different_parts_do_not_overlap_and_lie_in_order(catalogue: list[demo.Product]) -> None:
    product = first(catalogue, product_type="hex bolt")
    shot, rendering = scene(product, "side"), demo.render(product, "side", SIZE)
    total = np.sum([mask.astype(int) for mask in rendering.parts.values()], axis=0)
    assert total.max() == 1
    piece = shot.pieces[0]
    ends = shot.camera.project(
        np.array([[0, 0, 0.3 * product.diameter_mm], [0, 0, -(product.length_mm or 0)]]) @ piece.turn.T + piece.place
    )
    axis = (ends[1] - ends[0]) * (1, -1)
    middles = {name: np.argwhere(mask).mean(0)[::-1] @ axis for name, mask in rendering.parts.items()}
    assert middles["hex head"] < middles["shank"] < middles["thread"]
    left, top, right, bottom = rendering.box("hex head") or (0, 0, 0, 0)
    x, y = (ends[0] * (1, -1) + 1) / 2 * SIZE
    assert left <= x <= right
    assert top <= y <= bottom


def test_a_stamp_is_marked_where_it_changes_the_picture(catalogue: list[demo.Product]) -> None:
    product = first(catalogue, product_type="hex set screw", strength="8.8")
    rendering = demo.render(product, "top", 224)
    words = {name: mask for name, mask in rendering.parts.items() if name.startswith("text:")}
    assert "text:8.8" in words
    changed = np.abs(pixels(product, "top", 224) - pixels(replace(product, strength=""), "top", 224)).max(2) > 8
    inked = np.logical_or.reduce(list(words.values()))
    assert (inked & changed).sum() > 0.9 * inked.sum()
    assert (changed & ~inked).sum() < 2.5 * inked.sum()  # the lit edge of each letter, and blended pixels


def test_a_longer_bolt_looks_longer(catalogue: list[demo.Product]) -> None:
    product = replace(first(catalogue, product_type="hex set screw"), diameter_mm=8, thread="M8", length_mm=20.0)

    def slenderness(length_mm: float) -> float:
        rendering = demo.render(replace(product, length_mm=length_mm), "side", SIZE)
        at = np.argwhere(np.logical_or.reduce(list(rendering.parts.values())))
        spread = np.linalg.eigvalsh(np.cov(at.T))
        return float(np.sqrt(spread[1] / spread[0]))

    seen = [slenderness(length) for length in (16.0, 30.0, 60.0)]
    assert seen[0] < seen[1] < seen[2]


def test_packs_print_brand_and_thread_but_never_the_length(catalogue: list[demo.Product]) -> None:
    product = replace(first(catalogue, product_type="hex bolt"), diameter_mm=8, thread="M8", length_mm=77.0)
    rendering = demo.render(product, "pack", 224)
    words = {name.removeprefix("text:") for name in rendering.names if name.startswith("text:")}
    assert {"M8", product.brand.upper(), f"{product.pack_size} pcs"} <= words
    assert not any("77" in word for word in words)
    mask = rendering.parts["text:M8"]
    dark = np.asarray(rendering.image.convert("L"))[mask].mean()
    assert dark < 110  # printed in black


@pytest.mark.parametrize("camera", CAMERAS)
def test_every_type_is_to_be_seen_by_its_cameras(catalogue: list[demo.Product], camera: str) -> None:
    kinds = sorted({p.product_type: p for p in catalogue}.values(), key=lambda p: p.product_type)
    for product in kinds[CAMERAS.index(camera) % 3 :: 3]:  # every type by two of the six cameras
        rendering = demo.render(product, camera, 32)
        assert rendering.image.size == (32, 32)
        covered = np.logical_or.reduce(list(rendering.parts.values()))
        assert covered.mean() > 0.01, product.product_type


def test_views_differ_and_an_unknown_camera_is_refused(catalogue: list[demo.Product]) -> None:
    product = catalogue[0]
    assert len({scene(product, view).camera_name for view in range(4)}) == 4
    with pytest.raises(UsageError, match="from below"):
        demo.render(product, "from below")
