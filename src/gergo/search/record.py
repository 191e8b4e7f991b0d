"""What an index was made of, kept in the catalogue as `index.json` and checked by whoever opens it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from gergo.errors import InputError
from gergo.files import write_whole
from gergo.towers.model import Model

FILE = "index.json"


class IndexRecord(BaseModel):
    """The model, the catalogue's content, how many vectors there are of what, and how well they are found.

    recall_at_10: against an exact search, measured when the index was made (of ivf-sq8: when its cells were trained).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal[1] = 1
    gergo: str
    model_name: str
    model_hash: str
    model_source: str
    dim: int
    catalogue_hash: str
    pictures: int
    titles: int
    items: int
    kind: Literal["flat", "ivf-sq8"] = "flat"
    recall_at_10: float | None = None


def write_record(folder: Path, record: IndexRecord) -> None:
    """Put the record into a catalogue's folder; it is there whole, or not at all."""
    write_whole(folder / FILE, json.dumps(record.model_dump(), indent=2, sort_keys=True, ensure_ascii=False) + "\n")


def read_record(folder: Path) -> IndexRecord:
    """The record in a catalogue's folder.

    Raises:
        InputError: the catalogue has no index, or one that this version cannot read.
    """
    hint = f"gergo index {folder} --model MODEL"
    try:
        return IndexRecord.model_validate_json((folder / FILE).read_text("utf-8"))
    except FileNotFoundError:
        raise InputError(f"the catalogue {folder} has no index", hint=hint) from None
    except (OSError, ValidationError) as error:
        raise InputError(f"{folder / FILE} cannot be read: {error}", hint=hint) from error


def load_again(record: IndexRecord, folder: Path) -> Model:
    """The model that an index was made with.

    Raises:
        InputError: it is gone, or another by now.
    """
    hint = f"gergo index {folder} --model MODEL"
    try:
        model = Model.load(record.model_source)
    except InputError as error:
        raise InputError(f"the model that {folder} was indexed with is gone: {error}", hint=hint) from error
    if model.hash != record.model_hash:
        raise InputError(
            f"{record.model_source} is no longer the model that {folder} was indexed with "
            f"({record.model_hash[:8]} then, {model.hash[:8]} now)",
            hint=f"gergo index {folder} --model {record.model_source}",
        )
    return model
