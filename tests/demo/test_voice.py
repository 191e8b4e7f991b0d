"""What a title says is true: no word of another material, finish, drive, size, pack or brand is ever in it."""

from __future__ import annotations

import re

import pytest

from gergo import demo
from gergo.demo import voice
from gergo.demo.brands import BRANDS
from gergo.demo.trade import BY_NAME, KINDS


@pytest.fixture(scope="module", params=[0, 7])
def catalogue(request: pytest.FixtureRequest) -> list[demo.Product]:
    return demo.products(500, seed=request.param)


def claims(text: str, vocabulary: dict[str, tuple[str, ...]], ignored: tuple[str, ...]) -> set[str]:
    """The values of an attribute whose words are in a text, longest words first, each word read once."""
    text = f" {text.lower()} "
    for phrase in sorted(ignored, key=len, reverse=True):
        text = text.replace(phrase.lower(), " ")
    found = set()
    words = sorted(((w, value) for value, ws in vocabulary.items() for w in ws if w), key=lambda pair: -len(pair[0]))
    for word, value in words:
        pattern = rf"(?<![a-z0-9]){re.escape(word.lower())}(?![a-z])"
        if re.search(pattern, text):
            text = re.sub(pattern, " ", text)
            found.add(value)
    return found


def names_of(product: demo.Product) -> tuple[str, ...]:
    kind = BY_NAME[product.product_type]
    return (*kind.names, kind.italian, *kind.italian_names, product.brand, *voice.HEAD_WORDS.get(product.head, ()))


@pytest.mark.parametrize(
    ("attribute", "english", "italian"),
    [
        ("material", voice.MATERIAL_WORDS, voice.MATERIAL_WORDS_IT),
        ("finish", voice.FINISH_WORDS, voice.FINISH_WORDS_IT),
        ("drive", voice.DRIVE_WORDS, voice.DRIVE_WORDS_IT),
    ],
)
def test_no_title_claims_another_value(
    catalogue: list[demo.Product],
    attribute: str,
    english: dict[str, tuple[str, ...]],
    italian: dict[str, tuple[str, ...]],
) -> None:
    said = 0
    for product in catalogue:
        true = getattr(product, attribute)
        ignored = names_of(product)
        if product.colour and attribute == "finish":
            ignored += (product.colour, voice.COLOURS_IT[product.colour])
        for text, vocabulary in ((product.title, english), (product.title_it, italian)):
            claimed = claims(text, vocabulary, ignored)
            assert claimed <= {true}, (text, claimed, true)
            said += bool(claimed)
    assert said > 0.3 * len(catalogue)  # the vocabulary is really met


def test_a_false_title_would_be_noticed() -> None:
    assert claims("Hex bolt M8 yellow zinc A2", voice.FINISH_WORDS, ("hex bolt",)) == {"yellow zinc"}
    assert claims("Hex bolt M8 yellow zinc A2", voice.MATERIAL_WORDS, ("hex bolt",)) == {"stainless steel A2"}
    assert claims("csk screw PZ2 M4", {"pozidriv": ("PZ",), "torx": ("TX",)}, ()) == {"pozidriv"}


def test_sizes_packs_standards_and_brands_in_a_title_are_the_products_own(catalogue: list[demo.Product]) -> None:
    brands = {brand.name.lower() for brand in BRANDS}
    standards = {form[2] for kind in KINDS for form in kind.forms if form[2]}
    for product in catalogue:
        for text in (product.title, product.title_it):
            for metric in re.findall(r"\bM(\d+)\b", text):
                assert float(metric) == product.diameter_mm, text
            sizes = re.sub(rf"\bx{product.pack_size}\b", "", text, flags=re.IGNORECASE)
            for across, along in re.findall(r"(?:\bM|(?<![\w.]))([\d.]+)\s*[xX×]\s*(\d+)", sizes):
                if product.length_mm is not None:
                    assert (float(across), float(along)) == (product.diameter_mm, product.length_mm), text
            for count in re.findall(r"(\d+) ?(?:pcs|pieces|pk|pz|pezzi)\b", text):
                assert int(count) == product.pack_size, text
            for number in re.findall(r"\b(?:DIN|ISO) ?[\d]+(?:-[A-Z]+)?\b", text, re.IGNORECASE):
                spaced = re.sub(r"^(DIN|ISO) ?", r"\1 ", number.upper())
                assert spaced == product.standard, text
                assert spaced in standards
            assert {brand for brand in brands if brand in text.lower()} <= {product.brand.lower()}, text


def test_titles_are_as_messy_as_a_shops(catalogue: list[demo.Product]) -> None:
    titles = [p.title for p in catalogue]
    assert 0.03 < sum(t.isupper() for t in titles) / len(titles) < 0.3
    assert sum(p.product_type not in p.title.lower() for p in catalogue) > 0.25 * len(titles)  # synonyms, typos
    assert sum(p.brand.lower() in p.title.lower() for p in catalogue) < 0.6 * len(titles)
    assert len(set(titles)) > 0.93 * len(titles)
    assert all(t == " ".join(t.split()) and t for t in titles)


def test_italian_titles_keep_what_the_trade_keeps() -> None:
    products = demo.products(500, seed=0)
    assert any("torx" in p.title_it for p in products)
    assert all(p.thread.split()[0] in p.title_it for p in products)
    names = {kind.name for kind in KINDS}
    assert not any(name in p.title_it.lower() for p in products for name in names)
