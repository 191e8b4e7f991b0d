"""What is found by words and vectors together: fused by scores, as search does it, or by reciprocal ranks.

    python benchmarks/hybrid_fusion.py CATALOGUE [...] [--write]

Each catalogue has an index. Its titles are asked as they are, and with one word gone and the others in another order
(right: items of that title); and what shoppers type, made of its columns as `gergo evaluate` makes it (right: items of
which it holds), once with the words of all columns and once with those of the titles alone, so that the columns that
say what is right are not searched. Reciprocal rank fusion is Cormack, Clarke and Büttcher's (2009), weight / (60 +
rank), words weighing twice, items with the query's brands and codes first.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np

import gergo
from gergo.evaluation.attribute_queries import choose_columns, compose
from gergo.evaluation.measured_rows import choose
from gergo.search.fulltext import FullText
from gergo.search.fusion import in_tiers
from gergo.search.index import Index
from gergo.search.ranking import FUSED_DEPTH, fused

RESULTS = Path(__file__).parent / "results"
CONSTANT, TEXT_WEIGHT = 60, 2.0
MOST_QUERIES = 300
K = 10

Queries = list[tuple[str, set[int]]]
Rank = Callable[[str, np.ndarray, FullText, np.ndarray | None], np.ndarray]


def by_scores(index: Index) -> Rank:
    """The best items as search orders them."""
    return lambda words, query_D, text, among: (
        fused(words, query_D, index._vectors, text, among=among, count=K).hits.items_K
    )


def by_ranks(index: Index) -> Rank:
    """The best items by reciprocal ranks."""

    def rank(words: str, query_D: np.ndarray, text: FullText, among: np.ndarray | None) -> np.ndarray:
        near = index._vectors.top_items(query_D, FUSED_DEPTH, among=among).items_K
        found = text.search(words, among=among)
        said, scores = found.items_K[:FUSED_DEPTH], found.scores_K[:FUSED_DEPTH]
        shared = np.searchsorted(-scores, -scores, side="left") + 1
        items_F, place = np.unique(np.concatenate([near, said]), return_inverse=True)
        worth = [1 / (CONSTANT + np.arange(1, len(near) + 1)), TEXT_WEIGHT / (CONSTANT + shared)]
        worth_F = np.bincount(place, np.concatenate(worth), len(items_F))
        order = np.lexsort((items_F, -worth_F))
        held = [text.holding(token) for token in text.exact_words(words)]
        return in_tiers(items_F[order], worth_F[order], held)[0][:K]

    return rank


def ndcg(items_K: np.ndarray, right: set[int]) -> float:
    """nDCG@10 of one query.

    >>> ndcg(np.array([7, 3]), {7, 3}), ndcg(np.array([7, 3]), {1})
    (1.0, 0.0)
    """
    gains = 1 / np.log2(np.arange(K) + 2)
    return float(sum(gains[i] for i, item in enumerate(items_K[:K]) if int(item) in right) / gains[: len(right)].sum())


def measure(folder: str) -> list[str]:
    """Markdown about one catalogue."""
    index = gergo.Index.open(folder)
    rows = index.catalogue.items().to_pylist()
    called = {row["item"]: row["texts"][0]["text"] for row in rows if row["texts"]}
    numbers = np.array(sorted(called))
    titles_only = FullText(numbers, [[called[item]] for item in numbers.tolist()])
    titles, less = _title_queries(called)
    typed, among = _typed_queries(index)
    lines = [
        f"## {index.catalogue.name}, {index.model.name}",
        "",
        "| asked | queries | nDCG@10 by ranks | by scores | first is right by ranks | by scores |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for name, queries, text, kept in (
        ("titles", titles, index.full_text, None),
        ("titles less a word, in another order", less, index.full_text, None),
        ("kinds and attributes, words of all columns", typed, index.full_text, among),
        ("kinds and attributes, words of titles", typed, titles_only, among),
    ):
        query_QD = index.model.encode_texts([words for words, _ in queries])
        gains, firsts = [], []
        for rank in (by_ranks(index), by_scores(index)):
            asked = zip(queries, query_QD, strict=True)
            best = [(rank(words, query_D, text, kept), right) for (words, right), query_D in asked]
            gains.append(np.mean([ndcg(items_K, right) for items_K, right in best]))
            firsts.append(np.mean([int(items_K[0]) in right for items_K, right in best]))
        figures = " | ".join(f"{figure:.3f}" for figure in (*gains, *firsts))
        lines.append(f"| {name} | {len(queries):,} | {figures} |")
    return [*lines, ""]


def _title_queries(called: dict[int, str]) -> tuple[Queries, Queries]:
    rng = np.random.default_rng(0)
    by_title: dict[str, set[int]] = {}
    for item, title in called.items():
        by_title.setdefault(title, set()).add(item)
    drawn = [sorted(by_title)[i] for i in rng.permutation(len(by_title))[:MOST_QUERIES]]
    less = []
    for title in drawn:
        words = title.split()
        if len(words) > 3:
            less.append((" ".join(words[i] for i in rng.permutation(len(words))[1:]), by_title[title]))
    return [(title, by_title[title]) for title in drawn], less


def _typed_queries(index: Index) -> tuple[Queries, np.ndarray]:
    """Queries of the test split, and the numbers of its items, which alone are searched."""
    rows = choose(index.catalogue, ["test"], seen_by={}, label_column=None).rows["test"]
    number_of = {row["id"]: row["item"] for row in index.catalogue.items(columns=[]).to_pylist()}
    numbers = [number_of[id_] for id_ in rows.id_N]
    queries = compose(rows.columns, choose_columns(rows))
    return [(query.text, {numbers[n] for n in query.relevant}) for query in queries], np.array(sorted(numbers))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("catalogues", nargs="+", metavar="CATALOGUE")
    parser.add_argument("--write", action="store_true", help="a dated file under benchmarks/results")
    arguments = parser.parse_args()
    names = " ".join(Path(folder).name for folder in arguments.catalogues)
    lines = ["# Words and vectors fused", "", f"`python benchmarks/hybrid_fusion.py {names}`", ""]
    for folder in arguments.catalogues:
        lines += measure(folder)
    page = "\n".join(lines)
    print(page)
    if arguments.write:
        (RESULTS / f"{date.today()}-hybrid-fusion.md").write_text(page, "utf-8")


if __name__ == "__main__":
    main()
