"""The tasks that `--tasks` can name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gergo.errors import UsageError
from gergo.evaluation.calibration import Calibrated
from gergo.evaluation.compositionality import Compositionality
from gergo.evaluation.few_shot import FewShot
from gergo.evaluation.fine_grained import FineGrained
from gergo.evaluation.image_to_image import ImageToImage
from gergo.evaluation.refusal import Refusal
from gergo.evaluation.retrieval import Retrieval
from gergo.evaluation.task import Task
from gergo.evaluation.zero_shot import TEMPLATE, ZeroShot


@dataclass(frozen=True)
class TaskOptions:
    """What the user set that tasks go by.

    template: the sentence a label is put into, with one `{}`; parent_column: what groups labels into families, None
    finds it; strangers: a catalogue of another trade, to be refused, None draws one.
    """

    template: str = TEMPLATE
    seed: int = 0
    parent_column: str | None = None
    strangers: Path | None = None


TASKS: Mapping[str, Callable[[TaskOptions], list[Task]]] = {
    "retrieval": lambda _: [Retrieval(), ImageToImage()],
    "zero_shot": lambda options: [ZeroShot(options.template)],
    "few_shot": lambda options: [FewShot(options.template, seed=options.seed)],
    "fine_grained": lambda options: [FineGrained(options.template, parent_column=options.parent_column)],
    "compositionality": lambda options: [Compositionality(seed=options.seed)],
    "calibration": lambda options: [Calibrated(options.template)],
    "refusal": lambda options: [Refusal(options.template, strangers=options.strangers, seed=options.seed)],
}
DEFAULT = ("retrieval", "zero_shot")


def build(tasks: Sequence[str | Task], options: TaskOptions) -> list[Task]:
    """The tasks named, or given as objects.

    Raises:
        UsageError: an unknown task, none at all, or a template without `{}`.
    """
    if "{}" not in options.template:
        raise UsageError(f"the template {options.template!r} has no {{}} for the label", hint=f"{TEMPLATE!r}, say")
    runners: list[Task] = []
    for task in tasks:
        if isinstance(task, str) and task not in TASKS:
            raise UsageError(f"there is no task '{task}'", hint="tasks are " + ", ".join(TASKS))
        runners += TASKS[task](options) if isinstance(task, str) else [task]
    if not runners:
        raise UsageError("there is nothing to measure: no task was given", hint="tasks are " + ", ".join(TASKS))
    return runners
