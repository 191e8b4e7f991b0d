"""The large index on disk, beside the table of vectors that it was made from, and brought up to date without a rebuild.

In the catalogue's folder `index-<vectors>`: the vectors of all rows in one file that is only ever appended to, the rows
themselves, and the faiss index. `state.json` names the files and is replaced last, so whatever happens before leaves
the old index in force. Rows that are gone leave a hole; when holes and additions are many, all is built anew.

Shapes: R rows, D the latent space.
"""

from __future__ import annotations

import fcntl
import json
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import faiss
import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from gergo.files import write_whole
from gergo.progress import say
from gergo.search.inverted import InvertedIndex, add, exact_items, probes_needed, train
from gergo.search.vectors import Embedded

FILE = "state.json"
REBUILT_AT = 0.3  # share of the rows that changed since the cells were trained
MEASURED_QUERIES = 100
MEASURED_K = 10


class State(BaseModel):
    """Which files are the index, and what was measured when it was built."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal[2]
    vectors: str
    rows: str
    cells: str
    built_of: int
    probes: int
    recall: float


class Opened:
    """The index in memory, and which view each row is."""

    def __init__(self, index: InvertedIndex, views_R: np.ndarray, state: State) -> None:
        self.index, self.views_R, self.state = index, views_R, state


def open_cells(folder: Path, embedded: Embedded) -> Opened:
    """The index of exactly these rows: as it lies there, brought up to date, or built."""
    folder.mkdir(exist_ok=True)
    with _lock(folder):
        state = _read_state(folder)
        wanted = _identities(embedded)
        if state is None:
            return _build(folder, embedded, wanted)
        stored = np.load(folder / state.rows)
        gone = ~np.isin(stored["identity"], wanted) & (stored["item"] >= 0)
        new = np.flatnonzero(~np.isin(wanted, stored["identity"][stored["item"] >= 0]))
        changed = int((stored["item"] < 0).sum()) + int(gone.sum()) + max(0, len(stored["item"]) - state.built_of)
        if changed + len(new) > REBUILT_AT * state.built_of:
            return _build(folder, embedded, wanted)
        if not gone.any() and not len(new):
            return _open(folder, state, embedded.cache.model.dim)
        return _update(folder, state, embedded, wanted, gone, new)


def _identities(embedded: Embedded) -> np.ndarray:
    """What makes a row itself: its item, its view, its content."""
    rows = embedded.rows
    written = [
        f"{item} {view} {hash_[:32]}"
        for item, view, (_, hash_) in zip(rows.items_R.tolist(), rows.views_R.tolist(), rows.keys, strict=True)
    ]
    return np.array(written, dtype=bytes)


def _build(folder: Path, embedded: Embedded, identity_R: np.ndarray) -> Opened:
    rows, dim = embedded.rows, embedded.cache.model.dim
    say(f"building the index of {len(rows):,} rows")
    name = f"vectors-{uuid.uuid4().hex[:12]}.f32"
    _write_vectors(folder / name, embedded, np.arange(len(rows)), 0)
    vectors_RD = np.memmap(folder / name, np.float32, "r", shape=(len(rows), dim))
    cells = train(vectors_RD)
    add(cells, vectors_RD, np.arange(len(rows)))
    index = InvertedIndex(vectors_RD, rows.items_R, cells, 1)
    drawn = np.random.default_rng(0).choice(len(rows), min(MEASURED_QUERIES, len(rows)), replace=False)
    queries_QD = np.asarray(vectors_RD[np.sort(drawn)])
    exact_QK = exact_items(vectors_RD, rows.items_R, queries_QD, min(MEASURED_K, len(np.unique(rows.items_R))))
    index.probes, recall = probes_needed(index, queries_QD, exact_QK)
    state = State(format=2, vectors=name, rows="", cells="", built_of=len(rows), probes=index.probes, recall=recall)
    return _commit(folder, state, index, rows.views_R, identity_R)


def _update(
    folder: Path, state: State, embedded: Embedded, wanted: np.ndarray, gone: np.ndarray, new: np.ndarray
) -> Opened:
    """Take rows out of their cells, append others; the cells stay as they were trained."""
    opened, stored = _open(folder, state, embedded.cache.model.dim), np.load(folder / state.rows)
    say(f"index: {int(gone.sum()):,} rows go, {len(new):,} come, {int((~gone).sum()):,} stay")
    before, cells = len(stored["item"]), opened.index.cells
    _write_vectors(folder / state.vectors, embedded, new, before)
    cells.remove_ids(np.flatnonzero(gone).astype(np.int64))
    items_R = np.concatenate([np.where(gone, -1, stored["item"]), embedded.rows.items_R[new]])
    views_R = np.concatenate([stored["view"], embedded.rows.views_R[new]])
    identity_R = np.concatenate([stored["identity"], wanted[new]])
    vectors_RD = np.memmap(folder / state.vectors, np.float32, "r", shape=(len(items_R), embedded.cache.model.dim))
    add(cells, vectors_RD, np.arange(before, len(items_R)))
    index = InvertedIndex(vectors_RD, items_R, cells, state.probes)
    return _commit(folder, state, index, views_R, identity_R)


def _write_vectors(path: Path, embedded: Embedded, wanted: np.ndarray, start: int) -> None:
    """Write the vectors of some rows behind the first `start` of a file, a portion of the table at a time."""
    dim, rows = embedded.cache.model.dim, embedded.rows
    path.touch()
    os.truncate(path, (start + len(wanted)) * dim * 4)
    if not len(wanted):
        return
    vectors_RD = np.memmap(path, np.float32, "r+", shape=(start + len(wanted), dim))
    places: dict[tuple[str, str], list[int]] = {}
    for place, row in enumerate(wanted.tolist(), start):
        places.setdefault(rows.keys[row], []).append(place)
    for keys, vectors_ND in embedded.cache.batches():
        pairs = [(place, i) for i, key in enumerate(keys) for place in places.get(key, ())]
        if not pairs:
            continue
        at, source = np.array(pairs).T
        vectors_RD[at] = vectors_ND[source]
    vectors_RD.flush()


def _commit(folder: Path, state: State, index: InvertedIndex, views_R: np.ndarray, identity_R: np.ndarray) -> Opened:
    """Write rows and cells under new names, then the state that names them; then what no state names goes."""
    token = uuid.uuid4().hex[:12]
    state = state.model_copy(update={"rows": f"rows-{token}.npz", "cells": f"cells-{token}.faiss"})
    np.savez(folder / state.rows, item=index.items_R, view=views_R, identity=identity_R)
    faiss.write_index(index.cells, str(folder / state.cells))
    for name in (state.rows, state.cells):
        with (folder / name).open("rb") as file:
            os.fsync(file.fileno())
    write_whole(folder / FILE, json.dumps(state.model_dump(), indent=2) + "\n")
    kept = {FILE, "index.lock", state.vectors, state.rows, state.cells}
    for path in folder.iterdir():
        if path.name not in kept:
            path.unlink(missing_ok=True)
    return Opened(index, views_R, state)


def _open(folder: Path, state: State, dim: int) -> Opened:
    stored = np.load(folder / state.rows)
    vectors_RD = np.memmap(folder / state.vectors, np.float32, "r", shape=(len(stored["item"]), dim))
    cells = faiss.read_index(str(folder / state.cells))
    return Opened(InvertedIndex(vectors_RD, stored["item"], cells, state.probes), stored["view"], state)


def _read_state(folder: Path) -> State | None:
    """What the index is; None where there is none, or none that this version reads: it can always be built again."""
    try:
        state = State.model_validate_json((folder / FILE).read_text("utf-8"))
    except (OSError, ValidationError):
        return None
    return state if all((folder / name).is_file() for name in (state.vectors, state.rows, state.cells)) else None


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """One process at a time brings an index up to date; others wait and then find it done."""
    with (folder / "index.lock").open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
