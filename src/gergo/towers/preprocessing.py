"""A checkpoint's own preprocessing: read from its `preprocessor_config.json`, written back in the same terms."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from PIL import Image

from gergo.errors import InputError
from gergo.towers.geometry import Geometry

FILE = "preprocessor_config.json"
CLIP_MEAN, CLIP_STD = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)
CONVNEXT_SQUASHES_FROM_PX = 384
CONVNEXT_CROP = 224 / 256
BYTE = 1 / 255


def read_geometry(settings: dict[str, Any], *, size_px: int, default: Geometry | None = None) -> Geometry:
    """The geometry that an image processor of `transformers` was saved with.

    Args:
        settings: the content of its file; empty where the checkpoint has none.
        size_px: the side of the square that the encoder takes.
        default: what holds where there are no settings; CLIP's published preprocessing unless given.

    Raises:
        InputError: settings that this version cannot follow, by name.

    >>> read_geometry({"size": {"shortest_edge": 256}, "crop_size": 224}, size_px=224).short_px
    256
    >>> read_geometry({"size": {"height": 224, "width": 224}, "do_center_crop": False}, size_px=224).fit
    'squash'
    """
    if not settings:
        return default or Geometry(size_px, fit="crop", mean=CLIP_MEAN, std=CLIP_STD)
    kind = str(settings.get("image_processor_type") or settings.get("feature_extractor_type") or "CLIP")
    _refuse_oddities(settings)
    fit, short_px, side_px = _fit(settings, kind, size_px)
    if side_px != size_px:
        raise InputError(
            f"{FILE} makes pictures of {side_px} px, its image encoder takes {size_px} px",
            hint="models of more than one resolution (NaFlex) are not supported: use one of a fixed resolution",
        )
    plain = settings.get("do_normalize", True)
    bilinear = kind.startswith(("ViT", "DeiT"))
    return Geometry(
        size_px=size_px,
        fit=fit,
        mean=_three(settings.get("image_mean", CLIP_MEAN)) if plain else (0.0, 0.0, 0.0),
        std=_three(settings.get("image_std", CLIP_STD)) if plain else (1.0, 1.0, 1.0),
        resample=int(settings.get("resample", Image.Resampling.BILINEAR if bilinear else Image.Resampling.BICUBIC)),
        short_px=short_px,
    )


def _fit(settings: dict[str, Any], kind: str, size_px: int) -> tuple[Any, int | None, int]:
    """How a picture becomes a square, the short side before a crop, and the side of the square."""
    size = settings.get("size", size_px)
    crops = settings.get("do_center_crop", "crop_size" in settings or kind.startswith(("CLIP", "ChineseCLIP", "Bit")))
    if kind.startswith("ConvNext"):
        edge = _side(size)
        if edge >= CONVNEXT_SQUASHES_FROM_PX:
            return "squash", None, edge
        return "crop", int(edge / float(settings.get("crop_pct") or CONVNEXT_CROP)), edge
    if not crops:
        if isinstance(size, dict) and "shortest_edge" in size:
            raise InputError(f"{FILE} keeps each picture's own ratio, which no batch of squares can")
        return "squash", None, _side(size)
    edge = _side(settings.get("crop_size", size))
    if isinstance(size, dict) and "height" in size:
        if _side(size) != edge:
            raise InputError(f"{FILE} squashes pictures to {_side(size)} px and then crops {edge} px: not supported")
        return "squash", None, edge
    short = _side(size)
    return "crop", None if short == edge else short, edge


def _side(size: Any) -> int:
    if not isinstance(size, dict):
        return int(size)
    if "shortest_edge" in size:
        return int(size["shortest_edge"])
    if size.get("height") is None or size.get("height") != size.get("width"):
        raise InputError(f"{FILE} says size {size}: only squares are supported")
    return int(size["height"])


def _three(values: Any) -> tuple[float, float, float]:
    if isinstance(values, int | float):
        values = [values] * 3
    if len(values) != 3:
        raise InputError(f"{FILE} has {len(values)} channels; RGB pictures have 3")
    return (float(values[0]), float(values[1]), float(values[2]))


def _refuse_oddities(settings: dict[str, Any]) -> None:
    if not settings.get("do_resize", True):
        raise InputError(f"{FILE} does not resize pictures (do_resize is false): not supported")
    factor = settings.get("rescale_factor", BYTE) if settings.get("do_rescale", True) else 1.0
    if abs(float(factor) - BYTE) > 1e-6:
        raise InputError(f"{FILE} scales pixels by {factor}; 1/255 is what is supported")


def describe_geometry(geometry: Geometry) -> dict[str, Any]:
    """Settings of an image processor that does to a picture what `geometry` does (`pad` is known to gergo alone)."""
    assert geometry.fit != "pad"
    square = {"height": geometry.size_px, "width": geometry.size_px}
    crops = geometry.fit == "crop"
    return {
        "image_processor_type": "CLIPImageProcessor" if crops else "SiglipImageProcessor",
        "do_resize": True,
        "size": {"shortest_edge": geometry.short_px or geometry.size_px} if crops else square,
        **({"do_center_crop": True, "crop_size": square} if crops else {}),
        "resample": int(geometry.resample),
        "do_rescale": True,
        "rescale_factor": BYTE,
        "do_normalize": True,
        "image_mean": list(geometry.mean),
        "image_std": list(geometry.std),
        "do_convert_rgb": True,
    }


def write_geometry(geometry: Geometry, folder: Path) -> None:
    """Write `preprocessor_config.json`."""
    (folder / FILE).write_text(json.dumps(describe_geometry(geometry), indent=2) + "\n", "utf-8")
