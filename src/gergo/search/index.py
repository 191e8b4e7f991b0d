"""`gergo.index` and `gergo.Index`: a catalogue's items, found by words, by a picture, or by both."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from gergo import __version__
from gergo.catalogue import texts
from gergo.catalogue.filters import column_named, compared
from gergo.catalogue.manifest import read_manifest
from gergo.catalogue.naming import name_of
from gergo.catalogue.store import Catalogue
from gergo.errors import InputError, UsageError
from gergo.pages.contact_sheet import contact_sheet
from gergo.progress import say
from gergo.search import facets as facet_counts
from gergo.search.building import Built, build
from gergo.search.calibration import Calibration, Curve, calibrate, read_calibration, write_calibration
from gergo.search.collapsing import Groups
from gergo.search.documents import full_text
from gergo.search.flat import Hits
from gergo.search.fulltext import FullText
from gergo.search.queries import blend, steer_away
from gergo.search.ranking import Ranked, by_text, by_vectors, fused
from gergo.search.record import IndexRecord, load_again, read_record, write_record
from gergo.search.results import Mode, Result
from gergo.search.vectors import NO_VIEW
from gergo.search.words import final_sigma
from gergo.towers.geometry import ImageLike
from gergo.towers.model import Model

MODES = ("vector", "text", "hybrid", "auto")


def index(catalogue: Catalogue | str | Path, model: Model | str | Path) -> Index:
    """Make a catalogue searchable with `model`: embed what is new, calibrate, and record whose vectors they are.

    Until the record is written, which is last and at once, the index that was there before serves.

    Raises:
        UsageError: the model lies in no file, so no search could load it again; or the folder cannot be written.
        InputError: the catalogue is empty.
    """
    catalogue, model = Catalogue.of(catalogue), Model.of(model)
    made = prepare(catalogue, model)
    assert made.calibration is not None
    write_calibration(catalogue.path, made.calibration)
    write_record(catalogue.path, made.record)
    return made


def prepare(catalogue: Catalogue, model: Model, *, calibration: Calibration | None = None) -> Index:
    """What `index` makes, without making it the one that serves; a calibration that there is saves fitting one."""
    if not model.source:
        raise UsageError(
            "this model lies in no file, so no search could load it again", hint="model.save(folder) first"
        )
    if not os.access(catalogue.path, os.W_OK):
        raise UsageError(
            f"the folder {catalogue.path} cannot be written, and an index lies in it",
            hint="copy it to where you may write",
        )
    built = build(catalogue, model, measured=True)
    items = built.vectors.items_R
    live = items >= 0
    record = IndexRecord(
        gergo=__version__,
        model_name=model.name,
        model_hash=model.hash,
        model_source=model.source,
        dim=model.dim,
        catalogue_hash=catalogue.hash,
        pictures=int(live.sum()) - built.titles,
        titles=built.titles,
        items=len(np.unique(items[live])),
        kind=built.kind,
        recall_at_10=built.recall,
    )
    return Index(catalogue, model, record, built, calibration or calibrate(catalogue, model))


class Index:
    """A catalogue that can be searched; made by `gergo.index`, or opened again with `Index.open`."""

    def __init__(
        self,
        catalogue: Catalogue,
        model: Model,
        record: IndexRecord,
        built: Built,
        calibration: Calibration | None = None,
    ) -> None:
        self.catalogue, self.model, self.record, self.calibration = catalogue, model, record, calibration
        self._vectors, self._views_R = built.vectors, built.views_R

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
        opened = Catalogue.of(catalogue)
        record = read_record(opened.path)
        if model is None:
            model = load_again(record, opened.path)
        elif model.hash != record.model_hash:
            raise UsageError(
                f"the index of {opened.path} was made with {record.model_name} ({record.model_hash[:8]}), "
                f"not with {model.name} ({model.hash[:8]}): their vectors do not compare",
                hint=f"gergo index {opened.path} --model {model.source or 'MODEL'}",
            )
        calibration = read_calibration(opened.path, record.model_hash)
        if record.catalogue_hash == opened.hash:
            return Index(opened, model, record, build(opened, model, measured=False), calibration)
        say(f"{opened.path} has changed since it was indexed: bringing the index up to date")
        if calibration is None:
            return index(opened, model)
        made = prepare(opened, model, calibration=calibration)
        write_record(opened.path, made.record)
        return made

    def stale(self) -> bool:
        """Whether catalogue or index are others on disk by now than were opened; `Index.open` catches up."""
        folder = self.catalogue.path
        return read_manifest(folder).hash != self.catalogue.hash or read_record(folder) != self.record

    def search(
        self,
        text: str | None = None,
        *,
        image: ImageLike | None = None,
        like: str | None = None,
        minus: str | None = None,
        where: str | None = None,
        k: int = 10,
        offset: int = 0,
        distinct: bool = False,
        text_weight: float = 0.5,
        mode: Mode = "auto",
    ) -> list[Result]:
        """The items nearest to a query in words, a picture, or both; an item counts by the best of its pictures.

        Args:
            text: what to look for, in words.
            image: what to look for, as a picture: a Pillow image, a path, encoded bytes, or uint8 RGB [H, W, 3].
            like: the id of an item to find others like, by its pictures (its title where it has none).
            minus: words to steer away from; items whose own texts have all of them are left out.
            where: SQL over the catalogue's columns; only items of which it holds are looked at, all of them.
            k: how many items at most.
            offset: how many of the best to pass over; pages of one query never overlap.
            distinct: only the best item of each group (variants of one product, items with the same photograph), and
                none of the group of `like`; `others` of a result says how many more its group has.
            text_weight: from 0 to 1, how much the words count when there is a picture too.
            mode: "vector"; "text" (BM25 over the words of all columns); "hybrid" (the mean of both, each from 0 to 1;
                the item numbered so first, then items that are called so, then those that have all the words);
                "auto": hybrid where some item has all the words, or the query has a brand, a code, or a word that at
                most 1% of the items have (or that is a slip away from one); else vector.

        Returns:
            Results, best first; equal scores in the catalogue's order.

        Raises:
            UsageError: no query, or `k`, `offset`, `mode` or `text_weight` out of range.
            InputError: the picture cannot be read, no item has the id `like`, or `where` cannot be understood.
        """
        if k < 1:
            raise UsageError(f"k is {k}", hint="ask for at least one result")
        if offset < 0:
            raise UsageError(f"offset is {offset}", hint="the first page has offset 0")
        words = texts.cleaned(text)
        how = self.mode_for(words, mode)
        likened = None if like is None else self._number_of(like)
        among = self._among(where, minus, likened, distinct=distinct)
        query_D = None if how == "text" else self._query(words, image, likened, minus, text_weight)
        curve = self.calibration.curve if self.calibration and image is None and like is None and not minus else None

        def ranked_to(count: int) -> Ranked:
            if query_D is None:
                return by_text(words, self._vectors, self.full_text, among)
            if how == "vector":
                return by_vectors(query_D, self._vectors, among=among, count=count)
            return fused(words, query_D, self._vectors, self.full_text, among=among, count=count)

        last = offset + k
        ranked = self.groups.best(ranked_to, last) if distinct else ranked_to(last)
        return self._results(
            ranked,
            slice(offset, last),
            compared=query_D is not None,
            curve=curve,
            named=set(map(int, self.full_text.titled(words))) if how == "hybrid" else (),
            counted=(self._item_numbers if among is None else among) if distinct else None,
        )

    def mode_for(self, text: str | None, mode: Mode = "auto") -> Mode:
        """How a query is searched: `mode`, "auto" resolved.

        Raises:
            UsageError: there is no such mode, or it needs words and there are none.
        """
        if mode not in MODES:
            raise UsageError(f"mode is {mode!r}", hint=f"modes: {', '.join(MODES)}")
        if mode in ("text", "hybrid") and not texts.cleaned(text):
            raise UsageError(f"mode {mode!r} needs words to look for", hint="give words, or mode vector")
        if mode != "auto":
            return mode
        return "hybrid" if text and self.full_text.speaks_for(texts.cleaned(text)) else "vector"

    def corrections(self, text: str | None, mode: Mode = "auto") -> dict[str, list[str]]:
        """Words that no item has -> words of the catalogue that are looked for in their place; none where vectors alone
        are asked.
        """
        if self.mode_for(text, mode) == "vector":
            return {}
        corrected = self.full_text.corrected(texts.cleaned(text))
        return {final_sigma(word): [final_sigma(form) for form in meant] for word, meant in corrected.items()}

    def unknown_codes(self, text: str | None) -> list[str]:
        """Codes and numbers among the words of a query that no item has."""
        return self.full_text.unknown_codes(texts.cleaned(text))

    def facets(
        self,
        column_names: Sequence[str],
        *,
        where: str | None = None,
        ids: Sequence[str] | None = None,
        distinct: bool = False,
        limit: int = 20,
    ) -> facet_counts.Facets:
        """How many items have each value of some columns.

        Args:
            where: SQL; only items of which it holds are counted, all of them.
            ids: only items with these ids.
            distinct: count groups instead, each once for every value that its items have.
            limit: how many values of a column at most.

        Returns:
            column -> (value, count), the most frequent first, at most `limit`.

        Raises:
            UsageError: there is no such column, `limit` is below 1, or `where` cannot be understood.
        """
        if limit < 1:
            raise UsageError(f"limit is {limit}", hint="ask for at least one value")
        names = [column_named(name, self.catalogue.columns) for name in column_names]
        table = self._items
        if where is not None:
            table = table.take(np.searchsorted(self._item_numbers, self.catalogue.numbers(where)))
        if ids is not None:
            wanted = set(ids)
            table = table.filter([id_ in wanted for id_ in table["id"].to_pylist()])
        if distinct:
            return {name: facet_counts.count(facet_counts.once_a_group(table, name), limit) for name in names}
        return {name: facet_counts.count(table[name], limit) for name in names}

    def written_otherwise(self, where: str) -> dict[str, list[str]]:
        """Columns that a filter compares with a text -> values that are it but for capitals and accents."""
        return facet_counts.written_otherwise(self._items, compared(where, self.catalogue.columns))

    def pictures(self, results: Sequence[Result]) -> list[bytes | None]:
        """The picture that matched best, encoded, of each result; None where the item has none."""
        views = [result.view for result in results if result.view is not None]
        found = iter(self.catalogue.pictures(views))
        return [None if result.view is None else next(found) for result in results]

    def save_html(
        self,
        path: str | Path,
        results: Sequence[Result],
        *,
        title: str,
        query: bytes | None = None,
        where: str | None = None,
    ) -> None:
        """Write a page that shows the results' pictures, captions and scores; it needs no other file.

        Args:
            title: what was looked for.
            query: the picture that was looked for, encoded.
            where: the filter, which is named together with how many items it keeps.
        """
        captions = [self.caption(result) for result in results]
        scores = [result.score for result in results]
        shown = list(zip(self.pictures(results), captions, scores, strict=True))
        among = f"{self.record.items:,} items in {self.catalogue.name}"
        if where is not None:
            among = f"the {len(self.catalogue.numbers(where)):,} items where {where}, among {among}"
        subtitle = f"the best {len(results)} of {among}, by {self.record.model_name}"
        plain = all(result.similarity == result.score for result in results)
        measure = "cosine similarity" if plain else "words and pictures, 1 for the first of both"
        page = contact_sheet(title, shown, subtitle=subtitle, query=query, measure=measure)
        Path(path).write_text(page, "utf-8")

    def caption(self, result: Result) -> str:
        """What people call the item: its first usable text, else its id."""
        return name_of(result.columns, self.catalogue.roles, result.id)

    def describe(self) -> str:
        """One line: what is indexed, with which model."""
        record = self.record
        titles = f", {record.titles:,} by title as they have no picture" if record.titles else ""
        return (
            f"{record.items:,} items by {record.pictures:,} pictures{titles}; "
            f"{record.model_name} ({record.model_hash[:8]}), {record.dim} numbers a vector; {record.kind}"
            + ("" if record.recall_at_10 is None else f", recall@10 against exact {record.recall_at_10:.3f}")
        )

    @cached_property
    def groups(self) -> Groups:
        """Which items are variants of one product, or have the same photograph."""
        return Groups(self._item_numbers, self._items["group"])

    @cached_property
    def full_text(self) -> FullText:
        """The words of every item; made when first asked for."""
        return full_text(self.catalogue)

    def _query(
        self, words: str, image: ImageLike | None, likened: int | None, minus: str | None, text_weight: float
    ) -> np.ndarray:
        pictures = [] if image is None else [self.model.encode_images([image])[0]]
        if likened is not None:
            pictures.append(self._vectors.vectors(self._vectors.rows_of(likened)).mean(axis=0))
        query_D = blend(self.model.encode_texts([words])[0] if words else None, pictures, text_weight)
        unwanted = texts.cleaned(minus)
        return steer_away(query_D, self.model.encode_texts([unwanted])[0]) if unwanted else query_D

    def _among(
        self, where: str | None, minus: str | None, likened: int | None, *, distinct: bool = False
    ) -> np.ndarray | None:
        """Numbers of the items that may be found; None for all."""
        unwanted = []
        if likened is not None:
            unwanted.append(self.groups.members(likened) if distinct else np.array([likened]))
        if texts.cleaned(minus):
            unwanted.append(self.full_text.having_all(texts.cleaned(minus)))
        if where is None and not unwanted:
            return None
        allowed = self._item_numbers if where is None else self.catalogue.numbers(where)
        return np.setdiff1d(allowed, np.concatenate(unwanted), assume_unique=False) if unwanted else allowed

    def _results(
        self,
        ranked: Ranked,
        page: slice,
        *,
        compared: bool = True,
        curve: Curve | None = None,
        named: Collection[int] = (),
        counted: np.ndarray | None = None,
    ) -> list[Result]:
        """curve: what makes a probability of a similarity; None: no such curve was fitted on queries of this kind.
        named: items whose title is the query. counted: items that `others` of a result counts; None: not said.
        """
        hits = Hits(*(values[page] for values in ranked.hits))
        rows = self._items.take(np.searchsorted(self._item_numbers, hits.items_K)).to_pylist()
        others = [None] * len(rows) if counted is None else (self.groups.sizes(hits.items_K, counted) - 1).tolist()
        results = []
        for row, score, worded, item, near, r, more in zip(
            rows, *(values[page] for values in ranked[1:]), *hits, others, strict=True
        ):
            similarity = float(near) if compared else None
            likely = curve.probability(similarity) if curve and similarity is not None and not worded else None
            results.append(
                Result(
                    id=row["id"],
                    score=float(score),
                    columns={name: row[name] for name in self.catalogue.columns},
                    item=int(item),
                    view=None if self._views_R[r] == NO_VIEW else int(self._views_R[r]),
                    similarity=similarity,
                    probability=likely,
                    worded=bool(worded),
                    named=int(item) in named,
                    others=more,
                )
            )
        return results

    def _number_of(self, id_: str) -> int:
        place = self._places.get(id_)
        if place is None:
            raise InputError(
                f"no item of {self.catalogue.path} has the id {id_!r}", hint="ids are those of the results"
            )
        return place

    @cached_property
    def _places(self) -> dict[str, int]:
        return dict(zip(self._items["id"].to_pylist(), self._item_numbers.tolist(), strict=True))

    @cached_property
    def _items(self) -> Any:
        return self.catalogue.items().drop_columns(["texts"])

    @cached_property
    def _item_numbers(self) -> np.ndarray:
        return self._items["item"].to_numpy()
