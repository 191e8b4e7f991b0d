"""Models to and from folders.

A model folder holds `model.json` (family, sizes, record, the sha256 of the weights, how many rows it has seen),
`weights.safetensors`, the tokenizer's files, and `seen.bin`, 8 bytes a hash, sorted. It is written beside its place and
moved there whole. Loading checks that what `model.json` was written for is there, and nothing else.
Weights are kept in half precision where `model.json` says so: the embedded base is, in the package.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from gergo.errors import GergoError, InputError, UsageError
from gergo.towers import clip, dual_encoder, embedded, exported, joined, multilingual, open_clip, pretrained, siglip
from gergo.towers.model import SEEN_DIGITS, Model
from gergo.towers.network import DualEncoder
from gergo.towers.precision import Precision

FORMAT = 1
HUB_NAME = re.compile(r"\w[\w.-]*/\w[\w.-]*")
FAMILIES: dict[str, Any] = {
    "embedded": embedded,
    "clip": clip,
    "siglip": siglip,
    "multilingual": multilingual,
    "dual_encoder": dual_encoder,
    "joined": joined,
    exported.FAMILY: exported,
}
PUBLISHED = {model_type: name for name, family in FAMILIES.items() for model_type in getattr(family, "MODEL_TYPES", ())}
LAYOUTS = (pretrained.CONFIG_FILE, open_clip.CONFIG_FILE)
SEEN_FILE = "seen.bin"
SEEN_BYTES = SEEN_DIGITS // 2
COPY_AGAIN = "copy the whole folder again from where it was made"


def base_folder() -> Path:
    """Where the embedded base lies in the package."""
    return Path(str(resources.files("gergo.towers"))) / "base"


def load_model(source: str | Path, *, precision: Precision = "auto") -> Model:
    """See `Model.load`."""
    folder = base_folder() if str(source) == "base" else Path(source)
    if (folder / "model.json").is_file():
        return _load_folder(folder, "base" if str(source) == "base" else folder.resolve().name, precision)
    if (folder / exported.MANIFEST_FILE).is_file():
        return _load_exported(folder)
    if folder.is_dir() and not any((folder / name).is_file() for name in LAYOUTS):
        raise InputError(
            f"the folder {folder} holds no model: neither model.json (gergo) nor config.json (transformers) nor "
            "open_clip_config.json (open_clip)",
            hint="an unfinished fine-tuning writes its model at the end: run the same command again to resume it",
        )
    parts = str(source).split(joined.SIGN)
    if not folder.is_dir() and len(parts) == 1 and (there := _models_in(folder.parent)):
        raise InputError(f"there is no model folder {source}", hint=f"in {folder.parent} there are {', '.join(there)}")
    if not folder.is_dir() and not all(Path(part).is_dir() or HUB_NAME.fullmatch(part) for part in parts):
        raise InputError(
            f"there is no model folder {source}, and a hub name has the form owner/name",
            hint="MODEL is `base`, a folder that gergo or transformers wrote, a hub name, or VISION+TEXT",
        )
    joins = len(parts) == 2 and not folder.is_dir()
    family, network, config = ("joined", *joined.load(str(source))) if joins else _load_published(str(source))
    digest = hash_weights(network)
    return Model(
        network,
        family=family,
        config=config,
        name=joined.SIGN.join(Path(part).name for part in parts) if joins else Path(str(source)).name,
        hash=digest,
        seen=read_seen(folder / SEEN_FILE),
        precision=precision,
        source=str(folder.resolve()) if folder.is_dir() else str(source),
    )


def _models_in(folder: Path) -> list[str]:
    """The names of the first model folders in a folder; a misspelt one must not be asked of the hub."""
    if folder == Path() or not folder.is_dir():
        return []
    files = ("model.json", exported.MANIFEST_FILE, *LAYOUTS)
    return sorted(child.name for child in folder.iterdir() if any((child / name).is_file() for name in files))[:10]


def _load_exported(folder: Path) -> Model:
    written = exported.read_manifest(folder)
    try:
        for described in written["towers"].values():
            graph = folder / described["file"]
            if not graph.is_file() or hash_file(graph) != described["sha256"]:
                raise InputError(f"{graph} is missing or damaged", hint=COPY_AGAIN)
        network = exported.build(written, folder)
        return Model(
            network,
            family=exported.FAMILY,
            config={"precision": written["precision"]},
            name=folder.resolve().name,
            hash=written["hash"],
            record={**written["record"], "exported_from": written["exported_from"]},
            seen=_seen(folder, written),
            precision="fp32",
            source=str(folder.resolve()),
        )
    except KeyError as error:
        raise InputError(
            f"{folder / exported.MANIFEST_FILE} lacks {error}", hint="export the model again with this version"
        ) from error


def _load_published(source: str) -> tuple[str, DualEncoder, dict[str, Any]]:
    """A checkpoint that others published: its family, its towers, its configuration.

    Many are published in two layouts; open_clip's is read where `transformers` could read the other only by running
    code that came with it, or not at all.
    """
    written = pretrained.read_json(source, pretrained.CONFIG_FILE)
    model_type, own_code = str(written.get("model_type", "")), bool(written.get("auto_map"))
    beside = pretrained.find_file(source, open_clip.CONFIG_FILE) is not None
    readable = model_type in PUBLISHED and not own_code
    if beside and not (readable and pretrained.find_file(source, "model.safetensors")):
        return open_clip.load(source)
    if not written and not beside:
        pretrained.require_reachable(source)
    if not readable:
        found = "a model that needs code of its own, which is never run" if own_code else f"a {model_type!r} model"
        raise InputError(
            f"{source!r} is {found if written else 'no model that can be read'}",
            hint=f"supported are {', '.join(PUBLISHED)} (transformers), and ViT and SigLIP models of open_clip",
        )
    family = PUBLISHED[model_type]
    return family, *FAMILIES[family].load(source)


def _load_folder(folder: Path, name: str, precision: Precision) -> Model:
    try:
        written = json.loads((folder / "model.json").read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{folder / 'model.json'} cannot be read: {error}") from error
    if written.get("format") != FORMAT or written.get("family") not in FAMILIES:
        raise InputError(
            f"{folder / 'model.json'} is of format {written.get('format')!r}, family {written.get('family')!r}; "
            f"this version reads format {FORMAT}, families {', '.join(FAMILIES)}",
            hint="load it with the gergo version that wrote it",
        )
    weights = folder / "weights.safetensors"
    try:
        network = FAMILIES[written["family"]].build(written["config"], folder)
        if weights.is_file() and hash_file(weights) != written["hash"]:
            raise SafetensorError("its content is not what model.json was written for")
        network.load_state_dict(load_file(weights))
    except GergoError:
        raise
    except (OSError, SafetensorError, RuntimeError) as error:
        message = f"{weights} is missing or damaged: {str(error).splitlines()[0]}"
        raise InputError(message, hint=COPY_AGAIN) from error
    except Exception as error:  # a tokenizer's library has no error of its own for a file that is not there
        message = f"the model folder {folder} is incomplete: {str(error).splitlines()[0]}"
        raise InputError(message, hint=COPY_AGAIN) from error
    return Model(
        network,
        family=written["family"],
        config=written["config"],
        name=name,
        hash=written["hash"],
        record=written["record"],
        seen=_seen(folder, written),
        precision=precision,
        source="base" if folder == base_folder() else str(folder.resolve()),
    )


def _seen(folder: Path, written: dict[str, Any]) -> frozenset[str]:
    """What the model was trained on; all of it that `written` says there is, where it says so."""
    seen = read_seen(folder / SEEN_FILE)
    if len(seen) != written.get("seen", len(seen)):
        raise InputError(
            f"{folder / SEEN_FILE} lists {len(seen):,} of the {written['seen']:,} pictures and texts that trained the "
            "model: rows that it knows would be measured as new",
            hint=COPY_AGAIN,
        )
    return seen


def save_model(model: Model, folder: Path, *, record: dict[str, Any] | None, half: bool = False) -> Path:
    """See `Model.save`; `half` keeps the weights in half precision."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file; a model is a folder", hint="give --out another name")
    folder.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        state = {name: t.detach().cpu().contiguous() for name, t in model.network.state_dict().items()}
        if half:
            state = {name: t.half() if t.is_floating_point() else t for name, t in state.items()}
        save_file(state, staging / "weights.safetensors")
        FAMILIES[model.family].save_files(model.network, staging)
        write_seen(staging / SEEN_FILE, model.seen)
        digest = hash_file(staging / "weights.safetensors")
        written = {
            "format": FORMAT,
            "family": model.family,
            "config": model.config,
            "hash": digest,
            "seen": len(read_seen(staging / SEEN_FILE)),
            "record": model.record if record is None else record,
        }
        text = json.dumps(written, indent=2, sort_keys=True, ensure_ascii=False)
        (staging / "model.json").write_text(text + "\n", "utf-8")
        _move_into(staging, folder)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    model.hash, model.record, model.source = digest, written["record"], str(folder.resolve())
    return folder


def _move_into(staging: Path, folder: Path) -> None:
    """Files of `staging` into `folder`, `model.json` last: until it is there, the folder holds no model."""
    folder.mkdir(exist_ok=True)
    (folder / "model.json").unlink(missing_ok=True)
    names = sorted((path.name for path in staging.iterdir()), key=lambda name: name == "model.json")
    for name in names:
        (staging / name).chmod(0o644)  # safetensors writes for the owner alone
        os.replace(staging / name, folder / name)


def hash_file(path: Path) -> str:
    """sha256 of a file, hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hash_weights(network: DualEncoder) -> str:
    """sha256 over the names and bytes of a network's weights, hex."""
    digest = hashlib.sha256()
    for name, tensor in sorted(network.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()


def intact(folder: Path) -> bool:
    """Whether the weights of a model folder are those its `model.json` was written for."""
    written = json.loads((folder / "model.json").read_text("utf-8"))
    return hash_file(folder / "weights.safetensors") == written["hash"]


def write_seen(path: Path, hashes: Iterable[str]) -> None:
    """Content hashes (hex) as their first 8 bytes each, sorted; 1 in 10 million rows would be mistaken for another."""
    path.write_bytes(b"".join(sorted(bytes.fromhex(value)[:SEEN_BYTES] for value in set(hashes))))


def read_seen(path: Path) -> frozenset[str]:
    """The first 16 hex digits of each content hash in `path`; empty where there is no such file."""
    data = path.read_bytes() if path.is_file() else b""
    return frozenset(data[i : i + SEEN_BYTES].hex() for i in range(0, len(data), SEEN_BYTES))
