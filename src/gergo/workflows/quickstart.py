"""`gergo.quickstart`: the whole path on a shop that is drawn on the spot, each step with the command that does it."""

from __future__ import annotations

import json
import shlex
import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gergo import __version__
from gergo.catalogue.importing import import_catalogue
from gergo.catalogue.splits import TEST
from gergo.catalogue.store import Catalogue
from gergo.contrastive.finetuning import finetune
from gergo.demo import write_catalogue
from gergo.errors import UsageError
from gergo.evaluation.evaluating import evaluate
from gergo.evaluation.report import Report
from gergo.evaluation.results import Result
from gergo.evaluation.wording import described
from gergo.files import write_whole
from gergo.pages.numbers import percent
from gergo.progress import say
from gergo.search.index import Index, index
from gergo.search.index import Result as Found
from gergo.towers.model import Model

STATE = "quickstart.json"
MADE_HERE = ("products", "shop.gergo", "tuned", "report.html", "report.json", "search.html", STATE)
BASE = "base"
SEED = 0
SHOWN = {("retrieval_text_to_image", "image_retrieval_recall@5"), ("zero_shot", "weighted_f1")}


@dataclass(frozen=True)
class Size:
    """How much is drawn and how long is trained."""

    products: int
    views: int
    settings: dict[str, Any]


FULL = Size(products=400, views=3, settings={})
FAST = Size(products=150, views=1, settings={"epochs": 3})


@dataclass(frozen=True)
class Search:
    """A query that was run: the command that runs it again, and what it found."""

    command: str
    results: list[Found]


@dataclass
class Quickstart:
    """What the quickstart made: where it lies, how it came out, and the commands for a catalogue of one's own."""

    folder: Path
    report: Report
    time_s: float
    searches: list[Search] = field(default_factory=list)

    @property
    def report_path(self) -> Path:
        """The page with the figures before and after."""
        return self.folder / "report.html"

    @property
    def next_steps(self) -> list[str]:
        """What to type for a catalogue of one's own."""
        return [
            "gergo import products.csv --to shop.gergo",
            "gergo inspect shop.gergo",
            "gergo finetune shop.gergo --base base --out tuned",
            "gergo evaluate tuned shop.gergo --baseline base --html report.html",
            "gergo index shop.gergo --model tuned",
            "gergo search shop.gergo 'what a customer would type'",
        ]


def quickstart(folder: str | Path = "gergo-quickstart", *, fast: bool = False) -> Quickstart:
    """Draw a shop of DIY fasteners, and take it from export to search: import, measure, tune, measure, index, find.

    Offline, minutes on two cores. Run again, it goes on where it stopped; of another size, it starts anew.

    Args:
        folder: where everything goes; made if missing.
        fast: a smaller shop and three epochs: shows the path, not what the path is worth.

    Raises:
        UsageError: the folder holds something that no quickstart made.
    """
    started_s = time.monotonic()
    folder, size = Path(folder), FAST if fast else FULL
    base = Model.load(BASE)
    _prepare(folder, {"gergo": __version__, "base": base.hash, "fast": fast, **vars(size)})
    catalogue = _import(folder, size)
    _measure_base(base, catalogue)
    model = _tune(folder, catalogue, base, size)
    report = _measure(folder, catalogue, base, model)
    searches = _search(folder, catalogue, model)
    return Quickstart(folder, report, time.monotonic() - started_s, searches)


def _prepare(folder: Path, state: dict[str, Any]) -> None:
    """Make the folder, or clear it of a quickstart that was of another size or of other weights."""
    path = folder / STATE
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not path.is_file())):
        raise UsageError(f"{folder} holds something that no quickstart made", hint="give another folder")
    if path.is_file() and path.read_text("utf-8") != _encode(state):
        say(f"{folder} holds another quickstart: starting anew")
        for name in MADE_HERE:
            made = folder / name
            shutil.rmtree(made) if made.is_dir() else made.unlink(missing_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(path, _encode(state))


def _encode(state: dict[str, Any]) -> str:
    return json.dumps(state, indent=2, sort_keys=True) + "\n"


def _import(folder: Path, size: Size) -> Catalogue:
    source, to = folder / "products" / "products.csv", folder / "shop.gergo"
    _step(1, f"A shop: {size.products} products, {size.views} picture{'s' if size.views > 1 else ''} of each, drawn")
    if source.is_file():
        say(f"it is there already: {source}")
    else:
        write_catalogue(source.parent, products=size.products, views=size.views, seed=SEED)
    _step(2, "Import: cleaned, grouped, split", "gergo", "import", source, "--to", to)
    return import_catalogue(source, to)


def _measure_base(base: Model, catalogue: Catalogue) -> None:
    _step(3, "What the untuned base makes of it", "gergo", "evaluate", BASE, catalogue.path)
    report = evaluate(base, catalogue)
    for result in _main_figures(report):
        say(f"  {described(result)}: {percent(result.value)}")


def _tune(folder: Path, catalogue: Catalogue, base: Model, size: Size) -> Model:
    out = folder / "tuned"
    words = [f"{key}={value}" for key, value in size.settings.items()]
    _step(4, "Fine-tune it on the catalogue", "gergo", "finetune", catalogue.path, "--out", out, *words)
    if (out / "model.json").is_file():
        say(f"it is tuned already: {out}")
        return Model.load(out)
    return finetune(catalogue, base=base, out=out, **size.settings)


def _measure(folder: Path, catalogue: Catalogue, base: Model, model: Model) -> Report:
    page, figures = folder / "report.html", folder / "report.json"
    command = ["gergo", "evaluate", folder / "tuned", catalogue.path, "--baseline", BASE, "--html", page]
    _step(5, "Before and after, on products it was not trained on", *command)
    report = evaluate(model, catalogue, baseline=base)
    report.save_html(page)
    report.save_json(figures)
    for result in _main_figures(report):
        say(f"  {described(result)}: {percent(result.baseline or 0)} before, {percent(result.value)} after")
    say(f"  the report is {page}")
    return report


def _search(folder: Path, catalogue: Catalogue, model: Model) -> list[Search]:
    _step(6, "Index it", "gergo", "index", catalogue.path, "--model", folder / "tuned")
    made = index(catalogue, model)
    say(f"  {made.describe()}")
    _step(7, "Find things")
    return [_find(made, **query) for query in _queries(folder, catalogue)]


def _queries(folder: Path, catalogue: Catalogue) -> list[dict[str, Any]]:
    """By words; by a picture of a product that the model was not trained on; by both, among some products only."""
    picture_column = catalogue.roles.images[0]
    items = catalogue.items(columns=[picture_column]).to_pylist()
    row = next((item for item in items if item["split"] == TEST), items[0])  # a small shop may have no test split
    picture = folder / "products" / row[picture_column]
    return [
        {"text": "brass wood screw with a slotted head", "html": folder / "search.html"},
        {"image": picture},
        {"text": "black finish", "image": picture, "where": "pack_size >= 50"},
    ]


def _find(
    made: Index,
    *,
    text: str | None = None,
    image: Path | None = None,
    where: str | None = None,
    html: Path | None = None,
) -> Search:
    words: list[object] = ["gergo", "search", made.catalogue.path, *([text] if text else [])]
    options = {"--image": image, "--where": where, "--html": html, "-k": 5}
    words += [word for name, value in options.items() if value is not None for word in (name, value)]
    results = made.search(text, image=image, where=where, k=5)
    if html is not None:
        picture = image.read_bytes() if image else None
        made.save_html(html, results, title=text or str(image), query=picture, where=where)
    return Search(_shell(*words), results)


def _step(number: int, what: str, *command: object) -> None:
    say(f"\n{number}/7  {what}")
    if command:
        say(f"     $ {_shell(*command)}")


def _shell(*words: object) -> str:
    return " ".join(shlex.quote(str(word)) for word in words)


def _main_figures(report: Report) -> list[Result]:
    """A figure a task and split: of products found by their title, and of categories named."""
    found: dict[tuple[str, str], Result] = {}
    for result in report.results:
        if (result.task, result.metric) in SHOWN:
            found.setdefault((result.task, result.split), result)
    return list(found.values())
