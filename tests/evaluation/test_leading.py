"""What is printed of each figure tells it from every other, whatever was measured."""

from __future__ import annotations

import csv
from pathlib import Path

from coloured_tiles import SHADES, ColourReader, write_tiles

import gergo
from gergo.evaluation.registry import TASKS
from gergo.pages.leading import leading

NO_MAPS_OR_LONG = {"ocr", "grounding", "queries"}
"""Not measured here: the first two take minutes or a model with maps (their settings are below), the last a file."""


def families_of_tiles(folder: Path) -> Path:
    """Tiles whose shades have families, and whose titles name a finish: what every task needs to measure something."""
    source = write_tiles(folder, 120)
    with source.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for number, row in enumerate(rows):
        row["family"] = ("warm", "cold", "plain")[SHADES.index(row["shade"]) % 3]
        row["finish"] = ("matt", "glossy", "satin")[number % 7 % 3]
        row["title"] = f"{row['finish'].capitalize()} tile {row['title'].removeprefix('Tile ')}"
    with source.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return source


def test_no_two_rows_of_any_task_are_alike(tmp_path: Path) -> None:
    source = families_of_tiles(tmp_path / "shop")
    catalogue = gergo.import_catalogue(
        source, tmp_path / "tiles.gergo", category="shade", brand="brand", text=["title"]
    )
    names = [name for name in TASKS if name not in NO_MAPS_OR_LONG]
    written = gergo.evaluate(ColourReader("sharp"), catalogue, tasks=names, splits=["test"]).to_json()
    assert not written["catalogue"]["skipped"]
    rows = [(result["task"], result["split"], about) for about, result in leading(written["results"])]
    assert len(set(rows)) == len(rows)
    assert {
        ("few_shot", "test", "shade, tip adapter, 4 examples a class"),
        ("robustness", "test", "title, jpeg 30"),
    } <= set(rows)
    assert ("fine_grained", "test", "shade within one family") in rows


def figure(task: str, **settings: object) -> dict[str, object]:
    return {"task": task, "split": "test", "metric": "acc1", "settings": settings}


def test_readings_and_truths_are_told_apart() -> None:
    difficulties = ["all", "easy", "harder", "hard", "hardest", "stamped"]
    ocr = [figure("ocr", reading=how, difficulty=one) for how in ("zero_shot", "linear_probe") for one in difficulties]
    pointed = [
        figure("grounding", truth=t, method=m) for t in ("drawn parts", "boxes") for m in ("gradient", "patches")
    ]
    told = [about for about, _ in leading([*ocr, *pointed])]
    assert len(set(told)) == len(told)
    assert (told[0], told[-1]) == ("zero shot, all", "boxes, patches")


def test_an_unknown_tasks_outcomes_are_told_apart_by_what_differs() -> None:
    told = leading([figure("own", label_column="kind", radius=r, of_all=9) for r in (1, 2)])
    assert [about for about, _ in told] == ["kind, radius 1", "kind, radius 2"]
    assert leading([figure("own", of_all=9)])[0][0] == ""
