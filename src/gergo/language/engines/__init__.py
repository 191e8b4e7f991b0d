"""Translation engines, one protocol: each gets segments with what must be kept marked, and says where it put it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from gergo.errors import UsageError

ENGINES = ("apertium", "marian", "openai")


@dataclass(frozen=True)
class Item:
    """A stretch of a request that the engine must not translate by itself.

    Attributes:
        start, end: where it stands in the request's text.
        text: what must stand in the translation, in the singular or as the source has it.
        plural: the form for the plural, where the engine chooses the number; "" means `text`.
        kind: "term", or the kind of opaque span (url, citation, measure...).
        pos: noun, adjective, adverb, verb, name; "" lets the engine decide.
        gender: m, f or "".
        number: sg or pl.
        entry: index of the glossary's entry; -1 for an opaque span.
    """

    start: int
    end: int
    text: str
    plural: str = ""
    kind: str = "term"
    pos: str = ""
    gender: str = ""
    number: str = "sg"
    entry: int = -1


@dataclass(frozen=True)
class Request:
    """A text to translate and what to keep in it, in order, without overlaps."""

    text: str
    items: tuple[Item, ...] = ()


@dataclass(frozen=True)
class Placed:
    """Item `index` of a request at `text[start:end]` of its reply; gender and number where the engine knows them."""

    index: int
    start: int
    end: int
    gender: str = ""
    number: str = ""


@dataclass(frozen=True)
class Reply:
    """A translation and where each item stands in it; an item may be absent, which the caller repairs or flags."""

    text: str
    placed: tuple[Placed, ...] = ()


@dataclass
class Usage:
    """What an engine used up: calls, and tokens where it counts them."""

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    notes: list[str] = field(default_factory=list)


class Engine(Protocol):
    """Translates requests from one language to another."""

    name: str
    usage: Usage

    def translate(self, requests: Sequence[Request]) -> list[Reply]:
        """Translate a batch; one reply a request, in order."""
        ...


def load_engine(name: str, *, source: str, to: str, model: str | None = None) -> Engine:
    """The engine called `name`, ready for a pair of languages.

    Raises:
        UsageError: an unknown engine or pair, or an engine that is not installed; the hint says how to install it.
    """
    if name == "apertium":
        from gergo.language.engines.apertium import Apertium

        return Apertium(source, to)
    if name == "marian":
        from gergo.language.engines.marian import Marian

        return Marian(source, to, model=model)
    if name == "openai":
        from gergo.language.engines.openai import OpenAICompatible

        return OpenAICompatible(source, to, model=model)
    raise UsageError(f"{name!r} is not an engine", hint="one of " + ", ".join(ENGINES))
