"""Items without a picture among others: how often their titles come first, and whether that is right.

    python benchmarks/titles_among_pictures.py CATALOGUE [...] [--model MODEL ...] [--without 0.08] [--write]

Some items lose their pictures (drawn with a fixed seed), beside those that have none, and are found by their titles:
as these are, moved by the difference of the means and to unit length again, and bridged as search does it
(`gergo.search.gap`). Asked are what shoppers type, made of the columns as `gergo evaluate` makes it (right: items of
which it holds); the items' own titles, less a word where they have more than two; and pictures of others. All by
vectors alone, among all items (what shoppers type: those of the test split).
"""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np

import gergo
from gergo.evaluation.attribute_queries import choose_columns, compose
from gergo.evaluation.measured_rows import choose
from gergo.search.flat import FlatIndex, VectorIndex
from gergo.search.gap import AcrossGap, gap_between
from gergo.towers.cache import VectorCache

RESULTS = Path(__file__).parent / "results"
MOST_QUERIES, PAIRS = 300, 1000
FIRST, K = 5, 10


class Shop(NamedTuple):
    """A catalogue of which some items have lost their pictures; rows are pictures, then titles."""

    vectors_RD: np.ndarray
    items_R: np.ndarray
    title_R: np.ndarray
    pictures_SD: np.ndarray
    titles_SD: np.ndarray
    called: dict[int, str]

    @property
    def bare(self) -> np.ndarray:
        """Items that are found by their title."""
        return self.items_R[self.title_R]


def robbed(catalogue: gergo.Catalogue, cache: VectorCache, without: float) -> Shop:
    views = catalogue.views()
    numbers, items = (views[name].to_numpy().astype(np.int64) for name in ("view", "item"))
    rows = catalogue.items(columns=[]).to_pylist()
    called = {row["item"]: row["texts"][0]["text"] for row in rows if row["texts"]}
    pictured = np.unique(items[np.isin(items, list(called))])
    lost = np.random.default_rng(0).choice(pictured, int(without * len(pictured)), replace=False)
    bare = np.array(sorted({*lost.tolist(), *(item for item in called if item not in set(items.tolist()))}), np.int64)
    kept = ~np.isin(items, lost)
    pictures_RD = cache.views(numbers[kept].tolist())
    with_both = np.flatnonzero(np.isin(items[kept], list(called)))
    drawn = with_both[:: max(1, len(with_both) // PAIRS)]
    return Shop(
        np.concatenate([pictures_RD, cache.texts([called[item] for item in bare.tolist()])]),
        np.concatenate([items[kept], bare]),
        np.arange(kept.sum() + len(bare)) >= kept.sum(),
        pictures_RD[drawn],
        cache.texts([called[item] for item in items[kept][drawn].tolist()]),
        called,
    )


def ways(shop: Shop) -> dict[str, VectorIndex]:
    moved_RD = shop.vectors_RD.copy()
    moved_RD[shop.title_R] += shop.pictures_SD.mean(axis=0) - shop.titles_SD.mean(axis=0)
    moved_RD /= np.linalg.norm(moved_RD, axis=1, keepdims=True)
    flat = FlatIndex(shop.vectors_RD, shop.items_R)
    return {
        "as they are": flat,
        "moved by the means": FlatIndex(moved_RD, shop.items_R),
        "bridged": AcrossGap(flat, shop.title_R, gap_between(shop.pictures_SD, shop.titles_SD)),
    }


def ndcg(items_K: np.ndarray, right: set[int]) -> float:
    """nDCG@10 of one query."""
    gains = 1 / np.log2(np.arange(K) + 2)
    return float(sum(gains[i] for i, item in enumerate(items_K[:K]) if int(item) in right) / gains[: len(right)].sum())


def measure(folder: str, name: str, without: float) -> list[str]:
    """Markdown about one catalogue and model."""
    catalogue, model = gergo.Catalogue.open(folder), gergo.Model.load(name)
    shop = robbed(catalogue, VectorCache(catalogue, model), without)
    typed, among = _typed_queries(catalogue)
    typed_QD = model.encode_texts([words for words, _ in typed])
    draw = np.random.default_rng(0)
    own = draw.permutation(shop.bare)[:MOST_QUERIES]
    own_QD = model.encode_texts([_less_a_word(shop.called[item], draw) for item in own.tolist()])
    pictures_QD = shop.vectors_RD[draw.permutation(np.flatnonzero(~shop.title_R))[:MOST_QUERIES]]
    share = np.isin(among, shop.bare).mean()
    lines = [
        f"## {catalogue.name}, {model.name}: {len(shop.bare):,} items by title, {share:.3f} of those of the test split",
        "",
        f"| titles | typed ({len(typed):,}): nDCG@10 | titles among the first 5 | right, of these | right, of pictures "
        f"| own title ({len(own)}): first | among 5 | by picture: titles among the first 5 |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for way, index in ways(shop).items():
        found = [index.top_items(query_D, K, among=among) for query_D in typed_QD]
        firsts = [
            (bool(shop.title_R[row]), int(item) in right)
            for hits, (_, right) in zip(found, typed, strict=True)
            for item, row in zip(hits.items_K[:FIRST], hits.rows_K[:FIRST], strict=True)
        ]
        figures = [
            np.mean([ndcg(hits.items_K, right) for hits, (_, right) in zip(found, typed, strict=True)]),
            np.mean([title for title, _ in firsts]),
            *(_mean([right for title, right in firsts if title is kind]) for kind in (True, False)),
            *(_found(index, own, own_QD, k) for k in (1, FIRST)),
            np.mean([shop.title_R[index.top_items(query_D, FIRST).rows_K].mean() for query_D in pictures_QD]),
        ]
        lines.append(f"| {way} | " + " | ".join("" if f is None else f"{f:.3f}" for f in figures) + " |")
    return [*lines, ""]


def _mean(values: list[bool]) -> float | None:
    return float(np.mean(values)) if values else None


def _found(index: VectorIndex, items: np.ndarray, queries_QD: np.ndarray, k: int) -> float:
    hits = [item in index.top_items(query_D, k).items_K for item, query_D in zip(items, queries_QD, strict=True)]
    return float(np.mean(hits))


def _less_a_word(title: str, draw: np.random.Generator) -> str:
    words = title.split()
    return " ".join(np.delete(words, draw.integers(len(words)))) if len(words) > 2 else title


def _typed_queries(catalogue: gergo.Catalogue) -> tuple[list[tuple[str, set[int]]], np.ndarray]:
    """Queries of the test split, and the numbers of its items."""
    rows = choose(catalogue, ["test"], seen_by={}, label_column=None).rows["test"]
    number_of = {row["id"]: row["item"] for row in catalogue.items(columns=[]).to_pylist()}
    numbers = [number_of[id_] for id_ in rows.id_N]
    queries = compose(rows.columns, choose_columns(rows))
    return [(query.text, {numbers[n] for n in query.relevant}) for query in queries], np.array(sorted(numbers))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("catalogues", nargs="+", metavar="CATALOGUE")
    parser.add_argument("--model", action="append", metavar="MODEL", help="base, or a folder; again for more")
    parser.add_argument("--without", type=float, default=0.08, help="share of the items that lose their pictures")
    parser.add_argument("--write", action="store_true", help="a dated file under benchmarks/results")
    arguments = parser.parse_args()
    models = arguments.model or ["base"]
    named = " ".join(
        [*(Path(folder).name for folder in arguments.catalogues), *(f"--model {Path(m).name}" for m in models)]
    )
    lines = ["# Titles among pictures", "", f"`python benchmarks/titles_among_pictures.py {named}`", ""]
    for folder in arguments.catalogues:
        for model in models:
            lines += measure(folder, model, arguments.without)
    page = "\n".join(lines)
    print(page)
    if arguments.write:
        (RESULTS / f"{date.today()}-titles-among-pictures.md").write_text(page, "utf-8")


if __name__ == "__main__":
    main()
