"""The register of drawn things: each a function that draws an outline, and the words that go with it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from .pen import Pen

Drawing = Callable[[Pen, random.Random], None]


@dataclass(frozen=True)
class Thing:
    """Something drawn: its names (the first the usual one), what it is a kind of, and how it may look.

    `colours` empty means any; `turn` is how it is met: "upright" (stands or hangs), "any" (lies about).
    `patterned`: whether its body may be striped, checked and so on. `plural` of the usual name.
    """

    names: tuple[str, ...]
    kinds: tuple[str, ...]
    draw: Drawing
    materials: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()
    turn: str = "upright"
    patterned: bool = False
    plural: str = ""
    heaped: bool = False

    @property
    def many(self) -> str:
        """The plural of the usual name."""
        return self.plural or plural(self.names[0])


THINGS: list[Thing] = []


def thing(
    names: str,
    kinds: str,
    *,
    materials: str = "",
    colours: str = "",
    turn: str = "upright",
    patterned: bool = False,
    plural: str = "",
    heaped: bool = False,
) -> Callable[[Drawing], Drawing]:
    """Register the function below as a thing; lists are written with bars between."""

    def register(drawing: Drawing) -> Drawing:
        words = [tuple(word for word in text.split("|") if word) for text in (names, kinds, materials, colours)]
        THINGS.append(Thing(words[0], words[1], drawing, words[2], words[3], turn, patterned, plural, heaped))
        return drawing

    return register


def plural(noun: str) -> str:
    """The regular English plural of a noun's last word.

    >>> [plural(noun) for noun in ("mug", "box", "cherry", "toy", "knife", "shelf", "trousers")]
    ['mugs', 'boxes', 'cherries', 'toys', 'knives', 'shelves', 'trousers']
    """
    if noun.endswith(("fe", "lf")):
        return noun.removesuffix("fe").removesuffix("f") + "ves"
    if noun.endswith(("rs", "ts", "ns", "es", "gs", "ks")) and not noun.endswith("ss"):
        return noun
    if noun.endswith(("s", "x", "ch", "sh")):
        return noun + "es"
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + "s"
