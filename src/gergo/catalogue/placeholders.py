"""Placeholders: pictures that stand for no product, as a logo, "no photo" or a brand's size chart."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from gergo.catalogue.item import Item

MIN_SHOWN_BY = 5  # items, before a picture can be taken for a placeholder
_SHARE = 0.5
_LIFT = 2.0
_WORD = re.compile(r"\w{3,}")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2}")  # Chinese, Japanese, Korean: pairs for words


def placeholders(items: Sequence[Item], cluster_of: Mapping[str, str]) -> set[str]:
    """Clusters of pictures that stand for no product, shown by items that are not variants of one.

    Variants of a product share a photograph too, but then they also share a variant id, or words of their titles more
    often than the catalogue does. A brand or a category is no product: all that a brand sells shows its size chart. One
    file has to be shown so by itself, down to the pixel: photographs that are merely alike are no reason to drop them.
    What looks like a placeholder goes with it.
    """
    uses = Counter(picture for item in items for picture in item.pictures)
    shown_by: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        for picture in item.pictures:
            if uses[picture] >= MIN_SHOWN_BY:
                shown_by[picture].append(item)
    suspects = {
        picture: shown
        for picture, shown in shown_by.items()
        if len({item.text_hashes for item in shown}) >= MIN_SHOWN_BY
    }
    if not suspects:
        return set()
    everywhere = _traits(items)
    return {cluster_of[picture] for picture, shown in suspects.items() if not _coherent(shown, everywhere, len(items))}


def _traits(items: Iterable[Item]) -> Counter[str]:
    """How many items have each word in the title, and each variant."""
    counts: Counter[str] = Counter()
    for item in items:
        counts.update(f"word {word}" for word in _words(item.title.casefold()))
        if item.variant:
            counts[f"variant {item.variant}"] += 1
    return counts


def _words(title: str) -> set[str]:
    pairs = {title[i : i + 2] for i in range(len(title) - 1) if _UNSPACED.match(title, i)}
    return pairs | set(_WORD.findall(title))


def _coherent(shown: Sequence[Item], everywhere: Counter[str], items: int) -> bool:
    """Whether half of the items share a variant id, or what their titles say of one product.

    Shared is what at most half as large a part of the catalogue has. Where the picture is all that the items show, one
    shared word is enough, or the whole of their titles; where they show pictures of their own as well, most of what
    the titles say beside brand and category has to be the same.
    """
    shared = {
        trait
        for trait, n in _traits(shown).items()
        if n >= _SHARE * len(shown) and n / len(shown) >= _LIFT * everywhere[trait] / items
    }
    if any(trait.startswith("variant ") for trait in shared):
        return True
    words = {trait.removeprefix("word ") for trait in shared}
    titles = [
        {word for word in _words(item.title.casefold()) if everywhere[f"word {word}"] <= items / 2} for item in shown
    ]
    names = _words_of_names(shown)
    beside_names = [{word for word in title if not _is_name(word, names)} for title in titles]
    if _have_their_own(shown):
        return _mostly(words, beside_names)
    return any(words & title for title in beside_names) or _mostly(words, titles)


def _words_of_names(shown: Sequence[Item]) -> set[str]:
    """The words of the items' brands and categories."""
    named = {name for item in shown for name in (item.brand, item.category) if name}
    return set(chain.from_iterable(map(_words, named)))


def _is_name(word: str, names: set[str]) -> bool:
    """Whether a word is of a brand or category, or another form of one: shirt and shirts."""
    if word in names:
        return True
    return any(abs(len(word) - len(name)) <= 2 and (word.startswith(name) or name.startswith(word)) for name in names)


def _have_their_own(shown: Sequence[Item]) -> bool:
    """Whether most of the items show another picture, one that most of the others do not."""
    uses = Counter(picture for item in shown for picture in item.pictures)
    own = sum(any(uses[picture] < _SHARE * len(shown) for picture in item.pictures) for item in shown)
    return own >= _SHARE * len(shown)


def _mostly(words: set[str], titles: Sequence[set[str]]) -> bool:
    """Whether `words` are more than half of what half of the titles say."""
    return sum(2 * len(title & words) > len(title) for title in titles) >= _SHARE * len(titles)
