"""Filters as people write them: `Base Colour = 'Red' and price < 50`, made into what Lance reads.

Lance lowercases bare names and wants `backticks` around others; here every column name is found whatever its case,
spaces or script, and quoted. Values in quotes are never touched. A shop's own column that had to yield its name to one
of gergo's (`split`, stored as `split_original`) is what the bare name means; in backticks a name is that of the table.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from gergo.catalogue.schema import OURS, YIELDED
from gergo.errors import UsageError

_TOKEN = re.compile(
    r"""(?P<value>'(?:[^']|'')*')|"(?P<double>(?:[^"]|"")*)"|`(?P<back>[^`]*)`|(?P<word>[^\W\d]\w*)
    |(?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+)|(?P<other>\s+|[^\w\s'"`])""",
    re.X,
)

# Never columns unless quoted: without them no condition could be written.
_KEYWORD = re.compile(
    r"and|or|not|in|is|null|i?like|between|true|false|case|when|then|else|end|escape|distinct|from|as|cast|similar|to|regexp"
    r"|rlike|interval|(?:big|small)?int|integer|float|double|real|boolean|string|varchar",
    re.I,
)

_EQUALS = re.compile(r"`(?P<column>[^`]+)`\s*=\s*'(?P<value>(?:[^']|'')*)'")


def compared(where: str, columns: Sequence[str]) -> list[tuple[str, str]]:
    """Columns, and the text that each has to be equal to.

    >>> compared("Brand = 'Nike' and size > 3 or name='it''s'", ["brand", "size", "name"])
    [('brand', 'Nike'), ('name', "it's")]
    """
    found = _EQUALS.finditer(quoted(where, columns))
    return [(match["column"], match["value"].replace("''", "'")) for match in found]


def quoted(where: str, columns: Sequence[str]) -> str:
    """`where` with every column name as Lance wants it. Raises UsageError for a name that is no column.

    >>> quoted("Split = 'x' and `split` = 'test'", ["split", "split_original"])
    "`split_original` = 'x' and `split` = 'test'"
    """
    parts: list[str] = []
    place = depth = 0
    by_length = sorted(columns, key=len, reverse=True)
    while place < len(where):
        name = _column_at(where, place, by_length)
        if name is not None:
            parts.append(_backticked(_own(column_named(name, columns), columns)))
            place += len(name)
            continue
        token = _TOKEN.match(where, place)
        if token is None:
            raise UsageError(f"--where {where!r}: a quote that is never closed", hint="values stand in '...'")
        depth += (token.group() == "(") - (token.group() == ")")
        if depth < 0:  # Lance would read up to here and drop the rest without a word
            break
        parts.append(_translated(token, where, columns))
        place = token.end()
    if depth:
        raise UsageError(
            f"--where {where!r}: a {'(' if depth > 0 else ')'} too many", hint="each ( is closed by one ) after it"
        )
    return "".join(parts)


def column_named(name: str, columns: Sequence[str]) -> str:
    """The column meant by `name`, whatever its case. Raises UsageError naming the columns when there is none."""
    if name in columns:
        return name
    folded = [column for column in columns if column.casefold() == name.casefold()]
    if len(folded) == 1:
        return folded[0]
    near = difflib.get_close_matches(name.casefold(), [column.casefold() for column in columns], n=1, cutoff=0.6)
    meant = next((column for column in columns if near and column.casefold() == near[0]), None)
    raise UsageError(
        f"no column {name!r}",
        hint=(f"did you mean {meant}? " if meant else "") + f"columns: {', '.join(columns)}",
    )


def _column_at(where: str, place: int, by_length: Sequence[str]) -> str | None:
    """The text at `place` that is a column's name, the longest, standing as a word of its own; None when none does."""
    if place and (where[place - 1].isalnum() or where[place - 1] == "_"):
        return None
    for column in by_length:
        written = where[place : place + len(column)]
        after = where[place + len(column) : place + len(column) + 1]
        if written.casefold() != column.casefold() or _KEYWORD.fullmatch(column):
            continue
        if not (after.isalnum() or after == "_") and _is_wordy(column):
            return written
    return None


def _is_wordy(column: str) -> bool:
    """Whether a name can stand bare: a number or a sign alone could be a value or an operator."""
    return bool(re.search(r"[^\W\d_]", column))


def _translated(token: re.Match[str], where: str, columns: Sequence[str]) -> str:
    written = token.group()
    if token["back"] is not None:
        return _backticked(column_named(token["back"], columns))
    if token["double"] is not None:
        return _double_quoted(token["double"], columns)
    word = token["word"]
    if word is None or _KEYWORD.fullmatch(word):
        return written
    if where[token.end() :].lstrip().startswith("("):
        return written  # a function
    return _backticked(_own(column_named(word, columns), columns))


def _double_quoted(text: str, columns: Sequence[str]) -> str:
    """A column in SQL; what is no column is a value, as many write it: brand = "Nike"."""
    name = text.replace('""', '"')
    if any(column.casefold() == name.casefold() for column in columns):
        return _backticked(_own(column_named(name, columns), columns))
    return "'" + name.replace("'", "''") + "'"


def _own(column: str, columns: Sequence[str]) -> str:
    """The shop's own column where this is one of gergo's that took its name."""
    own = column + YIELDED
    return next((name for name in columns if name.casefold() == own and column in OURS), column)


def _backticked(column: str) -> str:
    return f"`{column}`"
