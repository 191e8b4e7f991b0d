"""What can be set about a fine-tuning run, and what is chosen where nothing is set."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from gergo.contrastive.tracking import TrackerName
from gergo.errors import UsageError

Method = Literal["probe", "lit", "lora", "full"]
METHODS: tuple[Method, ...] = get_args(Method)

# About ten minutes of a laptop, at the size of the embedded base.
PAIRS_SHOWN = 60_000
# Fewer steps, and batches are better smaller, down to 32.
STEPS, SMALLEST_BATCH, LARGEST_BATCH = 1_500, 32, 128


@dataclass(frozen=True)
class Rates:
    """Learning rates at their peak: of projections and the logit scale, of encoders, of adapters in them."""

    projections: float
    encoders: float
    adapters: float


RATES_OF_SMALL = Rates(1e-3, 3e-4, 1e-3)
"""Of a small base, whose layers are few and narrow: the embedded one."""

RATES_OF_LARGE = Rates(1e-4, 1e-5, 1e-4)
"""Of a published checkpoint, whose general knowledge thirty times that would cost. Encoders as FLYP tuned CLIP's with
the same loss (Goyal et al., 2023); by batches as small as a small catalogue's, a rate is felt more, not less."""

UNUSED: dict[Method, tuple[str, ...]] = {
    "probe": ("augment", "encoder_learning_rate", "gradient_checkpointing", "layer_decay", "locked", "lora_rank"),
    "lit": ("layer_decay", "lora_rank"),
    "lora": ("layer_decay", "locked"),
    "full": ("locked", "lora_rank"),
}
"""Settings that say nothing to a method."""


def _listed(value: Any, separator: str) -> Any:
    return [part.strip() for part in value.split(separator) if part.strip()] if isinstance(value, str) else value


def _weighed(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    parts = [part.rpartition(":") if ":" in part else (part, ":", "1") for part in value.split(",") if part.strip()]
    return {column.strip(): weight.strip() for column, _, weight in parts}


Numbers = Annotated[tuple[Annotated[int, Field(ge=1)], ...], BeforeValidator(lambda value: _listed(value, ","))]
Weights = Annotated[dict[str, Annotated[float, Field(ge=0)]], BeforeValidator(_weighed)]
Trackers = Annotated[tuple[TrackerName, ...], BeforeValidator(lambda value: _listed(value, ","))]
Templates = Annotated[tuple[str, ...], BeforeValidator(lambda value: _listed(value, "|"))]


class Settings(BaseModel):
    """One fine-tuning run. What is None is filled in by `filled`, from the method and the number of items.

    An epoch shows every item once, by one of its pictures and one of its texts.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    epochs: int | None = Field(None, ge=1, description="times that every item is shown")
    batch_size: int | None = Field(None, ge=2, description="pairs a step; more pairs, more negatives, fewer steps")
    micro_batch: int | None = Field(None, ge=1, description="items encoded at a time, where a batch is over memory")
    gradient_checkpointing: bool = Field(False, description="compute layers again in the backward pass: less memory")
    compile: bool = Field(False, description="torch.compile the encoders: a slow start, faster steps on a GPU")
    learning_rate: float | None = Field(None, gt=0, description="of the projections and the logit scale, at its peak")
    encoder_learning_rate: float | None = Field(None, ge=0, description="of the encoders, at its peak")
    layer_decay: float | None = Field(None, gt=0, le=1, description="a layer's rate over that of the next (full)")
    lora_rank: int = Field(16, ge=1, description="columns of an adapter's thin matrices (lora)")
    locked: Literal["image", "text"] = Field("image", description="the tower that rests (lit)")
    weight_decay: float = Field(0.05, ge=0, description="AdamW's; not for biases, norms and the logit scale")
    pull: float = Field(0.0, ge=0, description="decay towards the base's weights instead of towards zero (L2-SP)")
    warmup: float = Field(0.1, ge=0, lt=1, description="share of all steps in which the learning rate rises")
    patience: int | None = Field(None, ge=1, description="epochs without a better validation figure before stopping")
    interpolate: bool = Field(True, description="mix the best epoch's weights with the base's by the rule for alpha")
    generality_margin: float = Field(0.01, ge=0, le=1, description="of generality that an alpha may lose, in MRR")
    loss: Literal["softmax", "sigmoid"] | None = Field(
        None, description="by the batch, or pair by pair; the base's own"
    )
    label_smoothing: float = Field(0.0, ge=0, lt=1, description="share of a row's target spread over the whole row")
    hardness: float = Field(0.0, ge=0, le=2, description="how much more a negative counts the nearer it is")
    matryoshka: Numbers = Field((), description="the loss at these first numbers of a vector too, as 64,128")
    image_text: float = Field(1.0, ge=0, description="weight of picture-to-text pairs")
    image_image: float = Field(0.0, ge=0, description="weight of pairs of two pictures, or augmentations, of an item")
    text_text: float = Field(0.0, ge=0, description="weight of pairs of two texts of an item")
    title_share: float = Field(0.6, ge=0, le=1, description="how often an item's text is its title")
    texts: Weights = Field({}, description="columns that texts are drawn from, by weight, as title:3,description:1")
    category_share: float = Field(0.1, ge=0, le=1, description="how often it is the name of its category")
    templates: Templates | None = Field(
        None, description="texts made of columns, as '{colour} {category}|{brand} {category}'; of all attributes"
    )
    template_share: float = Field(0.15, ge=0, le=1, description="how often it is one of these, where there are any")
    neighbours: int = Field(0, ge=0, description="items a batch draws together by likeness; 0: batches at random")
    augment: bool = Field(True, description="change crop, light and background of pictures that are encoded anew")
    seed: int = Field(0, ge=0, description="of every draw")
    threads: int | None = Field(None, ge=1, description="processor threads; all cores where not set")
    trackers: Trackers = Field((), description="where curves are shown too: tensorboard, mlflow")
    checkpoint_minutes: float = Field(5.0, gt=0, description="at most this long between checkpoints")
    hours: float = Field(8.0, gt=0, description="what a method may take that auto picks, by its own estimate")
    search_minutes: float = Field(60.0, gt=0, description="what --search may take before the final run")

    @model_validator(mode="after")
    def _something_to_learn_from(self) -> Settings:
        if not any(self.pair_weights.values()):
            raise ValueError("image_text, image_image and text_text are all 0: nothing would be learnt")
        if self.texts and not any(self.texts.values()):
            raise ValueError("all weights of texts are 0")
        if self.texts and "title_share" in self.model_fields_set:
            raise ValueError("title_share and texts both say how often the title is drawn: leave one of them out")
        return self

    @property
    def pair_weights(self) -> dict[tuple[str, str], float]:
        """The weight of each pair of kinds."""
        return {
            ("image", "text"): self.image_text,
            ("image", "image"): self.image_image,
            ("text", "text"): self.text_text,
        }

    @property
    def pairs_a_step(self) -> int:
        """The batch size of settings that are filled."""
        assert self.batch_size is not None
        return self.batch_size

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
            if not first["loc"]:
                raise UsageError(first["msg"].removeprefix("Value error, ")) from error
            name = str(first["loc"][0])
            about = cls.model_fields[name].description
            raise UsageError(
                f"setting {name}={first['input']!r}: {first['msg'][0].lower()}{first['msg'][1:]}",
                hint=f"{name}: {about}",
            ) from error

    def idle(self, method: Method, dim: int) -> list[str]:
        """Settings that were asked for and say nothing to a method, or to vectors of so many numbers."""
        unused = {*UNUSED[method], *(["augment"] if method == "lit" and self.locked == "image" else [])}
        whole = [str(length) for length in self.matryoshka if length >= dim]
        return [*sorted(self.model_fields_set & unused), *([f"matryoshka={','.join(whole)}"] if whole else [])]

    def filled(self, method: Method, items: int, *, sigmoid: bool = False, rates: Rates = RATES_OF_SMALL) -> Settings:
        """The same settings with everything that was left open chosen for this method and size.

        Small catalogues see each item more often, and short runs smaller batches, or there would be too few steps to
        learn anything; selection keeps what overfits from being kept. Patience is a third of the epochs: the figure
        of a small validation split jumps about, above all while the learning rate rises. Encoders learn
        slower than projections: the general knowledge is in them. Adapters start at nothing and want more. The loss is
        the one that the base was made by: `sigmoid` says that it has the bias of that loss. rates: of such a base.
        """
        chosen: dict[str, Any] = {}
        epochs = self.epochs or (60 if method == "probe" else min(40, max(5, PAIRS_SHOWN // items)))
        chosen["epochs"] = epochs
        chosen["batch_size"] = self.batch_size or min(LARGEST_BATCH, max(SMALLEST_BATCH, epochs * items // STEPS))
        chosen["patience"] = self.patience or max(5, epochs // 3)
        chosen["loss"] = self.loss or ("sigmoid" if sigmoid else "softmax")
        chosen["learning_rate"] = self.learning_rate or rates.projections
        chosen["layer_decay"] = (self.layer_decay or 1.0) if method == "full" else 1.0
        if method == "probe":
            chosen["encoder_learning_rate"] = 0.0
        elif self.encoder_learning_rate is None:
            chosen["encoder_learning_rate"] = rates.adapters if method == "lora" else rates.encoders
        return self.model_copy(update=chosen)
