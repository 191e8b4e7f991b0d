"""`gergo.gather`: saved pages, WARC archives or a sitemap become a catalogue, with where each pair is from.

Beside the catalogue `shop.gergo` stands `shop.gathered`: what was fetched (`crawl.warc.gz`), what each page says
(`pages.jsonl`), the pictures by their content, the rows as they were imported (`rows.jsonl`), every pair with its
evidence (`pairs.jsonl`), and the report. All but the first can be made again from it, and a run that was killed is.
"""

from __future__ import annotations

import io
import json
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from gergo.catalogue.importing import import_catalogue
from gergo.catalogue.store import Catalogue
from gergo.errors import InputError, MissingExtra, NotEnoughData, UsageError
from gergo.files import replacing
from gergo.gathering.extracting import Extracted, extract, read, write
from gergo.gathering.filtering import SiteCounts, why_not_size
from gergo.gathering.rows import COLUMNS, Dropped, Pair, Row, Rows, main_properties, pairs, values
from gergo.gathering.saved import GATHERED
from gergo.gathering.similarity import curve, similarities
from gergo.gathering.site import Site
from gergo.gathering.sources import Fetching, open_site
from gergo.gathering.specifications import columns
from gergo.progress import bar, say
from gergo.towers.model import Model

_SUFFIXES = {
    "JPEG": ".jpg",
    "PNG": ".png",
    "WEBP": ".webp",
    "GIF": ".gif",
    "BMP": ".bmp",
    "TIFF": ".tif",
    "AVIF": ".avif",
}
_WORDS = ("title", "description", "caption")
_ROLES = {"id": "id", "group": "group", "brand": "brand", "category": "category"}


@dataclass
class Gathered:
    """What a run found; `to_json` is the report's data."""

    name: str
    pages: int = 0
    with_products: int = 0
    broken_blocks: int = 0
    rows: int = 0
    by_evidence: Counter[str] = field(default_factory=Counter)
    dropped: Dropped = field(default_factory=Dropped)
    unread: list[tuple[str, str]] = field(default_factory=list)
    shared_ids: list[tuple[str, str]] = field(default_factory=list)
    languages: dict[str, int] = field(default_factory=dict)
    licences: Counter[str] = field(default_factory=Counter)
    properties: Counter[str] = field(default_factory=Counter)
    model: str = ""
    min_similarity: float | None = None
    curve: list[tuple[float, int]] = field(default_factory=list)
    catalogue: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Plain values, schema 1."""
        return {
            "schema": 1,
            "name": self.name,
            "pages": self.pages,
            "pages_with_products": self.with_products,
            "broken_json_ld": self.broken_blocks,
            "rows": self.rows,
            "pairs": sum(self.by_evidence.values()),
            "pairs_by_evidence": dict(self.by_evidence.most_common()),
            "dropped": dict(self.dropped.counts.most_common()),
            "dropped_some": {why: [list(one) for one in some] for why, some in self.dropped.some.items()},
            "unread": [list(one) for one in self.unread],
            "shared_ids": [list(one) for one in self.shared_ids],
            "languages": self.languages,
            "licences": dict(self.licences.most_common()),
            "properties": dict(self.properties.most_common()),
            "similarity_by": self.model,
            "min_similarity": self.min_similarity,
            "kept_by_threshold": [list(point) for point in self.curve],
            "catalogue": self.catalogue,
        }


def gather(
    sources: str | Path | Sequence[str | Path],
    to: str | Path,
    *,
    model: str | Model | None = "base",
    min_similarity: float | None = None,
    fetching: Fetching | None = None,
) -> Catalogue:
    """Find the pairs of picture and text on web pages, and import them as a catalogue in the folder `to`.

    Args:
        sources: folders of saved HTML, `.warc` or `.warc.gz` files, or the address of a sitemap (or of a site).
        model: whose similarity of each pair is recorded; None for none.
        min_similarity: leave out pictures whose title fits less than that by `model`.
        fetching: how politely a sitemap is followed.

    Raises:
        UsageError: a threshold without a model; an option that is out of range.
        InputError: a source that is not there or cannot be read.
        NotEnoughData: the pages hold no pair.
    """
    folder = Path(to)
    if min_similarity is not None and model is None:
        raise UsageError("a least similarity needs a model to measure it by", hint="--model base")
    work = folder.with_name(f"{folder.name.removesuffix('.gergo')}{GATHERED}")
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file; a catalogue is a folder", hint="choose another name for --to")
    work.mkdir(parents=True, exist_ok=True)
    opened = [sources] if isinstance(sources, (str, Path)) else list(sources)
    site = open_site(opened, work, fetching or Fetching())
    found = Gathered(folder.name, min_similarity=min_similarity)
    counts = _extract(site, work / "pages.jsonl", found)
    rows = Rows(counts, found.dropped)
    for page in read(work / "pages.jsonl"):
        rows.add(page)
    found.languages = dict(rows.languages.most_common())
    found.shared_ids = rows.shared_ids
    language = next((name for name, _ in rows.languages.most_common() if name), "")
    kept = list(_with_pictures(rows.finish(), site, work / "pictures", found))
    _measure(kept, language, model, found)
    _write(kept, language, work, found)
    found.unread = list({what: (what, why) for what, why in reversed(site.unread.found)}.values())[::-1]
    if not found.rows:
        _report(found, work)
        reasons = ", ".join(f"{why}: {n:,}" for why, n in found.dropped.counts.most_common(4))
        raise NotEnoughData(
            f"{found.pages:,} pages hold no pair of picture and text" + (f" ({reasons})" if reasons else ""),
            hint=f"what was dropped is listed in {work / 'report.html'}",
        )
    catalogue = import_catalogue(work / "rows.jsonl", folder, image="images", text=_text_columns(work), **_ROLES)
    found.catalogue = {"items": len(catalogue.items(columns=[])), "pictures": len(catalogue.views())}
    _report(found, work)
    say(f"{found.pages:,} pages: {found.rows:,} products and pictures with words; {work / 'report.html'}")
    return catalogue


def _extract(site: Site, path: Path, found: Gathered) -> SiteCounts:
    counts = SiteCounts()

    def pages() -> Iterator[Extracted]:
        with bar("pages", None, "pages") as shown:
            for page in site.pages():
                shown.advance(1)
                try:
                    one = extract(page)
                except MissingExtra:
                    raise
                except Exception as error:  # whatever mark-up nobody thought of: one page does not end a run
                    site.unread.add(page.url, f"its mark-up cannot be taken apart ({type(error).__name__}: {error})")
                    continue
                if one is None:
                    site.unread.add(page.url, "no page")
                    continue
                counts.add(one)
                found.pages += 1
                found.with_products += bool(one.products)
                found.broken_blocks += one.broken
                yield one

    write(pages(), path)
    if not found.pages:
        why = ", ".join(f"{reason}: {what}" for what, reason in site.unread.found[:3])
        raise InputError(f"{site.name}: no page of HTML is there" + (f" ({why})" if why else ""))
    return counts


@dataclass
class _Kept:
    """A row, and the file of each of its pictures by key."""

    row: Row
    files: dict[str, Path]
    similarity: dict[str, float] = field(default_factory=dict)


def _with_pictures(rows: Iterator[Row], site: Site, folder: Path, found: Gathered) -> Iterator[_Kept]:
    """Rows with their pictures on the disk; what cannot be had, or is no picture of a product, is dropped."""
    folder.mkdir(exist_ok=True)
    with bar("pictures", None, "rows") as shown:
        for row in rows:
            files: dict[str, Path] = {}
            for key, addresses in row.pictures.items():
                data = next((data for url in addresses if (data := site.picture(url))), None)
                if data is None:
                    found.dropped.add("a picture that is not there", addresses[0], row.page)
                    continue
                if why := _why_not(data):
                    found.dropped.add(why, addresses[0], row.page)
                    continue
                files[key] = _stored(data, folder)
            shown.advance(1)
            if files:
                yield _Kept(row, files)
            else:
                found.dropped.add("nothing left to show", row.said("title", ""), row.page)


def _why_not(data: bytes) -> str:
    """Why the bytes are no picture of a product, by the size that they state; import decodes them in earnest."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            return why_not_size(*image.size)
    except Image.DecompressionBombError:
        return "more pixels than is safe"
    except Exception:  # whatever a decoder raises at bytes of any kind
        return "bytes that are no picture"


def _stored(data: bytes, folder: Path) -> Path:
    """The file of these bytes, by their content; written once."""
    with Image.open(io.BytesIO(data)) as image:
        suffix = _SUFFIXES.get(image.format or "", ".img")
    path = folder / f"{sha256(data).hexdigest()[:32]}{suffix}"
    if not path.exists():
        beside = path.with_name(f"{path.name}.part")
        beside.write_bytes(data)  # not flushed to the disk, as thousands are written
        os.replace(beside, path)
    return path


def _measure(kept: list[_Kept], language: str, model: str | Model | None, found: Gathered) -> None:
    """Write down how well each title fits each picture, and leave out what the user wants left out."""
    if model is None or not kept:
        return
    measured = Model.load(model) if isinstance(model, str) else model
    found.model = measured.name
    titled = [(one, key, one.row.said("title", language)) for one in kept for key in one.files]
    similarity_P = similarities(measured, [one.files[key] for one, key, _ in titled], [title for *_, title in titled])
    found.curve = curve(similarity_P)
    for (one, key, title), similarity in zip(titled, similarity_P, strict=True):
        if not np.isfinite(similarity):
            continue
        one.similarity[key] = round(float(similarity), 4)
        if found.min_similarity is not None and similarity < found.min_similarity:
            del one.files[key]
            found.dropped.add(f"similarity under {found.min_similarity:g}", title, one.row.page)
    if found.min_similarity is not None:
        kept[:] = [one for one in kept if one.files]


def _write(kept: list[_Kept], language: str, work: Path, found: Gathered) -> None:
    """`rows.jsonl` and `pairs.jsonl`, each moved into place whole."""
    asked, left = columns((main_properties(one.row, language) for one in kept), COLUMNS)
    for name, why in left.items():
        found.dropped.add(why, name, "")
    with replacing(work / "rows.jsonl") as rows, replacing(work / "pairs.jsonl") as told:
        for one in kept:
            said = values(one.row, language, [str(path.relative_to(work)) for path in one.files.values()], asked)
            found.properties.update(column for column in set(asked.values()) if said[column])
            best = max((one.similarity[key] for key in one.files if key in one.similarity), default=None)
            rows.write(_line(said | ({} if best is None else {"similarity": best})))
            found.rows += 1
            found.licences.update([one.row.facts["licence"]] if one.row.facts.get("licence") else [])
            for pair in pairs(one.row, language):
                key = next(key for key, addresses in one.row.pictures.items() if addresses is pair.addresses)
                if key in one.files:
                    told.write(_line(_told(pair, one, key, work)))
                    found.by_evidence[pair.evidence] += 1


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def _told(pair: Pair, one: _Kept, key: str, work: Path) -> dict[str, Any]:
    return {
        "id": one.row.id,
        "picture": str(one.files[key].relative_to(work)),
        "address": pair.addresses[0],
        "text": pair.text,
        "evidence": pair.evidence,
        "page": pair.page,
        "similarity": one.similarity.get(key),
    }


def _text_columns(work: Path) -> list[str]:
    """The columns of words that some row has, the title first."""
    names: dict[str, None] = {}
    with (work / "rows.jsonl").open(encoding="utf-8") as file:
        for line in file:
            names |= {n: None for n, v in json.loads(line).items() if v and n.partition("_")[0] in _WORDS}
    return sorted(names, key=lambda name: (name != "title", name))


def _report(found: Gathered, work: Path) -> None:
    from gergo.gathering.report import save

    save(found, work)
