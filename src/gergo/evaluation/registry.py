"""The tasks that `--tasks` can name: ours, and those of other distributions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from gergo.errors import UsageError
from gergo.evaluation.attribute_queries import AttributeQueries
from gergo.evaluation.calibration import Calibrated
from gergo.evaluation.compositionality import Compositionality
from gergo.evaluation.few_shot import FewShot
from gergo.evaluation.fine_grained import FineGrained
from gergo.evaluation.grounding import Grounding
from gergo.evaluation.image_to_image import ImageToImage
from gergo.evaluation.ocr import Ocr
from gergo.evaluation.own_queries import OwnQueries, QueryFile
from gergo.evaluation.picture_and_text import PictureAndText
from gergo.evaluation.prompts import PLAIN, Prompts
from gergo.evaluation.refusal import Refusal
from gergo.evaluation.retrieval import Retrieval
from gergo.evaluation.robustness import Robustness
from gergo.evaluation.task import Task
from gergo.evaluation.zero_shot import ZeroShot

ENTRY_POINTS = "gergo.tasks"
ALL = "all"


@dataclass(frozen=True)
class TaskOptions:
    """What the user set that tasks go by.

    prompts: the sentences that labels are put into, the same in every task; queries: the user's own;
    boxes: a table of boxes to find things in; parent_column: what groups labels into families, None finds it;
    strangers: a catalogue of another trade, to be refused, None draws one.
    """

    prompts: Prompts = PLAIN
    seed: int = 0
    queries: QueryFile | None = None
    boxes: str | Path | None = None
    parent_column: str | None = None
    strangers: Path | None = None


TASKS: Mapping[str, Callable[[TaskOptions], list[Task]]] = {
    "retrieval": lambda _: [Retrieval(), ImageToImage(), PictureAndText()],
    "zero_shot": lambda options: [ZeroShot(options.prompts)],
    "attribute_queries": lambda _: [AttributeQueries()],
    "queries": lambda options: [OwnQueries(_required(options.queries))],
    "few_shot": lambda options: [FewShot(options.prompts, seed=options.seed)],
    "fine_grained": lambda options: [FineGrained(options.prompts, parent_column=options.parent_column)],
    "compositionality": lambda options: [Compositionality(seed=options.seed)],
    "calibration": lambda options: [Calibrated(options.prompts)],
    "refusal": lambda options: [Refusal(options.prompts, strangers=options.strangers, seed=options.seed)],
    "robustness": lambda options: [Robustness(seed=options.seed)],
    "ocr": lambda options: [Ocr(options.seed)],
    "grounding": lambda options: [Grounding(options.boxes, options.seed)],
}
DEFAULT = ("retrieval", "zero_shot", "attribute_queries")


def build(tasks: Sequence[str | Task], options: TaskOptions) -> list[Task]:
    """The tasks named, or given as objects; "all" is every one there is. A file of queries adds its task.

    Raises:
        UsageError: an unknown task, none at all, "queries" without a file, or an installed task that cannot be loaded.
    """
    found = installed()
    runners: list[Task] = []
    for task in _expanded(tasks, found, options):
        if not isinstance(task, str):
            runners.append(task)
        elif task in TASKS:
            runners += TASKS[task](options)
        elif task in found:
            runners.append(_load(found[task]))
        else:
            raise UsageError(f"there is no task '{task}'", hint="tasks are " + ", ".join([*TASKS, *found, ALL]))
    if not runners:
        raise UsageError(
            "there is nothing to measure: no task was given", hint="tasks are " + ", ".join([*TASKS, *found, ALL])
        )
    return runners


def installed() -> dict[str, EntryPoint]:
    """The tasks of other distributions, by the names of their entry points in the group `gergo.tasks`.

    Raises:
        UsageError: one has the name of a task of ours.
    """
    found = {point.name: point for point in entry_points(group=ENTRY_POINTS)}
    for name, point in found.items():
        if name in TASKS or name == ALL:
            raise UsageError(
                f"the installed task '{name}' ({_origin(point)}) has the name of one of gergo's own",
                hint="rename its entry point, or uninstall it",
            )
    return found


def _expanded(tasks: Sequence[str | Task], found: Mapping[str, EntryPoint], options: TaskOptions) -> list[str | Task]:
    everything = [name for name in [*TASKS, *found] if name != "queries" or options.queries is not None]
    named: list[str | Task] = []
    for task in tasks:
        named += everything if task == ALL else [task]
    if named and options.queries is not None:
        named.append("queries")
    return [task for place, task in enumerate(named) if not isinstance(task, str) or task not in named[:place]]


def _load(point: EntryPoint) -> Task:
    """An installed task: what the entry point names is called without arguments."""
    try:
        task = point.load()()
    except Exception as error:  # whatever somebody else's module does when it is imported
        raise UsageError(
            f"the installed task '{point.name}' ({_origin(point)}) cannot be loaded: {error}",
            hint="mend it or uninstall it",
        ) from error
    if not isinstance(task, Task):
        raise UsageError(
            f"the installed task '{point.name}' ({_origin(point)}) is no task: {type(task).__name__}",
            hint="a task has a name and a method observe(encode, rows)",
        )
    return task


def _origin(point: EntryPoint) -> str:
    return f"{point.dist.name} {point.dist.version}" if point.dist is not None else point.value


def _required(queries: QueryFile | None) -> QueryFile:
    if queries is None:
        raise UsageError("the task 'queries' needs a file of queries", hint="name it: --queries FILE")
    return queries
