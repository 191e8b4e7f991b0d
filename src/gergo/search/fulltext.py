"""Full text: which items have a query's words, ranked by BM25 (Robertson et al., 1994; Lucene's variant).

Why not Lance's own: its index would be a table that every filtered column had to be copied into, it tells nobody how
rare a word is, which decides when words are asked at all, and codes such as M8x40 need a tokenizer of their own. The
order agrees with Lance's (tests/search/test_fulltext.py).

Shapes: N documents (items), P postings (a word in a document), K matches.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from gergo.search.words import inflections, is_code, misspelt, tokens

K1, B = 1.2, 0.75
RARE_SHARE = 0.01
INFLECTED_WEIGHT, MISSPELT_WEIGHT = 0.7, 0.5
SCORE_DIGITS = 4
_ALPHABET = 48  # letters tried where a word is misspelt: the catalogue's most frequent
_LONGEST_NAME = 4  # words of a brand


class Matches(NamedTuple):
    """Items that have at least one word of a query, best first."""

    items_K: np.ndarray  # int64
    scores_K: np.ndarray  # float32, BM25


class FullText:
    """The words of every item.

    Args:
        items_N: int64, ascending, the number of each item.
        documents: the texts of each item; a text that comes twice counts twice.
        names: what is exact however frequent it is: the brands.
    """

    def __init__(self, items_N: np.ndarray, documents: Iterable[Sequence[str]], names: Iterable[str] = ()) -> None:
        self.items_N = items_N.astype(np.int64)
        self.names = {" ".join(tokens(name)) for name in names} - {""}
        self.vocabulary: dict[str, int] = {}
        words, lengths_N = array("i"), np.zeros(len(items_N), np.int64)
        for i, texts in enumerate(documents):
            start = len(words)
            for text in texts:
                words.extend(self.vocabulary.setdefault(t, len(self.vocabulary)) for t in tokens(text))
            lengths_N[i] = len(words) - start
        self._post(np.frombuffer(words, np.int32) if words else np.empty(0, np.int32), lengths_N)
        letters = Counter(letter for word in self.vocabulary for letter in word if letter.isalpha())
        self._alphabet = "".join(letter for letter, _ in letters.most_common(_ALPHABET))

    def __len__(self) -> int:
        return len(self.items_N)

    def _post(self, words_W: np.ndarray, lengths_N: np.ndarray) -> None:
        """Postings by word, each with what it adds to a score."""
        documents_W = np.repeat(np.arange(len(lengths_N)), lengths_N)
        keys_P, times_P = np.unique(words_W.astype(np.int64) * max(len(lengths_N), 1) + documents_W, return_counts=True)
        posted_P, self._documents_P = np.divmod(keys_P, max(len(lengths_N), 1))
        self._documents_P = self._documents_P.astype(np.int32)
        self._starts = np.searchsorted(posted_P, np.arange(len(self.vocabulary) + 1))
        frequency_V = np.diff(self._starts)
        idf_V = np.log1p((len(lengths_N) - frequency_V + 0.5) / (frequency_V + 0.5))
        relative_N = lengths_N / max(lengths_N.mean(), 1e-9) if len(lengths_N) else lengths_N
        damping_P = K1 * (1 - B + B * relative_N[self._documents_P])
        self._impacts_P = (idf_V[posted_P] * times_P / (times_P + damping_P)).astype(np.float32)

    def frequency(self, token: str) -> int:
        """How many items have this token."""
        word = self.vocabulary.get(token)
        return 0 if word is None else int(self._starts[word + 1] - self._starts[word])

    def exact_words(self, query: str) -> list[str]:
        """Words of a query that a shopper means to the letter: brands, codes and sizes, and rare words.

        A word is rare when at most 1% of the items have it (in a small catalogue: one item). Vectors blur exactly
        these.
        """
        asked = [token for token in tokens(query) if token in self.vocabulary]
        most = max(1, math.floor(RARE_SHARE * len(self)))
        found = [token for token in asked if is_code(token) or self.frequency(token) <= most]
        return list(dict.fromkeys(found + self._named(query)))

    def _named(self, query: str) -> list[str]:
        asked = tokens(query)
        spans = (asked[i:j] for i in range(len(asked)) for j in range(i + 1, min(i + _LONGEST_NAME, len(asked)) + 1))
        return [token for span in spans if " ".join(span) in self.names for token in span]

    def corrected(self, query: str) -> dict[str, list[str]]:
        """Words of a query that no item has -> words of the catalogue that may have been meant."""
        unknown = (token for token in tokens(query) if not self._known_as(token))
        found = {token: misspelt(token, self.vocabulary, self._alphabet) for token in dict.fromkeys(unknown)}
        return {token: words for token, words in found.items() if words}

    def _known_as(self, token: str) -> list[tuple[str, float]]:
        forms = [(token, 1.0)] if token in self.vocabulary else []
        return forms + [(form, INFLECTED_WEIGHT) for form in inflections(token, self.vocabulary)]

    def search(self, query: str, *, among: np.ndarray | None = None) -> Matches:
        """All items that have a word of the query, in some form; equal scores in the order of item numbers.

        >>> index = FullText(np.arange(3), [["Hex bolt M8x40"], ["Hex nut M8"], ["Washer"]])
        >>> index.search("M8 x 40 bolts").items_K.tolist()
        [0, 1]
        """
        scores_N = np.zeros(len(self), np.float32)
        corrected = self.corrected(query)
        for token in dict.fromkeys(tokens(query)):
            forms = self._known_as(token) or [(word, MISSPELT_WEIGHT) for word in corrected.get(token, [])]
            self._add(forms, scores_N)
        if among is not None:
            scores_N[~np.isin(self.items_N, among)] = 0
        found = np.flatnonzero(scores_N)
        scores_K = scores_N[found].round(SCORE_DIGITS)
        order = np.lexsort((found, -scores_K))
        return Matches(self.items_N[found[order]], scores_K[order])

    def _add(self, forms: list[tuple[str, float]], scores_N: np.ndarray) -> None:
        """Add what one word of the query is worth: of several forms in one document, the best."""
        if len(forms) == 1:
            documents, impacts = self._postings(forms[0][0])
            scores_N[documents] += impacts * np.float32(forms[0][1])
            return
        best_N = np.zeros_like(scores_N)
        for form, weight in forms:
            documents, impacts = self._postings(form)
            best_N[documents] = np.maximum(best_N[documents], impacts * np.float32(weight))
        scores_N += best_N

    def _postings(self, token: str) -> tuple[np.ndarray, np.ndarray]:
        word = self.vocabulary[token]
        part = slice(self._starts[word], self._starts[word + 1])
        return self._documents_P[part], self._impacts_P[part]

    def having_all(self, query: str) -> np.ndarray:
        """Numbers of the items that have every word of the query, int64; none for a query without words."""
        sets = []
        for token in dict.fromkeys(tokens(query)):
            forms = self._known_as(token)
            sets.append(np.unique(np.concatenate([self._postings(form)[0] for form, _ in forms])) if forms else [])
        if not sets:
            return np.empty(0, np.int64)
        common = sets[0]
        for other in sets[1:]:
            common = np.intersect1d(common, other)
        return self.items_N[np.asarray(common, np.int64)]
