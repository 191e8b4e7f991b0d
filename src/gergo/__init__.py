"""Gergo turns a general contrastive model into one that knows a trade, from the catalogue a shop already has.

>>> import gergo
>>> catalogue = gergo.import_catalogue("products.csv", to="shop.gergo")
>>> base = gergo.Model.load("base")
>>> model = gergo.finetune(catalogue, base=base, out="tuned")
>>> gergo.evaluate(model, catalogue, baseline=base).save_html("report.html")
>>> gergo.index(catalogue, model).search("red shirt", k=10)

The names below are the public API and nothing else is. They load on first use, so that `import gergo` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gergo.catalogue.importing import import_catalogue
    from gergo.catalogue.inspecting import inspect
    from gergo.catalogue.store import Catalogue
    from gergo.contrastive.finetuning import finetune
    from gergo.evaluation.evaluating import evaluate
    from gergo.evaluation.explaining import explain
    from gergo.gathering.gather import gather
    from gergo.language.checking import check_translation
    from gergo.language.terms import terms
    from gergo.language.translating import translate
    from gergo.search.index import Index, index
    from gergo.towers.model import Model
    from gergo.workflows.localising import localise
    from gergo.workflows.quickstart import quickstart

__version__ = "0.1.0"

_HOMES = {
    "Catalogue": "gergo.catalogue.store",
    "Index": "gergo.search.index",
    "Model": "gergo.towers.model",
    "check_translation": "gergo.language.checking",
    "evaluate": "gergo.evaluation.evaluating",
    "explain": "gergo.evaluation.explaining",
    "finetune": "gergo.contrastive.finetuning",
    "gather": "gergo.gathering.gather",
    "import_catalogue": "gergo.catalogue.importing",
    "index": "gergo.search.index",
    "inspect": "gergo.catalogue.inspecting",
    "localise": "gergo.workflows.localising",
    "quickstart": "gergo.workflows.quickstart",
    "terms": "gergo.language.terms",
    "translate": "gergo.language.translating",
}

__all__ = [
    "Catalogue",
    "Index",
    "Model",
    "check_translation",
    "evaluate",
    "explain",
    "finetune",
    "gather",
    "import_catalogue",
    "index",
    "inspect",
    "localise",
    "quickstart",
    "terms",
    "translate",
]


def __getattr__(name: str) -> object:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'gergo' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
