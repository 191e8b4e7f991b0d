"""Full text: codes and brands are found however they are written, and the order is that of Lance's own BM25."""

from __future__ import annotations

import doctest
from pathlib import Path
from types import ModuleType

import lancedb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lancedb.index import FTS

from gergo.search import calibration, facets, flat, fulltext, fusion, inverted, queries, words
from gergo.search.fulltext import FullText
from gergo.search.words import tokens


@pytest.mark.parametrize("module", [calibration, facets, flat, fulltext, fusion, inverted, queries, words])
def test_examples(module: ModuleType) -> None:
    failed, attempted = doctest.testmod(module)
    assert attempted > 0
    assert failed == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("M8x40", "M8 x 40"),
        ("M8X40", "m8×40"),
        ("DIN 933", "din933"),
        ("40mm", "40 MM"),
        ("0,5 l", "0.5l"),
        ("Più caffè", "PIU CAFFE"),
        ("Ｎｉｋｅ", "nike"),
    ],
)
def test_one_thing_in_two_spellings_has_the_same_tokens(one: str, other: str) -> None:
    assert sorted(tokens(one)) == sorted(tokens(other))


@pytest.mark.parametrize(
    ("query", "document"),
    [
        ("M8x40", "Sechskantschraube M8 × 40 DIN933"),
        ("din 933", "Hex bolt DIN933 zinc"),
        ("tshirt", "Blue T-shirt"),
        ("t shirt", "Blue Tshirt T-Shirt"),
        ("shoes", "One shoe"),
        ("scarpe", "Scarpa rossa"),
        ("adiddas", "Adidas Originals"),
        ("跑鞋", "男士红色跑鞋"),
        ("รองเท้า", "รองเท้าวิ่ง"),
        ("AB-1234/5", "part AB12345"),
        ("4006381333931", "Stabilo 4006381333931"),
    ],
)
def test_a_shopper_finds_it(query: str, document: str) -> None:
    index = FullText(np.arange(3), [["something else"], [document], ["green gloves 7"]])
    assert index.search(query).items_K.tolist() == [1]


@given(st.lists(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=8), min_size=1, max_size=12), st.data())
def test_it_is_bm25_by_hand(documents: list[list[str]], data: st.DataObject) -> None:
    query = data.draw(st.lists(st.sampled_from("abcdefghz"), min_size=1, max_size=3, unique=True))
    query = [f"w{letter}" for letter in query]  # "a" alone is an article
    spelled = [[f"w{letter}" for letter in document] for document in documents]
    found = FullText(np.arange(len(spelled)), [[" ".join(document)] for document in spelled]).search(" ".join(query))
    mean = np.mean([len(document) for document in spelled])
    expected = {}
    for i, document in enumerate(spelled):
        score = 0.0
        for word in query:
            n, tf = sum(word in other for other in spelled), document.count(word)
            idf = np.log(1 + (len(spelled) - n + 0.5) / (n + 0.5))
            score += idf * tf / (tf + 1.2 * (1 - 0.75 + 0.75 * len(document) / mean))
        if score > 0:
            expected[i] = score
    assert dict(zip(found.items_K.tolist(), found.scores_K.tolist(), strict=True)) == pytest.approx(expected, abs=1e-3)
    assert (np.diff(found.scores_K) <= 0).all()


def test_the_order_is_that_of_lance(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    vocabulary = ["w" + "".join(rng.choice(list("bcdfg"), 6)) + "k" for _ in range(60)]
    odds = 1 / np.arange(1, 61)
    documents = [" ".join(rng.choice(vocabulary, rng.integers(3, 12), p=odds / odds.sum())) for _ in range(300)]
    table = lancedb.connect(tmp_path).create_table("texts", pa.table({"n": range(300), "text": documents}))
    table.create_index("text", config=FTS(base_tokenizer="whitespace", stem=False, remove_stop_words=False))
    ours = FullText(np.arange(300), [[document] for document in documents])
    for places in ((1, 40), (5,), (2, 7, 30)):
        query = " ".join(vocabulary[place] for place in places)
        theirs = table.search(query, query_type="fts").limit(300).to_arrow()
        found = ours.search(query)
        scores = dict(zip(theirs["n"].to_pylist(), theirs["_score"].to_pylist(), strict=True))
        assert set(found.items_K.tolist()) == set(scores)
        in_their_eyes = np.array([scores[item] for item in found.items_K.tolist()])
        assert (np.diff(in_their_eyes) <= 0.02).all()  # they count lengths in steps


def test_a_filter_holds_and_counts_nothing_else() -> None:
    index = FullText(np.array([3, 5, 9]), [["red shoe"], ["red hat"], ["red scarf"]])
    assert index.search("red hat", among=np.array([3, 9])).items_K.tolist() == [3, 9]
    assert index.search("red", among=np.array([], np.int64)).items_K.tolist() == []
    assert index.having_all("red hats").tolist() == [5]
    assert index.having_all("the").tolist() == index.having_all("").tolist() == []


def test_when_full_text_has_a_say() -> None:
    documents = [[f"plain thing of cotton {'warm' if i % 2 else 'cool'}"] for i in range(300)]
    documents += [["Acme bolt M8x40"], ["Palm Tree skirt"], ["a zither for the stage"]]
    index = FullText(np.arange(303), documents, names=["Acme", "Palm Tree"])
    assert index.exact_words("acmee bolts M8x40") == ["m8x40", "m8", "40", "acme"]  # a slip in a brand is forgiven
    assert index.exact_words("palm leaf") == []
    assert index.speaks_for("Palm Tree")
    assert index.speaks_for("zither")
    assert index.speaks_for("cotton thing")
    assert index.speaks_for("coton thinng") is False  # short words are not guessed at
    assert index.speaks_for("zithr"), "a slip away from a rare word"
    assert not index.speaks_for("something for the stormy evenings")
    assert not index.speaks_for("???")
