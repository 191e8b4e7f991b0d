"""The one normalisation of texts."""

from __future__ import annotations

import doctest
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gergo.catalogue import texts
from gergo.catalogue.hashing import text_hash


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("  Red \t\n shirt ", "Red shirt"),
        ("<p>Red&nbsp;shirt<br/>cotton</p>", "Red shirt cotton"),
        ("H<sub>2</sub>O <b>proof</b>", "H2O proof"),
        ("Tom &amp;amp; Jerry", "Tom & Jerry"),
        ("&lt;b&gt;bold&lt;/b&gt;", "bold"),
        ("before<script>alert('x')</script>after", "before after"),
        ("<!-- hidden -->shown", "shown"),
        ("size <XL>, 3 < 5 > 2", "size <XL>, 3 < 5 > 2"),
        ("CafÃ© crÃ¨me", "Café crème"),
        ("fÃ¼r MÃ¤nner", "für Männer"),
        ("zero\u200bwidth\ufeff soft\u00adhyphen", "zerowidth softhyphen"),
        ("bell\x07 null\x00", "bell null"),
        ("cafe\u0301", "café"),
        ('1½" bolt, 5 m², Lycra®™', '1½" bolt, 5 m², Lycra®™'),
        ("ＦＵＬＬ ｗｉｄｔｈ ﬁt", "FULL width fit"),
        ("men’s “best”", 'men\'s "best"'),
        ("line\u2028separator", "line separator"),
        ("M8 x 20 – ISO 4017", "M8 x 20 – ISO 4017"),
        ("broken \ufffd byte", "broken byte"),
        ("half a pair \ud83d", "half a pair"),
        ("ОТВЁРТКА", "ОТВЁРТКА"),
        ("ドライバー", "ドライバー"),
    ],
)
def test_normalise(raw: str, expected: str) -> None:
    assert texts.normalise(raw) == expected


@pytest.mark.parametrize(
    "raw",
    [
        *(None, "", " ", float("nan"), [], ["N/A", None], "N/A", "n/a ", "NULL", "none", "NaN", "(none)", "[null]"),
        *(
            "#REF!",
            "-",
            "--",
            "...",
            "?",
            "\u200b",
            "<p>&nbsp;</p>",
            "k.A.",
            "k. A.",
            "n.d.",
            "n.v.t.",
            "no disponible",
        ),
    ],
)
def test_nothing_usable(raw: object) -> None:
    assert texts.normalise(raw) == ""


@pytest.mark.parametrize("raw", ["Nana", "5", "½", "Null-Leiter 5-polig", "None of your business T-shirt", "日", "k"])
def test_short_texts_stay(raw: str) -> None:
    assert texts.normalise(raw) == raw


def test_values_that_are_no_strings() -> None:
    assert texts.normalise(5.0) == "5"
    assert texts.normalise(5.5) == "5.5"
    assert texts.normalise(7) == "7"
    assert texts.normalise("Café".encode()) == "Café"
    assert texts.normalise(["Soft cotton", None, " N/A ", "Made in Italy"]) == "Soft cotton; Made in Italy"


def test_key_ignores_capitals_and_ways_of_writing() -> None:
    assert texts.key("STRASSE  cafe\u0301") == texts.key("Straße Café")
    assert text_hash("Red&nbsp;SHIRT") == text_hash("red shirt")
    assert text_hash("red shirt") != text_hash("red shirts")


_MARKUP = st.sampled_from(
    ["<b>", "</p>", "<br/>", "&amp;", "&lt;", "&nbsp;", "<", ">", "Ã©", "â€™", "\u200b", "N/A", "\x00"]
)
_ANY_TEXT = st.lists(st.one_of(st.text(st.characters()), _MARKUP), max_size=12).map("".join)


@settings(max_examples=400)
@given(_ANY_TEXT)
def test_normalised_text_is_clean_and_stays(raw: str) -> None:
    once = texts.normalise(raw)
    assert texts.normalise(once) == once
    assert texts.key(once) == texts.key(raw)
    assert once == " ".join(once.split())
    assert unicodedata.is_normalized("NFC", once)
    assert not [c for c in once if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")]
    assert once == "" or any(map(str.isalnum, once))
    text_hash(raw)


@settings(max_examples=100)
@given(st.recursive(st.none() | st.booleans() | st.floats() | st.binary() | st.text(), st.lists, max_leaves=5))
def test_never_raises(raw: object) -> None:
    assert isinstance(texts.normalise(raw), str)


def test_long_nests_of_entities_are_fast() -> None:
    assert texts.normalise("&" + "amp;" * 100_000 + "lt;b&gt;x") == "x"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (r"<p>Solid Oak.</p>\n<ul>\n<li>Light</li>\n</ul>\n", "Solid Oak. Light"),
        ('Solid oak [gallery ids="1,2"] table', "Solid oak table"),
        (r"C:\new\path and [size] kept", r"C:\new\path and [size] kept"),
    ],
)
def test_what_a_shops_editor_leaves_in_its_export(raw: str, text: str) -> None:
    assert texts.normalise(raw) == text


def test_examples() -> None:
    failed, attempted = doctest.testmod(texts)
    assert (failed, attempted > 0) == (0, True)
