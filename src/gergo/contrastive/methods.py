"""How much of a model learns: which weights, on what inputs.

| Method | What learns | What is encoded at every step |
|---|---|---|
| `probe` | projections and logit scale | nothing: the features of both frozen encoders are cached once |
| `lit` | one tower whole, and the logit scale | that tower; the locked one's features are cached (Zhai et al., 2022) |
| `lora` | adapters in both encoders, projections, logit scale | both towers |
| `full` | everything, lower layers slower where `layer_decay` is under 1 | both towers |

A method is a network and a place where its batches come from; the loop knows none by name.
"""

from __future__ import annotations

from pathlib import Path

from gergo.catalogue.store import Catalogue
from gergo.contrastive import inputs
from gergo.contrastive.adapters import add_adapters
from gergo.contrastive.augmentation import CANVAS_RATIO, Augmentation
from gergo.contrastive.batching import Task
from gergo.contrastive.canvases import decode_canvases
from gergo.contrastive.objective import Objective
from gergo.contrastive.pairs import Pairs
from gergo.contrastive.processes import processes
from gergo.contrastive.selection import Division, Examples, Selection
from gergo.contrastive.settings import Method, Settings
from gergo.towers.model import Model
from gergo.towers.network import DualEncoder


def resting(network: DualEncoder, method: Method, settings: Settings) -> list[str]:
    """The modalities whose encoders stay as they are, so that their features are cached."""
    if method == "lit":
        return [settings.locked]
    return list(network.towers) if method == "probe" else []


def network_of(model: Model, method: Method, settings: Settings) -> DualEncoder:
    """The network that learns; it shares its weights with `model.network`. What rests asks for no gradient."""
    network = model.network.requires_grad_(True)
    if method == "lit":
        network.tower(settings.locked).requires_grad_(False)
    if method == "lora":
        add_adapters(network, rank=settings.lora_rank, seed=settings.seed)
    return inputs.on_features(network, resting(network, method, settings))


def examples_of(
    catalogue: Catalogue, model: Model, method: Method, pairs: Pairs, settings: Settings, *, folder: Path, learns: bool
) -> Examples:
    """Pairs with where their contents come from; only what the network learns from is augmented."""
    network = model.network
    cached = resting(network, method, settings)
    augments = settings.augment and learns and "image" not in cached
    augmentation = Augmentation() if augments else None
    size_px = round(network.image.size_px * (CANVAS_RATIO if augmentation else 1))
    views = [int(content.value) for content in pairs.contents["image"]]
    canvases = processes().in_turn(
        lambda: decode_canvases(catalogue, views, network.image, size_px=size_px, folder=folder)
    )
    raw: dict[str, inputs.Inputs] = {
        "image": inputs.Pictures(canvases, network.image.size_px, augmentation),
        "text": inputs.Texts([str(content.value) for content in pairs.contents["text"]], network.text),
    }
    return Examples(
        pairs,
        {
            name: inputs.cache_features(model, name, of, len(pairs.contents[name])) if name in cached else of
            for name, of in raw.items()
        },
    )


def task_of(
    catalogue: Catalogue,
    model: Model,
    method: Method,
    division: Division,
    settings: Settings,
    *,
    folder: Path,
    retain: tuple[Catalogue, Pairs] | None = None,
) -> Task:
    """What `train` needs. `model` is changed by what is learnt; inputs are made before adapters are put on it."""
    learns = examples_of(catalogue, model, method, division.train, settings, folder=folder, learns=True)
    judged = examples_of(catalogue, model, method, division.judged, settings, folder=folder, learns=False)
    kept = None
    if retain is not None:
        kept = examples_of(retain[0], model, method, retain[1], settings, folder=folder, learns=False)
    network = network_of(model, method, settings)
    return Task(
        network=network,
        examples=learns,
        selection=Selection(judged, division.parts, kept, settings.pair_weights),
        objective=Objective(settings).to(model.device),
        settings=settings,
        precision=model.precision,
    )
