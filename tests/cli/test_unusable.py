"""What cannot be read or written: said before the work where it can be, by name, and never as a bug of gergo's."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import gergo
from gergo.demo import write_catalogue
from gergo.errors import UsageError

CANNOT_OVERRIDE = ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override"]  # root writes anywhere


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalogue whose source has columns `split` and `score` of its own."""
    folder = tmp_path_factory.mktemp("unusable")
    source = write_catalogue(folder, products=50, views=1, size_px=64)
    with source.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for number, row in enumerate(rows):
        row |= {"split": f"S{number % 3}", "score": str(number % 5)}
    with source.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return gergo.import_catalogue(source, to=folder / "shop.gergo").path


@pytest.fixture
def own(shop: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(shop, tmp_path / "own.gergo"))


def test_a_place_to_write_is_checked_before_the_work(shop: Path, gergo_command: Callable, tmp_path: Path) -> None:
    nowhere = tmp_path / "none" / "a.json"
    for arguments in (
        ["evaluate", "base", shop, "--json", nowhere],
        ["evaluate", "base", shop, "--html", nowhere],
        ["inspect", shop, "--html", nowhere],
        ["search", shop, "bolt", "--html", nowhere],
        ["explain", "base", tmp_path / "p.jpg", "bolt", "--out", nowhere],
        ["terms", shop, "--out", nowhere],
    ):
        ended = gergo_command(*arguments)
        assert (ended.code, ended.out) == (2, "")
        assert f"{arguments[-2]} {nowhere}: there is no folder {nowhere.parent}" in ended.err
        assert f"mkdir -p {nowhere.parent}" in ended.err
    assert "it is a folder" in gergo_command("inspect", shop, "--html", tmp_path).err


def test_a_table_that_is_gone_or_cut_short(own: Path, gergo_command: Callable) -> None:
    shutil.move(own / "views.lance", own / "elsewhere")
    ended = gergo_command("evaluate", "base", own)
    assert ended.code == 2
    assert f"{own / 'views'}.lance is missing or damaged" in ended.err
    shutil.move(own / "elsewhere", own / "views.lance")
    os.truncate(min((own / "items.lance" / "data").iterdir()), 100)
    ended = gergo_command("inspect", own)
    assert ended.code == 3
    assert ended.err.startswith("error: a table of the catalogue cannot be read")
    assert "bug" not in ended.err


@pytest.mark.skipif(os.geteuid() == 0 and not shutil.which("setpriv"), reason="root writes anywhere")
def test_a_catalogue_that_may_only_be_read(own: Path) -> None:
    """It is measured all the same; an index, which lies in it, is refused before anything is encoded."""
    for path in [own, *own.rglob("*")]:
        path.chmod(0o500 if path.is_dir() else 0o400)
    try:

        def run(*arguments: object) -> subprocess.CompletedProcess[str]:
            command = [sys.executable, "-m", "gergo", *map(str, arguments)]
            prefix = CANNOT_OVERRIDE if os.geteuid() == 0 else []
            return subprocess.run([*prefix, *command], capture_output=True, text=True, timeout=300, check=False)

        measured = run("evaluate", "base", own, "--tasks", "zero_shot", "--json", "-")
        assert measured.returncode == 0, measured.stderr
        assert json.loads(measured.stdout)["results"]
        assert "vectors are not kept for the next time" in measured.stderr
        refused = run("index", own, "--model", "base")
        assert refused.returncode == 2
        assert f"{own} cannot be written" in refused.stderr
        assert "encoding" not in refused.stderr
    finally:
        for path in [own, *own.rglob("*")]:
            path.chmod(0o700)


def test_a_column_that_yielded_its_name_is_found_by_it(own: Path, gergo_command: Callable) -> None:
    catalogue = gergo.Catalogue.open(own)
    assert {"split_original", "score"} <= set(catalogue.columns)
    wanted = {row["id"] for row in catalogue.items().to_pylist() if row["split_original"] == "S1"}
    assert wanted
    gergo.index(own, "base")
    for written in ("split = 'S1'", "SPLIT = 'S1'", "\"split\" = 'S1'"):
        found = json.loads(gergo_command("search", own, "bolt", "--where", written, "-k", 50, "--json").out)["results"]
        assert {one["id"] for one in found} == wanted, written
    of_ours = json.loads(gergo_command("search", own, "bolt", "--where", "`split` = 'train'", "--json").out)["results"]
    assert of_ours
    assert all(isinstance(one["score"], float) and one["score_original"] in range(5) for one in of_ours)


def test_a_catalogue_is_not_what_it_must_not_forget(shop: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is the catalogue itself"):
        gergo.finetune(shop, base="base", out=tmp_path / "out", retain=shop)
    with pytest.raises(UsageError, match="is the catalogue itself"):
        gergo.evaluate("base", shop, retain=shop)
    assert not (tmp_path / "out").exists()


def test_one_picture_or_no_text_among_several_is_told() -> None:
    model = gergo.Model.load("base")
    with pytest.raises(UsageError, match="list of pictures"):
        model.encode_images("good.jpg")  # pyright: ignore[reportArgumentType]
    with pytest.raises(UsageError, match="the one at 1 is None"):
        model.encode_texts(["a", None])  # pyright: ignore[reportArgumentType]


def test_a_document_has_no_columns(gergo_command: Callable, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("A bolt.", "utf-8")
    ended = gergo_command("translate", tmp_path / "a.md", "--column", "title", "--to", "it")
    assert ended.code == 2
    assert "only a catalogue has columns" in ended.err
