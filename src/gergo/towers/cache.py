"""Vectors by content hash: no picture and no text is encoded twice by one model.

The table `vectors-<model>-<first 8 digits of its hash>` of a catalogue holds hash, modality and vector, and says in its
metadata which model made them; where a precision was asked for, its name ends with it. Rows are appended in portions
while encoding goes on, so what was done before a crash need not be done again. Vectors depend on nothing but content,
weights and precision: rows of a crashed run, and of one that goes on beside this one, are as good as any. Which vectors
there are is held in memory; they themselves only once they are asked for. Texts are told apart by their capitals too,
as some towers read them. Where the catalogue's folder cannot be written, vectors are kept in memory, for this time.

Shapes: n values asked for, D the latent space.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from gergo.catalogue.texts import normalise
from gergo.errors import GergoError
from gergo.progress import bar, say
from gergo.towers.embedding import picture_vectors
from gergo.towers.geometry import ImageLike
from gergo.towers.model import Model
from gergo.towers.saliency import Method, maps

if TYPE_CHECKING:
    import pyarrow as pa

    from gergo.catalogue.store import Catalogue

PORTION = 2048
PORTION_TIME_S = 15.0  # what a kill can cost at most, whatever the model's speed
_TEXTS_AT_ONCE = 512
_FEW = 0.1  # a smaller share of the vectors is read where it lies, instead of all of them
_MOST_FRAGMENTS = 32  # of the table, before they are made one

Key = tuple[str, str]  # modality, content hash


class VectorCache:
    """The vectors of one catalogue by one model; the model must be as it was saved or loaded."""

    def __init__(self, catalogue: Catalogue, model: Model) -> None:
        self.catalogue, self.model = catalogue, model
        name = re.sub(r"[^A-Za-z0-9_.-]", "_", model.name)[:40]
        precision = "" if model.precision == "auto" else f"-{model.precision}"
        self.name = f"vectors-{name}-{model.hash[:8]}{precision}"
        self._table = self._open()
        self._rows: dict[Key, int] = {}
        self._appended = 0  # rows of the table, and of those held in memory alone
        self._writable = os.access(catalogue.path, os.W_OK)
        self._vectors: list[np.ndarray] | None = None
        self._reread()

    def __len__(self) -> int:
        """How many vectors there are."""
        return len(self._rows)

    def texts(self, texts: Sequence[str]) -> np.ndarray:
        """Unit vectors float32 [n, D] of texts; those that are equal when normalised share one."""
        self.embed_texts(texts)
        return self.gather(list(map(text_key, texts)))

    def views(self, views: Sequence[int]) -> np.ndarray:
        """Unit vectors float32 [n, D] of the pictures of these views."""
        hashes = self.embed_views(views)
        return self.gather([("image", h) for h in hashes])

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

    def embed_texts(self, texts: Sequence[str]) -> None:
        """See to it that these texts have their vectors, without holding them in memory."""
        by_hash = {text_key(text)[1]: normalise(text) or text for text in texts}
        missing = [h for h in by_hash if ("text", h) not in self._rows]

        def vectors() -> Iterator[np.ndarray]:
            for start in range(0, len(missing), _TEXTS_AT_ONCE):
                yield self.model.encode_texts([by_hash[h] for h in missing[start : start + _TEXTS_AT_ONCE]])

        self._keep("text", missing, vectors())

    def embed_views(self, views: Sequence[int]) -> list[str]:
        """See to it that these pictures have their vectors, without holding them in memory; returns their hashes."""
        if not len(views):
            return []
        table = self.catalogue.views()
        hash_of = dict(zip(table["view"].to_pylist(), table["hash"].to_pylist(), strict=True))
        hashes = [hash_of[int(view)] for view in views]
        missing = {h: int(view) for h, view in zip(hashes, views, strict=True) if ("image", h) not in self._rows}
        self._keep("image", list(missing), picture_vectors(self.catalogue, self.model, list(missing.values())))
        return hashes

    def gather(self, keys: Sequence[Key]) -> np.ndarray:
        """Vectors float32 [n, D] by modality and content hash; all have to be there."""
        if not len(keys):
            return np.empty((0, self.model.dim), np.float32)
        rows = np.array([self._rows[key] for key in keys], np.int64)
        if self._vectors is None and len(keys) < _FEW * len(self):
            return self._read(rows)
        if self._vectors is None:
            self._vectors = [vectors_ND for _, vectors_ND in self.batches()]
        if len(self._vectors) > 1:
            self._vectors = [np.concatenate(self._vectors)]
        return self._vectors[0][rows]

    def batches(self) -> Iterator[tuple[list[Key], np.ndarray]]:
        """Every vector that is kept, portion by portion: keys, and float32 [n, D]."""
        if self._table is None:
            return
        for batch in self._table.search().select(["modality", "hash", "vector"]).to_batches():
            keys = list(zip(batch["modality"].to_pylist(), batch["hash"].to_pylist(), strict=True))
            flat = batch["vector"].flatten().to_numpy(zero_copy_only=False)
            yield keys, flat.astype(np.float32, copy=False).reshape(-1, self.model.dim)

    def _read(self, rows: np.ndarray) -> np.ndarray:
        assert self._table is not None
        distinct, back = np.unique(rows, return_inverse=True)
        taken = self._table.take_offsets(distinct.tolist()).select(["vector"]).to_arrow()["vector"]
        flat = taken.combine_chunks().flatten().to_numpy(zero_copy_only=False)
        return flat.astype(np.float32, copy=False).reshape(-1, self.model.dim)[back]

    def _keep(self, modality: str, missing: list[str], vectors: Iterator[np.ndarray]) -> None:
        """Append vectors as they come, a portion at a time."""
        if not missing:
            return
        unit = "pictures" if modality == "image" else "texts"
        waiting: list[np.ndarray] = []
        done, since_s = 0, time.monotonic()
        if not self._writable:
            say(f"{self.catalogue.path} cannot be written: vectors are not kept for the next time")
        with bar(f"encoding with {self.model.name}", len(missing), unit) as shown:
            for vectors_ND in vectors:
                if not np.isfinite(vectors_ND).all():
                    raise GergoError(f"{self.model.name} gives vectors that are not finite: its weights are damaged")
                waiting.append(vectors_ND)
                shown.advance(len(vectors_ND))
                full = sum(map(len, waiting)) >= PORTION or time.monotonic() - since_s > PORTION_TIME_S
                if full or shown.done == len(missing):
                    done += self._append(modality, missing[done : shown.done], np.concatenate(waiting))
                    waiting, since_s = [], time.monotonic()
        assert done == len(missing)
        if not self._writable:
            return
        self._tidy()
        self.catalogue.commit_table(self.name)

    def _open(self) -> Any:
        # Not at the manifest's version: what a crashed run appended after it is just as good.
        try:
            return self.catalogue.database.open_table(self.name)
        except ValueError:  # LanceDB's word for a table that is not there
            return None

    def _append(self, modality: str, hashes: list[str], vectors_ND: np.ndarray) -> int:
        if not self._writable:
            return self._hold(modality, hashes, vectors_ND)
        import pyarrow as pa

        flat = pa.array(vectors_ND.reshape(-1), pa.float32())
        columns = [
            pa.array(hashes, pa.string()),
            pa.array([modality] * len(hashes), pa.string()),
            pa.FixedSizeListArray.from_arrays(flat, self.model.dim),
        ]
        rows = pa.Table.from_arrays(columns, schema=self._schema())
        if self._table is None:
            self._table = self.catalogue.database.create_table(self.name, rows.slice(0, 0), exist_ok=True)
        self._table.add(rows)
        if self._table.count_rows() > self._appended + len(hashes):  # another process wrote too, before or behind us
            self._reread()
            return len(hashes)
        self._remember([modality] * len(hashes), hashes)
        if self._vectors is not None:
            self._vectors.append(vectors_ND.astype(np.float32, copy=False))
        return len(hashes)

    def _hold(self, modality: str, hashes: list[str], vectors_ND: np.ndarray) -> int:
        """Keep vectors behind those of the table, in memory alone."""
        if self._vectors is None:
            self._vectors = [stored_ND for _, stored_ND in self.batches()]
        self._vectors.append(vectors_ND.astype(np.float32, copy=False))
        self._remember([modality] * len(hashes), hashes)
        return len(hashes)

    def _reread(self) -> None:
        """Learn anew which vectors the table holds, and where."""
        self._rows, self._appended, self._vectors = {}, 0, None
        if self._table is not None:
            known = self._table.search().select(["modality", "hash"]).to_arrow()
            self._remember(known["modality"].to_pylist(), known["hash"].to_pylist())

    def _tidy(self) -> None:
        """Make one of many small portions: a table of a thousand fragments is slow to read. Rows keep their order."""
        if self._table is None:
            return
        found: Any = self._table.stats()  # a dictionary, whatever its type says
        if found["fragment_stats"]["num_fragments"] > _MOST_FRAGMENTS:
            self._table.optimize()

    def _schema(self) -> pa.Schema:
        import pyarrow as pa

        fields = [
            pa.field("hash", pa.string()),
            pa.field("modality", pa.string()),
            pa.field("vector", pa.list_(pa.float32(), self.model.dim)),
        ]
        made_by = {"model": self.model.name, "model_hash": self.model.hash, "precision": self.model.precision}
        made_by["dim"] = str(self.model.dim)
        return pa.schema(fields, metadata=made_by)

    def _remember(self, modalities: list[str], hashes: list[str]) -> None:
        # A hash that came twice (two runs at once) is known by its first row; both rows are the same.
        start = self._appended
        for i, key in enumerate(zip(modalities, hashes, strict=True)):
            self._rows.setdefault(key, start + i)
        self._appended = start + len(hashes)


def text_key(text: str) -> Key:
    """What a text's vector is found under: its normalised form, with its capitals."""
    return "text", hashlib.sha256(normalise(text).encode()).hexdigest()
