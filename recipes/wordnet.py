"""WordNet 3.0 as Debian ships it: words, what they mean, and how they are used, read from its own files.

    apt-get install wordnet-base
    python -m recipes.wordnet sneaker

The format is that of the manual page wndb(5): one synset a line,

    02865665 06 n 02 dash 2 bolt 1 003 @ 00555648 n 0000 ... | gloss; "example"; "example"

offset, number of the lexicographer file, part of speech, count of words (hexadecimal), then word and
lexical id in turn, count of pointers (decimal), pointers (kind, offset, part of speech, source and target).
Underscores stand for spaces, and an adjective may carry a marker of its position, as in `afloat(p)`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from gergo.errors import InputError

FOLDER = Path("/usr/share/wordnet")
PARTS_OF_SPEECH = ("noun", "verb", "adj", "adv")
# Nouns of these lexicographer files (lexnames(5)) are things that can be sold, eaten, worn or seen.
TANGIBLE = frozenset({5, 6, 8, 13, 17, 20, 25, 27})

_POSITION = re.compile(r"\((?:a|p|ip)\)$")
_EXAMPLE = re.compile(r'"([^"]+)"')


class Entry(NamedTuple):
    """A word in one of its meanings: the word, the meaning in plain English, sentences that use it."""

    lemma: str
    gloss: str
    examples: tuple[str, ...]


class Synset(NamedTuple):
    """One meaning: the words that share it, and where it hangs in the tree of meanings.

    `hypernyms` are the keys (part of speech, offset) of the next more general meanings; `field` is the number
    of the lexicographer file, as in `TANGIBLE`.
    """

    key: tuple[str, int]
    field: int
    lemmas: tuple[str, ...]
    hypernyms: tuple[tuple[str, int], ...]
    gloss: str
    examples: tuple[str, ...]


def synsets(folder: Path = FOLDER, *, parts: tuple[str, ...] = PARTS_OF_SPEECH) -> Iterator[Synset]:
    """Every meaning of the given parts of speech, in the order of the files.

    Raises InputError naming the Debian package where the files are missing.
    """
    for part in parts:
        assert part in PARTS_OF_SPEECH, part
        path = folder / f"data.{part}"
        if not path.is_file():
            raise InputError(
                f"WordNet is not installed: {path} is missing",
                hint="apt-get install wordnet-base (Debian's package of the data files)",
            )
        with path.open(encoding="utf-8") as lines:
            # The licence at the top of each file is indented by two spaces.
            yield from (parse(line) for line in lines if not line.startswith("  "))


def entries(folder: Path = FOLDER, *, parts: tuple[str, ...] = PARTS_OF_SPEECH) -> Iterator[Entry]:
    """Every word of every meaning, so a word with three meanings comes three times. Raises as `synsets`.

    About 207,000 entries, read in two seconds.
    """
    for synset in synsets(folder, parts=parts):
        for lemma in synset.lemmas:
            yield Entry(lemma, synset.gloss, synset.examples)


def parse(line: str) -> Synset:
    """One line of a data file, taken apart (the module's docstring has the format)."""
    columns, _, note = line.partition(" | ")
    fields = columns.split()
    offset, field, part, n_words = int(fields[0]), int(fields[1]), fields[2], int(fields[3], 16)
    words = fields[4 : 4 + 2 * n_words : 2]
    after = 4 + 2 * n_words
    n_pointers = int(fields[after])
    pointers = [fields[at : at + 3] for at in range(after + 1, after + 1 + 4 * n_pointers, 4)]
    # `@` is "is a kind of", `@i` "is an instance of" (Rome is an instance of a city).
    hypernyms = tuple((of, int(where)) for kind, where, of in pointers if kind in ("@", "@i"))
    examples = tuple(example.strip(" ;,") for example in _EXAMPLE.findall(note))
    gloss = note.split('; "')[0].strip().strip('"; ')
    lemmas = tuple(_POSITION.sub("", word).replace("_", " ") for word in words)
    # A satellite adjective ("s") lives in the file of adjectives, and pointers call it "a".
    return Synset(("a" if part == "s" else part, offset), field, lemmas, hypernyms, gloss, examples)


def main(arguments: list[str]) -> None:
    """Print what WordNet says about each word given."""
    wanted = {argument.casefold() for argument in arguments}
    for entry in entries():
        if entry.lemma.casefold() in wanted:
            print(f"{entry.lemma}: {entry.gloss}")
            print(*(f"    {example}" for example in entry.examples), sep="\n", end="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
