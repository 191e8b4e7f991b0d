"""Marian models (Helsinki-NLP/opus-mt and its sisters) through CTranslate2, int8 and batched, on the processor."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gergo.errors import InputError, MissingExtra, UsageError
from gergo.language.engines import Reply, Request, Usage
from gergo.language.engines.masking import translate_masked

EXTRA = "translate-marian"
MAX_TOKENS = 250  # a Marian model has 512 positions, and an answer may be longer than what it answers
_PIECES = ("source.spm", "target.spm")


class Marian:
    """A converted Marian model; terms are masked, verified, and repaired. Its quality is not measured here.

    Args:
        model: a folder with a CTranslate2 model (`model.bin`) or a Hugging Face one, or a hub name; by default
            Helsinki-NLP/opus-mt-SOURCE-TO. What is not converted yet is, once, into the cache folder (`GERGO_CACHE`,
            by default ~/.cache/gergo).

    Raises:
        MissingExtra: ctranslate2 or sentencepiece is not installed.
        InputError: a folder that holds no Marian model; a hub name that cannot be had.
    """

    name = "marian"

    def __init__(self, source: str, to: str, *, model: str | None = None, batch_tokens: int = 2048) -> None:
        try:
            import ctranslate2
            import sentencepiece
        except ImportError as error:
            raise MissingExtra(f"the engine 'marian' ({error.name})", EXTRA) from None
        name = model or f"Helsinki-NLP/opus-mt-{source}-{to}"
        folder = prepared(name)
        self._translator = ctranslate2.Translator(str(folder), device="cpu", compute_type="int8")
        self._pieces: list[Any] = [sentencepiece.SentencePieceProcessor(str(folder / file)) for file in _PIECES]
        self._batch_tokens = batch_tokens
        self.usage = Usage()

    def translate(self, requests: Sequence[Request]) -> list[Reply]:
        """Translate by sentence; see `gergo.language.engines.masking`."""
        return translate_masked(requests, self._sentences)

    def _sentences(self, texts: list[str]) -> list[str]:
        if not texts:
            return []
        encode, decode = self._pieces
        tokens = [[*encode.encode(text, out_type=str), "</s>"] for text in texts]
        if any(len(t) > MAX_TOKENS for t in tokens):
            return [" ".join(self._sentences(_halves(x))) if len(t) > MAX_TOKENS else self._sentences([x])[0]
                    for x, t in zip(texts, tokens, strict=True)]  # fmt: skip
        results = self._translator.translate_batch(
            tokens,
            beam_size=4,
            max_batch_size=self._batch_tokens,
            batch_type="tokens",
            max_decoding_length=2 * MAX_TOKENS,
        )
        self.usage.calls += 1
        self.usage.prompt_tokens += sum(map(len, tokens))
        self.usage.completion_tokens += sum(len(r.hypotheses[0]) for r in results)
        return [decode.decode(result.hypotheses[0]) for result in results]


def _halves(text: str) -> list[str]:
    """A text cut at the space nearest to its middle; one without a space is cut in the middle."""
    middle = len(text) // 2
    spaces = [i for i, c in enumerate(text) if c == " " and 0 < i < len(text) - 1]
    at = min(spaces, key=lambda i: abs(i - middle)) if spaces else middle
    return [text[:at].rstrip(), text[at:].lstrip()]


def prepared(name: str) -> Path:
    """The folder of the converted model called `name`, converting it first where that has not been done."""
    folder = Path(name)
    if (folder / "model.bin").is_file():
        _require(folder, folder)
        return folder
    if name.startswith((".", "/", "~")) and not folder.is_dir():
        raise InputError(f"{name}: there is no such model folder", hint="give a folder, or a hub name as ORG/MODEL")
    cache = Path(os.environ.get("GERGO_CACHE", Path.home() / ".cache" / "gergo")) / "marian"
    target = cache / name.strip("/.").replace("/", "--")
    if not (target / "model.bin").is_file():
        _convert(name, folder if folder.is_dir() else None, target)
    return target


def _require(folder: Path, shown: Path) -> None:
    missing = [file for file in _PIECES if not (folder / file).is_file()]
    if missing:
        raise InputError(f"{shown}: {missing[0]} is missing", hint="copy it from the model it was converted from")


def _convert(name: str, folder: Path | None, target: Path) -> None:
    import shutil
    import tempfile

    import ctranslate2

    source = folder or _downloaded(name)
    _require(source, source)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as beside:
        out = Path(beside) / "model"
        try:
            ctranslate2.converters.TransformersConverter(str(source)).convert(str(out), quantization="int8")
        except (ValueError, OSError, KeyError, RuntimeError) as error:
            raise InputError(
                f"{name}: not a Marian model ({error})", hint="take one as Helsinki-NLP/opus-mt-en-it"
            ) from error
        for file in _PIECES:
            shutil.copy(source / file, out / file)
        shutil.rmtree(target, ignore_errors=True)
        os.replace(out, target)


def _downloaded(name: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name, allow_patterns=["*.json", "*.spm", "*.safetensors", "*.bin"]))
    except HFValidationError as error:
        raise UsageError(f"{name!r} is neither a folder nor a hub name", hint="a hub name is ORG/MODEL") from error
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
        raise InputError(
            f"{name}: the model cannot be had from the hub ({type(error).__name__})",
            hint="download it where there is a network and give its folder, or use --engine apertium",
        ) from error
