from __future__ import annotations

import pytest

from gergo.language.documents import plain_segment
from gergo.language.engines import Request
from gergo.language.engines.titles import title
from gergo.language.glossary import Entry, Glossary
from gergo.language.translating import request_all

BRANDS = Glossary(tuple(Entry(b, pos="name", case="any") for b in ("Nike", "Palm Tree", "Black Label")))


def in_italian(text: str) -> str | None:
    reply = title(request_all([plain_segment(text)], BRANDS)[0])
    if reply is not None:
        for place in reply.placed:
            assert reply.text[place.start : place.end] in text
    return reply.text if reply else None


@pytest.mark.parametrize(
    ("english", "italian"),
    [
        ("Nike Men Solid White Shorts", "Pantaloncini bianchi in tinta unita da uomo Nike"),
        ("Palm Tree Girls Sp Jace White Skirts", "Gonne bianche da bambina Palm Tree Sp Jace"),
        ("Nike Women Striped Red Polo T-shirt", "Polo rossa a righe da donna Nike"),
        ("Nike Men Brown Formal Shoes", "Scarpe eleganti marroni da uomo Nike"),
        ("Black Label Unisex Navy Blue Backpack", "Zaino blu marino unisex Black Label"),
        ("Galvanized M8 Hex Bolt 50 mm", "Bullone esagonale zincato M8 50 mm"),
        ("Men's waterproof hiking boots", "Stivali impermeabili da escursionismo da uomo"),
    ],
)
def test_a_title_as_a_shop_writes_it(english: str, italian: str) -> None:
    assert in_italian(english) == italian


@pytest.mark.parametrize(
    "text", ["The shirt is red.", "Our new red shirts arrived today and they look great", "Nike Zoom 3000"]
)
def test_sentences_and_titles_of_no_known_ware_are_left_to_the_grammar(text: str) -> None:
    assert in_italian(text) is None


def test_an_empty_request_is_no_title() -> None:
    assert title(Request("")) is None
