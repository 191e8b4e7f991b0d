"""What a page says of its product in names and values ("Material: steel"), and which of them become columns.

Shops show them as tables of two cells a row, as definition lists, or as points with a colon; and machines are told by
schema.org's `additionalProperty` (`gergo.gathering.structured`). So do reviews, size charts, delivery times and opening
hours look: blocks that a page itself names as such are passed over, and where it names one as its specifications, the
others are. Names that never say what a product is (price, delivery, stock, days of the week) are known by a list.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gergo.catalogue import texts
from gergo.catalogue.column_names import hint
from gergo.gathering.markup import Markup, in_frame, text_of

Property = tuple[str, str]
"""A name and its value, normalised."""

MOST_COLUMNS = 40
LEAST_SHARE, LEAST_ROWS = 0.01, 2  # of the rows that a property must be on to be a column
SAME_EVERYWHERE, EVERYWHERE = 5, 0.8  # rows, and their share, with one and the same value: it tells none from another
LONGEST_NAME, LONGEST_VALUE = 40, 80  # characters
_MOST_NODES = 8  # below a point of a list: more, and it is no name and value
_FEWEST_POINTS = 2  # with a colon, in a list that is one of names and values
_AROUND = 4  # elements, a block itself among them, whose class or id may say what it is about
_CHART = 3  # rows from which a table that begins with "size" is a chart of sizes
_POINT = re.compile(r"^([^:：]+?)\s*[:：]\s*(.+)$")
_LETTER = re.compile(r"[^\W\d_]")
_TOKEN = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")

_OTHER = re.compile(
    r"review|rating|comment|testimonial|faq|question|size(?:s|guide|chart)?$|sizing|ship|deliver|price|prices|pricing|"
    r"cart|basket|cookie|consent|dialog|modal|popup|hours|opening|newsletter|payment|availability|stock|store|related|"
    r"bewertung|versand|lieferung|groessen|livraison|avis$|recension|spedizion|envio|opinion"
)
"""Beginnings of words in the class or id of a block that is about something else."""

_SPECIFIES = re.compile(
    r"spec|attribut|technical|tech$|characteristic|caracter|caratter|feature|detail|propert|merkmal|eigenschaft|"
    r"datenblatt|datasheet|param|additional$"
)
"""Beginnings of words in the class or id of a block that says what a product is."""

_WORDS = json.loads(Path(__file__).with_name("words.json").read_text("utf-8"))
_SIZE = frozenset(map(texts.key, _WORDS["size"]))
_NEVER = frozenset(map(texts.key, _WORDS["never"]))
FILLS: dict[str, list[str]] = {**_WORDS["fills"], "size": _WORDS["size"]}
"""Columns of gathering's own, and what pages call them; a page's properties fill them where nothing better does."""
_FILLED_BY = {texts.key(name): column for column, names in FILLS.items() for name in names}
OF_ONE_VARIANT = frozenset({"colour", "size"})
"""What differs between variants: a page of several does not say it of each."""


@dataclass(frozen=True)
class _Block:
    """A table or list: what it says, and whether the page calls it specifications."""

    properties: list[Property]
    specifies: bool


def fills(name: str) -> str:
    """The column of gathering's own that a property fills, "" for none.

    >>> [fills(name) for name in ("Couleur", "Colour", "Marke", "Brand", "Material", "Size", "Thread")]
    ['colour', 'colour', 'brand', 'brand', 'material', 'size', '']
    """
    return _FILLED_BY.get(texts.key(name), "brand" if hint(name).roles.get("brand", 1) == 0 else "")


def named(name: str, value: str) -> Property | None:
    """A property as it is kept; None where it is none: a name of no letter, a question, a sentence, an address.

    >>> named("Material : ", "steel"), named("3", "5"), named("Is it safe?", "yes"), named("Lieferzeit", "2 Tage")
    (('Material', 'steel'), None, None, None)
    """
    name, value = name.rstrip(" :："), value.strip()
    told = len(name) <= LONGEST_NAME and len(_LETTER.findall(name)) >= 2 and 0 < len(value) <= LONGEST_VALUE
    if not told or "//" in name + value or "?" in name or name[0].isdigit() or texts.key(name) in _NEVER:
        return None
    return name, value


def shown_properties(markup: Markup) -> tuple[Property, ...]:
    """What the page shows, each name once: of blocks that it calls specifications, else of all that may be."""
    blocks = [block for block in (*_tables(markup), *_lists(markup), *_points(markup)) if block.properties]
    said = [block for block in blocks if block.specifies] or blocks
    found: dict[str, Property] = {}
    for one in (one for block in said for one in block.properties):
        found.setdefault(texts.key(one[0]), one)
    return tuple(found.values())


def _block(node: Any, said: Iterable[tuple[str, str]]) -> Iterator[_Block]:
    """What a table or list says, unless the nearest around it that says what it is about says: about something else."""
    if in_frame(node) or any(up.get("role") in ("dialog", "alertdialog") for up in node.iterancestors()):
        return
    specifies = False
    for up in [node, *node.iterancestors()][:_AROUND]:
        words = [token.lower() for token in _TOKEN.findall(f"{up.get('class', '')} {up.get('id', '')}")]
        if any(map(_OTHER.match, words)):
            return
        specifies = any(map(_SPECIFIES.match, words))
        if specifies:
            break
    yield _Block([one for name, value in said if (one := named(name, value))], specifies)


def _tables(markup: Markup) -> Iterator[_Block]:
    for table in markup.tree.iter("table"):
        rows = [[cell for cell in row if cell.tag in ("th", "td")] for row in table.iter("tr")]
        pairs = [[text_of(cell) for cell in row] for row in rows if len(row) == 2]
        headed = any(len(row) > 1 and all(cell.tag == "th" for cell in row) for row in rows)  # a table of many things
        chart = len(pairs) >= _CHART and texts.key(pairs[0][0]) in _SIZE
        if not headed and not chart and 2 * len(pairs) > len(rows):
            yield from _block(table, ((name, value) for name, value in pairs))


def _lists(markup: Markup) -> Iterator[_Block]:
    for dl in markup.tree.iter("dl"):
        said: list[tuple[str, list[str]]] = []
        for node in dl.iter("dt", "dd"):
            if node.tag == "dt":
                said.append((text_of(node), []))
            elif said:
                said[-1][1].append(text_of(node))
        yield from _block(dl, ((name, ", ".join(values)) for name, values in said))


def _points(markup: Markup) -> Iterator[_Block]:
    for of in markup.tree.iter("ul", "ol"):
        points = [point for point in of if point.tag == "li"]
        said = [match.groups() for point in points if _is_plain(point) and (match := _POINT.match(text_of(point)))]
        if len(said) >= _FEWEST_POINTS and 2 * len(said) >= len(points):
            yield from _block(of, ((name, value) for name, value in said))


def _is_plain(point: Any) -> bool:
    nodes = list(point.iter())
    return len(nodes) <= _MOST_NODES and not any(node.tag in ("a", "img", "li") for node in nodes[1:])


def columns(rows: Iterable[dict[str, Property]], taken: Iterable[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Which properties become columns: key -> column, the most frequent first; and of the others, name -> why not.

    rows: of each, key -> property. taken: columns that are there already; one whose name begins with such a one's and
    "_" would be taken for the same in another language.

    >>> rows = [{"head": ("Head", head), "origin": ("Origin", "EU")} for head in ("hex", "flat") * 3]
    >>> columns(rows, ["title"])
    ({'head': 'Head'}, {'Origin': 'a property with one value on all products'})
    """
    of_all = list(rows)
    spellings, values = defaultdict[str, Counter[str]](Counter), defaultdict[str, Counter[str]](Counter)
    for row in of_all:
        for key, (name, value) in row.items():
            spellings[key][name] += 1
            values[key][texts.key(value)] += 1
    found: dict[str, str] = {}
    left: dict[str, str] = {}
    used = {texts.key(name) for name in taken}
    least = max(LEAST_ROWS, LEAST_SHARE * len(of_all))
    for key in sorted(values, key=lambda key: (-values[key].total(), key)):
        name, many = spellings[key].most_common(1)[0][0], values[key].total()
        own = fills(name)
        if not own and (key in used or any(key.startswith(f"{one}_") for one in used)):
            left[name] = "a property that has a column already"
        elif many < least:
            left[name] = "a property of too few products"
        elif len(values[key]) == 1 and many >= max(SAME_EVERYWHERE, EVERYWHERE * len(of_all)):
            left[name] = "a property with one value on all products"
        elif own:
            found[key] = own
        elif sum(column not in FILLS for column in found.values()) >= MOST_COLUMNS:
            left[name] = f"a property beyond the {MOST_COLUMNS} most frequent"
        else:
            found[key] = name
    return found, left


def with_unit(value: Any, unit: str) -> str:
    """A value and its unit, by name or by UN/CEFACT's code (Recommendation 20).

    >>> with_unit("80", "MMT"), with_unit("5", "pieces"), with_unit("red", "")
    ('80 mm', '5 pieces', 'red')
    """
    return f"{value} {_UNITS.get(unit, unit)}".strip()


_UNITS = {
    "MMT": "mm",
    "CMT": "cm",
    "MTR": "m",
    "INH": "in",
    "FOT": "ft",
    "GRM": "g",
    "KGM": "kg",
    "LBR": "lb",
    "ONZ": "oz",
    "MLT": "ml",
    "LTR": "l",
    "WTT": "W",
    "VLT": "V",
    "AMP": "A",
    "HTZ": "Hz",
    "C62": "",
    "P1": "%",
}
