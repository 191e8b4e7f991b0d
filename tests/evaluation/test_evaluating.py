"""The whole of `gergo.evaluate` on a real catalogue, with models whose figures are known."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from coloured_tiles import SHADES, ColourReader, write_tiles

import gergo
from gergo.catalogue.adding import add_columns
from gergo.catalogue.splits import SPLITS
from gergo.catalogue.store import Catalogue
from gergo.errors import GergoError, NotEnoughData, UsageError
from gergo.evaluation.bootstrap import LEAST_CLUSTERS
from gergo.evaluation.report import Report
from gergo.evaluation.results import Figures, Result
from gergo.evaluation.task import Encoder, Outcome, Rows

SHARP, BLUNT = ColourReader("sharp"), ColourReader("blunt", levels=8)


@pytest.fixture(scope="module")
def report(tiles: Catalogue) -> Report:
    return gergo.evaluate(SHARP, tiles, baseline=BLUNT)


def find(report: Report, task: str, split: str, metric: str, **settings: object) -> Result:
    return next(
        result
        for result in report.results
        if (result.task, result.split, result.metric) == (task, split, metric)
        and settings.items() <= result.settings.items()
    )


def test_a_model_that_reads_colours_exactly_finds_everything(report: Report, tiles: Catalogue) -> None:
    for split in ("test", "held_out_brands", "held_out_categories"):
        found = find(report, "retrieval_text_to_image", split, "image_retrieval_recall@1")
        assert found.value == 1.0
        assert found.n == tiles.items(splits=[split], columns=[]).num_rows
        assert found.baseline is not None
        assert found.baseline < 1
        assert found.delta == pytest.approx(1 - found.baseline)


def test_the_baseline_alone_gives_the_same_figures(report: Report, tiles: Catalogue) -> None:
    alone = gergo.evaluate(BLUNT, tiles, tasks=["retrieval"])
    for result in alone.results:
        beside = find(report, result.task, result.split, result.metric)
        assert (beside.baseline, beside.baseline_low, beside.baseline_high) == (result.value, result.low, result.high)
        assert result.baseline is None
        assert result.delta is None


def test_the_verdict_ships_what_is_better_everywhere(report: Report) -> None:
    assert report.verdict.decision == "ship"
    assert report.verdict.sentence.startswith("Ship it: 100.0% of searches")
    assert [figure.role for figure in report.verdict.figures] == ["gain", "guard", "guard"]
    assert [figure.result.split for figure in report.verdict.figures] == ["test", "held_out", "held_out"]


def test_the_other_way_round_is_not_shipped(tiles: Catalogue, tmp_path: Path) -> None:
    turned = gergo.evaluate(BLUNT, tiles, baseline=SHARP)
    assert turned.verdict.decision == "dont_ship"
    assert "down from 100.0%" in turned.verdict.sentence
    cards = turned.save_html(tmp_path / "turned.html").read_text(encoding="utf-8").partition('class="deciding"')[2]
    quoted = re.findall("<b>(.+?)</b>: .*?p (?:=|&lt;) [.0-9]+ of “(.+?)”", cards, re.DOTALL)
    assert quoted == [("Worse", "worse by more than 1 point")] * 3, "no p-value contradicts the word above it"


def test_a_model_against_itself_is_not_shipped(tiles: Catalogue) -> None:
    itself = gergo.evaluate(SHARP, tiles, baseline=SHARP)
    assert itself.verdict.decision == "dont_ship"
    assert {result.delta for result in itself.results} == {0.0}
    bounds = [(r.delta_low, r.delta_high) for r in itself.results if r.metric != "median_rank"]
    known = [(low, high) for low, high in bounds if low is not None and high is not None]
    assert len(known) > len(bounds) / 2
    assert all(low < 0 < high for low, high in known), "no change in n queries is not proof of none"


def test_test_alone_ships_nothing_while_brands_are_held_out(tiles: Catalogue) -> None:
    alone = gergo.evaluate(SHARP, tiles.path, baseline=BLUNT, splits=["test"])
    assert alone.verdict.decision == "not_enough_data"
    assert "new brands and categories were not measured" in alone.verdict.sentence


def test_another_base_is_said(tiles: Catalogue) -> None:
    tuned = ColourReader("tuned")
    tuned.record = {"base": {"name": "somebody else's", "hash": "f" * 64}}
    caveat = gergo.evaluate(tuned, tiles, baseline=BLUNT, tasks=["zero_shot"]).verdict.reasons[-1]
    assert "somebody else's" in caveat
    tuned.record = {"base": {"name": "blunt", "hash": BLUNT.hash}}
    assert gergo.evaluate(tuned, tiles, baseline=BLUNT, tasks=["zero_shot"]).verdict.reasons[-1] != caveat


def test_no_baseline_no_verdict(tiles: Catalogue) -> None:
    alone = gergo.evaluate(SHARP, tiles, splits=["test"])
    assert alone.verdict.decision == "not_enough_data"
    assert "No baseline" in alone.verdict.reasons[0]


@pytest.mark.parametrize(
    ("tasks", "splits", "said"),
    [
        (["few_shot", "calibration"], ["test"], "The tasks measured here decide nothing. A verdict rests on retrieval"),
        (["retrieval"], ["held_out_brands"], "Nothing was measured on test: no gain can be shown."),
    ],
)
def test_no_deciding_figure_no_verdict_and_why(
    tiles: Catalogue, tmp_path: Path, tasks: list[str], splits: list[str], said: str
) -> None:
    report = gergo.evaluate(SHARP, tiles, baseline=BLUNT, tasks=tasks, splits=splits)
    assert report.verdict.decision == "not_enough_data"
    assert report.verdict.reasons[0].startswith(said)
    assert report.verdict.sentence == f"No verdict. {report.verdict.reasons[0]}"
    html = report.save_html(tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<title>No verdict" in html


def test_json_is_what_the_design_says(report: Report, tmp_path: Path) -> None:
    path = report.save_json(tmp_path / "report.json")
    written = json.loads(path.read_text(encoding="utf-8"))
    assert written == report.to_json()
    assert written["schema"] == 1
    assert set(written) >= {"schema", "model", "baseline", "catalogue", "verdict", "results"}
    assert set(written["results"][0]) == {
        *("task", "split", "metric", "value", "low", "high", "n"),
        *("baseline", "delta", "delta_low", "delta_high", "effect_size", "settings"),
    }
    assert set(written["verdict"]) >= {"decision", "reasons", "figures"}
    assert len(written["verdict"]["figures"]) == 3
    assert Figures.model_validate(written).verdict == report.verdict.model_copy(
        update={"figures": Figures.model_validate(written).verdict.figures}
    )
    assert list(tmp_path.iterdir()) == [path]


def test_every_task_and_metric_is_there(report: Report) -> None:
    metrics: dict[str, set[str]] = {}
    for result in report.results:
        metrics.setdefault(result.task, set()).add(result.metric)
        if result.clusters < LEAST_CLUSTERS:
            assert result.low is result.high is None
        else:
            assert result.low <= result.value <= result.high
    ranked = {"mrr", "ndcg@10", "median_rank"}
    images = {f"image_retrieval_recall@{k}" for k in (1, 5, 10)} | ranked
    assert metrics == {
        "retrieval_text_to_image": images,
        "retrieval_image_to_text": {f"text_retrieval_recall@{k}" for k in (1, 5, 10)} | ranked,
        "retrieval_image_to_image": images,
        "retrieval_image_and_text_to_image": images,
        "retrieval_attributes_to_image": images,
        "zero_shot": {"acc1", "acc5", "mean_per_class_recall", "weighted_f1", "macro_f1"},
    }


def test_held_out_categories_meet_all_labels_and_their_own(report: Report) -> None:
    everything = find(report, "zero_shot", "held_out_categories", "acc1", labels="all")
    own = find(report, "zero_shot", "held_out_categories", "acc1", labels="of_this_split")
    assert everything.settings["candidates"] == len(SHADES)
    assert own.settings["candidates"] == own.settings["classes"] < len(SHADES)
    assert own.value >= everything.value


def test_the_same_call_gives_the_same_report(report: Report, tiles: Catalogue) -> None:
    again = gergo.evaluate(SHARP, tiles, baseline=BLUNT)
    assert again.results == report.results
    assert again.verdict == report.verdict


def test_a_model_beside_itself_on_a_catalogue_that_was_never_embedded(tmp_path: Path) -> None:
    """One table of vectors serves both."""
    fresh = gergo.import_catalogue(write_tiles(tmp_path / "shop"), tmp_path / "tiles.gergo")
    report = gergo.evaluate(SHARP, fresh, baseline=SHARP, splits=["test"])
    assert report.verdict.decision == "dont_ship"
    assert find(report, "retrieval_text_to_image", "test", "mrr").delta == 0


def test_rows_a_model_was_pretrained_on_are_left_out_for_both(tiles: Catalogue) -> None:
    views = tiles.views(splits=["test"]).to_pylist()
    items = tiles.items(splits=["test"], columns=[]).to_pylist()
    seen_picture, seen_text = views[0], items[-1]["texts"][0]["hash"]
    assert seen_picture["item"] != items[-1]["item"]
    base = ColourReader("pretrained", levels=8, seen=[seen_picture["hash"], seen_text])
    report = gergo.evaluate(SHARP, tiles, baseline=base, splits=["test"])
    card = report.figures.catalogue
    assert card.left_out == 2
    assert card.left_out_reasons == {
        "a picture was seen by the baseline": 1,
        "a text of this product alone was seen by the baseline": 1,
    }
    assert {item.id for item in card.left_out_items} == {items[0]["id"], items[-1]["id"]}
    assert find(report, "retrieval_text_to_image", "test", "mrr").n == len(items) - 2
    assert find(report, "retrieval_text_to_image", "test", "mrr").settings["gallery"] == len(items) - 2


def test_a_title_that_is_a_category_too_names_more_than_its_product(tmp_path: Path) -> None:
    """A tuned model has read the category's name as a caption of many: that says nothing of the product so titled."""
    source = write_tiles(tmp_path / "shop")
    catalogue = gergo.import_catalogue(source, tmp_path / "plain.gergo")
    item = catalogue.items(splits=["test"]).to_pylist()[0]
    lines = source.read_text("utf-8").splitlines()
    kind = next(c for c in csv.DictReader(lines) if c["shade"] != item["shade"])["shade"]
    title = item["texts"][0]["text"]
    source.write_text("\n".join(line.replace(title, kind) for line in lines) + "\n", "utf-8")
    renamed = gergo.import_catalogue(source, tmp_path / "renamed.gergo", category="shade")
    (same,) = (one for one in renamed.items().to_pylist() if one["texts"] and one["texts"][0]["text"] == kind)
    base = ColourReader("read the category's name", levels=8, seen=[same["texts"][0]["hash"]])
    report = gergo.evaluate(SHARP, renamed, baseline=base, splits=[same["split"]])
    assert report.figures.catalogue.left_out == 0


def test_everything_seen_is_nothing_measured(tiles: Catalogue) -> None:
    seen = tiles.views()["hash"].to_pylist()
    with pytest.raises(NotEnoughData, match="left out") as caught:
        gergo.evaluate(ColourReader("knows all", seen=seen), tiles)
    assert caught.value.exit_code == 4


def test_a_missing_label_column_names_the_columns(tiles: Catalogue) -> None:
    with pytest.raises(UsageError, match="no column 'colour'") as caught:
        gergo.evaluate(SHARP, tiles, label_column="colour")
    assert "shade" in caught.value.hint


def test_a_label_column_is_found_whatever_its_case(tiles: Catalogue) -> None:
    report = gergo.evaluate(SHARP, tiles, label_column="Brand", tasks=["zero_shot"], splits=["test"])
    assert report.results[0].settings["label_column"] == "brand"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"tasks": ["retreival"]}, "no task 'retreival'"),
        ({"tasks": []}, "nothing to measure"),
        ({"splits": ["tset"]}, "no split 'tset'"),
        ({"margin": -1.0}, "margin"),
        ({"template": "a photo"}, "no {} for the label"),
        ({"min_gain": -1.0}, "gain asked for"),
        ({"prompts": "food"}, "no prompts 'food'"),
        ({"tasks": ["queries"]}, "needs a file of queries"),
    ],
)
def test_a_wrong_argument_is_named(tiles: Catalogue, wrong: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        gergo.evaluate(SHARP, tiles, **wrong)


class Broken(ColourReader):
    def encode_images(self, images: Sequence[bytes]) -> np.ndarray:
        vectors = super().encode_images(images)
        vectors[-1, 0] = np.nan
        return vectors


def test_a_vector_that_is_not_finite_stops_everything(tiles: Catalogue) -> None:
    with pytest.raises(GergoError, match="not finite"):
        gergo.evaluate(Broken("broken"), tiles)


def test_catalogues_without_held_out_rows_are_told_so(tmp_path: Path) -> None:
    source = write_tiles(tmp_path / "shop", 60)
    text = source.read_text(encoding="utf-8").splitlines()
    plain = [",".join(line.split(",")[:2] + line.split(",")[4:]) for line in text]
    source.write_text("\n".join(plain) + "\n", encoding="utf-8")
    catalogue = gergo.import_catalogue(source, tmp_path / "plain.gergo")
    report = gergo.evaluate(SHARP, catalogue, baseline=BLUNT)
    skipped = {(skip.task, skip.split): skip.reason for skip in report.figures.catalogue.skipped}
    assert skipped["retrieval", "held_out_brands"] == "the split is empty"
    assert "label column" in skipped["zero_shot", "test"]
    assert any("nothing is known about new ones" in reason for reason in report.verdict.reasons)


def test_tables_are_in_the_json_beside_the_baselines(report: Report) -> None:
    exhibits = report.to_json()["exhibits"]
    classes = next(e for e in exhibits if (e["task"], e["split"], e["name"]) == ("zero_shot", "test", "Classes"))
    assert classes["kind"] == "table"
    assert classes["model"]["columns"][:3] == ["class", "items", "recall"]
    items = find(report, "zero_shot", "test", "acc1").n
    assert sum(row[1] for row in classes["model"]["rows"]) == items
    assert sum(row[1] for row in classes["baseline"]["rows"]) == items
    assert any(row[5] == "rare" for row in classes["model"]["rows"])
    queries = next(e for e in exhibits if e["task"] == "retrieval_attributes_to_image")
    assert [row[0] for row in queries["model"]["rows"]] == [0, 1]


def test_clip_benchmark_reads_the_same_figures(report: Report, tmp_path: Path) -> None:
    written = json.loads(report.save_json(tmp_path / "cb.json", format="clip-benchmark").read_text("utf-8"))
    assert all(set(e) == {"dataset", "model", "pretrained", "task", "metrics", "language"} for e in written)
    entry = next(
        e
        for e in written
        if (e["model"], e["dataset"], e["task"]) == ("blunt", "tiles/test", "zeroshot_classification")
    )
    assert entry["metrics"] == {
        name: find(report, "zero_shot", "test", name).baseline for name in ("acc1", "acc5", "mean_per_class_recall")
    }
    retrieval = next(e for e in written if (e["model"], e["task"]) == ("sharp", "zeroshot_retrieval"))
    assert {"image_retrieval_recall@5", "text_retrieval_recall@5"} <= set(retrieval["metrics"])


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """Another shop's tiles."""
    folder = tmp_path_factory.mktemp("other")
    source = write_tiles(folder / "shop", 300)
    return gergo.import_catalogue(source, folder / "other.gergo", category="shade", brand="brand")


class Forgetful(ColourReader):
    """Reads the colours of one shop's pictures as badly as can be."""

    def __init__(self, forgotten: Catalogue) -> None:
        super().__init__("forgetful")
        self._forgotten = set(forgotten.pictures(forgotten.views()["view"].to_pylist()))
        self._worse = ColourReader("worse", levels=2)

    def encode_images(self, images: Sequence[bytes]) -> np.ndarray:
        known = super().encode_images(images)
        lost = np.array([image in self._forgotten for image in images])
        return np.where(lost[:, None], self._worse.encode_images(images), known)


def test_what_was_forgotten_elsewhere_is_not_shipped(tmp_path: Path, other: Catalogue) -> None:
    shop = write_tiles(tmp_path / "shop", 300, grain=3)
    catalogue = gergo.import_catalogue(shop, tmp_path / "shop.gergo", category="shade", brand="brand")
    report = gergo.evaluate(Forgetful(other), catalogue, baseline=BLUNT, tasks=["retrieval"], retain=other)
    kept = report.verdict.figures[-1]
    assert (kept.role, kept.finding, kept.result.split) == ("guard", "worse", "retain")
    assert report.verdict.decision == "dont_ship"
    assert "the catalogue to retain" in report.verdict.sentence
    assert report.figures.retained is not None
    assert report.figures.retained.name == "other"
    there = find(report, "retrieval_text_to_image", "retain_test", "mrr", catalogue="other")
    assert there.n == other.items(splits=["test"], columns=[]).num_rows
    assert there.settings["texts_seen_in_training"] == 0
    assert find(report, "retrieval_text_to_image", "test", "mrr").value == 1.0
    assert "--retain other.gergo" in report.figures.made_with.command


def test_what_is_fitted_on_validation_is_not_measured_there_elsewhere_either(tmp_path: Path, other: Catalogue) -> None:
    shop = write_tiles(tmp_path / "shop", 300, grain=3)
    catalogue = gergo.import_catalogue(shop, tmp_path / "shop.gergo", category="shade", brand="brand")
    asked = {"tasks": ["calibration"], "splits": ["validation", "test"], "label_column": "shade"}
    report = gergo.evaluate(SHARP, catalogue, baseline=BLUNT, retain=other, **asked)
    measured = {result.split for result in report.figures.results}
    assert "validation" not in measured
    assert "retain_validation" not in measured


def test_a_column_that_the_shop_did_not_write_says_what_it_was_made_from(tmp_path: Path) -> None:
    """And 120 items cannot give the 500 queries that a guard needs where model and baseline never differ."""
    shop = gergo.import_catalogue(write_tiles(tmp_path / "shop", 120), tmp_path / "shop.gergo", brand="brand")
    words: dict[int, object] = {item["item"]: f"Mattonella {item['title']}" for item in shop.items().to_pylist()}
    shop = add_columns(shop, {"title_it": ("string", words)}, text="title_it", made_from="title by hand", digest="1")
    report = gergo.evaluate(ColourReader("other"), shop, baseline=SHARP, tasks=["retrieval"])
    ours = find(report, "retrieval_text_to_image", "test", "mrr", text_column="title_it")
    assert ours.settings["made_from"] == "title by hand"
    assert "made_from" not in find(report, "retrieval_text_to_image", "test", "mrr", text_column="title").settings
    assert "made from: title by hand" in report.save_html(tmp_path / "report.html").read_text("utf-8")
    guard = report.verdict.figures[1]
    assert "more than the 120 items of this catalogue" in guard.needs


def test_own_queries_and_labels_come_from_files(tiles: Catalogue, tmp_path: Path) -> None:
    items = tiles.items(splits=["test"]).to_pylist()
    queries, labels = tmp_path / "queries.csv", tmp_path / "labels.csv"
    lines = [f"tile {item['title'].split()[1]},{item['id']},{1 + n % 3}" for n, item in enumerate(items[:20])]
    queries.write_text("\n".join(["query,id,grade", *lines, "sold out,gone,1"]) + "\n", encoding="utf-8")
    given = {"splits": ["test"], "tasks": ["zero_shot"], "template": "a photo of {}"}
    plain = gergo.evaluate(SHARP, tiles, **given)
    one, two = [row[0] for row in plain.figures.exhibits[0].model["rows"] if row[2] == 1.0][:2]
    labels.write_text(f"{one},{two}\n{two},{one}\nmauve,pink\n", encoding="utf-8")
    report = gergo.evaluate(SHARP, tiles, queries=queries, labels_file=labels, **given)
    found = find(report, "retrieval_queries_to_image", "test", "ndcg@10")
    assert (found.value, found.n) == (1.0, 20)
    making = report.figures.made_with
    assert making.unknown_query_ids == {"gone": 21}
    assert making.unused_label_words == ["mauve"]
    assert making.changed_labels == {one: two, two: one}
    before, after = (find(each, "zero_shot", "test", "acc1") for each in (plain, report))
    assert after.value < before.value, "each of the two is taken for the other"


class Counting(ColourReader):
    """Counts what it encodes."""

    pictures = texts = 0

    def encode_images(self, images: Sequence[bytes]) -> np.ndarray:
        self.pictures += len(images)
        return super().encode_images(images)

    def encode_texts(self, texts: Sequence[str]) -> np.ndarray:
        self.texts += len(texts)
        return super().encode_texts(texts)


def test_other_labels_cost_the_encoding_of_their_words_alone(tiles: Catalogue) -> None:
    model = Counting("counting")
    gergo.evaluate(model, tiles, tasks=["zero_shot"], splits=["test"], template="{}")
    pictures, texts = model.pictures, model.texts
    assert pictures == len(set(tiles.views(splits=["test"])["hash"].to_pylist()))
    gergo.evaluate(model, tiles, tasks=["zero_shot"], splits=["test"], template="the colour {}")
    assert (model.pictures, model.texts) == (pictures, texts + len(SHADES))


def test_a_labels_file_of_another_column_is_refused(tiles: Catalogue, tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("Tshirts,T-shirt\n", encoding="utf-8")
    with pytest.raises(UsageError, match="none of its values is in column 'shade'"):
        gergo.evaluate(SHARP, tiles, labels_file=tmp_path / "labels.csv")


def test_a_truncated_picture_is_counted_and_left_out(tmp_path: Path) -> None:
    source = write_tiles(tmp_path / "shop", 60)
    for view in range(2):
        broken = tmp_path / "shop" / "images" / f"7_{view}.png"
        broken.write_bytes(broken.read_bytes()[:60])
    catalogue = gergo.import_catalogue(source, tmp_path / "broken.gergo", category="shade")
    report = gergo.evaluate(SHARP, catalogue, tasks=["retrieval"], splits=SPLITS)
    card = report.figures.catalogue
    assert card.left_out_reasons == {"no picture": 1}
    assert [item.id for item in card.left_out_items] == ["t0007"]
    assert sum(card.items.values()) == 59


class Brightness:
    """A user's own task: is the item brighter than the median, by one number of its vector."""

    name = "brightness"

    def observe(self, encode: Encoder, rows: Rows) -> list[Outcome]:
        first_N = encode.views(rows.view_V)[np.searchsorted(rows.owner_V, np.arange(len(rows.id_N))), 0]
        seen = {"bright": first_N > np.median(first_N)}
        share = {"share": lambda observed, weight: (weight @ observed["bright"]) / weight.sum(-1)}
        return [Outcome("brightness", rows.split, {}, rows.group_N, seen, share)]


def test_a_task_of_ones_own_is_one_class(tiles: Catalogue, tmp_path: Path) -> None:
    report = gergo.evaluate(SHARP, tiles, baseline=BLUNT, tasks=["retrieval", Brightness()])
    found = find(report, "brightness", "test", "share")
    assert found.value == pytest.approx(0.5, abs=0.02)
    assert found.delta is not None
    assert "Brightness" in report.save_html(tmp_path / "report.html").read_text(encoding="utf-8")
