"""Pages to rows: what several pages say of one product becomes one row; a picture of no product, a row of its own.

A product is known by its number, else by the address of its page. Its pictures are those that its page declares, those
shown there whose words name it, and those that link to it from other pages. What other languages say of it stands in
columns of their own (`title_de`). What it says in names and values ("Thread", "M8") becomes columns too, in the
site's main language.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import unquote

from gergo.catalogue.texts import key
from gergo.gathering.extracting import Extracted
from gergo.gathering.filtering import SiteCounts, usable, why_not_picture
from gergo.gathering.renditions import key as picture_key
from gergo.gathering.shown import Shown
from gergo.gathering.specifications import Property
from gergo.gathering.structured import EVIDENCE, Evidence, Product

FACTS = ("brand", "category", "colour", "size", "material", "price", "currency", "group", "licence")
NAMED_BY = 0.5  # of a product's words, in the words of a picture, for the picture to be its own
COLUMNS = ("id", "title", "description", "caption", *FACTS, "language", "evidence", "page", "images", "similarity")
_WORD = re.compile(r"\w{2,}")


@dataclass
class Pair:
    """A picture and words about it. addresses: of the picture, the best rendition first."""

    addresses: list[str]
    text: str
    evidence: Evidence
    page: str


@dataclass
class Row:
    """One row to be. number: the product's own, "" while no page has said one. texts: (role, language) -> text, role
    "title" or "description". properties: language -> key -> name and value."""

    id: str
    page: str
    evidence: Evidence
    number: str = ""
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    properties: dict[str, dict[str, Property]] = field(default_factory=dict)
    pictures: dict[str, list[str]] = field(default_factory=dict)  # key -> addresses
    found_by: dict[str, Evidence] = field(default_factory=dict)  # key of a picture -> how it was found to be of it
    captions: list[tuple[str, Evidence, str, str]] = field(default_factory=list)  # key, evidence, text, page

    def add_picture(self, url: str, evidence: Evidence, *, first: bool = False) -> None:
        """One more picture, or one more address of one."""
        known = self.pictures.setdefault(picture_key(url), [])
        self.found_by.setdefault(picture_key(url), evidence)
        if url not in known:
            known.insert(0 if first else len(known), url)

    def add_caption(self, picture: str, evidence: Evidence, text: str, page: str) -> None:
        """What is said of a picture, once."""
        if all((picture, key(text)) != (k, key(said)) for k, _, said, _ in self.captions):
            self.captions.append((picture, evidence, text, page))

    def add_properties(self, properties: Iterable[Property], language: str) -> None:
        """Names and values; what was said first holds."""
        known = self.properties.setdefault(language, {})
        for one in properties:
            known.setdefault(key(one[0]), one)

    def said(self, role: str, language: str) -> str:
        """A text in that language, else in any."""
        found = self.texts.get((role, language))
        return found or next((text for (r, _), text in self.texts.items() if r == role), "")


@dataclass
class Dropped:
    """What was left out: reason -> how many, and for each a few to look at: (address or words, page)."""

    counts: Counter[str] = field(default_factory=Counter)
    some: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    FEW = 50

    def add(self, reason: str, what: str, page: str) -> None:
        """One more."""
        self.counts[reason] += 1
        listed = self.some.setdefault(reason, [])
        if len(listed) < self.FEW:
            listed.append((what, page))


class Rows:
    """Collects rows page by page."""

    def __init__(self, counts: SiteCounts, dropped: Dropped) -> None:
        self._counts, self._dropped = counts, dropped
        self._rows: dict[str, Row] = {}
        self._by_url: dict[str, str] = {}
        self._by_number: dict[str, str] = {}
        # Pictures that lead to another page, each with its words once, and the first page where they stand.
        self._linked: dict[tuple[str, ...], tuple[Shown, str]] = {}
        self.languages: Counter[str] = Counter()
        self.shared_ids: list[tuple[str, str]] = []  # a number of two products, and the page of the second

    def add(self, page: Extracted) -> None:
        """Take in one page."""
        self.languages[page.language] += 1
        groups = {product.group or product.id or product.name for product in page.products}
        alone = len(groups) == 1
        rows = [self._of(product, page, alone=alone) for product in page.products]
        for one in page.shown:
            self._place(one, page, rows if alone else [])

    def finish(self) -> Iterator[Row]:
        """The rows, in the order their products were met; call it once."""
        for one, page in self._linked.values():
            row = self._rows.get(self._by_url.get(_bare(one.link), ""))
            if row is not None:
                self._caption(one, page, row)
            else:
                self._own_row(one, page)
        self._linked.clear()
        self._leave_out_names_of_others()
        for row in self._rows.values():
            if not row.pictures:
                self._dropped.add("a product without a picture", row.said("title", ""), row.page)
            elif not row.said("title", ""):
                self._dropped.add("a product without a name", row.id, row.page)
            else:
                yield row

    def _leave_out_names_of_others(self) -> None:
        """An alternative text that is another product's title was copied with the mark-up."""
        owner: dict[str, set[str]] = {}
        for row in self._rows.values():
            for (role, _), text in row.texts.items():
                if role == "title":
                    owner.setdefault(key(text), set()).add(row.id)
        for row in self._rows.values():
            for caption in list(row.captions):
                owners = owner.get(key(caption[2]), set())
                if owners and row.id not in owners:
                    row.captions.remove(caption)
                    self._dropped.add("the name of another product", caption[2], caption[3])

    def _of(self, product: Product, page: Extracted, *, alone: bool) -> Row:
        """The row of a product, made where there is none yet; with what this page says of it."""
        url = _bare(product.url or (page.canonical if alone and not product.group else ""))
        name = self._counts.without_ending(product.name)
        language = product.language or page.language
        id_ = self._known(product, url, name, language)
        if id_ is None:
            id_ = self._new_id(product, url, page, name)
            self._rows[id_] = Row(id_, page.canonical, product.evidence)
        row = self._rows[id_]
        if product.id and not row.number and product.id not in self._by_number:
            row.number = product.id
            self._by_number[product.id] = id_
        if url:
            self._by_url.setdefault(url, id_)
        if alone:
            self._by_url.setdefault(_bare(page.canonical), id_)
        if EVIDENCE.index(product.evidence) < EVIDENCE.index(row.evidence):
            row.evidence = product.evidence
        for role, text in (("title", name), ("description", product.description)):
            if text and len(text) > len(row.texts.get((role, language), "")):
                row.texts[role, language] = text
        for fact in FACTS:
            if said := getattr(product, fact):
                row.facts.setdefault(fact, said)
        row.add_properties((*product.properties, *(page.properties if alone else ())), language)
        for picture in product.pictures:
            row.add_picture(picture, product.evidence)
        for picture, caption in product.captions:
            row.add_caption(picture_key(picture), product.evidence, caption, page.canonical)
        return row

    def _known(self, product: Product, url: str, name: str, language: str) -> str | None:
        """The id of the row that this product is; a number that another product has already is no number."""
        if product.id in self._by_number:
            row = self._rows[self._by_number[product.id]]
            other = row.texts.get(("title", language), "")
            if not other or not name or key(other) == key(name) or (url and url == _bare(row.page)):
                return row.id
            self.shared_ids.append((product.id, url or name))
            return self._by_url.get(url)
        found = self._by_url.get(url) if url else None
        if found is not None and product.id and self._rows[found].number:
            return None  # a variant of a page is not the page's other variant
        return found

    def _new_id(self, product: Product, url: str, page: Extracted, name: str) -> str:
        if product.id and product.id not in self._rows:
            return product.id
        stem = url or f"{_bare(page.canonical)}#{product.colour or product.size or name}"
        return stem if stem not in self._rows else f"{stem}#{len(self._rows)}"

    def _place(self, one: Shown, page: Extracted, own: list[Row]) -> None:
        """Give a shown picture to the product of its page, to the one it links to, or let it speak for itself."""
        for row in own:
            if one.key in row.pictures:
                row.add_picture(one.url, row.found_by[one.key], first=True)
                self._caption(one, page.canonical, row)
                return
        if why := why_not_picture(one, self._counts):
            self._dropped.add(why, one.url, page.canonical)
            return
        leads_away = one.link and _bare(one.link) not in (_bare(page.canonical), _bare(page.url))
        if leads_away and picture_key(one.link) != one.key and not _is_picture(one.link):
            said = (one.url, one.link, one.figcaption, one.alt, one.title, one.heading)
            self._linked.setdefault(said, (one, page.canonical))
            return
        if len(own) == 1 and own[0].said("title", page.language):
            named, _ = usable(one.texts(), one.url, self._counts)
            if named is not None and _names(named[1], own[0].said("title", page.language)):
                self._caption(one, page.canonical, own[0])
                return
        self._own_row(one, page.canonical, page)

    def _caption(self, one: Shown, page: str, row: Row) -> None:
        found, refused = usable(one.texts(), one.url, self._counts)
        for why in refused:
            self._dropped.add(why, one.alt or one.title, page)
        evidence: Evidence = found[0] if found else "alt"
        if one.key not in row.pictures and found is None:
            return
        row.add_picture(one.url, evidence)
        if found is not None and evidence != "heading" and key(found[1]) not in {key(t) for t in row.texts.values()}:
            row.add_caption(one.key, evidence, found[1], page)

    def _own_row(self, one: Shown, page: str, of: Extracted | None = None) -> None:
        """of: the page, where the picture is its own; pictures whose words name its heading are of one thing: they stay
        in one split, and what the page says in names and values is said of them."""
        found, refused = usable(one.texts(), one.url, self._counts)
        if found is None:
            self._dropped.add(refused[0] if refused else "no words", one.alt or one.url, page)
            return
        evidence, text = found
        id_ = f"picture-{sha256(one.key.encode()).hexdigest()[:16]}"
        row = self._rows.get(id_)
        if row is None:
            row = self._rows[id_] = Row(id_, page, evidence)
            row.texts["title", ""] = self._counts.without_ending(text)
            row.add_picture(one.url, row.evidence)
            if of and of.heading and _names(text, self._counts.without_ending(of.heading)):
                row.facts["group"] = page
                row.add_properties(of.properties, of.language)
        elif key(text) != key(row.texts["title", ""]):
            row.add_caption(one.key, evidence, text, page)


def _bare(url: str) -> str:
    """An address without its fragment and the slash at its end, however its characters are quoted.

    >>> _bare("https://shop.example/a%26b/#top")
    'https://shop.example/a&b'
    """
    return unquote(url.split("#", 1)[0]).rstrip("/")


def _is_picture(url: str) -> bool:
    return bool(re.search(r"\.(?:jpe?g|png|webp|gif|avif)(?:\?|$)", url.lower()))


def _names(text: str, title: str) -> bool:
    """Whether a text has at least half of a title's words.

    >>> _names("Hex bolt M8, seen from above", "Hex bolt M8 zinc"), _names("You may also like: wing nut", "Hex bolt M8")
    (True, False)
    """
    words, there = set(_WORD.findall(key(title))), set(_WORD.findall(key(text)))
    return bool(words) and len(words & there) >= NAMED_BY * len(words)


def pairs(row: Row, language: str) -> Iterator[Pair]:
    """Every pair that a row stands for: each picture with the title, and with what is said of itself."""
    title = row.said("title", language)
    for picture, addresses in row.pictures.items():
        yield Pair(addresses, title, row.found_by[picture], row.page)
    for picture, evidence, text, page in row.captions:
        if picture in row.pictures:
            yield Pair(row.pictures[picture], text, evidence, page)


def main_properties(row: Row, language: str) -> dict[str, Property]:
    """What is said of a row in the site's main language, or in none that a page names."""
    return row.properties.get("", {}) | row.properties.get(language, {})


def values(row: Row, language: str, pictures: Iterable[str], columns: Mapping[str, str]) -> dict[str, Any]:
    """A row as `gergo import` reads it. pictures: their files. language: the site's main one. columns: key of a
    property -> its column."""
    caption = max((text for _, _, text, _ in row.captions), key=len, default="")
    found: dict[str, Any] = {"id": row.id, "title": row.said("title", language)}
    found["description"] = row.said("description", language)
    found["caption"] = caption
    for (role, other), text in row.texts.items():
        if other and other != language and text != found[role]:
            found[f"{role}_{other}"] = text
    found |= {fact: row.facts.get(fact, "") for fact in FACTS}
    said = main_properties(row, language)
    for name, column in columns.items():
        found[column] = found.get(column) or said.get(name, ("", ""))[1]
    spoken = {other for _, other in row.texts}
    return found | {
        "language": language if language in spoken else min(spoken, default=""),
        "evidence": row.evidence,
        "page": row.page,
        "images": list(pictures),
    }
