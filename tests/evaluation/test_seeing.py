"""Reading and grounding on encoders whose answers are known: one that reads all, one that says the same to all."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sklearn.linear_model import RidgeCV
from test_tasks import make_rows, values

from gergo.errors import InputError, NotEnoughData, UsageError
from gergo.evaluation import located, ocr
from gergo.evaluation.boxes import read_boxes
from gergo.evaluation.exhibits import Curve, Gallery, Table
from gergo.evaluation.grounding import Grounding
from gergo.evaluation.ocr import Ocr
from gergo.evaluation.printed_words import FACTORS, WORDS, prints, vocabulary
from gergo.evaluation.task import Rows
from gergo.evaluation.word_probe import PENALTIES, probe_scores

COLOURS = {"red": (220, 30, 30), "green": (30, 160, 40), "blue": (40, 60, 220), "yellow": (230, 210, 40)}


class Shop:
    """Plain coloured pictures, one an item."""

    brand_column, category_column = "brand", None

    def __init__(self, colours: Sequence[tuple[int, int, int]]) -> None:
        self.colours = colours
        self.of_split: dict[str, Rows] = {}

    def rows(self, split: str) -> Rows | None:
        return self.of_split.get(split)

    def pictures(self, views: Sequence[int]) -> list[bytes]:
        return [_png(Image.new("RGB", (60, 40), self.colours[view])) for view in views]


def _png(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def shop_rows(copies: int = 3) -> Rows:
    names = list(COLOURS) * copies
    shop = Shop([COLOURS[name] for name in names])
    rows = make_rows(names, list(range(len(names))), labels=list(names))
    object.__setattr__(rows, "shop", shop)
    object.__setattr__(rows, "columns", {"brand": ["Häagen", "Nike", "Puma"] * len(names), "size": ["44"] * len(names)})
    shop.of_split["test"] = rows
    return rows


class Reader:
    """Knows what the task printed: a picture's vector is that of its word. `blind`: every vector is the same."""

    logit_scale = 1.0

    def __init__(self, task: Ocr, *, blind: bool = False) -> None:
        self.task, self.blind = task, blind
        self.vector: dict[str, np.ndarray] = {}

    def texts(self, texts: Sequence[str]) -> np.ndarray:
        return np.stack([self._of(text) for text in texts])

    def images(self, images: Sequence[Image.Image]) -> np.ndarray:
        shown = self.task._pictures
        assert shown is not None
        all_prints = [*shown.learn.prints, *shown.test.prints]
        assert len(all_prints) == len(images)
        return self.texts([ocr.SENTENCE.format(shown.words.words[each.kind][each.word]) for each in all_prints])

    def _of(self, text: str) -> np.ndarray:
        if self.blind:
            return np.eye(64, dtype=np.float32)[0]
        return self.vector.setdefault(text, np.eye(64, dtype=np.float32)[len(self.vector)])


@pytest.fixture(scope="module")
def drawn() -> Ocr:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ocr, "STAMP_KINDS", ("thread",))
        patch.setattr(ocr, "STAMPS_A_WORD", 1)
        task = Ocr(seed=3)
        task._pictures = ocr.pictures(shop_rows(), seed=3)
    return task


def test_a_reader_reads_all_and_a_blind_one_nothing(drawn: Ocr) -> None:
    sees, blind = (list(drawn.observe(Reader(drawn, blind=b), shop_rows())) for b in (False, True))
    told_apart = [(outcome.settings["reading"], outcome.settings["difficulty"]) for outcome in sees]
    difficulties = ["all", "easy", "harder", "hard", "hardest", "stamped"]
    assert told_apart == [(reading, each) for reading in ("zero_shot", "linear_probe") for each in difficulties]
    assert [len(outcome.cluster_Q) for outcome in sees[1:6]] == [120, 160, 160, 160, 8], "n is what a figure rests on"
    for outcome in sees:
        assert values(outcome) == {"acc1": 1}
        assert outcome.settings["chance"] == 1 / WORDS
    for outcome in (sees[0], sees[6]):
        assert len(np.unique(outcome.cluster_Q)) == 5 * WORDS, "pictures of one word are one cluster"
    assert values(blind[0])["acc1"] == 0, "what ties with the truth counts against the model"
    assert values(blind[6])["acc1"] == pytest.approx(1 / WORDS), "vectors that say nothing give the probe chance"
    assert sees[0].settings == blind[0].settings
    assert "1 brands were not printed" in " ".join(sees[0].remarks)
    held_out = shop_rows()
    object.__setattr__(held_out, "split", "held_out_brands")
    with pytest.raises(NotEnoughData, match="measured with test"):
        list(drawn.observe(Reader(drawn), held_out))


def test_tables_and_curves_have_every_step_and_chance(drawn: Ocr) -> None:
    first, *_ = drawn.observe(Reader(drawn), shop_rows())
    by_difficulty = next(e for e in first.exhibits if isinstance(e, Table))
    assert [line[0] for line in by_difficulty.rows] == ["easy", "harder", "hard", "hardest", "stamped"]
    assert {line[2] for line in by_difficulty.rows} == {1 / WORDS}
    assert sum(int(line[1] or 0) for line in by_difficulty.rows) == len(first.observed["right"])
    curves = [e for e in first.exhibits if isinstance(e, Curve)]
    assert [tuple(curve.series[0].x) for curve in curves] == list(FACTORS.values())
    (tiles,) = (e.tiles for e in first.exhibits if isinstance(e, Gallery))
    assert all(isinstance(tile.picture, bytes) and "read right" in tile.note for tile in tiles)


def test_no_ground_goes_with_a_word_and_none_is_in_both_parts() -> None:
    everything = list(prints(["brand"]))
    assert len(everything) == len(set(everything))
    learn = [each for each in everything if each.part == "train"]
    grounds = {(each.ground, each.ground_number) for each in learn}
    for word in range(WORDS):
        assert {(each.ground, each.ground_number) for each in learn if each.word == word} == grounds
    for factor in FACTORS:
        for word in range(WORDS):
            under = {(e.ground, e.ground_number) for e in everything if (e.factor, e.word) == (factor, word)}
            assert len(under) == 1, "along a factor nothing else changes"


def test_pictures_are_the_same_for_the_same_seed(drawn: Ocr) -> None:
    assert drawn._pictures is not None
    again = vocabulary(["Nike", "Puma", "Häagen"], ["44"], seed=3)
    assert again == drawn._pictures.words
    assert again.own == {"brand": 2, "size": 1}
    assert again.undrawable == 1
    assert all(len(words) == WORDS == len(set(words)) for words in again.words.values())
    assert vocabulary([], [], seed=4).words["price"] != again.words["price"]


def test_the_probe_is_ridge_with_the_best_leave_one_out_penalty() -> None:
    rng = np.random.default_rng(0)
    class_N = np.arange(40) % 4
    learn_ND = rng.normal(size=(40, 12)) + 0.8 * np.eye(12)[class_N]
    test_MD = rng.normal(size=(9, 12))
    ours_MK = probe_scores(learn_ND, class_N, test_MD, 4)
    theirs = RidgeCV(alphas=PENALTIES).fit(learn_ND, np.eye(4)[class_N])
    np.testing.assert_allclose(ours_MK, theirs.predict(test_MD), atol=1e-6)


class Finder:
    """Finds colours where they are: the map of "red" is how near each pixel is to red."""

    def __init__(self, *, blind: bool = False, only: str = "gradient") -> None:
        self.blind, self.only = blind, only

    def maps(self, image: Image.Image | bytes | Path, texts: Sequence[str], method: str) -> np.ndarray:
        if method != self.only and not self.blind:
            raise UsageError("no feature map")
        picture = (
            image
            if isinstance(image, Image.Image)
            else Image.open(io.BytesIO(Path(image).read_bytes()) if isinstance(image, Path) else io.BytesIO(image))
        )
        rgb = np.asarray(picture.convert("RGB"), np.float32)
        near = [np.exp(-((rgb - COLOURS[text]) ** 2).sum(-1) / 500) for text in texts]
        return np.stack([np.ones_like(each) if self.blind else each for each in near]).astype(np.float32)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three grids and nothing drawn: the demo's parts have a test of their own."""
    monkeypatch.setattr("gergo.evaluation.grounding.drawn_parts", lambda _: [])
    monkeypatch.setattr(
        "gergo.evaluation.grounding.four_in_a_grid", lambda rows, seed: located.four_in_a_grid(rows, seed, pictures=3)
    )


def test_a_finder_finds_its_quarter_and_a_blind_one_has_chance(few: None) -> None:
    (sees,) = Grounding().observe(Finder(), shop_rows())
    assert sees.settings["truth"] == "four products in a grid"
    assert "occlusion: no feature map." in sees.remarks
    found = values(sees)
    assert found["pointing"] == 1
    assert found["energy"] > 0.99
    assert found["iou@0.5"] > 0.6, "a 3:2 picture fills two thirds of its square"
    assert found["pointing_other_text"] == 0
    assert sees.settings["chance_energy"] == pytest.approx(0.25)
    for outcome in Grounding().observe(Finder(blind=True), shop_rows()):
        flat = values(outcome)
        assert {flat[m] for m in ("pointing", "energy", "iou@0.5", "pointing_other_text")} == {0.25}


def test_boxes_count_on_their_split_and_files_once(few: None, tmp_path: Path) -> None:
    Image.new("RGB", (60, 40), COLOURS["red"]).save(tmp_path / "half.png")
    picture = Image.open(tmp_path / "half.png")
    picture.paste(COLOURS["blue"], (30, 0, 60, 40))
    picture.save(tmp_path / "half.png")
    lines = [
        "id,picture,text,x0,y0,x1,y1",
        ",half.png,blue,30,0,60,40",
        "id0,,red,0,0,60,40",
        ",half.png,red,0,0,15,40",
    ]
    lines.append(",half.png,red,15,0,30,40")
    (tmp_path / "boxes.csv").write_text("\n".join(lines))
    task = Grounding(tmp_path / "boxes.csv")
    boxes, grid = task.observe(Finder(), shop_rows())
    assert boxes.settings["truth"] == "your boxes"
    assert (boxes.settings["pictures"], len(boxes.cluster_Q)) == (2, 3), "two boxes of one text are one thing"
    assert values(boxes)["energy"] > 0.99
    assert grid.settings["truth"] != boxes.settings["truth"]
    other = shop_rows()
    object.__setattr__(other, "split", "held_out_brands")
    object.__setattr__(other, "id_N", [f"other{i}" for i in range(len(other.id_N))])
    assert isinstance(other.shop, Shop)
    other.shop.of_split["test"] = shop_rows()
    (only_grid,) = task.observe(Finder(), other)
    assert "1 boxes are on items that are not measured on held_out_brands" in " ".join(only_grid.remarks)
    assert only_grid.settings["truth"] == "four products in a grid"


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["id,text,x0,y0,x1"], "no column y1"),
        (["text,x0,y0,x1,y1", "a,0,0,1,1"], "no column id or picture"),
        (["id,text,x0,y0,x1,y1", "a,,0,0,1,1"], "row 1: no text"),
        (["id,text,x0,y0,x1,y1", "a,red,0,0,1,1", "a,red,5,0,2,1"], "row 2: the box 5, 0, 2, 1 has no inside"),
        (["id,text,x0,y0,x1,y1", "a,red,0,zero,1,1"], "y0 is 'zero'"),
        (["id,text,x0,y0,x1,y1", "a,red,-1,0,1,1"], "outside the picture"),
        (["picture,text,x0,y0,x1,y1", "gone.jpg,red,0,0,1,1"], "no picture gone.jpg"),
        (["id,text,x0,y0,x1,y1", "stranger,red,0,0,1,1"], "row 1: no item with a picture has the id 'stranger'"),
        (["id,text,x0,y0,x1,y1", "id0,red,0,0,61,40"], "row 1: the box ends at 61, 40, and the picture is 60 x 40 px"),
        (["id,text,x0,y0,x1,y1", *["a,,0,0,1,1"] * 8], "8 bad rows .* and 3 more"),
    ],
)
def test_bad_rows_of_boxes_are_named(few: None, tmp_path: Path, lines: list[str], message: str) -> None:
    path = tmp_path / "boxes.csv"
    path.write_text("\n".join(lines))
    with pytest.raises(InputError, match=message):
        list(Grounding(path).observe(Finder(), shop_rows()))


def test_semicolons_and_bytes_of_excel_are_read(tmp_path: Path) -> None:
    path = tmp_path / "boxes.csv"
    path.write_bytes("﻿ID;Text;X0;Y0;X1;Y1\n7;Größe;1;2;3;4\n".encode())
    (box,) = read_boxes(path)
    assert (box.item, box.text, box.corners) == ("7", "Größe", (1, 2, 3, 4))


def test_drawn_parts_are_neither_specks_nor_the_whole_product() -> None:
    pictures = located.drawn_parts(0, pictures=3)
    assert len({each.cluster for each in pictures}) == 3
    for each in pictures:
        assert len(each.texts) == len(each.masks) >= 2
        shown = np.logical_or.reduce(each.masks)
        assert all(0.01 <= mask.mean() <= 0.6 for mask in each.masks)
        assert sum(mask.sum() for mask in each.masks) == shown.sum(), "no pixel belongs to two parts"
