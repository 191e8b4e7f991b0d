"""`inspect`: what is in a catalogue, and what is likely to hurt training."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from gergo.catalogue.inspection_page import inspection_page
from gergo.catalogue.inspection_text import described
from gergo.catalogue.leaks import SharedTitles, leaks, shared_titles
from gergo.catalogue.splits import (
    FEWEST_TO_TRAIN,
    FEWEST_TO_VALIDATE,
    HELD_OUT_BRANDS,
    HELD_OUT_CATEGORIES,
    SPLITS,
    TEST,
    TRAIN,
    VALIDATION,
)
from gergo.catalogue.store import Catalogue
from gergo.catalogue.texts import key
from gergo.pages.rendering import save

CountTokens = Callable[[Sequence[str]], Sequence[int]]

FEW_TRAINED = 500  # items; below, a fine-tuned model mostly learns its own catalogue by heart
FEW_MEASURED = 100  # items; below, a figure's interval is too wide to decide anything
MANY_TITLES, MANY_MEASURED = 5, 0.01  # of a few items each, on both sides; share of the items that are measured on
SMALL_PX = 128
_SAMPLED_TEXTS = 20_000  # token counts of more are the same to a tenth of a percent
_CLASSES_SHOWN = 10


@dataclass(frozen=True)
class Inspection:
    """What was found; `warnings` say what is likely to hurt training, each with what to do about it.

    text_lengths: column of texts -> their lengths (of a sample where there are many), for the page.
    """

    catalogue: Catalogue
    counts: dict[str, Any]
    splits: dict[str, int]
    group_sizes: dict[str, int]
    duplicates: dict[str, int]
    texts: dict[str, dict[str, Any]]
    pictures: dict[str, Any]
    classes: dict[str, Any]
    quarantine_reasons: dict[str, int]
    leaks: list[str]
    text_lengths: dict[str, list[int]]
    warnings: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Everything, as JSON values; `columns` are {"name", "kind", "role", "reason"}."""
        manifest, roles = self.catalogue.manifest, self.catalogue.roles
        columns = [
            {
                "name": column.name,
                "kind": column.kind,
                "role": roles.of(column.name),
                "reason": manifest.mapping.get(column.name, ""),
            }
            for column in manifest.columns
        ]
        return {
            "schema": 1,
            "name": self.catalogue.name,
            "version": self.catalogue.version,
            "hash": self.catalogue.hash,
            **self.counts,
            "splits": self.splits,
            "held_out_brands": manifest.held_out_brands,
            "held_out_categories": manifest.held_out_categories,
            "group_sizes": self.group_sizes,
            "duplicates": self.duplicates,
            "texts": self.texts,
            "pictures": self.pictures,
            "classes": self.classes,
            "quarantine_reasons": self.quarantine_reasons,
            "columns": columns,
            "leaks": self.leaks,
            "warnings": self.warnings,
        }

    def to_text(self) -> str:
        """For people."""
        return described(self.to_json())

    def save_html(self, path: str | Path, *, pictures: bool = True) -> Path:
        """Write a page that stands alone; `pictures=False` leaves the catalogue's pictures out."""
        return save(path, inspection_page(self, pictures=pictures))


def inspect(
    catalogue: Catalogue, count_tokens: CountTokens | None = None, *, context_length: int | None = None
) -> Inspection:
    """Look a catalogue through. Nothing is changed, no picture is decoded.

    count_tokens: texts -> their numbers of tokens, in a model's own tokenizer; without it lengths are in words.
    context_length: how many tokens that model reads.
    """
    roles = catalogue.roles
    named = [name for name in dict.fromkeys((roles.brand, roles.category)) if name]
    items = catalogue.items(columns=named)
    views = catalogue.views()
    splits = Counter(items["split"].to_pylist())
    texts, text_lengths = _texts(items, count_tokens, context_length)
    found = Inspection(
        catalogue=catalogue,
        counts=catalogue.manifest.counts.model_dump(),
        splits={name: splits[name] for name in SPLITS},
        group_sizes=_group_sizes(items),
        duplicates=_duplicates(items, views, catalogue),
        texts=texts,
        pictures=_pictures(items, views),
        classes=_classes(items, roles.category),
        quarantine_reasons=dict(Counter(catalogue.quarantine()["reason"].to_pylist()).most_common()),
        leaks=leaks(catalogue),
        text_lengths=text_lengths,
    )
    found.warnings.extend(_warnings(found))
    if roles.category not in roles.texts[:1]:  # else titles are classes
        found.warnings.extend(_shared_title_warnings(shared_titles(items), len(items) - splits[TRAIN], roles.group))
    return found


def _group_sizes(items: pa.Table) -> dict[str, int]:
    sizes = Counter(items["group"].to_pylist())
    return {
        "with_several_items": sum(n > 1 for n in sizes.values()),
        "largest": max(sizes.values(), default=0),
    }


def _duplicates(items: pa.Table, views: pa.Table, catalogue: Catalogue) -> dict[str, int]:
    """Repetitions: items beyond the first that show a picture, or read as a title, met before."""
    pictures = Counter(views["hash"].to_pylist())
    titles = Counter(key(texts[0]["text"]) for texts in items["texts"].to_pylist() if texts)
    return {
        "pictures_repeated": sum(pictures.values()) - len(pictures),
        "titles_repeated": sum(titles.values()) - len(titles),
        "distinct_titles": len(titles),
        "most_common_title": max(titles.values(), default=0),
        "placeholder_pictures": len(catalogue.manifest.placeholders),
        "id_collisions": catalogue.manifest.counts.id_collisions,
    }


def _texts(
    items: pa.Table, count_tokens: CountTokens | None, context_length: int | None
) -> tuple[dict[str, dict[str, Any]], dict[str, list[int]]]:
    """A column of texts -> how many there are, and how long they are; and the lengths."""
    by_column: dict[str, list[str]] = {}
    for texts in items["texts"].to_pylist():
        for text in texts or ():
            by_column.setdefault(text["column"], []).append(text["text"])
    found: dict[str, dict[str, Any]] = {}
    lengths_of: dict[str, list[int]] = {}
    for column, values in by_column.items():
        step = -(-len(values) // _SAMPLED_TEXTS)
        sample = values[::step]
        lengths = np.asarray(count_tokens(sample) if count_tokens else [len(text.split()) for text in sample])
        lengths_of[column] = lengths.tolist()
        found[column] = {
            "count": len(values),
            "unit": "tokens" if count_tokens else "words",
            "median": float(np.median(lengths)),
            "p95": float(np.percentile(lengths, 95)),
            "longest": int(lengths.max()),
            "limit": context_length,
            "over_limit_share": float((lengths > context_length).mean()) if context_length else None,
        }
    return found, lengths_of


def _pictures(items: pa.Table, views: pa.Table) -> dict[str, Any]:
    shorter = np.minimum(views["width"].to_numpy(), views["height"].to_numpy())
    shown = len(set(views["item"].to_pylist()))
    return {
        "items_with": shown,
        "items_without": items.num_rows - shown,
        "items_without_text": sum(not texts for texts in items["texts"].to_pylist()),
        "median_shorter_side_px": float(np.median(shorter)) if len(shorter) else None,
        "small": int((shorter < SMALL_PX).sum()),
    }


def _classes(items: pa.Table, category: str | None) -> dict[str, Any]:
    """The balance of the category column; evenness is the normalised entropy, 1 when all are equally common."""
    if category is None:
        return {}
    counts = Counter(str(value) for value in items[category].to_pylist() if value is not None)
    shares = np.array(list(counts.values())) / max(sum(counts.values()), 1)
    entropy = float(-(shares * np.log(shares)).sum() / np.log(len(shares))) if len(shares) > 1 else 0.0
    return {
        "column": category,
        "count": len(counts),
        "evenness": round(entropy, 3),
        "largest": dict(counts.most_common(_CLASSES_SHOWN)),
        "with_under_10_items": sum(n < 10 for n in counts.values()),
        "without": items.num_rows - sum(counts.values()),
    }


def _warnings(found: Inspection) -> list[str]:
    return [*_size_warnings(found), *_content_warnings(found), *(f"leak: {leak}" for leak in found.leaks[:5])]


def _size_warnings(found: Inspection) -> list[str]:
    warnings = []
    splits, kept, lost = found.splits, found.counts["rows_kept"], found.counts["rows_quarantined"]
    if splits[TRAIN] < FEWEST_TO_TRAIN or splits[VALIDATION] < FEWEST_TO_VALIDATE:
        warnings.append(
            f"{splits[TRAIN]:,} items to train on and {splits[VALIDATION]:,} to validate by: too few to fine-tune, "
            f"which asks for {FEWEST_TO_TRAIN} and {FEWEST_TO_VALIDATE}; the base can be used as it is"
        )
    elif splits[TRAIN] < FEW_TRAINED:
        warnings.append(
            f"only {splits[TRAIN]:,} items to train on: a fine-tuned model learns much of them by heart; look at the "
            "held-out splits when it is evaluated"
        )
    warnings += [
        f"no items in {name}: splits are drawn by hash, and there are too few groups for every split"
        for name in (VALIDATION, TEST)
        if splits[name] == 0
    ]
    if 0 < splits[TEST] < FEW_MEASURED:
        warnings.append(
            f"only {splits[TEST]:,} test items: intervals will be wide, small gains cannot be told from chance"
        )
    if not splits[HELD_OUT_BRANDS] and not splits[HELD_OUT_CATEGORIES]:
        warnings.append(
            "no brand and no category is held out: nothing says how the model does on what it has never seen"
        )
    if lost > 0.2 * (kept + lost):
        warnings.append(f"{lost / (kept + lost):.0%} of the rows are in quarantine: see their reasons")
    largest = found.group_sizes["largest"]
    items = found.counts["items"]
    if items >= 20 and largest > 0.1 * items:
        column = found.catalogue.roles.group
        why = f"is {column} the right column of variants?" if column else "they share pictures"
        warnings.append(f"one group holds {largest / items:.0%} of the items: {why}")
    return warnings


def _shared_title_warnings(shared: SharedTitles, measured: int, group: str | None) -> list[str]:
    if shared.titles < MANY_TITLES or shared.measured <= MANY_MEASURED * measured:
        return []
    examples = "; ".join(f"{title[:60]!r} ({trained}, {other})" for title, trained, other in shared.examples)
    hint = (
        f"is {group} the right column of variants?" if group else "import anew and name what ties them: --group COLUMN"
    )
    return [
        f"{shared.titles:,} titles of a few items each are both trained on and measured on, by {shared.measured:,} of "
        f"the {measured:,} items outside train: {examples}; where these are variants of one product, {hint}"
    ]


def _content_warnings(found: Inspection) -> list[str]:
    warnings = []
    kept, pictures, duplicates = found.counts["items"], found.pictures, found.duplicates
    if pictures["items_with"] == 0:
        warnings.append("no item has a picture: there is nothing to learn the pairs from")
    elif pictures["items_without"] > 0.2 * kept:
        warnings.append(
            f"{pictures['items_without'] / kept:.0%} of the items have no picture, and are left out of the pairs"
        )
    if pictures["items_without_text"] > 0.2 * kept:
        warnings.append(
            f"{pictures['items_without_text'] / kept:.0%} of the items have no text, and are left out of the pairs"
        )
    if pictures["small"] > 0.2 * found.counts["views"] > 0:
        warnings.append(
            f"{pictures['small']:,} pictures are under {SMALL_PX} px: details that tell products apart are gone"
        )
    if duplicates["most_common_title"] > 0.05 * kept and kept >= FEW_MEASURED:
        warnings.append(f"one title stands for {duplicates['most_common_title']:,} items: it cannot tell them apart")
    if duplicates["distinct_titles"] and duplicates["titles_repeated"] > kept / 2:
        warnings.append(
            f"{duplicates['distinct_titles']:,} distinct titles for {kept:,} items: most cannot be told apart in words"
        )
    for column, text in found.texts.items():
        if (text["over_limit_share"] or 0) > 0.05:
            warnings.append(
                f"{text['over_limit_share']:.0%} of {column} are longer than the model reads ({text['limit']} tokens)"
            )
    if found.classes and found.classes["count"]:
        name, n = next(iter(found.classes["largest"].items()))
        if n > 0.5 * kept:
            warnings.append(
                f"{n / kept:.0%} of the items are {found.classes['column']} {name!r}: weigh macro-averaged figures"
            )
    return warnings
