"""What can be set about a fine-tuning run, and what is chosen where nothing is set."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gergo.errors import UsageError

Method = Literal["probe", "full"]

# Below this many items the encoders are left alone unless asked for: see `choose_method`.
FEW_ITEMS = 100
# About ten minutes of a laptop, at the size of the embedded base.
PAIRS_SHOWN = 60_000


class Settings(BaseModel):
    """One fine-tuning run. What is None is filled in by `filled`, from the method and the number of items.

    An epoch shows every item once, by one of its pictures and one of its texts.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    epochs: int | None = Field(None, ge=1, description="times that every item is shown")
    batch_size: int = Field(128, ge=2, description="pairs a step; more pairs, more negatives")
    learning_rate: float | None = Field(None, gt=0, description="of the projections and the logit scale, at its peak")
    encoder_learning_rate: float | None = Field(None, ge=0, description="of the encoders, at its peak")
    weight_decay: float = Field(0.05, ge=0, description="AdamW's; not for biases, norms and the logit scale")
    warmup: float = Field(0.1, ge=0, lt=1, description="share of all steps in which the learning rate rises")
    patience: int | None = Field(None, ge=1, description="epochs without a better validation figure before stopping")
    title_share: float = Field(0.7, ge=0, le=1, description="how often an item's text is its title")
    category_share: float = Field(0.15, ge=0, le=1, description="how often it is the name of its category")
    augment: bool = Field(True, description="change crop, light and background of the pictures (full only)")
    seed: int = Field(0, ge=0, description="of every draw")
    threads: int | None = Field(None, ge=1, description="processor threads; all cores where not set")
    checkpoint_minutes: float = Field(5.0, gt=0, description="at most this long between checkpoints")

    @classmethod
    def parse(cls, values: Mapping[str, Any]) -> Settings:
        """Settings from values of any spelling that fits (`"3"`, `3`).

        Raises:
            UsageError: an unknown name (the nearest is named), or a value that does not fit.
        """
        for name in values:
            if name not in cls.model_fields:
                near = difflib.get_close_matches(name, cls.model_fields, n=1)
                raise UsageError(
                    f"there is no setting {name!r}",
                    hint=f"did you mean {near[0]!r}?" if near else "settings: " + ", ".join(cls.model_fields),
                )
        try:
            return cls.model_validate(dict(values))
        except ValidationError as error:
            first = error.errors()[0]
            name = str(first["loc"][0])
            about = cls.model_fields[name].description
            raise UsageError(
                f"setting {name}={first['input']!r}: {first['msg'][0].lower()}{first['msg'][1:]}",
                hint=f"{name}: {about}",
            ) from error

    def filled(self, method: Method, items: int) -> Settings:
        """The same settings with everything that was left open chosen for this method and size.

        Small catalogues see each item more often, or there would be too few steps to learn anything; selection
        keeps what overfits from being kept. Patience is a third of the epochs: the figure of a small validation
        split jumps about, above all while the learning rate rises. Encoders get a third of the projections' rate:
        the general knowledge is in them.
        """
        chosen: dict[str, Any] = {}
        epochs = self.epochs or (60 if method == "probe" else min(40, max(5, PAIRS_SHOWN // items)))
        chosen["epochs"] = epochs
        chosen["patience"] = self.patience or max(5, epochs // 3)
        chosen["learning_rate"] = self.learning_rate or 1e-3
        if method == "probe":
            chosen["encoder_learning_rate"] = 0.0
        elif self.encoder_learning_rate is None:
            chosen["encoder_learning_rate"] = 3e-4
        return self.model_copy(update=chosen)


def choose_method(items: int) -> tuple[Method, str]:
    """The method for this many training items, and why, in words."""
    if items < FEW_ITEMS:
        return "probe", f"{items} training items are under {FEW_ITEMS}: only the projections are trained"
    return "full", f"{items:,} training items are {FEW_ITEMS} or more: all weights are trained"
