"""A report in the form that CLIP_benchmark (LAION) writes its results in, for scripts that read those.

One entry for each model, split and task, with CLIP_benchmark's keys: `dataset`, `model`, `pretrained`, `task`,
`metrics`, `language`. Only figures that it has a name for are in it, without intervals; metrics that it computes and
we do not are absent.
"""

from __future__ import annotations

from typing import Any

from gergo.evaluation.results import Figures, ModelCard, Result

CLASSIFICATION, RETRIEVAL = "zeroshot_classification", "zeroshot_retrieval"
NAMES = {
    "zero_shot": (CLASSIFICATION, ("acc1", "acc5", "mean_per_class_recall")),
    "retrieval_text_to_image": (RETRIEVAL, tuple(f"image_retrieval_recall@{k}" for k in (1, 5, 10))),
    "retrieval_image_to_text": (RETRIEVAL, tuple(f"text_retrieval_recall@{k}" for k in (1, 5, 10))),
}


def clip_benchmark(figures: Figures) -> list[dict[str, Any]]:
    """The figures as CLIP_benchmark's result objects; the dataset is `<catalogue>/<split>`.

    Of several figures of one name (more text columns, subsets of queries or labels) the first is taken: the title, all
    queries, all labels.
    """
    entries: dict[tuple[str, str, str], dict[str, Any]] = {}
    sides = [(figures.model, False)] + ([(figures.baseline, True)] if figures.baseline is not None else [])
    for card, is_baseline in sides:
        for result in figures.results:
            task, names = NAMES.get(result.task, ("", ()))
            if result.metric not in names:
                continue
            dataset = f"{result.settings.get('catalogue', figures.catalogue.name)}/{result.split}"
            entry = entries.setdefault((card.hash + card.name, dataset, task), _entry(card, dataset, task))
            entry["metrics"].setdefault(result.metric, _value(result, is_baseline))
    return list(entries.values())


def _entry(card: ModelCard, dataset: str, task: str) -> dict[str, Any]:
    return {
        "dataset": dataset,
        "model": card.name,
        "pretrained": card.hash[:16],
        "task": task,
        "metrics": {},
        "language": "en",
    }


def _value(result: Result, is_baseline: bool) -> float:
    if not is_baseline:
        return result.value
    assert result.baseline is not None
    return result.baseline
