"""Pages to rows: what several pages say of one product becomes one row; a picture of no product, a row of its own.

A product is known by its number, else by the address of its page. Its pictures are those that its page declares, those
shown there whose words name it, and those that link to it from other pages. What other languages say of it stands in
columns of their own (`title_de`). What it says in names and values ("Thread", "M8") becomes columns too, in the
site's main language.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from gergo.catalogue.texts import key
from gergo.gathering.extracting import Extracted
from gergo.gathering.filtering import SiteCounts, usable, why_not_picture
from gergo.gathering.markup import bare_address
from gergo.gathering.product import EVIDENCE, Evidence, Product
from gergo.gathering.renditions import key as picture_key
from gergo.gathering.shown import Shown
from gergo.gathering.specifications import OF_ONE_VARIANT, Property, fills

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
    own_page: bool = False  # a page about it was read, and what that says of it goes before what lists say
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    properties: dict[str, dict[str, Property]] = field(default_factory=dict)
    pictures: dict[str, list[str]] = field(default_factory=dict)  # key -> addresses
    found_by: dict[str, Evidence] = field(default_factory=dict)  # key of a picture -> how it was found to be of it
    captions: list[tuple[str, Evidence, str, str]] = field(default_factory=list)  # key, evidence, text, page

    def add_picture(self, url: str, evidence: Evidence, *, first: bool = False, of: str = "") -> None:
        """One more picture, or one more address of one (of: its key, where the address does not say)."""
        picture = of or picture_key(url)
        known = self.pictures.setdefault(picture, [])
        self.found_by.setdefault(picture, evidence)
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
        mains = sum(product.main for product in page.products)
        rows = [(product, self._of(product, page, several=mains > 1)) for product in page.products]
        own = [row for product, row in rows if product.main]
        shown_in: dict[str, list[Row]] = {}
        for one in page.shown:
            for row in own if one.gallery else ():
                if one.key in row.pictures and row not in shown_in.setdefault(one.gallery, []):
                    shown_in[one.gallery].append(row)
        galleries = {place: shown[0] for place, shown in shown_in.items() if len(shown) == 1}
        for one in page.shown:
            self._place(one, page, own, galleries)

    def finish(self) -> Iterator[Row]:
        """The rows, in the order their products were met; call it once."""
        for one, page in self._linked.values():
            row = self._rows.get(self._by_url.get(bare_address(one.link), ""))
            if row is not None:
                self._caption(one, page, row)
            elif self._counts.is_everywhere(one.key, linked=True):
                self._dropped.add("on too many pages", one.url, page)
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

    def _of(self, product: Product, page: Extracted, *, several: bool) -> Row:
        """The row of a product, made where there is none yet; with what this page says of it.

        several: the page is about several products that are variants of one.
        """
        here = page.canonical if product.main else ""
        url = bare_address(product.url or ("" if several or product.group else here))
        name = self._counts.without_ending(product.name)
        language = product.language or page.language
        id_ = self._known(product, url, page, name, language)
        if id_ is None:
            id_ = self._new_id(product, url, page, name)
            self._rows[id_] = Row(id_, page.canonical, product.evidence)
        row = self._rows[id_]
        if product.id and not row.number and product.id not in self._by_number:
            row.number = product.id
            self._by_number[product.id] = id_
        if url:
            self._by_url.setdefault(url, id_)
        if here:
            self._by_url.setdefault(bare_address(here), id_)  # of several the first: what links here is of their group
        if EVIDENCE.index(product.evidence) < EVIDENCE.index(row.evidence):
            row.evidence = product.evidence
        for role, text in (("title", name), ("description", product.description)):
            if text and len(text) > len(row.texts.get((role, language), "")):
                row.texts[role, language] = text
        for fact in FACTS:
            if said := getattr(product, fact):
                known = "" if product.main and not row.own_page else row.facts.get(fact, "")
                row.facts[fact] = known or said
        row.own_page |= product.main
        shown = page.properties if product.main else ()
        of_all = (one for one in shown if not (several and fills(one[0]) in OF_ONE_VARIANT))
        row.add_properties((*product.properties, *of_all), language)
        for picture in product.pictures:
            if self._counts.is_placeholder(picture):
                self._dropped.add("declared, but a placeholder", picture, page.canonical)
            else:
                row.add_picture(picture, product.evidence)
        for picture, caption in product.captions:
            row.add_caption(picture_key(picture), product.evidence, caption, page.canonical)
        return row

    def _known(self, product: Product, url: str, page: Extracted, name: str, language: str) -> str | None:
        """The id of the row that this product is; a number that another product has already is no number."""
        if product.id in self._by_number:
            row = self._rows[self._by_number[product.id]]
            other = row.texts.get(("title", language), "")
            if not other or not name or key(other) == key(name) or (url and url == bare_address(row.page)):
                return row.id
            self.shared_ids.append((product.id, url or name))
            return self._by_url.get(url)
        found = self._by_url.get(url) if url else None
        if not url and not product.id and (made := self._made_up(product, page, name)) in self._rows:
            return made
        if found is not None and product.id and self._rows[found].number:
            return None  # a variant of a page is not the page's other variant
        return found

    def _made_up(self, product: Product, page: Extracted, name: str) -> str:
        """The id of a variant that has neither number nor address."""
        return f"{bare_address(page.canonical)}#{product.colour or product.size or product.material or name}"

    def _new_id(self, product: Product, url: str, page: Extracted, name: str) -> str:
        if product.id and product.id not in self._rows:
            return product.id
        stem = url or self._made_up(product, page, name)
        return stem if stem not in self._rows else f"{stem}#{len(self._rows)}"

    def _place(self, one: Shown, page: Extracted, own: list[Row], galleries: dict[str, Row]) -> None:
        """Give a shown picture to a product of its page, to the one it links to, or let it speak for itself.

        own: what the page is about. galleries: places on the page, and whose pictures are shown there.
        """
        for row in own:
            if one.key in row.pictures:
                row.add_picture(one.url, row.found_by[one.key], first=True)
                self._caption(one, page.canonical, row)
                return
        if why := why_not_picture(one, self._counts):
            self._dropped.add(why, one.url, page.canonical)
            return
        leads_away = one.link and bare_address(one.link) not in map(bare_address, (page.canonical, page.url))
        if leads_away and picture_key(one.link) != one.key and not _is_picture(one.link):
            said = (one.url, one.link, one.figcaption, one.alt, one.title, one.heading)
            self._linked.setdefault(said, (one, page.canonical))
            return
        found, _ = usable(one.texts(), one.url, self._counts)
        for row in own:
            named = found is not None and _names(found[1], row.said("title", page.language))
            if (len(own) == 1 and named) or galleries.get(one.gallery) is row:
                row.add_picture(one.url, found[0] if found and named else "heading")
                self._caption(one, page.canonical, row)
                return
        self._own_row(one, page.canonical, page, own)

    def _caption(self, one: Shown, page: str, row: Row) -> None:
        found, refused = usable(one.texts(), one.url, self._counts)
        for why in refused:
            self._dropped.add(why, one.alt or one.title, page)
        evidence: Evidence = found[0] if found else "alt"
        if one.key not in row.pictures and found is None:
            return
        for url in (one.url, *one.others):
            row.add_picture(url, evidence, of=one.key)
        if found is not None and evidence != "heading" and key(found[1]) not in {key(t) for t in row.texts.values()}:
            row.add_caption(one.key, evidence, found[1], page)

    def _own_row(self, one: Shown, page: str, of: Extracted | None = None, own: Sequence[Row] = ()) -> None:
        """of: the page, where the picture is its own; pictures whose words name its heading are of one thing: they stay
        in one split, also with its products (own), and what the page says in names and values is said of them."""
        found, refused = usable(one.texts(), one.url, self._counts)
        if found is None:
            self._dropped.add(refused[0] if refused else "no words", one.alt or one.url, page)
            return
        evidence, text = found
        language = of.language if of else ""
        id_ = f"picture-{sha256(one.key.encode()).hexdigest()[:16]}"
        row = self._rows.get(id_)
        if row is not None:
            if language and ("title", language) not in row.texts and ("title", "") not in row.texts:
                row.texts["title", language] = self._counts.without_ending(text)
            elif key(text) not in {key(said) for said in row.texts.values()}:
                row.add_caption(one.key, evidence, text, page)
            return
        row = self._rows[id_] = Row(id_, page, evidence)
        row.texts["title", language] = self._counts.without_ending(text)
        for url in (one.url, *one.others):
            row.add_picture(url, evidence, of=one.key)
        if of and of.heading and _names(text, self._counts.without_ending(of.heading)):
            group = next((known for product in own if (known := product.facts.get("group"))), page)
            for related in (row, *own):
                related.facts.setdefault("group", group)
            of_all = (one for one in of.properties if not (len(own) > 1 and fills(one[0]) in OF_ONE_VARIANT))
            row.add_properties(of_all, of.language)


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
    titles = {key(text) for text in row.texts.values()}
    caption = max((text for _, _, text, _ in row.captions if key(text) not in titles), key=len, default="")
    found: dict[str, Any] = {"id": row.number or row.id, "title": row.said("title", language)}
    found["description"] = row.said("description", language)
    found["caption"] = caption
    for (role, other), text in row.texts.items():
        if other and other != language and text != found[role]:
            found[f"{role}_{other}"] = text
    found |= {fact: row.facts.get(fact, "") for fact in FACTS}
    said = main_properties(row, language)
    for name, column in columns.items():
        found[column] = found.get(column) or said.get(name, ("", ""))[1] or None
    found["price"] = float(found["price"]) if found["price"] else None
    spoken = {other for _, other in row.texts}
    return found | {
        "language": language if language in spoken else min(spoken, default=""),
        "evidence": row.evidence,
        "page": row.page,
        "images": list(pictures),
    }
