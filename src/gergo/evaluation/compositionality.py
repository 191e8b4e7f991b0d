"""Compositionality: does the model tell a caption from one that is false by one attribute, or by whose it is.

Hard negatives of three kinds are made of the catalogue's own captions and columns (`gergo.evaluation.hard_negatives`).
A query is right when the picture is nearer to the true caption than to the false one; guessing gets half of them.

`swap` is the one that a bag of words cannot do, and needs two things with an attribute each. Catalogues seldom have
those in one picture, so two items' pictures are put side by side and named in that order. What it tests is whether
the model binds an attribute to its thing in a picture that we composed; not whether it understands a photographed
scene.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from gergo.catalogue.pictures import decode
from gergo.errors import NotEnoughData
from gergo.evaluation import metrics
from gergo.evaluation.bootstrap import Resamples
from gergo.evaluation.exhibits import Exhibit, Gallery, Table, Tile
from gergo.evaluation.hard_negatives import Kind, Maker, Negative, Negatives
from gergo.evaluation.ranking import TIE
from gergo.evaluation.task import Encoder, Metric, Outcome, Rows
from gergo.evaluation.zero_shot import RARE
from gergo.pages.numbers import percent

KINDS: tuple[Kind, ...] = ("replace", "add", "swap")
TILE_PX = 224
SHOWN = 8
RESAMPLES = 1000

METRICS: Mapping[str, Metric] = {"acc1": lambda seen, weight: metrics.mean(seen["hit"], weight)}


class Compositionality:
    """Choose between true and false captions. seed: of the negatives drawn."""

    name = "compositionality"

    def __init__(self, *, seed: int = 0) -> None:
        self.seed = seed
        self._made: tuple[Rows, Negatives] | None = None

    def observe(self, encode: Encoder, rows: Rows) -> Iterator[Outcome]:
        negatives = self._negatives(rows)
        for kind in KINDS:
            made = negatives.made.get(kind, [])
            if made:
                yield self._outcome(encode, rows, kind, made, negatives)

    def _negatives(self, rows: Rows) -> Negatives:
        """The same for both models, and made once."""
        if self._made is not None and self._made[0] is rows:
            return self._made[1]
        if not rows.texts:
            raise NotEnoughData("the catalogue has no texts to make captions of")
        names = [split for split in ("train", "validation") if split != rows.own_split]
        others = [other for split in names if rows.shop and (other := rows.shop.rows(split)) is not None]
        maker = Maker(rows, others, seed=self.seed)
        if not maker.vocabularies:
            raise NotEnoughData("no column holds attributes that the texts name")
        negatives = maker.make()
        if not any(negatives.made.values()):
            reasons = "; ".join(f"{kind}: {reason} ({n:,})" for (kind, reason), n in negatives.none.most_common(3))
            raise NotEnoughData(f"no false caption could be made{': ' + reasons if reasons else ''}")
        self._made = rows, negatives
        return negatives

    def _outcome(
        self, encode: Encoder, rows: Rows, kind: Kind, made: Sequence[Negative], negatives: Negatives
    ) -> Outcome:
        hit_Q = _hits_of_pairs(encode, rows, made) if kind == "swap" else _hits(encode, rows, made)
        cluster_Q = rows.group_N[[negative.items[0] for negative in made]]
        settings: dict[str, object] = {
            "kind": kind,
            "columns": sorted({negative.column for negative in made}),
            "chance": 0.5,
            "attested": round(float(np.mean([negative.attested for negative in made])), 4),
            "none_made": {reason: n for (of, reason), n in negatives.none.items() if of == kind},
        }
        if kind == "replace":  # what somebody would get who knows the shop's words and never looks
            settings["frequency_alone"] = round(1 - float(np.mean([negative.commoner for negative in made])), 4)
        column_Q = np.array([negative.column for negative in made])
        exhibits: list[Exhibit] = [_by_column(kind, column_Q, hit_Q, cluster_Q), _captions(kind, made, hit_Q)]
        if kind != "swap" and not hit_Q.all():
            exhibits.append(_pictures(kind, rows, made, hit_Q))
        return Outcome(
            f"{self.name}_{kind}",
            rows.split,
            settings,
            cluster_Q,
            {"hit": hit_Q},
            METRICS,
            exhibits=exhibits,
            remarks=[_remark(kind, hit_Q)],
        )


def _hits(encode: Encoder, rows: Rows, made: Sequence[Negative]) -> NDArray[np.float64]:
    """Is the item's best picture for the true caption nearer than its best for the false one."""
    item_Q = np.array([negative.items[0] for negative in made])
    true_QD, false_QD = _both_captions(encode, made)
    view_VD = encode.views(rows.view_V)
    start_N = np.searchsorted(rows.owner_V, np.arange(len(rows.id_N) + 1))
    hit_Q = np.zeros(len(made))
    for query, item in enumerate(item_Q):
        of_item_VD = view_VD[start_N[item] : start_N[item + 1]]
        hit_Q[query] = (of_item_VD @ true_QD[query]).max() > (of_item_VD @ false_QD[query]).max() + TIE
    return hit_Q


def _hits_of_pairs(encode: Encoder, rows: Rows, made: Sequence[Negative]) -> NDArray[np.float64]:
    assert rows.shop is not None
    first_N = rows.first_view_N
    pictures = rows.shop.pictures([int(first_N[item]) for negative in made for item in negative.items])
    sheets = [side_by_side(*pictures[at : at + 2]) for at in range(0, len(pictures), 2)]
    picture_QD = encode.images(sheets)
    true_QD, false_QD = _both_captions(encode, made)
    return ((picture_QD * true_QD).sum(1) > (picture_QD * false_QD).sum(1) + TIE).astype(np.float64)


def _both_captions(encode: Encoder, made: Sequence[Negative]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    vector = encode.texts([each.positive for each in made] + [each.negative for each in made])
    return vector[: len(made)], vector[len(made) :]


def side_by_side(left: bytes, right: bytes) -> Image.Image:
    """Two pictures in one square, whole, on white: a tower that crops to the middle square still sees both."""
    sheet = Image.new("RGB", (2 * TILE_PX, 2 * TILE_PX), "white")
    for place, data in enumerate((left, right)):
        picture = decode(data)
        picture.thumbnail((TILE_PX, TILE_PX))
        x = place * TILE_PX + (TILE_PX - picture.width) // 2
        sheet.paste(picture, (x, TILE_PX - picture.height // 2))
    return sheet


def _by_column(
    kind: Kind, column_Q: NDArray[np.str_], hit_Q: NDArray[np.float64], cluster_Q: NDArray[np.int64]
) -> Table:
    rows = []
    for column in np.unique(column_Q):
        of_column = column_Q == column
        draws = Resamples(cluster_Q[of_column], seed=0, n=RESAMPLES)
        interval = draws.paired(partial(metrics.mean, hit_Q[of_column])).model
        rare = "few captions" if draws.clusters < RARE else ""
        rows.append([str(column), int(of_column.sum()), interval.value, interval.low, interval.high, 0.5, rare])
    columns = ["column", "captions", "accuracy", "low", "high", "chance", ""]
    rows.sort(key=lambda row: -row[1])
    return Table(f"False by one attribute ({kind})", columns, rows, frozenset(columns[2:6]))


def _captions(kind: Kind, made: Sequence[Negative], hit_Q: NDArray[np.float64]) -> Table:
    """Captions to read, so that a person can judge whether the false ones are false: evenly out of all."""
    shown = np.unique(np.linspace(0, len(made) - 1, min(len(made), 2 * SHOWN)).astype(int))
    rows = [[made[i].positive, made[i].negative, made[i].column, "yes" if hit_Q[i] else "no"] for i in shown]
    return Table(f"True and false captions ({kind})", ["true", "false", "column", "told apart"], rows)


def _pictures(kind: Kind, rows: Rows, made: Sequence[Negative], hit_Q: NDArray[np.float64]) -> Gallery:
    first_N = rows.first_view_N
    wrong = np.flatnonzero(hit_Q == 0)[:SHOWN]
    tiles = [Tile(int(first_N[made[i].items[0]]), made[i].negative, f"not: {made[i].positive}") for i in wrong]
    return Gallery(f"False captions preferred ({kind})", tiles, "The caption is the false one, which the model chose.")


def _remark(kind: Kind, hit_Q: NDArray[np.float64]) -> str:
    what = {
        "replace": "one attribute is replaced by a false one",
        "add": "a false attribute is added",
        "swap": "two items side by side exchange an attribute",
    }[kind]
    return f"Where {what}, the true caption wins {percent(float(hit_Q.mean()))} of the time; guessing wins 50.0%."
