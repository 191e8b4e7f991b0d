"""Which tasks there are: ours, and those that other distributions bring, as the documentation shows."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from coloured_tiles import ColourReader

import gergo
from gergo.catalogue.store import Catalogue
from gergo.cli import evaluate as command
from gergo.errors import UsageError
from gergo.evaluation import registry
from gergo.evaluation.own_queries import QueryFile
from gergo.evaluation.registry import DEFAULT, TASKS, TaskOptions, build

DOCS = Path(__file__).parents[2] / "docs" / "evaluation.md"
QUERIES = QueryFile(Path("queries.csv"), ["red"], {(0, "1"): 1.0}, {"1": 1})


def test_the_help_names_every_task_and_the_documentation_has_a_section_for_it() -> None:
    assert set(command.TASKS) == set(TASKS), "name new tasks in cli/evaluate.py"
    assert tuple(command.DEFAULT_TASKS) == DEFAULT
    sections = set(re.findall(r"^### (\w+)$", DOCS.read_text("utf-8"), re.M))
    assert set(TASKS) <= sections


def test_everything_is_everything() -> None:
    names = [task.name for task in build(["all"], TaskOptions())]
    assert {"retrieval", "zero_shot", "attribute_queries", "robustness"} <= set(names)
    assert "queries" not in names, "there is no file of them"
    assert len(names) == len(set(names))
    assert "robustness" not in [task.name for task in build(DEFAULT, TaskOptions())]


def test_a_file_of_queries_adds_its_task_once() -> None:
    with_file = TaskOptions(queries=QUERIES)
    assert [task.name for task in build(["zero_shot"], with_file)] == ["zero_shot", "queries"]
    assert [task.name for task in build(["queries", "zero_shot"], with_file)] == ["queries", "zero_shot"]
    assert [task.name for task in build(["all"], with_file)].count("queries") == 1


def install(folder: Path) -> Path:
    """A distribution made of the documentation's example, installed into a folder of its own by pip."""
    text = DOCS.read_text("utf-8")
    (module,), (toml,) = (re.findall(rf"```{language}\n(.*?)```", text, re.S) for language in ("python", "toml"))
    source = folder / "source"
    source.mkdir()
    (source / "pyproject.toml").write_text(toml, encoding="utf-8")
    (source / "gergo_neighbours.py").write_text(module, encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--no-build-isolation"]
    pip += ["--disable-pip-version-check", "--target", str(folder / "site"), str(source)]
    subprocess.run(pip, check=True, capture_output=True, timeout=300)
    return folder / "site"


def test_the_documented_task_is_found_once_it_is_installed(
    tmp_path: Path, tiles: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(install(tmp_path))
    assert "neighbours" in [task.name for task in build(["all"], TaskOptions())]
    report = gergo.evaluate(ColourReader("sharp"), tiles, tasks=["neighbours"], splits=["test"])
    (result,) = report.results
    assert (result.task, result.metric) == ("neighbours", "same_category")
    assert result.n == tiles.items(splits=["test"], columns=[]).num_rows
    assert result.value > 0.5, "tiles of one shade look alike"


class Point:
    """An entry point, as importlib.metadata gives it."""

    def __init__(self, name: str, made: object) -> None:
        self.name, self.value, self.dist, self._made = name, "somewhere:Task", None, made

    def load(self) -> object:
        if isinstance(self._made, Exception):
            raise self._made
        return lambda: self._made


@pytest.mark.parametrize(
    ("point", "message"),
    [
        (Point("theirs", ImportError("no module named cv2")), "cannot be loaded: no module named cv2"),
        (Point("theirs", "a string"), "is no task: str"),
        (Point("zero_shot", object()), "has the name of one of gergo's own"),
    ],
)
def test_an_installed_task_that_cannot_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, point: Point, message: str
) -> None:
    def entry_points(group: str) -> list[Point]:
        return [point]

    monkeypatch.setattr(registry, "entry_points", entry_points)
    with pytest.raises(UsageError, match=message):
        build(["theirs"], TaskOptions())
