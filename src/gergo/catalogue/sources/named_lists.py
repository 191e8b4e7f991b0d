"""Lists of objects within rows, as the interfaces of shop systems write them, said as plain values.

WooCommerce's `"categories": [{"id": 9, "name": "Lighting"}]` becomes the list of its names, ["Lighting"]; its
`"attributes": [{"name": "Color", "options": ["Red"]}]`, Magento's `custom_attributes`, schema.org's
`additionalProperty` and other pairs of a name and a value become an object, {"Color": ["Red"]}; translations become an
object by language. A list that says more than that, and one of pictures, stays as it is.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from gergo.catalogue.sources.inner_objects import is_picture

_MAX_DEPTH = 8
# Keys in lower case, letters only; the first that is there counts.
_NAMES = ("name", "label", "attributename", "attributelabel", "property", "key", "attributecode", "code", "title")
_VALUES = ("displayvalue", "value", "values", "options", "option", "attributevalue", "data")
_LANGUAGES = ("locale", "language", "lang", "languagecode", "localecode")
_UNITS = ("unit", "unittext", "uom")
# What stands beside these without saying anything of the product; so does what begins with @ or _.
_ASIDE = frozenset(
    {"id", "uuid", "slug", "handle", "code", "key", "parent", "parentid", "position", "order", "sortorder", "rank"}
    | {"taxonomy", "variation", "visible", "scope", "channel", "isprimary", "primary", "default"}
)


class _Entry(NamedTuple):
    """An object of a list, taken apart; rest: what it says beside its name, value and unit, under its own keys."""

    name: Any
    value: Any
    unit: Any
    language: Any
    has: frozenset[str]
    rest: dict[str, Any]


def plainly(value: Any, depth: int = 0) -> Any:
    """`value`, with the lists of objects in it that are names, or names and values, said as such.

    >>> plainly({"tags": [{"id": 1, "name": "sale"}], "specs": [{"name": "Depth", "value": 4, "unit": "cm"}]})
    {'tags': ['sale'], 'specs': {'Depth': '4 cm'}}
    """
    if depth > _MAX_DEPTH:
        return value
    if isinstance(value, dict):
        return value if is_picture(value) else {key: plainly(part, depth + 1) for key, part in value.items()}
    if not isinstance(value, list) or not value or not all(isinstance(part, dict) and part for part in value):
        return value
    if any(map(is_picture, value)):
        return value
    entries = [_taken_apart({key: plainly(part, depth + 1) for key, part in entry.items()}) for entry in value]
    if all("language" in entry.has for entry in entries):
        return _by_language(entries) or value
    if any(entry.rest or not isinstance(entry.name, str) or not entry.name.strip() for entry in entries):
        return value
    if any("value" in entry.has for entry in entries):
        return _by_name(entries)
    return [entry.name for entry in entries]


def _taken_apart(entry: dict[str, Any]) -> _Entry:
    by_letters = {"".join(filter(str.isalpha, key)).lower(): key for key in entry if not key.startswith(("@", "_"))}
    found: dict[str, str] = {}
    for part, keys in (("value", _VALUES), ("language", _LANGUAGES), ("unit", _UNITS), ("name", _NAMES)):
        key = next((key for key in keys if key in by_letters), None)
        if key and not (part == "name" and "language" in found):  # a translation's name is one of its parts
            found[part] = by_letters.pop(key)
    rest = {key: entry[key] for letters, key in by_letters.items() if letters not in _ASIDE}
    name, value, unit, language = (entry.get(found.get(part, "")) for part in ("name", "value", "unit", "language"))
    return _Entry(name, value, unit, language, frozenset(found), rest)


def _by_name(entries: list[_Entry]) -> dict[str, Any]:
    """{name: value}; a name that comes again has a list, one without a value is simply true."""
    found: dict[str, Any] = {}
    for entry in entries:
        value = _worded(entry.value) if "value" in entry.has else True
        if isinstance(entry.unit, str) and isinstance(value, str | int | float):
            value = f"{value} {entry.unit}"
        if entry.name in found:
            before, more = (one if isinstance(one, list) else [one] for one in (found[entry.name], value))
            value = before + more
        found[entry.name] = value
    return found


def _by_language(entries: list[_Entry]) -> Any:
    """{language: what is said in it}, where languages tell the entries apart; a value for all languages is itself."""
    said = [entry.value if "value" in entry.has and not entry.rest else entry.rest for entry in entries]
    languages = [entry.language for entry in entries]
    if languages == [None] and not entries[0].rest:
        return entries[0].value
    if not all(isinstance(language, str) and language for language in languages) or {} in said:
        return None
    return dict(zip(languages, said, strict=True)) if len(set(languages)) == len(languages) else None


def _worded(value: Any) -> Any:
    """A value that is an object with a name, as {"key": "blue", "label": "Blau"}, is its name; so in lists."""
    if isinstance(value, list):
        return [_worded(part) for part in value]
    if isinstance(value, dict):
        entry = _taken_apart(value)
        return next((part for part in (entry.name, entry.value) if part is not None), value)
    return value
