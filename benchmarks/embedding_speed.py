"""Pictures and texts embedded a second: gergo beside the loop that transformers' documentation shows, same weights.

    python benchmarks/embedding_speed.py [--pictures 192] [--out benchmarks/results/DATE-embedding-speed.md]

Both get the same 600 px JPEG files and the same titles, a ViT-B/32 CLIP of random weights (speed does not depend on
them), and take turns, three rounds each; the median of the paired ratios is what counts. The embedded base is timed in
the same rounds, in fp32, bf16 and int8 (exported to ONNX). Decoding is part of the work, as it is in life; its share of
the base's, its size and the time it takes to load, torch being there, are told below the table.
"""

from __future__ import annotations

import argparse
import io
import platform
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from transformers import CLIPConfig, CLIPImageProcessor, CLIPModel, CLIPTokenizer

import gergo
from gergo.towers.loading import base_folder

ROUNDS = 3
BATCH = 32
Row = tuple[str, str, list[float], list[float]]
TITLES = ("Hex bolt M8 x 40 zinc, pack of 50", "red cotton shirt with white stripes", "organic oat milk 1 l")


def jpegs(count: int) -> list[bytes]:
    """Photograph-like JPEGs of 600 x 600 px: smooth colour fields with some grain."""
    random = np.random.default_rng(0)
    files = []
    for _ in range(count):
        coarse = Image.fromarray(random.integers(0, 256, (12, 12, 3), dtype=np.uint8)).resize(
            (600, 600), Image.Resampling.BICUBIC
        )
        grain = np.asarray(coarse, np.int16) + random.integers(-6, 7, (600, 600, 3), dtype=np.int16)
        buffer = io.BytesIO()
        Image.fromarray(grain.clip(0, 255).astype(np.uint8)).save(buffer, "JPEG", quality=88)
        files.append(buffer.getvalue())
    return files


def vit_b_32(folder: Path) -> None:
    """A ViT-B/32 CLIP of random weights, saved as a hub checkpoint is, with a byte-level vocabulary."""
    pieces = [chr(code) for code in range(33, 127)]
    vocabulary = [*pieces, *(piece + "</w>" for piece in pieces), "<|startoftext|>", "<|endoftext|>"]
    CLIPTokenizer(vocab={piece: i for i, piece in enumerate(vocabulary)}, merges=[]).save_pretrained(folder)
    torch.manual_seed(0)
    ends = {
        "bos_token_id": len(vocabulary) - 2,
        "eos_token_id": len(vocabulary) - 1,
        "pad_token_id": len(vocabulary) - 1,
    }
    CLIPModel(CLIPConfig(text_config=ends)).save_pretrained(folder)
    CLIPImageProcessor().save_pretrained(folder)


@torch.inference_mode()
def transformers_images(model: Any, processor: Any, files: list[bytes]) -> None:
    for start in range(0, len(files), BATCH):
        images = [Image.open(io.BytesIO(data)).convert("RGB") for data in files[start : start + BATCH]]
        features = model.get_image_features(**processor(images=images, return_tensors="pt")).pooler_output
        torch.nn.functional.normalize(features, dim=-1)


@torch.inference_mode()
def transformers_texts(model: Any, tokenizer: Any, texts: list[str]) -> None:
    for start in range(0, len(texts), BATCH):
        batch = tokenizer(
            texts[start : start + BATCH], padding="max_length", truncation=True, max_length=77, return_tensors="pt"
        )
        torch.nn.functional.normalize(model.get_text_features(**batch).pooler_output, dim=-1)


def rate(count: int, work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return count / (time.perf_counter() - started)


def measure(count: int) -> list[Row]:
    """(what, who, rates a second, ratios to transformers in the same round) for each contender."""
    files, texts = jpegs(count), [f"{TITLES[i % 3]} {i}" for i in range(count)]
    with tempfile.TemporaryDirectory() as name:
        vit_b_32(Path(name))
        plain, processor = CLIPModel.from_pretrained(name).eval(), CLIPImageProcessor.from_pretrained(name)
        tokenizer = CLIPTokenizer.from_pretrained(name)
        fp32, bf16 = gergo.Model.load(name, precision="fp32"), gergo.Model.load(name, precision="bf16")
        bases = {precision: gergo.Model.load("base", precision=precision) for precision in ("fp32", "bf16")}
        bases["fp32"].export(Path(name) / "int8", format="onnx", precision="int8")
        bases["int8"] = gergo.Model.load(Path(name) / "int8")
    contenders: dict[str, dict[str, Callable[[], object]]] = {
        "pictures": {
            "transformers, fp32": lambda: transformers_images(plain, processor, files),
            "gergo, same weights, fp32": lambda: fp32.encode_images(files, batch_size=BATCH),
            "gergo, same weights, bf16": lambda: bf16.encode_images(files, batch_size=BATCH),
            **{
                f"gergo, embedded base, {precision}": lambda base=base: base.encode_images(files)
                for precision, base in bases.items()
            },
        },
        "texts": {
            "transformers, fp32": lambda: transformers_texts(plain, tokenizer, texts),
            "gergo, same weights, fp32": lambda: fp32.encode_texts(texts, batch_size=BATCH),
            "gergo, same weights, bf16": lambda: bf16.encode_texts(texts, batch_size=BATCH),
            **{
                f"gergo, embedded base, {precision}": lambda base=base: base.encode_texts(texts)
                for precision, base in bases.items()
            },
        },
    }
    rows = []
    for what, works in contenders.items():
        for work in works.values():
            work()  # warm-up
        rounds = [{who: rate(count, work) for who, work in works.items()} for _ in range(ROUNDS)]
        rows += [
            (what, who, [r[who] for r in rounds], [r[who] / r["transformers, fp32"] for r in rounds]) for who in works
        ]
    return rows


def costs(count: int) -> str:
    """A sentence on the embedded base: size, time to load, and what of encoding pictures is decoding."""
    files, base = jpegs(count), gergo.Model.load("base", precision="fp32")
    base.encode_images(files[:BATCH])
    loads_s = [1 / rate(1, lambda: gergo.Model.load("base", precision="fp32")) for _ in range(ROUNDS)]
    shares = [
        rate(count, lambda: base.encode_images(files)) / rate(count, lambda: base.prepare("image", files))
        for _ in range(ROUNDS)
    ]
    size_mb = sum(path.stat().st_size for path in base_folder().iterdir()) / 1e6
    return (
        f"The embedded base takes {size_mb:.1f} MB on disk and {statistics.median(loads_s):.2f} s to load (median of "
        f"{ROUNDS}). Decoding and resizing are {statistics.median(shares):.0%} of the time its pictures take in fp32."
    )


def table(rows: list[Row], threads: int) -> str:
    """The figures as Markdown."""
    import transformers

    lines = [
        "# Embedding speed beside transformers",
        "",
        f"{ROUNDS} rounds in turn, {threads} thread(s); torch {torch.__version__}, "
        f"transformers {transformers.__version__}, {platform.machine()}, "
        f"bf16 instructions: {'yes' if torch.cpu._is_avx512_bf16_supported() else 'no'}. "
        "600 px JPEG files decoded on the way; ViT-B/32 of random weights.",
        "",
        "| | | a second (median) | times transformers (median, all rounds) |",
        "|---|---|---|---|",
    ]
    for what, who, rates, ratios in rows:
        rounds = ", ".join(f"{ratio:.2f}" for ratio in ratios)
        lines.append(
            f"| {what} | {who} | {statistics.median(rates):,.1f} | **{statistics.median(ratios):.2f}** ({rounds}) |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, default=192)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    text = table(measure(arguments.pictures), arguments.threads) + "\n" + costs(arguments.pictures) + "\n"
    print(text)
    if arguments.out:
        arguments.out.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
