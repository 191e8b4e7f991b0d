"""Tokenizers of published checkpoints, as text towers want them."""

from __future__ import annotations

import string
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from tokenizers import Regex, normalizers
from torch import Tensor

from gergo.errors import InputError, MissingExtra
from gergo.towers.embedded import pad_ids

NO_LIMIT = 100_000  # a tokenizer without a limit of its own says 10^30
FALLBACK_LENGTH = 512


class PretrainedTokens:
    """A `transformers` tokenizer; implements `network.Tokenizer`.

    A text is padded to the longest of its batch. Not so where `fixed`: SigLIP's text tower reads its last position
    and was trained on texts padded to one length.
    """

    def __init__(self, tokenizer: Any, context_length: int, *, fixed: bool = False) -> None:
        self.tokenizer, self.context_length, self.fixed = tokenizer, context_length, fixed

    def __call__(self, texts: Sequence[str]) -> tuple[Tensor, Tensor]:
        if self.fixed:
            padded = self.tokenizer(
                list(texts), truncation=True, max_length=self.context_length, padding="max_length",
                return_attention_mask=True,
            )  # fmt: skip
            shape = (len(texts), self.context_length)
            ids, mask = padded["input_ids"], padded["attention_mask"]
            return torch.tensor(ids, dtype=torch.int64).view(shape), torch.tensor(mask, dtype=torch.int64).view(shape)
        rows = self.tokenizer(list(texts), truncation=True, max_length=self.context_length)["input_ids"]
        pad = self.tokenizer.pad_token_id
        return pad_ids(rows, self.context_length, pad=pad if pad is not None else 0)

    def count(self, texts: Sequence[str]) -> list[int]:
        return [len(ids) for ids in self.tokenizer(list(texts), truncation=False, verbose=False)["input_ids"]]


def load_tokenizer(source: str) -> Any:
    """The tokenizer of a folder or hub name.

    Raises:
        InputError: there is none, or it cannot be read.
        MissingExtra: it is a SentencePiece model, and the libraries that read those are absent.
    """
    from transformers import AutoTokenizer

    try:
        return AutoTokenizer.from_pretrained(source)
    except ImportError as error:
        if "sentencepiece" in str(error).lower() or "protobuf" in str(error).lower():
            raise MissingExtra("what reads SentencePiece tokenizers", "sentencepiece") from error
        raise
    except Exception as error:  # transformers raises whatever its parts raise
        raise InputError(
            f"the tokenizer of {source!r} cannot be read: {str(error).splitlines()[0]}",
            hint="a checkpoint holds tokenizer.json and tokenizer_config.json beside its weights",
        ) from error


def context_length(tokenizer: Any, config: Any) -> int:
    """Tokens that a text encoder of this configuration takes, special tokens included.

    RoBERTa and its kin keep the first positions, up to that of the padding, for themselves.
    """
    positions = getattr(config, "max_position_embeddings", None) or FALLBACK_LENGTH
    if "roberta" in config.model_type or config.model_type in ("camembert", "altclip_text_model", "mpnet"):
        positions -= (config.pad_token_id or 0) + 1
    limit = tokenizer.model_max_length
    return int(min(positions, limit if limit < NO_LIMIT else FALLBACK_LENGTH))


def with_cleaning(tokenizer: Any, cleaning: str) -> Any:
    """A tokenizer that cleans every text first, as one tokenizer file: what is saved needs nobody to remember it.

    Args:
        cleaning: `case` (lower case and nothing else), or one of open_clip's names: `whitespace` (runs of it become one
            space), `lower` (that, and lower case), `canonicalize` (SigLIP's: no punctuation and no underscores either).
    """
    from transformers import PreTrainedTokenizerFast

    backend = getattr(tokenizer, "backend_tokenizer", None)
    if backend is None:  # SentencePiece in Python: SigLIP's own, which canonicalizes by itself
        return tokenizer
    spaces = [normalizers.Replace(Regex(r"\s+"), " "), normalizers.Strip()]
    punctuation = Regex("[" + "".join(f"\\{mark}" for mark in string.punctuation if mark != "_") + "]")
    steps = {
        "case": [normalizers.Lowercase()],
        "whitespace": spaces,
        "lower": [*spaces, normalizers.Lowercase()],
        "canonicalize": [
            normalizers.Replace("_", " "),
            normalizers.Replace(punctuation, ""),
            normalizers.Lowercase(),
            *spaces,
        ],
    }
    if cleaning not in steps:
        raise InputError(f"the texts of this model are cleaned by {cleaning!r}; known are {', '.join(steps)}")
    own = [backend.normalizer] if backend.normalizer is not None else []
    backend.normalizer = normalizers.Sequence([*steps[cleaning], *own])
    named = {name: value for name, value in tokenizer.special_tokens_map.items() if isinstance(value, str)}
    return PreTrainedTokenizerFast(
        tokenizer_object=backend,
        model_max_length=tokenizer.model_max_length,
        padding_side=tokenizer.padding_side,
        model_input_names=tokenizer.model_input_names,
        **named,
    )


def save_tokenizer(tokens: Any, folder: Path) -> None:
    """Write the files of a `PretrainedTokens`."""
    assert isinstance(tokens, PretrainedTokens)
    tokens.tokenizer.save_pretrained(str(folder))
