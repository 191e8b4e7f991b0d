"""What the columns of a catalogue are for."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Roles:
    """Columns by what they are for; `images` and `texts` in order, the first text being the title."""

    images: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    id: str | None = None
    group: str | None = None
    brand: str | None = None
    category: str | None = None

    def of(self, column: str) -> list[str]:
        """The roles of one column; most have none, a title may be the category as well."""
        several = [role for role in ("images", "texts") if column in getattr(self, role)]
        return several + [role for role in ("id", "group", "brand", "category") if getattr(self, role) == column]


@dataclass(frozen=True)
class ColumnMap:
    """The roles of a source's columns, and for every column the reason in one line.

    of_pictures: what is of one picture, where rows may show one more picture of an item each; empty where none do.
    null_names: titles that are words for nothing, in lower case; once each, as names are and placeholders are not, or
    titles of the catalogue already.
    """

    roles: Roles
    reasons: dict[str, str] = field(default_factory=dict)
    of_pictures: tuple[str, ...] = ()
    null_names: frozenset[str] = frozenset()

    def describe(self) -> str:
        """Lines for people: column, role, reason; columns without a role are kept as they are."""
        width = max((len(column) for column in self.reasons), default=0)
        lines = []
        for column, reason in self.reasons.items():
            role = " + ".join(self.roles.of(column)) or "kept"
            lines.append(f"{column:<{width}}  {role:<16}  {reason}")
        return "\n".join(lines)
