"""The source's own columns: what they are for, and what they are called where they are stored."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from gergo.catalogue.manifest import Manifest
from gergo.catalogue.mapping import map_columns
from gergo.catalogue.roles import ColumnMap, Roles
from gergo.catalogue.schema import OURS, PRIVATE, YIELDED
from gergo.catalogue.sources import Source
from gergo.errors import InputError, UsageError

Override = str | Sequence[str] | None


@dataclass(frozen=True)
class Layout:
    """names: source column -> stored column. roles: by stored names; mapping: by the source's, with reasons.

    options: as in the manifest.
    """

    mapping: ColumnMap
    names: dict[str, str]
    roles: Roles
    options: Mapping[str, str] = field(default_factory=dict)


def lay_out(
    source: Source,
    overrides: Mapping[str, Override],
    stored: Manifest | None,
    null_names: frozenset[str] = frozenset(),
) -> Layout:
    """Decide what the columns of a source are: as they were when the catalogue was made, else as they look.

    overrides: image, text, id, group, brand, category -> column, None to decide here. null_names: of the stored
    catalogue, as in `ColumnMap`. Raises UsageError where one asks for another id, group, brand or category than the
    splits of a stored catalogue came from; InputError where no column of it is there.
    """
    if stored is not None:
        overrides = _as_stored(overrides, stored, source.columns)
    mapping = map_columns(source, overrides)
    found = mapping.roles
    names = stored_names(source.columns, found.id)
    roles = Roles(
        images=tuple(names[column] for column in found.images),
        texts=tuple(names[column] for column in found.texts),
        id=names.get(found.id or ""),
        group=names.get(found.group or ""),
        brand=names.get(found.brand or ""),
        category=names.get(found.category or ""),
    )
    if stored is not None:
        reasons = _stored_reasons(mapping, names, roles, stored)
        mapping = replace(mapping, reasons=reasons, null_names=mapping.null_names | null_names)
    return Layout(mapping, names, roles, source.options.columns if source.options else {})


def _stored_reasons(mapping: ColumnMap, names: Mapping[str, str], roles: Roles, stored: Manifest) -> dict[str, str]:
    """Columns that are for what they were for keep the reason that was found then."""
    return {
        column: stored.mapping.get(names[column], reason)
        if roles.of(names[column]) == stored.roles.of(names[column])
        else reason
        for column, reason in mapping.reasons.items()
    }


def _as_stored(overrides: Mapping[str, Override], stored: Manifest, columns: Sequence[str]) -> dict[str, Override]:
    written = {name: stored.renamed.get(name, name) for name in stored.kinds}
    if written and not set(written.values()) & set(columns):
        raise InputError(
            f"the source has no column of this catalogue: {', '.join(columns)} against {', '.join(written.values())}",
            hint="import it into a folder of its own; or the separator is another one",
        )
    roles = stored.roles
    # Where a file has none of the columns of pictures or texts, it is looked at as if it were the first.
    chosen: dict[str, Override] = {
        "image": [written[name] for name in roles.images if written[name] in columns] or None,
        "text": [written[name] for name in roles.texts if written[name] in columns] or None,
    }
    for option in ("id", "group", "brand", "category"):
        name = written.get(getattr(roles, option) or "", "")
        asked = overrides[option]
        if isinstance(asked, str) and asked.casefold() != name.casefold():
            raise UsageError(
                f"--{option} {asked}: the catalogue was made with {name or 'none'}",
                hint="import into a new folder to choose other columns",
            )
        chosen[option] = name if name in columns else ""
    return chosen | {option: value for option, value in overrides.items() if value is not None}


def stored_names(columns: Iterable[str], id_column: str | None) -> dict[str, str]:
    """What each source column is called in the table; only those that clash with ours, or with each other, change.

    Names are compared whatever their case, because filters find them so. The id column keeps the name `id`: it holds
    the same values.
    """
    taken = {name.casefold() for name in (*OURS, *PRIVATE)}
    names: dict[str, str] = {}
    for column in columns:
        if column == "id" == id_column:
            names[column] = "id"
            continue
        name = re.sub(r"[.`]", "_", column).strip() or "column"  # Lance reads a dot as a field within a field
        while name.casefold() in taken:
            name += YIELDED
        taken.add(name.casefold())
        names[column] = name
    return names
