"""`gergo.index` and `gergo.Index`: a catalogue's items, found by words, by a picture, or by both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from gergo import __version__
from gergo.catalogue import texts
from gergo.catalogue.store import Catalogue
from gergo.errors import InputError, UsageError
from gergo.pages.contact_sheet import contact_sheet
from gergo.progress import say
from gergo.search.flat import FlatIndex, Hits
from gergo.search.record import IndexRecord, read_record, write_record
from gergo.search.vectors import NO_VIEW, Rows, embed
from gergo.towers.geometry import ImageLike
from gergo.towers.model import Model


@dataclass(frozen=True)
class Result:
    """One item found.

    Attributes:
        id: the product's id in the catalogue.
        score: cosine similarity to the query, in [-1, 1].
        columns: the source's own columns.
        item: its number in the catalogue.
        view: the picture that matched best; None where the item has none and its title was matched.
    """

    id: str
    score: float
    columns: dict[str, Any] = field(repr=False)
    item: int = field(repr=False)
    view: int | None = field(repr=False)

    def to_json(self) -> dict[str, Any]:
        """`id` and `score` beside the columns; a column that is itself named so yields."""
        return {**self.columns, "id": self.id, "score": round(self.score, 6)}


def index(catalogue: Catalogue, model: Model) -> Index:
    """Make a catalogue searchable with `model`: embed what is new, and record whose vectors they are.

    Raises:
        UsageError: the model lies in no file, so no search could load it again.
        InputError: the catalogue is empty.
    """
    if not model.source:
        raise UsageError(
            "this model lies in no file, so no search could load it again", hint="model.save(folder) first"
        )
    rows = embed(catalogue, model)
    if not len(rows.items_R):
        raise InputError(f"the catalogue {catalogue.path} holds no item", hint="gergo inspect shows why")
    titles = int((rows.views_R == NO_VIEW).sum())
    record = IndexRecord(
        gergo=__version__,
        model_name=model.name,
        model_hash=model.hash,
        model_source=model.source,
        dim=model.dim,
        catalogue_hash=catalogue.hash,
        pictures=len(rows.views_R) - titles,
        titles=titles,
        items=len(np.unique(rows.items_R)),
    )
    write_record(catalogue.path, record)
    return Index(catalogue, model, record, rows)


class Index:
    """A catalogue that can be searched; made by `gergo.index`, or opened again with `Index.open`."""

    def __init__(self, catalogue: Catalogue, model: Model, record: IndexRecord, rows: Rows) -> None:
        self.catalogue, self.model, self.record = catalogue, model, record
        self._views_R = rows.views_R
        self._flat = FlatIndex(rows.vectors_RD, rows.items_R)

    @staticmethod
    def open(catalogue: Catalogue | str | Path, *, model: Model | None = None) -> Index:
        """Open the index of a catalogue; rows imported since are embedded first, and that is said.

        Args:
            catalogue: a catalogue, or its folder.
            model: the model the index was made with, where it is loaded already.

        Raises:
            InputError: there is no index, or the model it was made with is gone or another by now.
            UsageError: `model` is not the one the index was made with.
        """
        opened = catalogue if isinstance(catalogue, Catalogue) else Catalogue.open(catalogue)
        record = read_record(opened.path)
        if model is None:
            model = _load_again(record, opened.path)
        elif model.hash != record.model_hash:
            raise UsageError(
                f"the index of {opened.path} was made with {record.model_name} ({record.model_hash[:8]}), "
                f"not with {model.name} ({model.hash[:8]}): their vectors do not compare",
                hint=f"gergo index {opened.path} --model {model.source or 'MODEL'}",
            )
        if record.catalogue_hash != opened.hash:
            say(f"{opened.path} has changed since it was indexed: bringing the index up to date")
            return index(opened, model)
        return Index(opened, model, record, embed(opened, model))

    def search(
        self,
        text: str | None = None,
        *,
        image: ImageLike | None = None,
        where: str | None = None,
        k: int = 10,
        text_weight: float = 0.5,
    ) -> list[Result]:
        """The `k` items nearest to a query in words, a picture, or both; an item counts by the best of its pictures.

        Args:
            text: what to look for, in words.
            image: what to look for, as a picture: a Pillow image, a path, encoded bytes, or uint8 RGB [H, W, 3].
            where: SQL over the catalogue's columns; only items of which it holds are looked at, all of them.
            k: how many items at most.
            text_weight: from 0 to 1, how much the words count when there is a picture too.

        Returns:
            Results, best first; equal scores in the catalogue's order.

        Raises:
            UsageError: no query, or `k` or `text_weight` out of range.
            InputError: the picture cannot be read, or `where` cannot be understood.
        """
        if k < 1:
            raise UsageError(f"k is {k}", hint="ask for at least one result")
        among = None
        if where is not None:
            among = self.catalogue.items(where=where, columns=[])["item"].to_numpy()
        query_D = self._query(text, image, text_weight)
        return self._results(self._flat.top_items(query_D, k, among=among))

    def pictures(self, results: Sequence[Result]) -> list[bytes | None]:
        """The picture that matched best, encoded, of each result; None where the item has none."""
        views = [result.view for result in results if result.view is not None]
        found = iter(self.catalogue.pictures(views))
        return [None if result.view is None else next(found) for result in results]

    def save_html(self, path: str | Path, results: Sequence[Result], *, title: str, query: bytes | None = None) -> None:
        """Write a page that shows the results' pictures, captions and scores; it needs no other file.

        Args:
            title: what was looked for.
            query: the picture that was looked for, encoded.
        """
        captions = [self.caption(result) for result in results]
        scores = [result.score for result in results]
        shown = list(zip(self.pictures(results), captions, scores, strict=True))
        record = self.record
        subtitle = f"the best {len(results)} of {record.items:,} items in {self.catalogue.name}, by {record.model_name}"
        Path(path).write_text(contact_sheet(title, shown, subtitle=subtitle, query=query), "utf-8")

    def caption(self, result: Result) -> str:
        """What people call the item: its title, else its id."""
        title = next((result.columns.get(name) for name in self.catalogue.roles.texts), None)
        return str(title or result.id)

    def describe(self) -> str:
        """One line: what is indexed, with which model."""
        record = self.record
        titles = f", {record.titles:,} by title as they have no picture" if record.titles else ""
        return (
            f"{record.items:,} items by {record.pictures:,} pictures{titles}; "
            f"{record.model_name} ({record.model_hash[:8]}), {record.dim} numbers a vector"
        )

    def _query(self, text: str | None, image: ImageLike | None, text_weight: float) -> np.ndarray:
        if not 0 <= text_weight <= 1:
            raise UsageError(f"text_weight is {text_weight}", hint="it goes from 0 (picture) to 1 (words)")
        words = texts.normalise(text)
        if not words and image is None:
            raise UsageError("there is nothing to look for", hint="give words, a picture, or both")
        parts = []
        if words:
            parts.append((text_weight if image is not None else 1.0, self.model.encode_texts([words])[0]))
        if image is not None:
            parts.append((1 - text_weight if words else 1.0, self.model.encode_images([image])[0]))
        query_D = np.sum([weight * vector_D for weight, vector_D in parts], axis=0)
        return query_D / max(float(np.linalg.norm(query_D)), 1e-12)

    def _results(self, hits: Hits) -> list[Result]:
        at = np.searchsorted(self._item_numbers, hits.items_K)
        rows = self._items.take(at).to_pylist()
        return [
            Result(
                id=row["id"],
                score=float(score),
                columns={name: row[name] for name in self.catalogue.columns},
                item=int(item),
                view=None if self._views_R[r] == NO_VIEW else int(self._views_R[r]),
            )
            for row, score, item, r in zip(rows, hits.scores_K, hits.items_K, hits.rows_K, strict=True)
        ]

    @cached_property
    def _items(self) -> Any:
        return self.catalogue.items()

    @cached_property
    def _item_numbers(self) -> np.ndarray:
        return self._items["item"].to_numpy()


def _load_again(record: IndexRecord, folder: Path) -> Model:
    hint = f"gergo index {folder} --model MODEL"
    try:
        model = Model.load(record.model_source)
    except InputError as error:
        raise InputError(f"the model that {folder} was indexed with is gone: {error}", hint=hint) from error
    if model.hash != record.model_hash:
        raise InputError(
            f"{record.model_source} is no longer the model that {folder} was indexed with "
            f"({record.model_hash[:8]} then, {model.hash[:8]} now)",
            hint=f"gergo index {folder} --model {record.model_source}",
        )
    return model
