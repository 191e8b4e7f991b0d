"""Which columns say what a product costs, so that the page can show it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

# What shops call it, by language.
_PRICE = re.compile(
    r"price|prezz|preis|prix|precio|preco|pvp|tarif|prijs|\bpris|hinta|\bcen[ay]|\bpret\b|fiyat|\bar\b|kaina|\bhind\b"
    r"|τιμη|цена|ціна|価格|値段|价格|價格|가격|ราคา|\bgia\b|\bvk\b"
)
# Prices that no shopper pays: what the shop paid, what it cost before, what others ask, what a kilogram costs.
_OTHER = re.compile(
    r"purchase|cost|wholesale|compare|before|\bold\b|\bwas\b|\blist|rrp|msrp|uvp|\bek\b|einkauf|vorher|acquist|achat"
    r"|compra|barre|antes|anterior|inkoop|zakup|grund"
)


def price_columns(kinds: Mapping[str, str], currencies: Mapping[str, str]) -> list[str]:
    """The columns of numbers that are called a price, those with a currency first; without any, those with a currency.

    The price of an item is the first of them that it has: a sale price, then the regular one.

    Args:
        kinds: column -> "int", "float" or another kind.
        currencies: column -> currency, of those that have one.

    >>> kinds = {"year": "int", "EK netto": "float", "VK brutto": "float", "UVP": "float", "sale_price": "float"}
    >>> price_columns(kinds, {"EK netto": "EUR", "VK brutto": "EUR"}), price_columns({"year": "int"}, {})
    (['VK brutto', 'sale_price'], [])
    """
    numbers = [name for name, kind in kinds.items() if kind in ("int", "float") and not _OTHER.search(_plain(name))]
    named = [name for name in numbers if _PRICE.search(_plain(name))]
    return sorted(named, key=lambda name: name not in currencies) or [name for name in numbers if name in currencies]


def _plain(name: str) -> str:
    """Lower case, accents off, words apart: of `VK-Preis` and `vkPreis`, `vk preis`."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])|[\W_]+", " ", name)
    bare = "".join(c for c in unicodedata.normalize("NFD", apart.casefold()) if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", bare)
