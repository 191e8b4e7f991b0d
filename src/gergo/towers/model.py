"""`gergo.Model`: pictures and words in, unit vectors of one latent space out.

Shapes: n values, d the shared latent space.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from gergo.errors import UsageError
from gergo.towers import precision as precisions
from gergo.towers.geometry import ImageLike
from gergo.towers.network import Batch, DualEncoder
from gergo.towers.precision import Precision

if TYPE_CHECKING:
    from gergo.catalogue.store import Catalogue
    from gergo.towers.exporting.agreement import Agreement
    from gergo.towers.exporting.samples import Sample

SEEN_DIGITS = 16


class Model:
    """A dual encoder with its name, its content hash, and the record of how it came to be.

    Args:
        network: the towers.
        family: which module rebuilds the network from `config` (see `loading.FAMILIES`).
        config: sizes of that family.
        name: what people call it; folders are named by their last part.
        hash: sha256 of the weights, hex.
        record: what made it (base, catalogue, settings, seed, versions, figures).
        seen: content hashes (hex) of the pictures and texts that it was pretrained on; their first 16 digits are kept.
        precision: see `gergo.towers.precision`.
        source: what `load` takes to load it again (`base`, a folder, a hub name); empty while it is in no file.
    """

    def __init__(
        self,
        network: DualEncoder,
        *,
        family: str,
        config: dict[str, Any],
        name: str,
        hash: str,
        record: dict[str, Any] | None = None,
        seen: Iterable[str] = (),
        precision: Precision = "auto",
        source: str = "",
    ) -> None:
        self.device = precisions.default_device()
        self.network = network.to(self.device).eval()
        self.family, self.config, self.name, self.hash = family, config, name, hash
        self.record = record or {}
        self.seen = frozenset(value[:SEEN_DIGITS] for value in seen)
        self.precision: Precision = precision
        self.source = source

    @staticmethod
    def load(source: str | Path = "base", *, precision: Precision = "auto") -> Model:
        """Load `base` (the embedded one), a folder that `save`, `export`, transformers or open_clip wrote, a hub
        name, or `VISION+TEXT`, two of the latter that have never met (see docs/models.md).

        Raises:
            InputError: there is no such model, its files are damaged, or its weights are pickled.
        """
        from gergo.towers.loading import load_model

        return load_model(source, precision=precision)

    @staticmethod
    def of(model: Model | str | Path) -> Model:
        """A model as it is, or loaded by its name or folder; raises as `load`."""
        return Model.load(model) if isinstance(model, str | Path) else model

    def save(self, folder: str | Path, *, record: dict[str, Any] | None = None) -> Path:
        """Write the model to `folder`, moved into place whole; `record` says what made it."""
        from gergo.towers.loading import save_model

        return save_model(self, Path(folder), record=record)

    def export(
        self,
        folder: str | Path,
        *,
        format: str = "onnx",
        precision: str = "fp32",
        catalogue: Catalogue | Sample | None = None,
        max_loss: float | None = None,
        licence: str | None = None,
        report: str | Path | None = None,
    ) -> Agreement:
        """Write the model in a layout that others read, check it against this one, and say how near it is.

        Args:
            format: `transformers` (a folder that library loads) or `onnx` (a graph a tower; `load` reads it too).
            precision: `fp32`, or for `onnx` also `fp16` and `int8`.
            catalogue: whose pictures and titles it is checked on, and integers are calibrated on; drawn ones if None.
            max_loss: points of recall@5 that may be lost; 1 unless given, 3 in int8.
            licence: that of the weights, for the card, where the record does not say.
            report: what `gergo evaluate --json` wrote for this model: its figures go into the card.

        Raises:
            UsageError: an unknown format or precision, or a family that the format has no place for.
            MissingExtra: `onnx` without its libraries.
            GergoError: the result is too far from this model; nothing is left behind.
        """
        from gergo.towers.exporting.writing import export_model

        return export_model(
            self,
            Path(folder),
            layout=format,
            precision=precision,
            sample=catalogue,
            max_loss=max_loss,
            licence=licence,
            report=None if report is None else Path(report),
        )

    def copy(self) -> Model:
        """An independent copy, to be trained while this one stays as it is."""
        twin = self.in_precision(self.precision)
        twin.network, twin.record = copy.deepcopy(self.network), copy.deepcopy(self.record)
        return twin

    def in_precision(self, precision: Precision) -> Model:
        """The same network, computing in another precision."""
        twin = copy.copy(self)
        twin.precision = precision
        return twin

    def has_seen(self, hash: str) -> bool:
        """Whether this model was pretrained on the picture or text of this content hash."""
        return hash[:SEEN_DIGITS] in self.seen

    def same_weights(self, other: Model) -> bool:
        """Whether both compute the same vectors: equal weights, whatever precision they are stored in, and computed in
        one precision.
        """
        if self.precision != other.precision:
            return False
        mine, theirs = self.network.state_dict(), other.network.state_dict()
        if self.hash == other.hash or not mine:  # an exported model has no weights here
            return self.hash == other.hash
        return mine.keys() == theirs.keys() and all(
            weight.shape == theirs[name].shape and torch.equal(weight.cpu(), theirs[name].cpu())
            for name, weight in mine.items()
        )

    @property
    def dim(self) -> int:
        """Numbers a vector."""
        return self.network.dim

    @property
    def image_size(self) -> int:
        """Side of the square of pixels that the image tower takes, in px."""
        return self.network.image.size_px

    @property
    def context_length(self) -> int:
        """Tokens that the text tower takes; a longer text is cut."""
        return self.network.text.tokenizer.context_length

    @property
    def logit_scale(self) -> float:
        """What a cosine similarity is multiplied by to become a logit."""
        return float(self.network.log_scale.detach().exp())

    def encode_images(self, images: Sequence[ImageLike], *, batch_size: int = 64) -> np.ndarray:
        """Pictures (PIL images, paths, encoded bytes or uint8 RGB arrays [H, W, 3]) to float32 [n, d], unit rows.

        Raises:
            InputError: a picture cannot be read.
        """
        if isinstance(images, str | bytes | Path):
            raise UsageError("encode_images takes a list of pictures", hint=f"encode_images([{str(images)[:40]!r}])")
        return self._encode("image", images, batch_size)

    def encode_texts(self, texts: Sequence[str], *, batch_size: int = 256) -> np.ndarray:
        """Texts to float32 [n, d], unit rows; a text over `context_length` tokens is cut.

        Texts of like length share a batch, so little is spent on padding.
        """
        if isinstance(texts, str):
            raise UsageError("encode_texts takes a list of texts", hint=f"encode_texts([{texts!r}])")
        if strangers := [i for i, text in enumerate(texts) if not isinstance(text, str)]:
            raise UsageError(f"encode_texts takes texts: the one at {strangers[0]} is {texts[strangers[0]]!r}")
        order = np.argsort([len(text) for text in texts], kind="stable")
        vectors_ND = np.empty((len(texts), self.dim), np.float32)
        vectors_ND[order] = self._encode("text", [texts[i] for i in order], batch_size)
        return vectors_ND

    def zero_shot(
        self,
        images: Sequence[ImageLike],
        labels: Sequence[str],
        *,
        template: str | Callable[[str], str] = "a photo of {}",
    ) -> np.ndarray:
        """Probabilities float32 [n, labels] that each picture shows each label; rows sum to 1.

        Softmax of logit scale x cosine against `template` filled with each label (Radford et al., 2021).

        Raises:
            UsageError: no labels, or a template without `{}`.
        """
        if not labels:
            raise UsageError("zero_shot needs at least one label", hint="labels=['shirt', 'shoe']")
        if isinstance(template, str) and "{}" not in template:
            raise UsageError(f"the template {template!r} has no {{}} for the label", hint="'a photo of {}'")
        fill = template.format if isinstance(template, str) else template
        label_vectors_KD = self.encode_texts([fill(label) for label in labels])
        logits_NK = self.logit_scale * (self.encode_images(images) @ label_vectors_KD.T)
        return torch.from_numpy(logits_NK).softmax(dim=1).numpy()

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text before any cut."""
        return self.network.text.tokenizer.count(texts)

    def forward(self, modality: str, values: Sequence[Any]) -> Tensor:
        """Unit vectors [B, D] of one batch of raw values, in this model's precision, on its device."""
        return self.encode_batch(modality, self.prepare(modality, values))

    def prepare(self, modality: str, values: Sequence[Any]) -> Batch:
        """Raw values as the tower takes them; needs no model, so it can go on beside one at work."""
        return self.network.tower(modality).prepare(values)

    def encode_batch(self, modality: str, batch: Batch) -> Tensor:
        """Unit vectors [B, D] of a batch that `prepare` made."""
        with precisions.autocast(self.precision, self.device):
            return self.network.encode(modality, batch)

    @torch.inference_mode()
    def _encode(self, modality: str, values: Sequence[Any], batch_size: int) -> np.ndarray:
        self.network.eval()
        vectors_ND = np.empty((len(values), self.dim), np.float32)
        for start in range(0, len(values), batch_size):
            part = values[start : start + batch_size]
            vectors_ND[start : start + len(part)] = self.forward(modality, part).cpu().numpy()
        return vectors_ND
