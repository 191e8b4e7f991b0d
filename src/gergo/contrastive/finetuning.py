"""`gergo.finetune`: a base and a catalogue in, a model that knows the catalogue's trade out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

from gergo.catalogue.splits import TRAIN, VALIDATION
from gergo.catalogue.store import Catalogue
from gergo.contrastive import inputs
from gergo.contrastive.augmentation import CANVAS_RATIO, Augmentation
from gergo.contrastive.canvases import decode_canvases
from gergo.contrastive.checkpoints import Checkpoints
from gergo.contrastive.pairs import Pairs, TextShares, read_pairs
from gergo.contrastive.record import describe, save_with_record, training_record
from gergo.contrastive.selection import Division, Examples, Selection, divide
from gergo.contrastive.settings import Method, Settings, choose_method
from gergo.contrastive.training import Task, train
from gergo.errors import NotEnoughData, UsageError
from gergo.progress import say
from gergo.towers.model import SEEN_DIGITS, Model

FEWEST_ITEMS = 20
FEWEST_TO_VALIDATE = 5


def finetune(
    catalogue: Catalogue | str | Path,
    *,
    base: Model | str | Path,
    out: str | Path,
    method: str = "auto",
    **settings: Any,
) -> Model:
    """Tune `base` on the catalogue's train split and write the best weights to the folder `out`.

    The best epoch on held-back items is kept; the untuned base is epoch 0 and may win. The same call again
    resumes what was interrupted.

    Args:
        method: `probe` (projections and logit scale, on the features of frozen encoders: seconds), `full`
            (all weights), or `auto` (by the number of training items; said which and why).
        settings: see `gergo.contrastive.settings.Settings`; values may be strings.

    Raises:
        UsageError: an unknown method or setting, or an `out` that holds something else.
        NotEnoughData: under 20 training items with picture and text, or under 5 to validate on.
        TrainingError: the run had to stop; the same call resumes it.
    """
    wanted = Settings.parse(settings)
    catalogue = catalogue if isinstance(catalogue, Catalogue) else Catalogue.open(catalogue)
    base = base if isinstance(base, Model) else Model.load(base)
    shares = TextShares(wanted.title_share, wanted.category_share)
    division = divide(read_pairs(catalogue, [TRAIN, VALIDATION], shares))
    _require_enough(division)
    chosen, reason = _method(method, len(division.train))
    say(f"method {chosen}: {reason}")
    filled = wanted.filled(chosen, len(division.train))
    checkpoints = Checkpoints(Path(out))
    identity = describe(catalogue, base, chosen, filled)
    resume = checkpoints.open(identity)
    with _threads(filled.threads):
        model = base.copy()
        task = _task(catalogue, model, chosen, division, filled, checkpoints.folder)
        progress = train(task, checkpoints, resume=resume)
        record = training_record(
            identity,
            items=division.counts,
            history=progress.history,
            best_epoch=progress.best_epoch,
            time_s=progress.time_s,
        )
    if progress.best_epoch:
        trained = division.train.contents.values()
        model.seen |= {content.hash[:SEEN_DIGITS] for contents in trained for content in contents}
    model.name = Path(out).resolve().name
    save_with_record(model, Path(out), record)
    checkpoints.finish()
    say(f"epoch {progress.best_epoch} kept, {Path(out)} written")
    return model


def _require_enough(division: Division) -> None:
    train, validation = len(division.train), division.counts["validation"]
    if train < FEWEST_ITEMS or validation < FEWEST_TO_VALIDATE:
        raise NotEnoughData(
            f"the train split has {train} items with a picture and a text, the validation split {validation}; "
            f"{FEWEST_ITEMS} and {FEWEST_TO_VALIDATE} are the least",
            hint="`gergo inspect` says what the catalogue holds; the base can be used as it is",
        )


def _method(method: str, items: int) -> tuple[Method, str]:
    if method == "auto":
        return choose_method(items)
    if method not in ("probe", "full"):
        raise UsageError(f"there is no method {method!r}", hint="methods: auto, probe, full")
    return method, "as asked"


def _task(
    catalogue: Catalogue,
    model: Model,
    method: Method,
    division: Division,
    settings: Settings,
    folder: Path,
) -> Task:
    """What `train` needs: the network that learns, and where its batches come from."""
    network = model.network

    def examples(some: Pairs, augmentation: Augmentation | None) -> Examples:
        size_px = round(network.image.size_px * (CANVAS_RATIO if augmentation else 1))
        views = [int(content.value) for content in some.contents["image"]]
        canvases = decode_canvases(catalogue, views, network.image, size_px=size_px, folder=folder)
        raw: dict[str, inputs.Inputs] = {
            "image": inputs.Pictures(canvases, network.image.size_px, augmentation),
            "text": inputs.Texts([str(content.value) for content in some.contents["text"]], network.text),
        }
        if method == "full":
            return Examples(some, raw)
        return Examples(
            some,
            {name: inputs.cache_features(model, name, raw[name], len(some.contents[name])) for name in raw},
        )

    judged = examples(division.judged, None)
    learns = examples(division.train, Augmentation() if settings.augment and method == "full" else None)
    return Task(
        network=network if method == "full" else inputs.on_features(network),
        examples=learns,
        selection=Selection(judged, division.parts),
        settings=settings,
        precision=model.precision,
    )


@contextmanager
def _threads(count: int | None) -> Iterator[None]:
    """So many processor threads within the context; all cores where `count` is None."""
    before = torch.get_num_threads()
    torch.set_num_threads(count or len(os.sched_getaffinity(0)))
    try:
        yield
    finally:
        torch.set_num_threads(before)
