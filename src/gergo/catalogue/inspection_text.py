"""An inspection as a person reads it on a terminal."""

from __future__ import annotations

from typing import Any

_SHOWN = 20


def described(found: dict[str, Any]) -> str:
    """The JSON of an inspection, in lines."""
    lines = [
        f"{found['name']}, version {found['version']}",
        "",
        f"rows        {_rows(found)}",
        f"pictures    {found['views']:,}{_pictures(found['pictures'])}",
        f"views lost  {found['views_lost']:,}",
        f"groups      {found['groups']:,}{_groups(found['group_sizes'])}",
        _duplicates(found["duplicates"]),
        "",
        *(f"{name:<20}{n:>9,}" for name, n in found["splits"].items()),
    ]
    lines += [
        f"held-out {what}: {_few(found[f'held_out_{what}'])}"
        for what in ("brands", "categories")
        if found[f"held_out_{what}"]
    ]
    lines += ["", *_texts(found["texts"]), *_classes(found["classes"])]
    if found["quarantine_reasons"]:
        lines += ["", "lost, and why", *(f"{n:>9,}  {reason}" for reason, n in found["quarantine_reasons"].items())]
    lines += ["", *_columns(found["columns"])]
    lines += ["", *(f"! {warning}" for warning in found["warnings"])] if found["warnings"] else []
    return "\n".join(lines)


def _few(names: list[str]) -> str:
    return ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")


def _rows(found: dict[str, Any]) -> str:
    items = "" if found["items"] == found["rows_kept"] else f"; {found['items']:,} items"
    return f"{found['rows_in']:,} in = {found['rows_kept']:,} kept + {found['rows_quarantined']:,} quarantined{items}"


def _groups(sizes: dict[str, int]) -> str:
    return f", {sizes['with_several_items']:,} of several items, the largest of {sizes['largest']:,}"


def _pictures(pictures: dict[str, Any]) -> str:
    if pictures["median_shorter_side_px"] is None:
        return ""
    return (
        f", the shorter side {pictures['median_shorter_side_px']:.0f} px in the median; "
        f"{pictures['items_without']:,} items have none"
    )


def _duplicates(duplicates: dict[str, int]) -> str:
    return (
        f"duplicates  {duplicates['pictures_repeated']:,} pictures met before, "
        f"{duplicates['titles_repeated']:,} titles met before ({duplicates['distinct_titles']:,} distinct), "
        f"{duplicates['id_collisions']:,} ids taken, "
        f"{duplicates['placeholder_pictures']:,} pictures that stand for nothing"
    )


def _texts(texts: dict[str, dict[str, Any]]) -> list[str]:
    lines = []
    for column, text in texts.items():
        line = (
            f"{column}: {text['count']:,} texts, {text['median']:.0f} {text['unit']} in the median, "
            f"{text['p95']:.0f} in 95 of 100, {text['longest']:,} at most"
        )
        if text["limit"]:
            line += f"; the model reads {text['limit']}, {text['over_limit_share']:.1%} are longer"
        lines.append(line)
    return lines


def _classes(classes: dict[str, Any]) -> list[str]:
    if not classes:
        return ["no column says the category"]
    largest = ", ".join(f"{name} {n:,}" for name, n in classes["largest"].items())
    return [
        f"{classes['column']}: {classes['count']:,} categories, evenness {classes['evenness']:.2f}, "
        f"{classes['with_under_10_items']:,} with under 10 items; {largest}"
    ]


def _columns(columns: list[dict[str, Any]]) -> list[str]:
    width = max((len(column["name"]) for column in columns), default=0)
    return [
        f"{column['name']:<{width}}  {column['kind']:<7} {' + '.join(column['role']) or 'kept':<16} {column['reason']}"
        for column in columns
    ]
