"""Who is trained on and who is measured on: decided by hashes of names, never by the order of rows.

A group (items tied by their pictures or a variant id) is in one split. Held-out brands and categories are drawn first,
and a group that touches one goes with it; the other groups go 80/10/10. The same source gives the same splits on every
machine, and a group that is stored keeps its split for good.
"""

from __future__ import annotations

import difflib
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from gergo.catalogue.texts import key
from gergo.errors import UsageError

TRAIN, VALIDATION, TEST = "train", "validation", "test"
HELD_OUT_BRANDS, HELD_OUT_CATEGORIES = "held_out_brands", "held_out_categories"
SPLITS = (TRAIN, VALIDATION, TEST, HELD_OUT_BRANDS, HELD_OUT_CATEGORIES)

FEWEST_TO_TRAIN, FEWEST_TO_VALIDATE = 20, 5  # items that a fine-tuning asks for
HELD_OUT_SHARE = 0.05
OVERSHOOT = 1.2  # a draw may end at 6% of the items, so that one more middling brand can still be taken
LARGEST_SHARE = 0.10


def unit_hash(*parts: str) -> float:
    """A number in [0, 1) that depends on `parts` alone, evenly spread over different ones."""
    digest = hashlib.sha256("\0".join(parts).encode()).digest()
    return int.from_bytes(digest[:7], "big") / 2**56


def split_by_hash(name: str) -> str:
    """`train` (80%), `validation` or `test` (10% each) for a group whose smallest source id is `name`."""
    place = unit_hash("split", name)
    return TRAIN if place < 0.8 else VALIDATION if place < 0.9 else TEST


def draw_held_out(kind: str, counts: Mapping[str, int], items: int) -> list[str]:
    """Names (as keys) to hold out, drawn by hash until they hold about 5% of `items`; at least two, or none at all.

    `counts`: how many items each name has. A name with over 10% of the items is never drawn: a catalogue without its
    largest brand is another catalogue. Where every name is too large for 5%, the two smallest that may be drawn are.
    """
    allowed = {name: n for name, n in counts.items() if name and 0 < n <= LARGEST_SHARE * items}
    if len(allowed) < 2:
        return []
    drawn: list[str] = []
    held = 0
    for name in sorted(allowed, key=lambda name: (unit_hash(kind, name), name)):
        if held >= HELD_OUT_SHARE * items:
            break
        if held + allowed[name] <= OVERSHOOT * HELD_OUT_SHARE * items:
            drawn.append(name)
            held += allowed[name]
    left = sorted(allowed.keys() - set(drawn), key=lambda name: (allowed[name], unit_hash(kind, name), name))
    return sorted(drawn + left[: max(0, 2 - len(drawn))])


def named_held_out(role: str, names: Sequence[str], present: Iterable[str]) -> list[str]:
    """The keys of names given by the user. Raises UsageError naming the nearest where one does not exist."""
    known = {key(name): name for name in present if name}
    for name in names:
        if key(name) not in known:
            near = [known[k] for k in difflib.get_close_matches(key(name), list(known), n=3, cutoff=0.6)]
            raise UsageError(
                f"no row has the {role} {name!r}, which was to be held out",
                hint=f"did you mean {', '.join(near)}?" if near else _some(role, known.values()),
            )
    return sorted({key(name) for name in names})


def _some(role: str, names: Iterable[str]) -> str:
    shown = sorted(names)
    more = f" and {len(shown) - 10} more" if len(shown) > 10 else ""
    return f"there are {', '.join(shown[:10])}{more}" if shown else f"name the column: --{role} COLUMN"


class HeldOut:
    """The held-out names of a catalogue, as keys, and which split an item's names ask for."""

    def __init__(self, brands: Iterable[str], categories: Iterable[str]) -> None:
        self.brands, self.categories = frozenset(brands), frozenset(categories)

    @classmethod
    def draw(
        cls,
        brands: Sequence[str],
        categories: Sequence[str],
        *,
        named_brands: Sequence[str] | None = None,
        named_categories: Sequence[str] | None = None,
    ) -> HeldOut:
        """From the items' brands and categories (keys, "" for none), categories first; named_*: taken, not drawn."""
        items = len(brands)
        if named_categories is None:
            named_categories = draw_held_out(HELD_OUT_CATEGORIES, Counter(categories), items)
        if named_brands is None:
            everywhere = Counter(brands)
            rest = Counter(b for b, c in zip(brands, categories, strict=True) if c not in named_categories)
            # A large brand stays out even where most of it is in held-out categories.
            counts = {b: n for b, n in rest.items() if everywhere[b] <= LARGEST_SHARE * items}
            named_brands = draw_held_out(HELD_OUT_BRANDS, counts, items)
        return cls(named_brands, named_categories)

    def wish(self, brand: str, category: str) -> str | None:
        """The split that an item of this brand and category (keys) belongs in, None when any will do."""
        if category in self.categories:
            return HELD_OUT_CATEGORIES
        return HELD_OUT_BRANDS if brand in self.brands else None


def group_split(source_ids: Iterable[str], wishes: Iterable[str | None]) -> str:
    """The split of a new group, from its members' source ids and wishes. A held-out category outranks a brand."""
    wished = set(wishes)
    for split in (HELD_OUT_CATEGORIES, HELD_OUT_BRANDS):
        if split in wished:
            return split
    return split_by_hash(min(source_ids))
