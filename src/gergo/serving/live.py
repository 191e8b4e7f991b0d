"""The index that is served, and how it follows the catalogue.

What is served is one immutable `State`, replaced whole: a request that has taken it is not disturbed by a newer one.
A thread looks every few seconds whether the catalogue, or the model it is indexed with, is another on disk. A write
through this worker is searched by it before it is answered; other workers follow within `refresh_s` and the time that
embedding takes, and say in every answer which version they are at.
"""

from __future__ import annotations

import fcntl
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from gergo.catalogue.category_paths import in_words, paths_of
from gergo.catalogue.locking import CatalogueBusy
from gergo.catalogue.options import columns_of_options
from gergo.catalogue.store import Catalogue
from gergo.catalogue.texts import normalise
from gergo.progress import say
from gergo.search.index import Index, prepare
from gergo.search.record import read_record
from gergo.serving.batching import BatchedModel
from gergo.serving.failures import Refusal
from gergo.serving.schemas import CatalogueColumn
from gergo.towers.cache import VectorCache
from gergo.towers.model import Model

MOST_FACET_VALUES = 60
PROPOSED_LABELS = 40
SAMPLED_PICTURES = 2000
BUSY_PAUSE_S = 0.05


@dataclass(frozen=True)
class State:
    """One version of the catalogue, searchable: by its own model, and by the base it is compared with."""

    index: Index
    base: Index | None

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue that the index was made of."""
        return self.index.catalogue

    def by_model(self, name: str | None) -> Index:
        """The index by a model of that name, the main one without. Raises Refusal."""
        for index in (self.index, self.base):
            if index is not None and name in (None, index.model.name):
                return index
        names = ", ".join(index.model.name for index in (self.index, self.base) if index)
        raise Refusal(404, "model_not_found", f"no model {name!r} answers here", hint=f"models: {names}")

    @cached_property
    def columns(self) -> list[CatalogueColumn]:
        """The catalogue's columns; which are worth counting, and the range of the numeric ones."""
        roles, kinds = self.catalogue.roles, self.catalogue.manifest.kinds
        names = [name for name in self.catalogue.columns if name not in roles.images]
        values = self.index.facets(names, limit=MOST_FACET_VALUES + 1)
        table = self.catalogue.items(columns=[name for name in names if kinds[name] in ("int", "float")])
        found, of_options = [], columns_of_options(self.catalogue.columns)
        for name in self.catalogue.columns:
            own = roles.of(name)
            counted = values.get(name, [])
            repeats = bool(counted) and counted[0][1] > 1 and 1 < len(counted) <= MOST_FACET_VALUES
            wordy = kinds[name] in ("string", "bool") and not {"images", "id", "group"} & set(own)
            wordy = wordy and name not in of_options
            many_words = "texts" in own and not {"brand", "category"} & set(own)
            facet = wordy and not many_words and (repeats or bool({"brand", "category"} & set(own)))
            paths = paths_of(self.catalogue, name) if facet else None
            numeric = kinds[name] in ("int", "float") and table[name].null_count < len(table)
            numbers = table[name].drop_null().to_numpy() if numeric else ()
            found.append(
                CatalogueColumn(
                    name=name,
                    kind=kinds[name],
                    roles=own,
                    facet=facet,
                    separator=paths.separator if paths else None,
                    low=float(np.min(numbers)) if numeric else None,
                    high=float(np.max(numbers)) if numeric else None,
                    currency=self.catalogue.manifest.currencies.get(name),
                )
            )
        return found

    @cached_property
    def categories(self) -> list[str]:
        """The values of the category column in words, the commonest first; the first are labels to begin with."""
        category = self.catalogue.roles.category
        if category is None:
            return []
        values = self.index.facets([category], limit=max(1, len(self.catalogue)))[category]
        return in_words([str(value) for value, _ in values if normalise(value)])

    def sample(self, index: Index) -> np.ndarray:
        """Vectors float32 [S, D] of pictures drawn evenly from the catalogue: what a label is compared on."""
        return (self._own_sample if index is self.index else self._base_sample).copy()

    @cached_property
    def _own_sample(self) -> np.ndarray:
        return _sample(self.index)

    @cached_property
    def _base_sample(self) -> np.ndarray:
        assert self.base is not None
        return _sample(self.base)


def _sample(index: Index) -> np.ndarray:
    views = index.catalogue.views()["view"].to_numpy()
    drawn = views[:: max(1, len(views) // SAMPLED_PICTURES)][:SAMPLED_PICTURES]
    return VectorCache(index.catalogue, index.model).views(drawn.tolist())


class Live:
    """Holds the `State` that is served and replaces it when the catalogue changes.

    Args:
        folder: the catalogue's.
        base: a model to compare with.
        batched: makes a loaded model one whose calls are joined.
        refresh_s: how often the folder is looked at.
        watch: told after every look whether it went well.
    """

    def __init__(
        self,
        folder: Path,
        *,
        base: str | None,
        batched: Callable[[Model], BatchedModel],
        refresh_s: float,
        watch: Callable[[Live, bool], None] = lambda *_: None,
    ) -> None:
        self._folder, self._batched, self.refresh_s, self._watch = folder, batched, refresh_s, watch
        self._reopening, self._writing, self._ended = threading.Lock(), threading.Lock(), threading.Event()
        self.failed = False
        record = read_record(folder)
        self._models = [batched(_load(folder, record.model_hash))]
        self._base = batched(Model.load(base)) if base else None
        self.state = self._open(self._models[-1])
        self._checked_s = time.monotonic()
        self._thread = threading.Thread(target=self._follow, name="gergo-refresh", daemon=True)

    def start(self) -> None:
        """Begin to follow the catalogue."""
        self._thread.start()

    def close(self) -> None:
        """Stop following, and let the models finish what was asked of them."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()
        for model in [*self._models, *([self._base] if self._base else [])]:
            model.close()

    @property
    def version(self) -> int:
        """Of the catalogue that is served."""
        return self.state.catalogue.version

    @property
    def checked_s_ago(self) -> float:
        """Seconds since this worker last saw that there is nothing newer."""
        return time.monotonic() - self._checked_s

    def refresh(self) -> None:
        """Serve what is on disk now; returns at once where that is served already."""
        with self._reopening:
            looked_s = time.monotonic()
            if self.state.index.stale():
                with _one_worker_at_a_time(self._folder):
                    self.state = self._open(self._current_model())
            self._checked_s = looked_s

    def write(self, change: Callable[[Catalogue], Catalogue], *, wait_s: float) -> tuple[Catalogue, Catalogue]:
        """The catalogue before and after a change, which is served when this returns.

        Raises Refusal when another writer is at work for longer than `wait_s`.
        """
        until = time.monotonic() + wait_s
        if not self._writing.acquire(timeout=wait_s):
            raise _busy()
        try:
            while True:
                try:
                    before = Catalogue.open(self._folder)
                    after = change(before)
                    break
                except CatalogueBusy:
                    if time.monotonic() > until:
                        raise _busy() from None
                    time.sleep(BUSY_PAUSE_S)
            self.refresh()
        finally:
            self._writing.release()
        return before, after

    def _open(self, model: BatchedModel) -> State:
        index = Index.open(Catalogue.open(self._folder), model=model)
        base = beside(index, self._base) if self._base and self._base.hash != model.hash else None
        state = State(index, base)
        _ = state.columns  # counted before it is served, so that no request waits for it
        return state

    def _current_model(self) -> BatchedModel:
        record = read_record(self._folder)
        if record.model_hash != self._models[-1].hash:
            self._models.append(self._batched(_load(self._folder, record.model_hash)))  # the old one may be in use
            say(f"now served by {self._models[-1].name} ({record.model_hash[:8]})")
        return self._models[-1]

    def _follow(self) -> None:
        while not self._ended.wait(self.refresh_s):
            try:
                self.refresh()
                self.failed = False
            except Exception as error:  # what is served stays; the next look may go better
                if not self.failed:
                    say("the catalogue cannot be followed: " + "".join(traceback.format_exception(error)).rstrip())
                self.failed = True
            self._watch(self, not self.failed)


def beside(index: Index, model: Model) -> Index:
    """The same catalogue by another model, in memory only: the one it is indexed with stays what it is."""
    return prepare(index.catalogue, model)


def _load(folder: Path, model_hash: str) -> Model:
    """The model that the index was made with, which `Index.open` checks once more."""
    record = read_record(folder)
    model = Model.load(record.model_source)
    assert record.model_hash == model_hash
    return model


@contextmanager
def _one_worker_at_a_time(folder: Path) -> Iterator[None]:
    """So that what is new is embedded once, not by every worker."""
    with open(folder / "serving.lock", "a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _busy() -> Refusal:
    message = "somebody else is writing to the catalogue"
    return Refusal(503, "busy", message, hint="try again", headers={"Retry-After": "2"})
