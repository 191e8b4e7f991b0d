"""One fine-tuning: what is read once, and one run over it with a method and settings that are all filled in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from gergo.catalogue.splits import FEWEST_TO_TRAIN, FEWEST_TO_VALIDATE, TRAIN, VALIDATION
from gergo.catalogue.store import Catalogue
from gergo.contrastive.adapters import merge_adapters
from gergo.contrastive.checkpoints import Checkpoints
from gergo.contrastive.compilation import compiled
from gergo.contrastive.inputs import on_features
from gergo.contrastive.interpolation import Outcome, settle
from gergo.contrastive.methods import resting, task_of
from gergo.contrastive.objective import own_bias
from gergo.contrastive.optimization import Diverged
from gergo.contrastive.pairs import Pairs, TextShares, read_pairs
from gergo.contrastive.processes import processes
from gergo.contrastive.recomputation import recomputed
from gergo.contrastive.selection import MOST_ITEMS, Division, at_most, divide
from gergo.contrastive.settings import RATES_OF_LARGE, RATES_OF_SMALL, Method, Rates, Settings
from gergo.contrastive.templates import attribute_templates
from gergo.contrastive.training import Progress, train
from gergo.errors import NotEnoughData, TrainingError
from gergo.progress import say
from gergo.towers.model import Model


@dataclass(frozen=True)
class Job:
    """What is to be tuned, on what, and judged by what; the same for every method.

    templates: of the texts made of columns, as they are drawn.
    retain: the items of another catalogue that must not be forgotten.
    """

    catalogue: Catalogue
    base: Model
    division: Division
    templates: tuple[str, ...] = ()
    retain: tuple[Catalogue, Pairs] | None = None

    @property
    def items(self) -> int:
        """How many are trained on."""
        return len(self.division.train)

    @property
    def counts(self) -> dict[str, int]:
        """How many items each part has, those trained on first."""
        return self.division.counts | ({"retain": len(self.retain[1])} if self.retain else {})

    def filled(self, settings: Settings, method: Method) -> Settings:
        """The settings with everything chosen that was left open."""
        sigmoid = own_bias(self.base.network) is not None
        filled = settings.filled(method, self.items, sigmoid=sigmoid, rates=rates_of(self.base.family))
        return filled.model_copy(update={"templates": self.templates})


@dataclass(frozen=True)
class Run:
    """A run that is over: the model at the alpha that was chosen, and how it came to be."""

    model: Model
    progress: Progress
    outcome: Outcome

    @property
    def best_epoch(self) -> int:
        """The epoch that is in the model, mixed or not; 0 where the model is the base."""
        return self.progress.best_epoch if self.outcome.alpha else 0


def rates_of(family: str) -> Rates:
    """The learning rates that a base of this family bears. Two towers that never met have a projection that is new.

    >>> rates_of("clip").encoders < rates_of("embedded").encoders
    True
    """
    if family == "embedded":
        return RATES_OF_SMALL
    if family == "joined":
        return replace(RATES_OF_LARGE, projections=RATES_OF_SMALL.projections)
    return RATES_OF_LARGE


def read_job(catalogue: Catalogue, base: Model, settings: Settings, *, retain: Catalogue | None = None) -> Job:
    """Read the pairs and divide them.

    Raises:
        NotEnoughData: under 20 training items with picture and text, or under 5 to validate on, or to retain.
        UsageError: a template or a text's column that the catalogue does not have.
    """
    templates = settings.templates
    if templates is None:
        templates = attribute_templates(catalogue, [TRAIN])
        if templates:
            say(f"captions also say {', '.join(templates)}")
    template_share = settings.template_share if templates else 0.0
    columns = tuple(settings.texts.items())
    shares = TextShares(settings.title_share, settings.category_share, template_share, templates, columns)
    division = divide(read_pairs(catalogue, [TRAIN, VALIDATION], shares))
    train_items, validation = len(division.train), division.counts["validation"]
    if train_items < FEWEST_TO_TRAIN or validation < FEWEST_TO_VALIDATE:
        raise NotEnoughData(
            f"the train split has {train_items} items with a picture and a text, the validation split {validation}; "
            f"{FEWEST_TO_TRAIN} and {FEWEST_TO_VALIDATE} are the least",
            hint="`gergo inspect` says what the catalogue holds; the base can be used as it is",
        )
    return Job(catalogue, base, division, templates, None if retain is None else (retain, _retained(retain)))


def _retained(catalogue: Catalogue) -> Pairs:
    plain = TextShares(1.0, 0.0)
    pairs = at_most(read_pairs(catalogue, [TRAIN, VALIDATION], plain), MOST_ITEMS)
    if len(pairs) < FEWEST_TO_TRAIN:
        raise NotEnoughData(
            f"the catalogue to retain, {catalogue.path}, has {len(pairs)} items with a picture and a text in its train "
            f"and validation splits; {FEWEST_TO_TRAIN} are the least",
            hint="`gergo inspect` says what it holds",
        )
    return pairs


def run(job: Job, method: Method, settings: Settings, checkpoints: Checkpoints, *, resume: bool, scratch: Path) -> Run:
    """Train, take off the adapters, and settle between the base and the best epoch.

    scratch: where decoded pictures lie; runs of one job share them.
    """
    with explained_memory(), threads(settings.threads):
        model = job.base.copy()
        task = task_of(job.catalogue, model, method, job.division, settings, folder=scratch, retain=job.retain)
        with recomputed(task.network, settings.gradient_checkpointing), compiled(task.network, settings.compile):
            try:
                progress = train(task, checkpoints, resume=resume)
            except Diverged:
                checkpoints.note_diverged()
                raise
        merge_adapters(task.network)
        model.network.requires_grad_(True).eval()
        base = on_features(job.base.network, resting(job.base.network, method, settings)).state_dict()
        shared = processes()
        outcome = shared.from_first(lambda: settle(task, base, beats_base=progress.beats_base))
        task.network.load_state_dict(shared.from_first(task.network.state_dict))
    return Run(model, progress, outcome)


@contextmanager
def explained_memory() -> Iterator[None]:
    """Turn memory that ran out into a TrainingError that says what takes less."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        words = str(error).lower()
        ran_out = isinstance(error, (MemoryError, torch.OutOfMemoryError)) or any(
            said in words for said in ("can't allocate memory", "not enough memory", "out of memory")
        )
        if not ran_out:
            raise
        raise TrainingError(
            "there is not enough memory for a step",
            hint="with micro_batch=32 (the same gradients, a part at a time) or gradient_checkpointing=true the same "
            "command goes on; a smaller batch_size or --method lora begin anew, in another --out; --plan says what "
            "each takes",
        ) from error


@contextmanager
def threads(count: int | None) -> Iterator[None]:
    """So many processor threads within the context; where `count` is None all cores, or a process's share of them."""
    before = torch.get_num_threads()
    torch.set_num_threads(count or max(1, len(os.sched_getaffinity(0)) // processes().here))
    try:
        yield
    finally:
        torch.set_num_threads(before)
