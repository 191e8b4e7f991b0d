"""The pictures and titles that an export is checked on, and that integers are calibrated on.

Shapes: none; a sample is N pairs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gergo.errors import NotEnoughData

if TYPE_CHECKING:
    from gergo.catalogue.store import Catalogue

FROM_CATALOGUE, DRAWN = 512, 96
DRAWN_PX = 128
FEWEST = 8


@dataclass(frozen=True)
class Sample:
    """N pairs: `images[i]` shows what `texts[i]` calls it. `source` says in words where they are from."""

    images: Sequence[Any]
    texts: Sequence[str]
    source: str

    def __len__(self) -> int:
        return len(self.images)

    def divided(self) -> tuple[Sample, Sample]:
        """Every third pair, and the rest: what is calibrated on the first is checked on the other."""
        kept = [i for i in range(len(self)) if i % 3]
        rest = Sample([self.images[i] for i in kept], [self.texts[i] for i in kept], self.source)
        return Sample(self.images[::3], self.texts[::3], self.source), rest


def take_sample(catalogue: Catalogue | None) -> Sample:
    """Pairs of a catalogue's first pictures and titles, spread over it; drawn products where there is none.

    Raises:
        NotEnoughData: under 8 items of the catalogue have a picture and a text.
    """
    return _drawn() if catalogue is None else _of_catalogue(catalogue)


def _of_catalogue(catalogue: Catalogue) -> Sample:
    views = catalogue.views()
    first: dict[int, int] = {}
    for view, item in zip(views["view"].to_pylist(), views["item"].to_pylist(), strict=True):
        first.setdefault(item, view)
    rows = catalogue.items(columns=[]).select(["item", "texts"]).to_pylist()
    pairs = [(first[row["item"]], row["texts"][0]["text"]) for row in rows if row["item"] in first and row["texts"]]
    if len(pairs) < FEWEST:
        raise NotEnoughData(
            f"{catalogue.path} has {len(pairs)} items with a picture and a text; {FEWEST} are the least to check on",
            hint="leave --catalogue out: drawn products are used instead",
        )
    step = max(1, len(pairs) // FROM_CATALOGUE)
    chosen = pairs[::step][:FROM_CATALOGUE]
    images = catalogue.pictures([view for view, _ in chosen])
    return Sample(images, [text for _, text in chosen], f"{len(chosen)} items of the catalogue {catalogue.name}")


def _drawn() -> Sample:
    from gergo import demo

    products = demo.products(DRAWN)
    images = [demo.render(product, 0, DRAWN_PX).image for product in products]
    return Sample(images, [product.title for product in products], f"{DRAWN} drawn products")
