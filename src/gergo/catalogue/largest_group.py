"""The largest group and what ties it, said where it is large enough to be a mistake: a chart, or a wrong column."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from gergo.catalogue.committing import Change
from gergo.catalogue.families import Families
from gergo.catalogue.item import Item

LARGE, LARGE_SHARE = 20, 0.01  # a product has seldom more variants, nor a shop one product that is more of it


def largest_group(change: Change) -> list[str]:
    """A line on the largest group, none where it has at most 20 items or 1% of all."""
    groups: dict[str, list[Item]] = defaultdict(list)
    for item in change.items:
        groups[item.group].append(item)
    group = max(groups.values(), key=len, default=[])
    if len(group) <= max(LARGE, LARGE_SHARE * len(change.items)):
        return []
    share = len(group) / len(change.items)
    return [f"the largest group has {len(group):,} items, {share:.0%} of all: {_why(group, change)}"]


def _why(group: Sequence[Item], change: Change) -> str:
    """What most of a group have in common, and what helps where that is no product."""
    families = Families(group)
    common = Counter(("picture", picture) for item in group for picture in item.pictures)
    common.update(("variant", item.variant) for item in group if item.variant)
    common.update(("id", item.source_id) for item in group)
    common.update(("family", stem) for item in group for _, stem, _ in families.ties(item))
    (kind, value), n = common.most_common(1)[0]
    if n < 2:
        return "each shows a picture that is like another's"
    if kind == "picture":
        return f"{n:,} show {_name_of(value, change)}; if that is no picture of a product, leave it out"
    if kind == "variant":
        return f"{n:,} have {value!r} in {change.layout.roles.group}; --group COLUMN names another column of variants"
    if kind == "family":
        return (
            f"{n:,} have a title in common and an id that begins with {value!r}; --group COLUMN names variants instead"
        )
    return f"{n:,} have the id {value!r}; --id COLUMN names another column of ids"


def _name_of(picture: str, change: Change) -> str:
    """A picture as the source names it; where it cannot be told, the item that shows it."""
    for item, row in zip(change.intake.rows, change.spill.rows(), strict=True):
        for view in item.views:
            if view.hash == picture and row["values"].get(view.column):
                return f"{str(row['values'][view.column])[:80]} ({view.column} of {item.id})"
    item, view = next((item, view) for item in change.items for view in item.views if view.hash == picture)
    return f"the picture in {view.column} of {item.id}"
