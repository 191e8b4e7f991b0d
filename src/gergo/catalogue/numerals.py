"""Numbers as people write them: decimals after a point or a comma, thousands kept apart, a currency beside them.

One numeral alone may not say what it is: 1,299 is a thousand and more, or little more than one. The others of its
column say, or its currency: prices have two decimals or none.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Literal, NamedTuple

Mark = Literal[".", ","]
# point, comma: 12.50, 12,50, decimals for certain. lone: 1.299, 1,299. several: 1.299.000, 1,299,000. apart: 1 299.
Form = Literal["whole", "point", "comma", "lone point", "lone comma", "several points", "several commas", "apart"]

# Currencies of two decimals or none (not KWD, TND, ...), and signs that only one of them has. Of $, ¥ and kr nobody
# knows whose they are, so they keep their names. Capitals count: 6 ft is a length, 600 Ft are forints.
_CODES = (
    "EUR USD GBP CHF PLN CZK HUF SEK NOK DKK ISK RON BGN RSD TRY UAH RUB KZT JPY CNY RMB KRW INR THB VND IDR MYR SGD "
    "PHP TWD HKD AUD NZD CAD MXN BRL CLP COP ARS PEN ZAR ILS AED SAR EGP MAD NGN KES"
)
_SIGNS = {
    "€": "EUR", "£": "GBP", "￡": "GBP", "zł": "PLN", "ZŁ": "PLN", "zl": "PLN", "Kč": "CZK", "kč": "CZK", "Ft": "HUF",
    "SFr": "CHF", "lei": "RON", "Lei": "RON", "лв": "BGN", "₺": "TRY", "TL": "TRY", "₴": "UAH", "грн": "UAH",
    "₽": "RUB", "руб": "RUB", "₸": "KZT", "円": "JPY", "元": "CNY", "₩": "KRW", "￦": "KRW", "원": "KRW", "₹": "INR",
    "Rs": "INR", "฿": "THB", "บาท": "THB", "₫": "VND", "Rp": "IDR", "RM": "MYR", "S$": "SGD", "₱": "PHP",
    "NT$": "TWD", "HK$": "HKD", "A$": "AUD", "AU$": "AUD", "NZ$": "NZD", "C$": "CAD", "CA$": "CAD", "MX$": "MXN",
    "R$": "BRL", "₪": "ILS", "US$": "USD", "kr": "kr", "Kr": "kr", "$": "$", "¥": "¥", "￥": "¥",
}  # fmt: skip
WHOLE = frozenset({"JPY", "¥", "KRW", "VND", "IDR", "CLP"})  # whose prices have no decimals at all
_BY_NAME = _SIGNS | {code: code for code in _CODES.split()}
_BY_NAME |= {code.lower(): code for code in ("EUR", "USD", "GBP", "CHF", "PLN", "CZK", "SEK", "DKK", "NOK")}
CURRENCY = "(?:" + "|".join(re.escape(name) + r"\.?" for name in sorted(_BY_NAME, key=len, reverse=True)) + ")"

_SPACES = " \u00a0\u202f'’"
# A leading zero or a plus sign makes a code, not a number: 007, 0049, +39.
_FORMS: dict[Form, re.Pattern[str]] = {
    "whole": re.compile(r"0|[1-9]\d{0,17}"),
    "point": re.compile(
        r"(?:0|[1-9]\d*)\.(?:\d\d?|\d{4,})|(?:0|[1-9]\d{3,})\.\d{3}"
        rf"|[1-9]\d{{0,2}}([,{_SPACES}])\d{{3}}(?:\1\d{{3}})*\.\d+|[1-9]\d?(?:,\d\d)+,\d{{3}}\.\d+"
    ),
    "comma": re.compile(
        r"(?:0|[1-9]\d*),(?:\d\d?|\d{4,})|(?:0|[1-9]\d{3,}),\d{3}"
        rf"|[1-9]\d{{0,2}}([.{_SPACES}])\d{{3}}(?:\1\d{{3}})*,\d+"
    ),
    "lone point": re.compile(r"[1-9]\d{0,2}\.\d{3}"),
    "lone comma": re.compile(r"[1-9]\d{0,2},\d{3}"),
    "several points": re.compile(r"[1-9]\d{0,2}(?:\.\d{3}){2,5}"),
    "several commas": re.compile(r"[1-9]\d{0,2}(?:,\d{3}){2,5}"),
    "apart": re.compile(rf"[1-9]\d{{0,2}}([{_SPACES}])\d{{3}}(?:\1\d{{3}}){{0,4}}"),
}
_NUMERAL = re.compile(
    rf"(?P<sign>-?)(?:(?P<before>{CURRENCY})\s*(?P<inner>-?))?(?P<digits>\d(?:[\d.,{_SPACES}]*\d)?)"
    rf"(?:\s*(?P<after>{CURRENCY}))?"
)
_CERTAIN: dict[Form, Mark] = {"point": ".", "comma": ","}
_SEVERAL: dict[Form, Mark] = {"several commas": ".", "several points": ","}
_LONE: dict[Form, Mark] = {"lone comma": ".", "lone point": ","}  # if they are thousands


class Numeral(NamedTuple):
    """form: how it is written; currency: a code, or a sign that several currencies have, "" for none."""

    form: Form
    digits: str
    currency: str

    def value(self, mark: Mark) -> float | int:
        """The number; `mark`: the decimal mark of its column, where it has not one for certain.

        >>> [read("1,299").value(mark) for mark in ".,"]
        [1299, 1.299]
        """
        mark = _CERTAIN.get(self.form, mark)
        plain = "".join(c for c in self.digits if c.isdigit() or c in ("-", mark)).replace(",", ".")
        return float(plain) if "." in plain else int(plain)


def read(text: str) -> Numeral | None:
    """A numeral; None for what is none.

    >>> read("€ 1.201,00")
    Numeral(form='comma', digits='1.201,00', currency='EUR')
    >>> [read(text) for text in ("007", "12 kg", "€ 12 $")]
    [None, None, None]
    """
    found = _NUMERAL.fullmatch(text.strip())
    if found is None or (found["sign"] and found["inner"]):
        return None
    currencies = {_BY_NAME[name.rstrip(".")] for name in (found["before"], found["after"]) if name}
    forms: list[Form] = [form for form, pattern in _FORMS.items() if pattern.fullmatch(found["digits"])]
    if not forms or len(currencies) > 1:
        return None
    return Numeral(forms[0], found["sign"] + (found["inner"] or "") + found["digits"], "".join(currencies))


def decimal_mark(
    forms: Collection[Form], *, priced: bool, known: bool = False, stored: Mark | None = None
) -> Mark | None:
    """The decimal mark of a column of numerals; None where they do not agree, or do not say that they are numbers.

    priced: there is a currency beside some. Without one and without decimals, what has marks may be codes, versions or
    a list of ids; only 1.299 is what programs write. Prices that all have three digits after one mark may be those of
    fuel, 1.459 €. known: they are not; the currency has no decimals, or the column is one of numbers already. stored:
    what the column had before, which decides where these say nothing.

    >>> [decimal_mark(forms, priced=False) for forms in (["lone comma"], ["lone comma", "point"], ["point", "comma"])]
    [None, '.', None]
    >>> [decimal_mark(forms, priced=True) for forms in (["lone comma", "whole"], ["lone point"])]
    ['.', None]
    """
    if stored and not any(form in _CERTAIN or form in _SEVERAL for form in forms):
        return stored
    if priced and not known and forms and all(form in _LONE for form in forms):
        return None
    said: set[Mark] = {mark for form in forms if (mark := _CERTAIN.get(form) or _SEVERAL.get(form))}
    if not priced and not any(form in _CERTAIN for form in forms):
        return "." if all(form in ("whole", "lone point") for form in forms) else None
    said = said or {_LONE[form] for form in forms if form in _LONE}
    return (said.pop() if said else ".") if len(said) < 2 else None


def has_decimals(forms: Iterable[Form], mark: Mark) -> bool:
    """Whether some of a column's numerals are no whole numbers."""
    return any(form in _CERTAIN or _LONE.get(form, mark) != mark for form in forms)
