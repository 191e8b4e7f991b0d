"""The quickstart: the path it shows works, each command it says can be typed, and it goes on where it stopped."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import time
from pathlib import Path

import pytest

from gergo import Catalogue
from gergo.cli.main import main
from gergo.errors import UsageError
from gergo.workflows import quickstart as module
from gergo.workflows.quickstart import Quickstart, quickstart


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("quick start") / "shown"


@pytest.fixture(scope="module")
def made(folder: Path) -> Quickstart:
    return quickstart(folder, fast=True)


def run(command: str) -> int:
    words = shlex.split(command)
    assert words[0] == "gergo"
    with pytest.raises(SystemExit) as end:
        main(words[1:])
    assert isinstance(end.value.code, int)
    return end.value.code


def test_it_leaves_a_catalogue_a_model_a_report_and_a_search(made: Quickstart, folder: Path) -> None:
    assert made.time_s > 0
    assert len(Catalogue.open(folder / "shop.gergo")) == module.FAST.products
    assert made.report.verdict.decision in {"ship", "dont_ship", "not_enough_data"}
    assert "<html" in made.report_path.read_text("utf-8")
    assert json.loads((folder / "report.json").read_text("utf-8"))["baseline"]["name"] == "base"
    assert [len(search.results) for search in made.searches] == [5, 5, 5]
    assert all(result.columns["pack_size"] >= 50 for result in made.searches[2].results)


def test_the_searches_it_shows_can_be_typed(made: Quickstart, capsys: pytest.CaptureFixture[str]) -> None:
    for search in made.searches:
        capsys.readouterr()
        assert run(f"{search.command} --json") == 0
        found = json.loads(capsys.readouterr().out)["results"]
        assert [result["id"] for result in found] == [result.id for result in search.results]


def test_run_again_it_does_nothing_twice(
    made: Quickstart, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = folder / "tuned" / "weights.safetensors"
    written = weights.stat().st_mtime_ns
    started = time.monotonic()
    again = quickstart(folder, fast=True)
    assert time.monotonic() - started < made.time_s
    said = capsys.readouterr().err
    assert weights.stat().st_mtime_ns == written
    assert "encoding with" not in said
    assert again.report.results == made.report.results
    assert [search.results for search in again.searches] == [search.results for search in made.searches]
    for command in re.findall(r"^ +\$ (gergo .*)$", said, re.MULTILINE):
        assert Path(shlex.split(command)[2]).exists() or shlex.split(command)[2] == "base", command


def test_another_size_starts_anew(folder: Path, made: Quickstart, monkeypatch: pytest.MonkeyPatch) -> None:
    smaller = module.Size(products=80, views=1, settings={"epochs": 1})
    monkeypatch.setattr(module, "FAST", smaller)
    (folder / "mine.txt").write_text("kept", "utf-8")
    assert len(quickstart(folder, fast=True).report.catalogue) == 80
    assert (folder / "mine.txt").read_text("utf-8") == "kept"


def test_a_folder_with_something_else_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("x", "utf-8")
    with pytest.raises(UsageError, match="no quickstart made"):
        quickstart(tmp_path, fast=True)
    with pytest.raises(UsageError, match="no quickstart made"):
        quickstart(tmp_path / "thesis.txt", fast=True)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_what_to_type_next_is_real(
    folder: Path, made: Quickstart, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commands for one's own catalogue, run as they are printed, with epochs spared."""
    shutil.copytree(folder / "products", tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    for step in made.next_steps:
        spared = " --method probe epochs=1" if step.startswith("gergo finetune") else ""
        assert run(step + spared) in ({0, 1, 4} if step.startswith("gergo evaluate") else {0}), step
