"""Product titles in Italian: no sentences, but a ware, its attributes, whom it is for, brand and model words.

"Nike Men Solid White Shorts" is "Pantaloncini bianchi in tinta unita da uomo Nike": what an Italian shop writes. A
parser of sentences takes such a title for one and makes "Uomini di Nike" of it. `titles.csv` holds the words we know.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from gergo.language.engines import Item, Placed, Reply, Request
from gergo.language.glossary import Entry
from gergo.language.inflection import inflect, plural_of_phrase
from gergo.language.matching import Matcher, Occurrence, is_plural
from gergo.language.wordlists import words_of

MAX_WORDS = 16
_SENTENCE = words_of(
    "the a an is are was were be has have had you your we our they their it its this that these those can will"
)
_INVARIABLE = words_of(
    """
    blu viola rosa beige oliva argento oro rame acciaio ruggine pesca crema senape kaki cuoio nude lavanda malva magenta
    ottanio tortora antracite bordeaux turchese celeste casual caffè cronografo girocollo
    """
)


@dataclass(frozen=True)
class _Known:
    kind: str
    english: str
    italian: str
    gender: str


@cache
def _known() -> tuple[Matcher, tuple[_Known, ...]]:
    text = files("gergo.language").joinpath("titles.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    entries = [Entry(row["english"], row["italian"], case="any") for row in rows]
    return Matcher(entries), tuple(_Known(row["kind"], row["english"], row["italian"], row["gender"]) for row in rows)


def title(request: Request) -> Reply | None:
    """A product title in Italian, None where the request is no title or names no ware that we know."""
    text = request.text
    words = re.findall(r"[^\W\d_][\w'’-]*", text)
    if not words or len(words) > MAX_WORDS or text.rstrip()[-1:] in ".!?:;":
        return None
    capitals = sum(word[0].isupper() for word in words)
    if (capitals < 0.5 * len(words) and len(words) > 4) or any(w.casefold() in _SENTENCE for w in words):
        return None
    matcher, known = _known()
    free = [o for o in matcher.find(text) if not _taken(o, request.items)]
    wares = [o for o in free if known[o.entry].kind == "ware"]
    if not wares or (capitals < 0.5 * len(words) and wares[-1].end != len(text.rstrip())):
        return None
    return _composed(request, wares[-1], free, known)


def _taken(occurrence: Occurrence, items: tuple[Item, ...]) -> bool:
    return any(i.start < occurrence.end and occurrence.start < i.end for i in items)


def _composed(request: Request, head: Occurrence, free: list[Occurrence], known: tuple[_Known, ...]) -> Reply:
    ware = known[head.entry]
    plural = is_plural(head.text.split(" ")[-1])
    name = ware.italian
    if plural and not is_plural(ware.english):  # trousers: pantaloni stands there in the plural
        name = plural_of_phrase(name, ware.gender)
    tags = f"<{ware.gender}>" + ("<pl>" if plural else "<sg>")
    groups: dict[str, list[str]] = {"colour": [], "attribute": [], "person": []}
    rest: list[Occurrence] = []
    for o in free:
        row = known[o.entry]
        if row.kind == "ware" and o is not head:
            rest.append(o)
        elif row.kind != "ware":
            word = _agreeing(row.italian, tags)
            if word not in groups[row.kind] and word not in name.split(" "):
                groups[row.kind].append(word)
    front = [name, *groups["colour"], *groups["attribute"], *groups["person"]]
    return _written(request, " ".join(front), [o for o in free if o not in rest], rest, known)


def _agreeing(word: str, tags: str) -> str:
    first = word.split(" ")[0]
    colour_compound = " " in word and first in ("blu", "verde", "grigio", "marrone", "bianco")
    return word if first in _INVARIABLE or colour_compound else inflect(word, "adjective", tags)


def _written(
    request: Request, front: str, used: list[Occurrence], wares: list[Occurrence], known: tuple[_Known, ...]
) -> Reply:
    """The ware and its attributes, then what is left of the title in its own order."""
    text = front[0].upper() + front[1:]
    placed: list[Placed] = []
    pieces: list[tuple[int, int, str, int]] = [(i.start, i.end, i.text, n) for n, i in enumerate(request.items)]
    pieces += [(o.start, o.end, known[o.entry].italian, -1) for o in wares]
    pieces += [(o.start, o.end, "", -1) for o in used]
    at = 0
    for start, end, words, index in sorted([*pieces, (len(request.text), len(request.text), "", -1)]):
        left = " ".join(request.text[at:start].split())
        left = left.strip(" ,") if not left.strip(" ,-–|/&") else left
        text += f" {left}" if left.strip(" ,-–|/&") else ""
        if words:
            text += " "
            if index >= 0:
                placed.append(Placed(index, len(text), len(text) + len(words)))
            text += words
        at = max(at, end)
    return Reply(text, tuple(placed))
