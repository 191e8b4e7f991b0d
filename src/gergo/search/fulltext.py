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

from gergo.search.words import LONG, asked, fold, inflections, is_code, misspelt, tokens, zero_forms

K1, B = 1.2, 0.75
RARE_SHARE = 0.01
INFLECTED_WEIGHT, MISSPELT_WEIGHT = 0.7, 0.5
SCORE_DIGITS = 4
_ALPHABET = 48  # letters tried where a word is misspelt: the catalogue's most frequent
_LONGEST_NAME = 4  # words of a brand


class Matches(NamedTuple):
    """Items that have at least one word of a query, best first.

    trust: the best score beside what it were if a slip of the pen weighed as much as a true word.
    """

    items_K: np.ndarray  # int64
    scores_K: np.ndarray  # float32, BM25
    trust: float = 1.0


class FullText:
    """The words of every item.

    Args:
        items_N: int64, ascending, the number of each item.
        documents: the texts of each item; a text that comes twice counts twice.
        names: what is exact however frequent it is: the brands.
        titles: what each item is called, by one or several of the texts that are in its document.
        numbers: columns of what tells an item from all others, the most telling first: ids, article numbers.
    """

    def __init__(
        self,
        items_N: np.ndarray,
        documents: Iterable[Sequence[str]],
        names: Iterable[str] = (),
        titles: Iterable[Sequence[str]] = (),
        numbers: Iterable[Iterable[str]] = (),
    ) -> None:
        self.items_N = items_N.astype(np.int64)
        self.names = {" ".join(tokens(name)) for name in names} - {""}
        self._name_words = {word for name in self.names for word in name.split()}
        self.vocabulary: dict[str, int] = {}
        words, lengths_N = array("i"), np.zeros(len(items_N), np.int64)
        for i, texts in enumerate(documents):
            start = len(words)
            for text in texts:
                words.extend(self.vocabulary.setdefault(t, len(self.vocabulary)) for t in tokens(text))
            lengths_N[i] = len(words) - start
        self._post(np.frombuffer(words, np.int32) if words else np.empty(0, np.int32), lengths_N)
        self._note(titles)
        self._numbers = [np.array([hash(fold(number)) for number in column], np.int64) for column in numbers]
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

    def _note(self, titles: Iterable[Sequence[str]]) -> None:
        """Keep the titles, T of them, by hash: 16 bytes each, however long they are."""
        owners, hashes = array("q"), array("q")
        for i, called in enumerate(titles):
            for title in called:
                owners.append(i)
                hashes.append(hash(fold(title)))
        self._owners_T, self._hashes_T = (np.array(values, np.int64) for values in (owners, hashes))

    def titled(self, query: str) -> np.ndarray:
        """Numbers of the items that are called what the query says, capitals and accents aside, int64 ascending.

        >>> titles = [["Red shirt"], ["Shirt"]]
        >>> FullText(np.arange(2), titles, titles=titles).titled("shirt").tolist()
        [1]
        """
        return self.items_N[np.unique(self._owners_T[self._hashes_T == hash(fold(query))])]

    def numbered(self, query: str) -> np.ndarray:
        """Numbers of the items whose id or article number is the query, int64; if there is none, leading zeros aside.

        >>> index = FullText(np.arange(2), [["X"], ["X"]], numbers=[["007", "X-70"]])
        >>> index.numbered("x-70").tolist(), index.numbered("7").tolist()
        ([1], [0])
        """
        asked_for = fold(query)
        for forms in ([asked_for], zero_forms(asked_for)):
            for hashes_N in self._numbers:
                found = self.items_N[np.isin(hashes_N, [hash(form) for form in forms])]
                if len(found):
                    return found
        return np.empty(0, np.int64)

    def frequency(self, token: str) -> int:
        """How many items have this token."""
        word = self.vocabulary.get(token)
        return 0 if word is None else int(self._starts[word + 1] - self._starts[word])

    def exact_words(self, query: str) -> list[str]:
        """Words of a query that a shopper means to the letter: codes, sizes, and brands, in these a slip forgiven."""
        said = [self._as_meant(token) for token in tokens(query)]
        codes = [token for token in said if token in self.vocabulary and is_code(token)]
        spans = (said[i:j] for i in range(len(said)) for j in range(i + 1, min(i + _LONGEST_NAME, len(said)) + 1))
        return list(dict.fromkeys(codes + [token for span in spans if " ".join(span) in self.names for token in span]))

    def _as_meant(self, token: str) -> str:
        """The number, or the word of a brand, that an unknown word was meant to be, else the word itself."""
        if token in self.vocabulary:
            return token
        forms = (
            self._with_zeros(token)
            or inflections(token, self._name_words)
            or misspelt(token, self._name_words, self._alphabet)
        )
        return forms[0] if forms else token

    def _with_zeros(self, token: str) -> list[str]:
        return [form for form in zero_forms(token) if form in self.vocabulary]

    def speaks_for(self, query: str) -> bool:
        """Whether full text should have a say: some item has every word of the query (in long ones a slip is forgiven;
        a short foreign word is a slip away from something too often) or is numbered so, or at least one of its words is
        a brand, a code, or rare, or a slip away from a rare one: at most 1% of the items have it. Vectors blur exactly
        these."""
        most = max(1, math.floor(RARE_SHARE * len(self)))
        corrected = self.corrected(query)
        words = [*asked(query), *(word for meant in corrected.values() for word in meant)]
        rare = any(0 < self.frequency(token) <= most for token in words)
        long = {token: meant[0] for token, meant in corrected.items() if len(token) >= LONG}
        read = " ".join(long.get(token, token) for token in asked(query))
        return rare or bool(self.exact_words(query)) or bool(len(self.having_all(read)) + len(self.numbered(query)))

    def holding(self, token: str) -> np.ndarray:
        """Numbers of the items that have this very token, int64."""
        return self.items_N[self._postings(token)[0]] if token in self.vocabulary else np.empty(0, np.int64)

    def corrected(self, query: str) -> dict[str, list[str]]:
        """Words of a query that no item has -> the word of the catalogue that may have been meant: of several, the most
        frequent.
        """
        unknown = (token for token in asked(query) if not self._known_as(token))
        found = {token: misspelt(token, self.vocabulary, self._alphabet) for token in dict.fromkeys(unknown)}
        return {token: [max(words, key=self.frequency)] for token, words in found.items() if words}

    def unknown_codes(self, query: str) -> list[str]:
        """Words of a query, as they are written, that are codes and that no item has.

        >>> FullText(np.arange(1), [["Hex bolt M8 DIN 933"]]).unknown_codes("bolts DIN933 M9")
        ['M9']
        """
        codes = {word: [token for token in tokens(word) if is_code(token)] for word in query.split()}
        return [word for word, forms in codes.items() if forms and not self._known_as(max(forms, key=len))]

    def _known_as(self, token: str) -> list[tuple[str, float]]:
        forms = [(form, 1.0) for form in ([token] if token in self.vocabulary else self._with_zeros(token))]
        return forms + [(form, INFLECTED_WEIGHT) for form in inflections(token, self.vocabulary)]

    def search(self, query: str, *, among: np.ndarray | None = None) -> Matches:
        """All items that have a word of the query, in some form; equal scores in the order of item numbers.

        >>> index = FullText(np.arange(3), [["Hex bolt M8x40"], ["Hex nut M8"], ["Washer"]])
        >>> index.search("M8 x 40 bolts").items_K.tolist()
        [0, 1]
        """
        true_N, slipped_N = np.zeros((2, len(self)), np.float32)
        corrected = self.corrected(query)
        for token in dict.fromkeys(asked(query)):
            known = self._known_as(token)
            self._add(known or [(word, 1.0) for word in corrected.get(token, [])], true_N if known else slipped_N)
        scores_N = true_N + np.float32(MISSPELT_WEIGHT) * slipped_N
        if among is not None:
            scores_N[~np.isin(self.items_N, among)] = 0
        found = np.flatnonzero(scores_N)
        scores_K = scores_N[found].round(SCORE_DIGITS)
        order = np.lexsort((found, -scores_K))
        best = found[order[:1]]
        trust = float(scores_N[best].sum() / max(float((true_N + slipped_N)[best].sum()), 1e-9)) if len(best) else 1.0
        return Matches(self.items_N[found[order]], scores_K[order], trust)

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
        for token in dict.fromkeys(asked(query)):
            forms = self._known_as(token)
            sets.append(np.unique(np.concatenate([self._postings(form)[0] for form, _ in forms])) if forms else [])
        if not sets:
            return np.empty(0, np.int64)
        common = sets[0]
        for other in sets[1:]:
            common = np.intersect1d(common, other)
        return self.items_N[np.asarray(common, np.int64)]
