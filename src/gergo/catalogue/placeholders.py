"""Placeholders: pictures that stand for no product, as a logo, "no photo" or a brand's size chart."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from gergo.catalogue.item import Item

MIN_SHOWN_BY = 5  # items, before a picture can be taken for a placeholder
_MANY = 20  # items that share a picture beside their own, more than one product has
_SHARE = 0.5
_LIFT = 2.0
_WORD = re.compile(r"\w{3,}")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2}")  # Chinese, Japanese, Korean: pairs for words


def placeholders(items: Sequence[Item], cluster_of: Mapping[str, str]) -> set[str]:
    """Clusters of pictures that stand for no product, shown by items that are not variants of one.

    Variants of a product share a photograph too, but then they also share a variant id, or words of their titles, a
    category or a brand more often than the catalogue does. Beside pictures of their own a brand or a category is not
    enough: so all that a brand sells shows its size chart. One file has to be shown so by itself, down to the pixel:
    photographs that are merely alike are no reason to drop them. What looks like a placeholder goes with it.
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
    """How many items have each word in the title, each category, brand and variant."""
    counts: Counter[str] = Counter()
    for item in items:
        counts.update(f"word {word}" for word in _words(item.title.casefold()))
        counts.update(
            f"{kind} {value}"
            for kind, value in (("category", item.category), ("brand", item.brand), ("variant", item.variant))
            if value
        )
    return counts


def _words(title: str) -> set[str]:
    pairs = {title[i : i + 2] for i in range(len(title) - 1) if _UNSPACED.match(title, i)}
    return pairs | set(_WORD.findall(title))


def _coherent(shown: Sequence[Item], everywhere: Counter[str], items: int) -> bool:
    """Whether half of the items share something that at most half as large a part of the catalogue has.

    Anything will do where the picture is the only one that most of them show. Where most have another of their own, it
    has to be a variant id, or most of what the titles say.
    """
    shared = {
        trait
        for trait, n in _traits(shown).items()
        if n >= _SHARE * len(shown) and n / len(shown) >= _LIFT * everywhere[trait] / items
    }
    if not _have_their_own(shown):
        return bool(shared)
    if any(trait.startswith("variant ") for trait in shared):
        return True
    titles = [_words(item.title.casefold()) for item in shown]
    if len(shown) >= _MANY or len({item.category for item in shown}) > 1:
        # Rather all that a brand sells than one product: "Acme shirt 1", "Acme shirt 2" show the brand's size chart.
        # Here the names of brand and category say nothing.
        names = [f"{item.brand or ''} {item.category or ''}" for item in shown]
        titles = [{word for word in title if word not in name} for title, name in zip(titles, names, strict=True)]
    alike = sum(2 * sum(f"word {word}" in shared for word in title) > len(title) for title in titles)
    return alike >= _SHARE * len(shown)


def _have_their_own(shown: Sequence[Item]) -> bool:
    """Whether most of the items show another picture, one that most of the others do not."""
    uses = Counter(picture for item in shown for picture in item.pictures)
    own = sum(any(uses[picture] < _SHARE * len(shown) for picture in item.pictures) for item in shown)
    return own >= _SHARE * len(shown)
