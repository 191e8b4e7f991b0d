"""The pairs a catalogue holds: items that have at least one picture and one text, and what of them an epoch
draws.

Shapes: N items, K the most contents of one modality that an item bears; shorter rows are padded with -1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from gergo.catalogue import texts as cleaning
from gergo.catalogue.category_paths import paths_of
from gergo.catalogue.copies import same_photograph
from gergo.catalogue.filters import column_named
from gergo.catalogue.hashing import text_hash
from gergo.catalogue.store import Catalogue
from gergo.contrastive.sampler import Ints, kinship
from gergo.contrastive.templates import Template
from gergo.evaluation.same_pictures import equal_pairs

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


class Content(NamedTuple):
    """One content: the catalogue's view number of a picture, or the text itself; and its content hash.

    own: not a caption that was made for an item, of its category's name or of its columns.
    """

    value: int | str
    hash: str
    own: bool = True


class TextShares(NamedTuple):
    """How often an item's title, its category's name and texts made by templates are drawn; its other texts share
    what is left. Where there are `columns`, each with a weight, what category and templates leave is divided among
    those of them that the item has, be they its texts or not (colour, material), and by nothing else.

    The name of the category is a caption too: it is what zero-shot classification will ask for, and without
    it a model tuned on long titles loses the feel for single words.
    """

    title: float
    category: float
    template: float = 0.0
    templates: tuple[str, ...] = ()
    columns: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Pairs:
    """Items with what they bear in each modality, as numbers.

    items_N: the catalogue's item numbers. splits_N: names of their splits. groups_N: codes of their groups.
    bears: by modality ("image", "text"), int64 [N, K], positions in `contents[modality]`; the first is the
    first
        picture, the title (the first text that is there).
    weights: by modality, float [N, K], how often each is drawn; rows sum to 1.
    contents: by modality. Equal texts are one content; pictures are one each, but copies of one item's are left out.
    kin_N: equal for items that share a group or a text of their own, directly or through others.
    categories_N: the text of the category column as it stands there, "" where there is none.
    """

    items_N: Ints
    splits_N: npt.NDArray[np.str_]
    groups_N: Ints
    bears: Mapping[str, Ints]
    weights: Mapping[str, Floats]
    contents: Mapping[str, list[Content]]
    kin_N: Ints
    categories_N: npt.NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.items_N)

    def only(self, keep_N: Mask) -> Pairs:
        """The pairs of some items; contents that no item bears any more are dropped, the rest renumbered."""
        bears, contents = {}, {}
        for modality, bears_NK in self.bears.items():
            used, renumbered = np.unique(bears_NK[keep_N], return_inverse=True)
            padding = int(used.size > 0 and used[0] == -1)
            bears[modality] = renumbered.reshape(-1, bears_NK.shape[1]).astype(np.int64) - padding
            contents[modality] = [self.contents[modality][position] for position in used[padding:]]
        return Pairs(
            items_N=self.items_N[keep_N],
            splits_N=self.splits_N[keep_N],
            groups_N=self.groups_N[keep_N],
            bears=bears,
            weights={modality: weights_NK[keep_N] for modality, weights_NK in self.weights.items()},
            contents=contents,
            kin_N=self.kin_N[keep_N],
            categories_N=self.categories_N[keep_N],
        )


def read_pairs(catalogue: Catalogue, splits: Sequence[str], shares: TextShares) -> Pairs:
    """The pairs of some splits, in the order of item numbers.

    Raises:
        UsageError: a template that names no column, or one that is not there; a column that is not there.
    """
    category = catalogue.roles.category
    templates = [Template.parse(text, catalogue.columns) for text in shares.templates]
    weight_of = {column_named(name, catalogue.columns): weight for name, weight in shares.columns if weight}
    wanted = [*([category] if category else []), *(name for one in templates for name in one.columns), *weight_of]
    table = catalogue.items(splits=list(splits), columns=wanted)
    views = catalogue.views(splits=list(splits))
    views = views.filter(pa.array(_no_copy(catalogue, views)))
    pictures_of: dict[int, list[int]] = {}
    for position, item in enumerate(views["item"].to_pylist()):
        pictures_of.setdefault(item, []).append(position)
    items = [item for item in table.to_pylist() if item["item"] in pictures_of and item["texts"]]
    categories = [cleaning.normalise(item[category]) if category else "" for item in items]
    _put_paths_in_words(catalogue, items, wanted)

    texts = _Texts()
    own = [[texts.number(field["text"], field["hash"]) for field in item["texts"]] for item in items]
    own = [list(dict.fromkeys(row)) for row in own]
    groups_N = np.unique([item["group"] for item in items], return_inverse=True)[1].astype(np.int64)
    classes = [(n, text) for n, row in enumerate(own) for text in row]
    classes += [(n, len(texts.contents) + int(group)) for n, group in enumerate(groups_N)]

    called = [cleaning.normalise(item[category]) if category else "" for item in items]
    named = [texts.made(name) if name else -1 for name in called]
    made = [[texts.made(text) for one in templates if (text := one.fill(item))] for item in items]
    told = [_of_columns(item, weight_of, texts) for item in items]
    bears_NK = _padded(
        [_distinct(row, name, [*extra, *of]) for row, name, extra, of in zip(own, named, made, told, strict=True)]
    )
    told_NK = np.array([[of.get(int(text), 0.0) for text in row] for row, of in zip(bears_NK, told, strict=True)])
    made_NK = np.array([np.isin(row, extra) for row, extra in zip(bears_NK, made, strict=True)], dtype=bool)
    made_NK, told_NK = made_NK.reshape(bears_NK.shape), told_NK.reshape(bears_NK.shape)
    text_weights = _weights(bears_NK, np.array(named, np.int64), made_NK, told_NK if weight_of else None, shares)
    images_NK = _padded([pictures_of[item["item"]] for item in items])
    view_contents = zip(views["view"].to_pylist(), views["hash"].to_pylist(), strict=True)
    pairs = Pairs(
        items_N=np.array([item["item"] for item in items], dtype=np.int64),
        splits_N=np.array([item["split"] for item in items], dtype=np.str_),
        groups_N=groups_N,
        bears={"image": images_NK, "text": bears_NK},
        weights={"image": _alike(images_NK >= 0), "text": text_weights},
        contents={"image": [Content(*content) for content in view_contents], "text": texts.contents},
        kin_N=kinship(classes, len(items)),
        categories_N=np.array(categories, dtype=np.str_),
    )
    return pairs.only(np.ones(len(items), dtype=bool))


def _put_paths_in_words(catalogue: Catalogue, items: Sequence[dict[str, Any]], columns: Sequence[str]) -> None:
    """A caption says "Cats", not "Animals > Mammals > Cats"; told apart from all paths that the catalogue has."""
    for column in dict.fromkeys(columns):
        if (paths := paths_of(catalogue, column)) is not None:
            for item in items:
                item[column] = paths.word_of.get(cleaning.normalise(item[column]), item[column])


def _no_copy(catalogue: Catalogue, views: pa.Table) -> Mask:
    """Which views are not an earlier picture of their item, saved again: two copies are no pair of photographs."""
    view_V, item_V = (views[name].to_numpy() for name in ("view", "item"))
    first, second = equal_pairs(item_V, item_V).T
    first, second = first[first < second], second[first < second]
    keep_V = np.ones(len(view_V), dtype=bool)
    keep_V[second[same_photograph(catalogue, view_V[first], view_V[second])]] = False
    return keep_V


class _Texts:
    """Distinct texts, numbered as they come."""

    def __init__(self) -> None:
        self.contents: list[Content] = []
        self._numbers: dict[str, int] = {}

    def number(self, text: str, hash: str, *, own: bool = True) -> int:
        if hash not in self._numbers:
            self._numbers[hash] = len(self.contents)
            self.contents.append(Content(text, hash, own))
        return self._numbers[hash]

    def made(self, text: str) -> int:
        """The number of a caption that was made for an item; the items' own texts have theirs already."""
        return self.number(text, text_hash(text), own=False)


def _of_columns(item: Mapping[str, Any], weight_of: Mapping[str, float], texts: _Texts) -> dict[int, float]:
    """The texts of some columns of an item with their weights; a text that several columns hold has all of theirs."""
    own = {field["column"]: field["text"] for field in item["texts"]}
    found: dict[int, float] = {}
    for column, weight in weight_of.items():
        value = own.get(column, item[column])
        text = "" if value is None else cleaning.normalise(str(value))
        if text:
            number = texts.made(text)
            found[number] = found.get(number, 0.0) + weight
    return found


def _distinct(own: list[int], named: int, made: list[int]) -> list[int]:
    """An item's texts, each once: its own, its category's name, those that templates and columns make."""
    return [text for text in dict.fromkeys([*own, named, *made]) if text >= 0]


def _padded(rows: list[list[int]]) -> Ints:
    table_NK = np.full((len(rows), max(map(len, rows), default=1)), -1, dtype=np.int64)
    for n, row in enumerate(rows):
        table_NK[n, : len(row)] = row
    return table_NK


def _alike(there_NK: Mask) -> Floats:
    return there_NK / np.maximum(there_NK.sum(axis=1, keepdims=True), 1)


def _weights(bears_NK: Ints, named_N: Ints, made_NK: Mask, told_NK: Floats | None, shares: TextShares) -> Floats:
    title_NK = np.zeros(bears_NK.shape, dtype=bool)
    title_NK[:, 0] = True
    category_NK = (bears_NK == named_N[:, None]) & (bears_NK >= 0) & ~title_NK
    made_NK = made_NK & (bears_NK >= 0) & ~title_NK & ~category_NK
    if told_NK is not None:
        return _by_column(told_NK, category_NK, made_NK, title_NK, shares)
    others_NK = (bears_NK >= 0) & ~title_NK & ~category_NK & ~made_NK
    weights_NK = shares.title * title_NK + shares.category * category_NK + shares.template * _alike(made_NK)
    left = max(0.0, 1 - shares.title - shares.category - shares.template)
    weights_NK = weights_NK + left * _alike(others_NK)
    total_N1 = weights_NK.sum(axis=1, keepdims=True)
    return np.where(total_N1 > 0, weights_NK / np.where(total_N1 > 0, total_N1, 1), title_NK)


def _by_column(told_NK: Floats, category_NK: Mask, made_NK: Mask, title_NK: Mask, shares: TextShares) -> Floats:
    """The weights where columns have theirs; an item that has none of these columns has its title for them."""
    told_NK = np.where(told_NK.sum(axis=1, keepdims=True) > 0, told_NK, title_NK)
    weights_NK = max(0.0, 1 - shares.category - shares.template) * told_NK / told_NK.sum(axis=1, keepdims=True)
    weights_NK = weights_NK + shares.category * category_NK + shares.template * _alike(made_NK)
    return weights_NK / weights_NK.sum(axis=1, keepdims=True)


def draw(bears_NK: Ints, weights_NK: Floats, random: np.random.Generator) -> Ints:
    """One content an item, by weight: int64 [N], positions in `contents`.

    Drawn for all items at once, so that an epoch can be entered in its middle.
    """
    reached_NK = np.cumsum(weights_NK, axis=1)
    drawn_N = (random.random(len(bears_NK))[:, None] * reached_NK[:, -1:] >= reached_NK).sum(axis=1)
    return bears_NK[np.arange(len(bears_NK)), drawn_N]


def draw_another(bears_NK: Ints, weights_NK: Floats, first_N: Ints, random: np.random.Generator) -> Ints:
    """A second content an item, other than the first where it bears another that is ever drawn: int64 [N].

    >>> bears, weights = np.array([[4, 5], [6, -1]]), np.array([[0.9, 0.1], [1.0, 0.0]])
    >>> draw_another(bears, weights, np.array([4, 6]), np.random.default_rng(0)).tolist()
    [5, 6]
    """
    others_NK = np.where(bears_NK == first_N[:, None], 0.0, weights_NK)
    alone_N = others_NK.sum(axis=1) == 0
    return np.where(alone_N, first_N, draw(bears_NK, np.where(alone_N[:, None], weights_NK, others_NK), random))


def from_namesakes(second_N: Ints, first_N: Ints, titles_N: Ints, random: np.random.Generator) -> Ints:
    """Where an item's second content is its first again, that of another item of the same title, where there is one.

    Another apple's picture teaches more than the same one, cropped differently (positives by label: Khosla et al.,
    2020). first_N, second_N: contents drawn, int64 [N]; titles_N: the title of each item.

    >>> first, titles = np.array([1, 2, 3, 4]), np.array([7, 7, 8, 7])
    >>> found = from_namesakes(np.array([1, 2, 3, 9]), first, titles, np.random.default_rng(0)).tolist()
    >>> found[0] in (2, 4), found[1] in (1, 4), found[2:]
    (True, True, [3, 9])
    """
    order = np.lexsort((random.random(len(first_N)), titles_N))
    sorted_N = titles_N[order]
    starts = np.flatnonzero(np.r_[True, sorted_N[1:] != sorted_N[:-1]])
    following = np.arange(1, len(order) + 1)
    following[np.r_[starts[1:], len(order)] - 1] = starts  # in a circle
    other_N = np.empty_like(order)
    other_N[order] = order[following]
    return np.where(second_N == first_N, first_N[other_N], second_N)
