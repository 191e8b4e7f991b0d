"""Columns of paths ("Animals > Mammals > Cats"), found by what they hold, and what a path is called in words.

Most values of such a column have several levels, parted by the same mark. Where the mark is one that stands between
alternatives and within codes as well ("Black/White", "gift; sale", "S/M"), the levels must also be words, and those of
a tree: first levels repeat, and what is first in one value is not further on in others. Addresses are no paths.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gergo.catalogue import texts
from gergo.catalogue.scripts import UNSPACED
from gergo.catalogue.store import Catalogue

MOST = 0.5  # of the different values, that have several levels; of those, that are made of words
LONGEST = 200  # characters a value on average: beyond, it is prose
CROSSING = 0.1  # of the different values, at most, that go on with what is first in another

# A mark, and whether it also parts what is no path. The first that fits counts: "Tops / Shirts" may be one level.
_MARKS = (
    (re.compile(r"\s*(?:[-=]?[>»›→]+|::)\s*"), False),
    (re.compile(r"\s+/\s+"), True),
    (re.compile(r"\s*\|\s*"), True),
    (re.compile(r"\s*/\s*"), True),
    (re.compile(r"\s*\\\s*"), True),
    (re.compile(r"\s*;\s*"), True),
)
_WORD = re.compile(rf"[^\W\d_]{{2}}|[{UNSPACED}]")
_ADDRESS = re.compile(r"://|^www\.|\w\.[a-z]{3,4}\b", re.I)

Path = tuple[str, ...]


@dataclass(frozen=True)
class Paths:
    """separator: what stands between levels, as the column mostly writes it. word_of: normalised value -> its words."""

    separator: str
    word_of: dict[str, str]


def read_paths(values: Iterable[object]) -> Paths | None:
    """The paths of a column; None where it holds none.

    A path is called by its last level, with as many before it as tell it from every other path that ends so.

    >>> read_paths(["Men > Shoes", "Women > Shoes", "Women > Hats", "Women"]).word_of
    {'Men > Shoes': 'Men Shoes', 'Women > Shoes': 'Women Shoes', 'Women > Hats': 'Hats', 'Women': 'Women'}
    >>> [read_paths(values) for values in (["S/M", "L/XL"], ["Black/White", "White/Black", "Black/Red"])]
    [None, None]
    """
    written = dict.fromkeys(value for value in values if isinstance(value, str))
    if sum(map(len, written)) > LONGEST * len(written):
        return None
    names = [name for name in dict.fromkeys(map(texts.normalise, written)) if name]
    for mark, parts_others in _MARKS:
        path_of = {name: tuple(filter(None, mark.split(name))) for name in names}
        if _are_paths(path_of, tree=parts_others):
            separators = Counter(match for name in names for match in mark.findall(name))
            return Paths(separators.most_common(1)[0][0], _words(path_of))
    return None


def paths_of(catalogue: Catalogue, column: str) -> Paths | None:
    """The paths among all values that a catalogue has in a column."""
    return read_paths(catalogue.items(columns=[column])[column].unique().to_pylist())


def path_words(values: Iterable[object]) -> dict[str, str]:
    """The words of a column's paths, by their normalised values; empty where it holds no paths."""
    paths = read_paths(values)
    return paths.word_of if paths is not None else {}


def in_words(values: Sequence[str]) -> list[str]:
    """The values of a column, in words where they are paths.

    >>> in_words(["Pets > Cats", "", "Pets > Dogs"]), in_words(["cats", "", "dogs"])
    (['Cats', '', 'Dogs'], ['cats', '', 'dogs'])
    """
    told = path_words(values)
    return [told.get(texts.normalise(value), value) for value in values] if told else list(values)


def _are_paths(path_of: dict[str, Path], *, tree: bool) -> bool:
    deep = [path for name, path in path_of.items() if len(path) > 1 and not _ADDRESS.search(name)]
    if len(deep) < 2 or len(deep) < MOST * len(path_of):
        return False
    return not tree or (sum(all(map(_is_worded, path)) for path in deep) >= MOST * len(deep) and _is_tree(path_of))


def _is_worded(level: str) -> bool:
    return _WORD.search(level) is not None and sum(map(str.isdigit, level)) < sum(map(str.isalpha, level))


def _is_tree(path_of: dict[str, Path]) -> bool:
    folded = [tuple(map(str.casefold, path)) for path in path_of.values()]
    firsts, deep = {path[0] for path in folded}, [path for path in folded if len(path) > 1]
    crossing = sum(not firsts.isdisjoint(path[1:]) for path in deep)
    return 2 * len({path[0] for path in deep}) <= len(deep) and crossing <= CROSSING * len(folded)


def _words(path_of: dict[str, Path]) -> dict[str, str]:
    folded = {name: tuple(map(str.casefold, path)) for name, path in path_of.items()}
    ending = Counter(path[-n:] for path in set(folded.values()) for n in range(1, len(path) + 1))
    words = {}
    for name, path in path_of.items():
        alone = (n for n in range(1, len(path)) if ending[folded[name][-n:]] == 1)
        words[name] = " ".join(path[-next(alone, len(path)) :])
    return words
