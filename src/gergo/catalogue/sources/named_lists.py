"""Lists of objects within rows, as the interfaces of shop systems write them, said as plain values.

WooCommerce's `"categories": [{"id": 9, "name": "Lighting"}]` becomes the list of its names, ["Lighting"]; its
`"attributes": [{"name": "Color", "options": ["Red"]}]`, Magento's `custom_attributes`, schema.org's
`additionalProperty` and other pairs of a name and a value become an object, {"Color": ["Red"]}; translations become an
object by language. Every other list, and one of pictures, stays as it is.
"""

from __future__ import annotations

from typing import Any

from gergo.catalogue.sources.inner_objects import is_picture

_MAX_DEPTH = 8
# Keys in lower case, letters only; the first that is there counts.
_NAMES = ("name", "label", "title", "attributename", "attributelabel", "property", "key", "attributecode", "code")
_VALUES = ("displayvalue", "value", "values", "options", "option", "attributevalue", "data")
_LANGUAGES = ("locale", "language", "lang", "languagecode", "localecode")
_UNITS = ("unit", "unittext", "uom")
# What stands beside a name without saying anything of the product.
_ASIDE = frozenset(
    {"id", "uuid", "slug", "handle", "code", "key", "url", "link", "links", "href", "permalink", "path", "parent"}
    | {"parentid", "position", "order", "sortorder", "rank", "level", "count", "type", "taxonomy", "variation"}
    | {"visible", "used", "scope", "channel", "context", "primary", "isprimary", "default"}
)


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
    entries = [{_letters(key): plainly(part, depth + 1) for key, part in entry.items()} for entry in value]
    return _by_language(value, entries) or _by_name(entries) or _names(entries) or value


def _letters(key: str) -> str:
    return "".join(filter(str.isalpha, key)).lower()


def _first(entry: dict[str, Any], keys: tuple[str, ...]) -> str | None:
    return next((key for key in keys if key in entry), None)


def _by_name(entries: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Pairs of a name and a value -> {name: value}; a name that comes again has a list."""
    found: dict[str, Any] = {}
    for entry in entries:
        value_key, unit_key = _first(entry, _VALUES), _first(entry, _UNITS)
        name_key = _first(entry, tuple(key for key in _NAMES if key != value_key))
        name = entry[name_key] if name_key else None
        if value_key is None or not isinstance(name, str) or not name.strip():
            return None
        value = _worded(entry[value_key])
        if unit_key and isinstance(entry[unit_key], str) and isinstance(value, str | int | float):
            value = f"{value} {entry[unit_key]}"
        if name in found:
            before = found[name]
            value = [part for both in (before, value) for part in (both if isinstance(both, list) else [both])]
        found[name] = value
    return found


def _by_language(originals: list[dict[str, Any]], entries: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Entries that a language tells apart -> {language: the rest, or its value where it has one}."""
    keys = {_first(entry, _LANGUAGES) for entry in entries}
    key = keys.pop() if len(keys) == 1 else None
    languages = [entry[key] for entry in entries] if key else []
    if not languages or len(set(map(str, languages))) < len(entries):
        return None
    if languages == [None]:  # a value for all languages
        rest = {name: part for name, part in originals[0].items() if _letters(name) in _VALUES}
        return next(iter(rest.values())) if len(rest) == 1 else None
    if not all(isinstance(language, str) and language for language in languages):
        return None
    found = {}
    for language, original, entry in zip(languages, originals, entries, strict=True):
        rest = {name: part for name, part in original.items() if _letters(name) not in {key, *_ASIDE}}
        value_key = _first(entry, _VALUES)
        found[language] = entry[value_key] if value_key and len(rest) == 1 else plainly(rest)
    return found


def _names(entries: list[dict[str, Any]]) -> list[str] | None:
    """Entries that are a name and nothing of weight beside it -> the names."""
    found = []
    for entry in entries:
        key = _first(entry, _NAMES)
        if key is None or not isinstance(entry[key], str) or set(entry) - {key} - _ASIDE:
            return None
        found.append(entry[key])
    return found


def _worded(value: Any) -> Any:
    """A value that is an object with a name, as {"key": "blue", "label": "Blau"}, is its name; so in lists."""
    if isinstance(value, list):
        return [_worded(part) for part in value]
    if isinstance(value, dict):
        named = {_letters(key): part for key, part in value.items()}
        key = _first(named, (*_NAMES, *_VALUES))
        return named[key] if key else value
    return value
