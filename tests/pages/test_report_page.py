"""The report's page, opened in a browser: it says what it must, sorts, and fits a telephone."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from tests.pages.every_exhibit import every_pair

from gergo.evaluation import verdict
from gergo.evaluation.labels import read_labels
from gergo.evaluation.mixing import mixing_figures, mixing_of
from gergo.evaluation.page import report_page
from gergo.evaluation.pairing import Pair
from gergo.evaluation.results import CatalogueCard, Figures, LeftOut, Making, Mixing, ModelCard, Skipped
from gergo.evaluation.retrieval import Retrieval
from gergo.evaluation.task import Rows
from gergo.evaluation.zero_shot import ZeroShot
from gergo.pages.rendering import save

KINDS = ["bolt", "nut", "wood_screw", "washer", "<anchor>"]
N = 60
A4_PX = 718  # of a printed page, between a browser's own margins


class Noisy:
    """A latent vector for every item; pictures are it with noise, texts and labels exact."""

    def __init__(self, noise: float) -> None:
        rng = np.random.default_rng(0)
        self._kind = {kind: rng.normal(size=16) for kind in KINDS}
        self._item = {f"{KINDS[i % 5]} no. {i}": self._kind[KINDS[i % 5]] + rng.normal(size=16) for i in range(3 * N)}
        self._noise = noise * np.random.default_rng(1).normal(size=(3 * N, 16))

    def texts(self, texts: Sequence[str]) -> np.ndarray:
        kinds = {f"a photo of {kind}".replace("_", " "): vector for kind, vector in self._kind.items()}
        return self._unit([self._item[text] if text in self._item else kinds[text] for text in texts])

    def views(self, views: Sequence[int]) -> np.ndarray:
        items = list(self._item.values())
        return self._unit([items[view] + self._noise[view] for view in views])

    def _unit(self, rows: list[np.ndarray]) -> np.ndarray:
        array = np.array(rows, np.float32)
        return array / np.linalg.norm(array, axis=1, keepdims=True)


def make_rows(split: str, start: int, groups: int) -> Rows:
    numbers = range(start, start + N)
    labels = read_labels("kind", KINDS)
    return Rows(
        split=split,
        id_N=[str(i) for i in numbers],
        group_N=np.array(numbers) % groups,
        texts={"title": [f"{KINDS[i % 5]} no. {i}" for i in numbers]},
        seen_texts=frozenset(),
        view_V=list(numbers),
        owner_V=np.arange(N),
        hash_V=[f"h{i}" for i in numbers],
        labels=labels,
        label_N=np.array([labels.of(KINDS[i % 5]) for i in numbers]),
    )


def pictures(views: Sequence[int]) -> list[bytes]:
    found = []
    for view in views:
        buffer = io.BytesIO()
        Image.new("RGB", (60, 80), (view % 255, 90, 160)).save(buffer, "JPEG")
        found.append(buffer.getvalue())
    return found


def card(name: str) -> ModelCard:
    return ModelCard(name=name, hash="0" * 64, dim=16, pretrained_on=0)


def build(
    *,
    baseline: bool = True,
    with_pictures: bool = True,
    exhibits: int = 0,
    mixing: Mixing | None = None,
    groups: int = 3 * N,
) -> str:
    """exhibits: how many classes the tasks have that show every kind of exhibit; 0 leaves these tasks out. groups: how
    many groups the products are of."""
    rows = {
        split: make_rows(split, N * i, groups)
        for i, split in enumerate(["test", "held_out_brands", "held_out_categories"])
    }
    after, before = Noisy(0.8), Noisy(2.5)
    pairs = []
    for task in (Retrieval(), ZeroShot()):
        for of_split in rows.values():
            theirs = list(task.observe(before, of_split))
            for i, ours in enumerate(task.observe(after, of_split)):
                pairs.append(Pair(ours, theirs[i] if baseline else None))
    if exhibits:
        pairs += every_pair(baseline=baseline, classes=exhibits)
    found = verdict.undecided("No baseline was given.", margin=1.0)
    if baseline:
        evidence, _ = verdict.gather(pairs[:-8] if exhibits else pairs, seed=0)
        found = verdict.decide(evidence, margin=1.0, held_out="measured")
    labels = rows["test"].labels
    assert labels is not None
    figures = Figures(
        model=card("tuned").model_copy(update={"mixing": mixing}),
        baseline=card("base") if baseline else None,
        catalogue=CatalogueCard(
            name="fittings",
            version=1,
            hash="1" * 64,
            items=dict.fromkeys(rows, N),
            left_out=1,
            left_out_reasons={"no picture": 1},
            left_out_items=[LeftOut(id="a<b", split="test", reason="no picture")],
            skipped=[Skipped(task="image_to_image", split="test", reason="no product has two different pictures")],
        ),
        verdict=found,
        results=[result for pair in pairs for result in pair.results(seed=0, resamples=200)],
        made_with=Making(
            command="gergo evaluate tuned fittings.gergo --baseline base --margin 1",
            seed=0,
            resamples=200,
            level=0.95,
            margin=1.0,
            splits=list(rows),
            tasks=["retrieval", "zero_shot"],
            template="a photo of {}",
            changed_labels=labels.changed,
            versions={"gergo": "0.1.0"},
            time="2026-01-02T03:04:05Z",
            duration_s=1.0,
        ),
    )
    return report_page(figures, pairs, rows, pictures if with_pictures else None)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save(tmp_path_factory.mktemp("report") / "report.html", build())


@pytest.mark.parametrize("baseline", [True, False])
def test_too_few_groups_for_an_interval_are_said_and_not_coloured(baseline: bool) -> None:
    page, few = build(baseline=baseline), build(baseline=baseline, groups=4)
    assert "too few groups for an interval</span>" not in page
    assert few.count("too few groups for an interval</span>") >= 3 * 3, "every task on every split"
    assert not re.search(r"\bNone (to|points|%)|to None\b", few)
    coloured = '<li class="good">'
    assert (coloured in page, coloured in few) == (baseline, False)


def test_it_opens_with_the_verdict_and_three_figures(open_page: Callable[..., Any], report: Path) -> None:
    page = open_page(report)
    assert page.locator("h1").inner_text().strip().startswith("Ship it: ")
    assert page.locator(".deciding > li").count() == 3
    assert "1 point" in page.locator(".rule").inner_text()
    top = page.locator(".deciding").bounding_box()
    assert top["y"] + top["height"] < 900, "the deciding figures are seen without scrolling"
    assert "vegaEmbed" not in report.read_text(encoding="utf-8"), "no plot, no library"


@pytest.mark.parametrize(("width", "scheme"), [(400, "light"), (800, "dark"), (1280, "light")])
def test_it_fits_and_its_pictures_load(open_page: Callable[..., Any], report: Path, width: int, scheme: str) -> None:
    page = open_page(report, width=width, scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.locator("img").count() > 20
    assert page.evaluate("[...document.images].every(image => image.naturalWidth > 0)")
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(int(part) for part in paper[4:-1].split(",")) > 384) == (scheme == "light")


def test_no_table_is_wider_than_paper(open_page: Callable[..., Any], tmp_path: Path) -> None:
    page = open_page(save(tmp_path / "report.html", build(exhibits=8)), width=A4_PX)
    page.emulate_media(media="print")
    page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
    widths = page.locator(".scroll table").evaluate_all(
        "tables => tables.map(t => [t.offsetWidth, t.parentElement.offsetWidth])"
    )
    assert len(widths) > 10
    assert all(table <= around for table, around in widths)
    assert page.evaluate("document.documentElement.scrollWidth") == A4_PX
    heights = page.locator("#all-figures tbody tr").evaluate_all("rows => rows.map(row => row.offsetHeight)")
    assert max(heights) < 150, "and no column is so narrow that its words stand letter below letter"


def test_tables_sort_by_number_and_by_word(open_page: Callable[..., Any], report: Path) -> None:
    page = open_page(report)
    column = "[...document.querySelectorAll('#all-figures tbody tr')].map(row => row.cells[{}].{})"
    heading = page.locator("#all-figures th", has_text="After")
    heading.get_by_role("button").click()
    values = [float(value) for value in page.evaluate(column.format(4, "dataset.value"))]
    assert values == sorted(values, reverse=True)
    assert heading.get_attribute("aria-sort") == "descending"
    heading.get_by_role("button").click()
    assert [float(value) for value in page.evaluate(column.format(4, "dataset.value"))] == sorted(values)
    page.locator("#all-figures th", has_text="Split").get_by_role("button").click()
    splits = page.evaluate(column.format(1, "textContent"))
    assert splits == sorted(splits)
    assert heading.get_attribute("aria-sort") is None


def test_bars_are_as_long_as_their_figures(open_page: Callable[..., Any], report: Path) -> None:
    page = open_page(report)
    bar = page.locator(".bar").first
    printed = float(bar.locator("b").inner_text().rstrip("%"))
    full = bar.locator("svg").bounding_box()["width"]
    assert bar.locator("rect.after").bounding_box()["width"] / full == pytest.approx(printed / 100, abs=0.005)
    assert "95% interval" in bar.locator("svg").get_attribute("aria-label")


def test_examples_tell_gains_from_losses(open_page: Callable[..., Any], report: Path) -> None:
    page = open_page(report)
    ranks = page.locator("#examples .task").evaluate_all(
        "blocks => blocks.map(block => [...block.querySelectorAll('.who')].map(who =>"
        " parseInt(who.lastElementChild.textContent.replace(/[^0-9]/g, ''))))"
    )
    gains, losses = ranks
    assert gains
    assert all(after < before for before, after in zip(gains[::2], gains[1::2], strict=True))
    assert all(after > before for before, after in zip(losses[::2], losses[1::2], strict=True))
    assert page.locator("#examples .right").count() > 0


def test_what_was_left_out_and_how_to_repeat_it_are_there(open_page: Callable[..., Any], report: Path) -> None:
    page = open_page(report)
    assert "1 left out: no picture" in page.locator("#left-out").inner_text()
    assert "no product has two different pictures" in page.locator("#left-out").inner_text()
    assert "gergo evaluate tuned fittings.gergo" in page.locator("#reproduce").inner_text()
    assert "wood_screw → wood screw" in page.locator("#reproduce").inner_text()


def test_without_a_baseline_nothing_is_before_or_after() -> None:
    html = build(baseline=False)
    assert "No verdict" in html
    assert "Before and after" not in html
    assert "None" not in html.partition("<main>")[2].replace("None.</p>", "")


def test_a_report_without_pictures_carries_none() -> None:
    html = build(with_pictures=False)
    assert "data:image" not in html
    assert "What is taken for what" in html


def test_names_are_escaped() -> None:
    html = build()
    assert "<anchor>" not in html
    assert "&lt;anchor&gt;" in html
    assert "a&lt;b" in html


def sweep(*, guarded: bool) -> Mixing:
    curve = [
        {"alpha": step / 10, "domain": 0.4 + step / 100, "generality": 0.7 - step**2 / 5000 if guarded else None}
        for step in range(11)
    ]
    found = mixing_of({"training": {"interpolation": {"alpha": 0.6, "sentence": "alpha 0.6 (a mix)", "curve": curve}}})
    assert found is not None
    return found


def test_the_mixes_with_the_base_are_drawn_with_their_numbers(open_page: Callable[..., Any], tmp_path: Path) -> None:
    """Domain and generality by alpha, and one against the other, where the chosen mix and the base are marked."""
    page = open_page(save(tmp_path / "report.html", build(mixing=sweep(guarded=True))))
    section = page.locator("#mixing")
    assert "kept alpha 0.6 (a mix)" in section.inner_text()
    assert section.locator("figure.plot h4").all_inner_texts() == [
        "Mixes with the base",
        "Domain gained against generality lost",
    ]
    assert section.locator("svg.marks").count() == 2
    assert page.evaluate("[...document.querySelectorAll('#mixing tbody')].map(part => part.rows.length)") == [22, 13]
    found = [cell.text for row in mixing_figures(sweep(guarded=True))[1].numbers.rows for cell in row]
    assert found[found.index("this model") :][:3] == ["this model", "69.3", "46.0%"]
    assert page.locator("nav a[href='#mixing']").count() == 1


def test_without_a_measure_of_generality_only_the_domain_is_drawn() -> None:
    (figure,) = mixing_figures(sweep(guarded=False))
    assert [line.name for line in figure.frames[0].plot.lines] == ["domain"]
    page = build(mixing=sweep(guarded=False))
    assert "nothing measured generality" in page
    assert 'id="mixing"' not in build()
