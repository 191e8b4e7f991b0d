"""Vectors by content hash: no picture and no text is encoded twice by one model.

The table `vectors-<model>-<first 8 digits of its hash>` of a catalogue holds hash, modality and vector, and says in its
metadata which model made them. Rows are appended in portions while encoding goes on, so what was done before a crash
need not be done again. Vectors depend on nothing but content and weights: rows of a crashed run are as good as any.

Shapes: n values asked for, D the latent space.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from gergo.catalogue.hashing import text_hash
from gergo.catalogue.texts import normalise
from gergo.errors import GergoError
from gergo.progress import bar
from gergo.towers.geometry import ImageLike
from gergo.towers.model import Model
from gergo.towers.saliency import Method, maps

if TYPE_CHECKING:
    import pyarrow as pa

    from gergo.catalogue.store import Catalogue

PORTION = 2048


class VectorCache:
    """The vectors of one catalogue by one model; the model must be as it was saved or loaded."""

    def __init__(self, catalogue: Catalogue, model: Model) -> None:
        self.catalogue, self.model = catalogue, model
        self.name = f"vectors-{re.sub(r'[^A-Za-z0-9_.-]', '_', model.name)[:40]}-{model.hash[:8]}"
        self._table = self._open()
        self._rows: dict[tuple[str, str], int] = {}
        self._vectors: list[np.ndarray] = []
        if self._table is not None:
            self._remember(self._table.to_arrow())

    def texts(self, texts: Sequence[str]) -> np.ndarray:
        """Unit vectors float32 [n, D] of texts; those that are equal when normalised share one."""
        hashes = [text_hash(text) for text in texts]
        by_hash = dict(zip(hashes, (normalise(text) or text for text in texts), strict=True))
        self._complete("text", hashes, lambda missing: self.model.encode_texts([by_hash[h] for h in missing]))
        return self._gather("text", hashes)

    def views(self, views: Sequence[int]) -> np.ndarray:
        """Unit vectors float32 [n, D] of the pictures of these views."""
        if not len(views):
            return np.empty((0, self.model.dim), np.float32)
        table = self.catalogue.views()
        hash_of = dict(zip(table["view"].to_pylist(), table["hash"].to_pylist(), strict=True))
        hashes = [hash_of[int(view)] for view in views]
        view_of = dict(zip(hashes, map(int, views), strict=True))
        self._complete("image", hashes, lambda missing: self._encode_pictures([view_of[h] for h in missing]))
        return self._gather("image", hashes)

    def images(self, images: Sequence[ImageLike]) -> np.ndarray:
        """Unit vectors float32 [n, D] of pictures that are not the catalogue's: they are not kept."""
        return self.model.encode_images(images)

    def maps(self, image: ImageLike, texts: Sequence[str], method: Method) -> np.ndarray:
        """Where in a picture the model finds each text (`saliency.maps`): they are not kept."""
        return maps(self.model, image, texts, method=method)

    @property
    def logit_scale(self) -> float:
        """What the model multiplies a cosine by to make it a logit."""
        return self.model.logit_scale

    def _encode_pictures(self, views: list[int]) -> np.ndarray:
        return self.model.encode_images(self.catalogue.pictures(views))

    def _complete(self, modality: str, hashes: list[str], encode: Callable[[list[str]], np.ndarray]) -> None:
        missing = [h for h in dict.fromkeys(hashes) if (modality, h) not in self._rows]
        if not missing:
            return
        unit = "pictures" if modality == "image" else "texts"
        with bar(f"encoding with {self.model.name}", len(missing), unit) as shown:
            for start in range(0, len(missing), PORTION):
                part = missing[start : start + PORTION]
                vectors_ND = encode(part)
                if not np.isfinite(vectors_ND).all():
                    raise GergoError(f"{self.model.name} gives vectors that are not finite: its weights are damaged")
                self._append(modality, part, vectors_ND)
                shown.advance(len(part))
        self.catalogue.commit_table(self.name)

    def _gather(self, modality: str, hashes: list[str]) -> np.ndarray:
        if not hashes:
            return np.empty((0, self.model.dim), np.float32)
        if len(self._vectors) > 1:
            self._vectors = [np.concatenate(self._vectors)]
        return self._vectors[0][[self._rows[modality, h] for h in hashes]]

    def _open(self) -> Any:
        # Not at the manifest's version: what a crashed run appended after it is just as good.
        try:
            return self.catalogue.database.open_table(self.name)
        except ValueError:  # LanceDB's word for a table that is not there
            return None

    def _append(self, modality: str, hashes: list[str], vectors_ND: np.ndarray) -> None:
        import pyarrow as pa

        flat = pa.array(vectors_ND.reshape(-1), pa.float32())
        columns = [
            pa.array(hashes, pa.string()),
            pa.array([modality] * len(hashes), pa.string()),
            pa.FixedSizeListArray.from_arrays(flat, self.model.dim),
        ]
        rows = pa.Table.from_arrays(columns, schema=self._schema())
        if self._table is None:
            self._table = self.catalogue.database.create_table(self.name, rows)
        else:
            self._table.add(rows)
        self._remember(rows)

    def _schema(self) -> pa.Schema:
        import pyarrow as pa

        fields = [
            pa.field("hash", pa.string()),
            pa.field("modality", pa.string()),
            pa.field("vector", pa.list_(pa.float32(), self.model.dim)),
        ]
        made_by = {"model": self.model.name, "model_hash": self.model.hash, "dim": str(self.model.dim)}
        return pa.schema(fields, metadata=made_by)

    def _remember(self, rows: pa.Table) -> None:
        rows = rows.combine_chunks()
        start = sum(len(part) for part in self._vectors)
        keys = zip(rows["modality"].to_pylist(), rows["hash"].to_pylist(), strict=True)
        self._rows.update({key: start + i for i, key in enumerate(keys)})
        if len(rows):
            flat = rows["vector"].combine_chunks().flatten().to_numpy(zero_copy_only=False)
            self._vectors.append(flat.astype(np.float32).reshape(-1, self.model.dim))
