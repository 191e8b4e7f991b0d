"""What is no picture of a product, and what are no words about one; every refusal has a reason.

How often a picture or a text stands on a site tells most: what is everywhere is about nothing.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from gergo.catalogue.texts import key
from gergo.gathering.extracting import Extracted
from gergo.gathering.product import Evidence
from gergo.gathering.shown import Shown

SMALLEST_PX = 64
MOST_STRETCHED = 4.0  # longer side by shorter: beyond, a banner
FEW_PAGES = 5
EVERYWHERE = 0.1  # of the pages, and more than FEW_PAGES
FEW_PRODUCTS = 20  # that may share one picture: sizes of a screw have one photograph
FEW_PICTURES = 4  # that one text stands with, on as many pages, before it says nothing

_FURNITURE = re.compile(
    r"(?:^|[^a-z])(?:logos?|sprites?|icons?|favicon|spacer|pixel|blank|loading|loader|placeholder|no-?image|no-?photo|"
    r"avatar|banners?|payment|mastercard|paypal|captcha|tracking|beacon)"
    r"(?:[^a-z]|$)"
)
_FILE_NAME = re.compile(r"^[\w\-. ()%]+\.(?:jpe?g|png|gif|webp|avif|bmp|tiff?|svg)$", re.IGNORECASE)
_SERIAL = re.compile(
    r"^(?:img|dsc|dscn|pict?|image|photo|picture|foto|bild|immagine|untitled|p)?[\s_\-.#]*\d*$", re.IGNORECASE
)
_NUMBERED = re.compile(r"[\s_#.(\-]*\d+(?:\s*(?:/|of|von|di|de)\s*\d+)?\)?\s*$")
_EMPTY = frozenset(
    key(word)
    for word in (
        *("image", "images", "photo", "photos", "picture", "pic", "img", "thumbnail", "product", "product image"),
        *("product photo", "main image", "alt", "alt text", "alternative text", "no image", "image not available"),
        *("zoom", "logo", "banner", "icon", "loading", "null", "none", "undefined", "default", "placeholder", "n/a"),
        *("bild", "foto", "produktbild", "immagine", "immagine prodotto", "imagen", "image produit", "afbeelding"),
    )
)
_LETTER = re.compile(r"[^\W\d_]")
_SEPARATORS = re.compile(r"\s+[|–—·:»-]\s+")


class SiteCounts:
    """On how many pages each picture stands, with how many pictures and on how many pages each text does."""

    def __init__(self) -> None:
        self.pages = 0
        self._of_picture: Counter[str] = Counter()
        self._unlinked: Counter[str] = Counter()
        self._declared: defaultdict[str, set[str]] = defaultdict(set)  # address -> the products it is said to be of
        self._with_text: defaultdict[str, set[int]] = defaultdict(set)
        self._text_pages: Counter[str] = Counter()
        self._endings: Counter[str] = Counter()

    def add(self, page: Extracted) -> None:
        """Count a page."""
        self.pages += 1
        for one in page.shown:
            self._of_picture[one.key] += 1
            self._unlinked[one.key] += not one.link
        for product in page.products:
            for picture in product.pictures if product.id else ():  # without a number each language would be one
                self._declared[picture].add(product.group or product.id)
        for text in {key(text) for one in page.shown for _, text in one.texts()}:
            self._text_pages[text] += 1
        for one in page.shown:
            for _, text in one.texts():
                pictures = self._with_text[key(text)]
                if len(pictures) < FEW_PICTURES:
                    pictures.add(hash(one.key))
        names = {*(product.name for product in page.products), page.heading}
        for ending in {parts[-1] for name in names if len(parts := _SEPARATORS.split(name)) > 1}:
            self._endings[ending] += 1

    def is_everywhere(self, picture: str, *, linked: bool = False) -> bool:
        """Whether a picture is on so many pages that it belongs to none; `linked`: as a link, too."""
        count = self._of_picture if linked else self._unlinked
        return count[picture] > max(FEW_PAGES, EVERYWHERE * self.pages)

    def is_placeholder(self, url: str) -> bool:
        """Whether a picture that is declared to be a product's is of none: by its name, or as many share it."""
        return is_furniture(url) or len(self._declared.get(url, ())) > max(FEW_PRODUCTS, EVERYWHERE * self.pages)

    def says_nothing(self, text: str) -> bool:
        """Whether one text stands with many pictures on many pages."""
        said = key(text)
        return self._text_pages[said] >= FEW_PICTURES and len(self._with_text.get(said, ())) >= FEW_PICTURES

    def without_ending(self, title: str) -> str:
        """A title without the name of the site, where most pages end with the same."""
        parts = _SEPARATORS.split(title)
        if len(parts) > 1 and self._endings[parts[-1]] > max(2, 0.4 * self.pages):
            return title[: title.rindex(parts[-1])].rstrip(" |–—·:»-") or title
        return title


def is_furniture(url: str) -> bool:
    """Whether a file is named as what furnishes a page: a logo, an icon, a placeholder."""
    return bool(_FURNITURE.search(unquote(urlsplit(url).path).lower().rpartition("/")[2]))


def why_not_picture(one: Shown, counts: SiteCounts) -> str:
    """The reason why a shown picture is of no product; "" where there is none."""
    path = unquote(urlsplit(one.url).path).lower()
    if path.endswith((".svg", ".ico")):
        return "a drawing, as icons are"
    if one.chrome:
        return "in the frame of the page"
    if is_furniture(one.url):
        return "named as a logo, icon, banner or the like"
    if 0 < max(one.width, one.height) < SMALLEST_PX or (one.width == 1 or one.height == 1):
        return f"under {SMALLEST_PX} px"
    if one.width and one.height and max(one.width, one.height) > MOST_STRETCHED * min(one.width, one.height):
        return "shaped like a banner"
    if not one.link and counts.is_everywhere(one.key):
        return "on too many pages"
    return ""


def why_not_size(width: int, height: int) -> str:
    """The reason why a picture of this size in pixels is of no product.

    >>> why_not_size(1, 1), why_not_size(1200, 200), why_not_size(400, 300)
    ('under 64 px', 'shaped like a banner', '')
    """
    if max(width, height) < SMALLEST_PX or min(width, height) < SMALLEST_PX / 4:
        return f"under {SMALLEST_PX} px"
    return "shaped like a banner" if max(width, height) > MOST_STRETCHED * min(width, height) else ""


def why_not_text(text: str, url: str, counts: SiteCounts) -> str:
    """The reason why words say nothing about the picture at an address; "" where they may."""
    said = key(text)
    stem = unquote(urlsplit(url).path).rpartition("/")[2].rpartition(".")[0]
    unnumbered = key(_NUMBERED.sub("", text))  # "Product image 2"
    if len(_LETTER.findall(text)) < 2 or said in _EMPTY or unnumbered in _EMPTY or _SERIAL.match(text.strip()):
        return "words that say nothing"
    if _FILE_NAME.match(text.strip()) or (stem and said == key(stem) and " " not in text.strip()):
        return "the name of the file"
    return "the same words with many pictures" if counts.says_nothing(text) else ""


def usable(
    texts: Iterable[tuple[Evidence, str]], url: str, counts: SiteCounts
) -> tuple[tuple[Evidence, str] | None, list[str]]:
    """The first (evidence, text) that says something, and why those before it do not."""
    refused = []
    for evidence, text in texts:
        why = why_not_text(text, url, counts)
        if not why:
            return (evidence, text), refused
        refused.append(why)
    return None, refused
