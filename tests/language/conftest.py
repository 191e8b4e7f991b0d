"""Texts of our own for the language tests, and whether Apertium is there."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

needs_apertium = pytest.mark.skipif(
    shutil.which("apertium-transfer") is None or not Path("/usr/share/apertium/modes/cat-ita.mode").exists(),
    reason="the program apertium with eng-cat and cat-ita is not installed",
)

SOURCE = (
    "The encoder maps each picture to a latent space. "
    "A large-scale dataset of 400 images [1] was collected for this task.\n\n"
    "Contrastive learning pulls matching pairs together, and the latent space keeps the others apart. "
    "See https://example.org/a for details.\n\n"
    "The pre-trained models are small. They run on a laptop, and {name} can download them."
)
GOOD = (
    "L'encoder mappa ogni immagine in un latent space. "
    "Un dataset large-scale di 400 immagini [1] è stato raccolto per questo task.\n\n"
    "Il contrastive learning avvicina le coppie corrispondenti, e il latent space tiene distanti le altre. "
    "Vedi https://example.org/a per i dettagli.\n\n"
    "I pre-trained models sono piccoli. Girano su un portatile, e {name} può scaricarli."
)
TERMS = ["encoder", "latent space", "large-scale", "dataset", "task", "contrastive learning", "pre-trained models"]
