from __future__ import annotations

import json
from pathlib import Path

import pytest

from gergo.errors import InputError
from gergo.language.engines import Item, Request
from gergo.language.engines.marian import Marian, prepared
from gergo.language.engines.masking import translate_masked

TEXT = "the encoder maps each picture to a latent space and the catalogue holds many products of the shop"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Marian model with random weights, as the hub holds one: two layers of 16, a vocabulary of our own."""
    import sentencepiece
    import torch
    from transformers import MarianConfig, MarianMTModel

    folder = tmp_path_factory.mktemp("opus-mt-tiny")
    corpus = folder / "corpus.txt"
    corpus.write_text("\n".join(TEXT.split() * 8 + [TEXT]))
    sentencepiece.SentencePieceTrainer.train(
        input=str(corpus), model_prefix=str(folder / "source"), vocab_size=60, hard_vocab_limit=False, minloglevel=2
    )
    (folder / "target.spm").write_bytes((folder / "source.model").read_bytes())
    (folder / "source.spm").write_bytes((folder / "source.model").read_bytes())
    pieces = [line.split("\t")[0] for line in (folder / "source.vocab").read_text().splitlines()]
    names = ["</s>", "<unk>", *(p for p in pieces if p not in ("</s>", "<unk>", "<s>")), "<pad>"]
    (folder / "vocab.json").write_text(json.dumps({name: i for i, name in enumerate(names)}))
    (folder / "tokenizer_config.json").write_text(
        json.dumps({"source_lang": "en", "target_lang": "it", "tokenizer_class": "MarianTokenizer"})
    )
    torch.manual_seed(0)
    config = MarianConfig(
        vocab_size=len(names), d_model=16, encoder_layers=1, decoder_layers=1, encoder_attention_heads=2,
        decoder_attention_heads=2, encoder_ffn_dim=16, decoder_ffn_dim=16, max_position_embeddings=512,
        pad_token_id=len(names) - 1, eos_token_id=0, decoder_start_token_id=len(names) - 1, forced_eos_token_id=0,
        max_length=64,
    )  # fmt: skip
    MarianMTModel(config).save_pretrained(folder)
    return folder


@pytest.mark.filterwarnings("ignore")
def test_a_model_is_converted_once_and_no_term_is_lost_whatever_it_says(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GERGO_CACHE", str(tmp_path))
    engine = Marian("en", "it", model=str(folder))
    converted = prepared(str(folder))
    assert (converted / "model.bin").is_file()
    stamp = (converted / "model.bin").stat().st_mtime_ns
    asked = Request(
        "the encoder maps each picture to https://x.org. the catalogue holds 5 mm too. " + "the shop " * 300,
        (
            Item(4, 11, "encoder", entry=0),
            Item(33, 46, "https://x.org", kind="url"),
            Item(68, 72, "5 mm", kind="measure"),
        ),
    )
    reply = engine.translate([asked])[0]
    assert sorted(p.index for p in reply.placed) == [0, 1, 2]
    assert [reply.text[p.start : p.end] for p in reply.placed] == [asked.items[p.index].text for p in reply.placed]
    assert engine.usage.completion_tokens > 0
    assert (prepared(str(folder)) / "model.bin").stat().st_mtime_ns == stamp
    again = Marian("en", "it", model=str(converted))
    assert again.translate([Request("the shop")]) == engine.translate([Request("the shop")])


def test_a_folder_that_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such model folder"):
        prepared(str(tmp_path / "none"))
    (tmp_path / "model.bin").write_bytes(b"")
    with pytest.raises(InputError, match=r"source\.spm is missing"):
        prepared(str(tmp_path))


def request() -> Request:
    return Request("A cat sat. The encoder maps it.", (Item(15, 22, "encoder", entry=0),))


def test_a_mask_that_comes_back_is_the_term() -> None:
    replies = translate_masked([request()], lambda texts: [t.replace("The", "Il") for t in texts])
    assert replies[0].text == "A cat sat. Il encoder maps it."
    assert [replies[0].text[p.start : p.end] for p in replies[0].placed] == ["encoder"]


@pytest.mark.parametrize("answer", ["nothing at all", "XQ0Z XQ0Z", "XQ7Z"])
def test_a_mask_that_is_lost_or_doubled_is_repaired(answer: str) -> None:
    def bad(texts: list[str]) -> list[str]:
        return [answer if "XQ" in t else t.upper() for t in texts]

    reply = translate_masked([request()], bad)[0]
    assert reply.text == "A CAT SAT. THE encoder MAPS IT."
    assert len(reply.placed) == 1
