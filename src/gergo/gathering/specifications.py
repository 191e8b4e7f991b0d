"""What a page says of its product in names and values ("Material: steel"), and which of them become columns.

Shops show them as tables of two cells a row, as definition lists, or as points with a colon; and machines are told by
schema.org's `additionalProperty` (`gergo.gathering.structured`).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from gergo.catalogue import texts
from gergo.gathering.markup import Markup, in_frame, text_of

Property = tuple[str, str]
"""A name and its value, normalised."""

MOST_COLUMNS = 40
LEAST_SHARE, LEAST_ROWS = 0.01, 2  # of the rows that a property must be on to be a column
SAME_EVERYWHERE = 5  # rows with one and the same value: it tells none from another
LONGEST_NAME, LONGEST_VALUE = 40, 80  # characters
_MOST_NODES = 8  # below a point of a list: more, and it is no name and value
_POINT = re.compile(r"^([^:：]+?)\s*[:：]\s*(.+)$")
_LETTER = re.compile(r"[^\W\d_]")
_ALSO = {"color": "colour", "manufacturer": "brand"}
FILLS = frozenset(
    {"brand", "colour", "size", "material"}
)  # columns of gathering's own, where nothing better fills them


def named(name: str, value: str) -> Property | None:
    """A property as it is kept; None where it is none: a name of no letter, a sentence, an address.

    >>> named("Material : ", "steel"), named("3", "5"), named("http", "//shop.example")
    (('Material', 'steel'), None, None)
    """
    name, value = name.rstrip(" :："), value.strip()
    told = len(name) <= LONGEST_NAME and len(_LETTER.findall(name)) >= 2 and 0 < len(value) <= LONGEST_VALUE
    return (name, value) if told and "//" not in name + value else None


def shown_properties(markup: Markup) -> tuple[Property, ...]:
    """What the page shows, each name once; nothing of what frames every page of a site."""
    found: dict[str, Property] = {}
    for name, value in (*_tables(markup), *_lists(markup), *_points(markup)):
        if one := named(name, value):
            found.setdefault(texts.key(one[0]), one)
    return tuple(found.values())


def _tables(markup: Markup) -> Iterator[Property]:
    for table in markup.tree.iter("table"):
        rows = [[cell for cell in row if cell.tag in ("th", "td")] for row in table.iter("tr")]
        pairs = [row for row in rows if len(row) == 2]
        headed = any(row and all(cell.tag == "th" for cell in row) for row in rows)  # S, M, L: a table of many things
        if not headed and 2 * len(pairs) > len(rows) and not in_frame(table):
            yield from ((text_of(name), text_of(value)) for name, value in pairs)


def _lists(markup: Markup) -> Iterator[Property]:
    for dl in markup.tree.iter("dl"):
        if in_frame(dl):
            continue
        name, values = "", list[str]()
        for node in dl.iter("dt", "dd"):
            if node.tag == "dd":
                values.append(text_of(node))
                continue
            yield name, ", ".join(values)
            name, values = text_of(node), []
        yield name, ", ".join(values)


def _points(markup: Markup) -> Iterator[Property]:
    for point in markup.tree.iter("li"):
        nodes = list(point.iter())
        if len(nodes) > _MOST_NODES or any(node.tag in ("a", "img", "li") for node in nodes[1:]) or in_frame(point):
            continue
        if said := _POINT.match(text_of(point)):
            yield said[1], said[2]


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
        column = _ALSO.get(key, key)
        if column in FILLS:
            found[key] = column
        elif column in used or any(column.startswith(f"{one}_") for one in used):
            left[name] = "a property that has a column already"
        elif many < least:
            left[name] = "a property of too few products"
        elif len(values[key]) == 1 and many >= SAME_EVERYWHERE:
            left[name] = "a property with one value on all products"
        elif len(found) == MOST_COLUMNS:
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
