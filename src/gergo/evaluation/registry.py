"""The tasks that `--tasks` can name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from gergo.errors import UsageError
from gergo.evaluation.image_to_image import ImageToImage
from gergo.evaluation.ocr import Ocr
from gergo.evaluation.retrieval import Retrieval
from gergo.evaluation.task import Task
from gergo.evaluation.zero_shot import TEMPLATE, ZeroShot


@dataclass(frozen=True)
class TaskOptions:
    """What the user set that tasks go by. template: the sentence a label is put into, with one `{}`."""

    template: str = TEMPLATE
    seed: int = 0


TASKS: Mapping[str, Callable[[TaskOptions], list[Task]]] = {
    "retrieval": lambda _: [Retrieval(), ImageToImage()],
    "zero_shot": lambda options: [ZeroShot(options.template)],
    "ocr": lambda options: [Ocr(options.seed)],
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
