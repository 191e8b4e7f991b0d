"""Items as an import sees them, made by hand."""

from __future__ import annotations

from gergo.catalogue.item import Item, View


def item(
    number: int,
    *,
    id: str = "",
    title: str = "",
    pictures: tuple[str, ...] = (),
    brand: str = "",
    category: str = "",
    variant: str = "",
    group: str = "",
    split: str = "",
) -> Item:
    return Item(
        source_id=id or f"id{number}",
        source="a.csv",
        row=number,
        digest=f"digest {number} {pictures} {title} {brand}",
        title=title or f"title {number}",
        text_hashes=(title or f"title {number}",),
        views=[View("image", picture, f"bytes of {picture}") for picture in pictures],
        brand=brand,
        category=category,
        variant=variant,
        number=number,
        id=f"{id or f'id{number}'}",
        group=group,
        split=split,
    )


def own_clusters(items: list[Item]) -> dict[str, str]:
    return {picture: picture for item in items for picture in item.pictures}
