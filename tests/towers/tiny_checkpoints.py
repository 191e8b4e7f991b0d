"""Tiny checkpoints of random weights, saved by `transformers` itself: one of every family that is read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

SIZES = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2}
TEXTS = ["a red shirt", "Hex bolt, M8!", "x", "a very long title " * 9]
CONTEXT = 32


def byte_tokenizer(*specials: str, start: str | None, end: str, limit: int = CONTEXT, names: Any = None) -> Any:
    """A byte-level tokenizer; `specials` come first, padding among them."""
    from transformers import PreTrainedTokenizerFast

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {piece: i for i, piece in enumerate([*specials, *alphabet])}
    tokenizer = Tokenizer(models.BPE(vocabulary, []))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    shape = f"{start} $A {end}" if start else f"$A {end}"
    ends = [(piece, vocabulary[piece]) for piece in (start, end) if piece]
    tokenizer.post_processor = processors.TemplateProcessing(single=shape, special_tokens=ends)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="<pad>",
        bos_token=start,
        cls_token=start,
        eos_token=end,
        sep_token=end,
        model_max_length=limit,
        model_input_names=names or ["input_ids", "attention_mask"],
    )


def roberta_tokenizer() -> Any:
    return byte_tokenizer("<s>", "<pad>", "</s>", start="<s>", end="</s>")


def save_siglip(folder: Path) -> None:
    """With a SentencePiece vocabulary, as the published ones have."""
    import sentencepiece
    from transformers import SiglipConfig, SiglipImageProcessor, SiglipModel, SiglipTokenizer

    (folder / "corpus.txt").write_text("\n".join([*TEXTS, "hex nut and washer", "blue shirt, white shoes"] * 4))
    sentencepiece.SentencePieceTrainer.train(
        input=str(folder / "corpus.txt"), model_prefix=str(folder / "spiece"), vocab_size=48, pad_id=-1,
        bos_id=-1, eos_id=1, unk_id=0, minloglevel=3, hard_vocab_limit=False,
    )  # fmt: skip
    tokenizer = SiglipTokenizer(str(folder / "spiece.model"), model_input_names=["input_ids"], model_max_length=16)
    tokenizer.save_pretrained(folder)
    ends = {"bos_token_id": None, "eos_token_id": 1, "pad_token_id": 1}
    vision = {**SIZES, "image_size": 48, "patch_size": 16}
    text = {**SIZES, "vocab_size": len(tokenizer), "max_position_embeddings": 16, **ends}
    save(SiglipModel(SiglipConfig(text_config=text, vision_config=vision)), folder)
    SiglipImageProcessor(size={"height": 48, "width": 48}).save_pretrained(folder)


def save_siglip2(folder: Path) -> None:
    """Of a fixed resolution: SigLIP's model with another vocabulary."""
    from transformers import SiglipConfig, SiglipImageProcessor, SiglipModel

    names = ["input_ids"]
    tokenizer = byte_tokenizer("<pad>", "<eos>", start=None, end="<eos>", limit=16, names=names)
    tokenizer.save_pretrained(folder)
    ends = {"bos_token_id": None, "eos_token_id": 1, "pad_token_id": 0}
    vision = {**SIZES, "image_size": 48, "patch_size": 16}
    text = {**SIZES, "vocab_size": len(tokenizer), "max_position_embeddings": 16, **ends}
    save(SiglipModel(SiglipConfig(text_config=text, vision_config=vision)), folder)
    SiglipImageProcessor(size={"height": 48, "width": 48}).save_pretrained(folder)


def save_altclip(folder: Path) -> None:
    from transformers import AltCLIPConfig, AltCLIPModel, CLIPImageProcessor

    tokenizer = roberta_tokenizer()
    tokenizer.save_pretrained(folder)
    text = {**SIZES, "vocab_size": len(tokenizer), "max_position_embeddings": CONTEXT + 2, "project_dim": 20}
    vision = {**SIZES, "image_size": 48, "patch_size": 16}
    save(AltCLIPModel(AltCLIPConfig(text_config=text, vision_config=vision, projection_dim=24)), folder)
    CLIPImageProcessor(size={"shortest_edge": 48}, crop_size={"height": 48, "width": 48}).save_pretrained(folder)


def save_chinese_clip(folder: Path) -> None:
    from transformers import ChineseCLIPConfig, ChineseCLIPImageProcessor, ChineseCLIPModel

    tokenizer = byte_tokenizer("<pad>", "<cls>", "<sep>", start="<cls>", end="<sep>")
    tokenizer.save_pretrained(folder)
    text = {**SIZES, "vocab_size": len(tokenizer), "max_position_embeddings": CONTEXT}
    vision = {**SIZES, "image_size": 48, "patch_size": 16}
    save(ChineseCLIPModel(ChineseCLIPConfig(text_config=text, vision_config=vision, projection_dim=24)), folder)
    ChineseCLIPImageProcessor(size={"height": 48, "width": 48}, do_center_crop=False).save_pretrained(folder)


def save_vit_bert(folder: Path) -> None:
    from transformers import BertConfig, ViTConfig, ViTImageProcessor

    tokenizer = byte_tokenizer("<pad>", "<cls>", "<sep>", start="<cls>", end="<sep>")
    text = BertConfig(**SIZES, vocab_size=len(tokenizer), max_position_embeddings=CONTEXT)
    _save_pair(folder, ViTConfig(**SIZES, image_size=48, patch_size=16), text, tokenizer)
    ViTImageProcessor(size={"height": 48, "width": 48}).save_pretrained(folder)


def save_dinov2_xlmr(folder: Path) -> None:
    from transformers import BitImageProcessor, Dinov2Config, XLMRobertaConfig

    tokenizer = roberta_tokenizer()
    text = XLMRobertaConfig(**SIZES, vocab_size=len(tokenizer), max_position_embeddings=CONTEXT + 2)
    sizes = {name: SIZES[name] for name in ("hidden_size", "num_hidden_layers", "num_attention_heads")}
    _save_pair(folder, Dinov2Config(**sizes, image_size=56, patch_size=14), text, tokenizer)
    BitImageProcessor(
        size={"shortest_edge": 50}, crop_size={"height": 42, "width": 42}, image_mean=[0.485, 0.456, 0.406],
        image_std=[0.229, 0.224, 0.225],
    ).save_pretrained(folder)  # fmt: skip


def save_convnext_bert(folder: Path) -> None:
    from transformers import BertConfig, ConvNextConfig, ConvNextImageProcessor

    tokenizer = byte_tokenizer("<pad>", "<cls>", "<sep>", start="<cls>", end="<sep>")
    text = BertConfig(**SIZES, vocab_size=len(tokenizer), max_position_embeddings=CONTEXT)
    vision = ConvNextConfig(hidden_sizes=[8, 16, 24, 32], depths=[1, 1, 1, 1], image_size=64)
    vision.hidden_size = 32
    _save_pair(folder, vision, text, tokenizer)
    ConvNextImageProcessor(size={"shortest_edge": 64}).save_pretrained(folder)


def _save_pair(folder: Path, vision: Any, text: Any, tokenizer: Any) -> None:
    from transformers import VisionTextDualEncoderConfig, VisionTextDualEncoderModel

    config = VisionTextDualEncoderConfig.from_vision_text_configs(vision, text, projection_dim=24)
    save(VisionTextDualEncoderModel(config), folder)
    tokenizer.save_pretrained(folder)


def save(model: Any, folder: Path) -> None:
    """Weights large enough that no two inputs give one vector."""
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim > 1:
                parameter.normal_(0, 0.2, generator=generator)
    model.save_pretrained(folder)


SAVED: dict[str, Callable[[Path], None]] = {
    "siglip": save_siglip,
    "siglip2": save_siglip2,
    "altclip": save_altclip,
    "chinese_clip": save_chinese_clip,
    "vit_bert": save_vit_bert,
    "dinov2_xlmr": save_dinov2_xlmr,
    "convnext_bert": save_convnext_bert,
}


class Reference:
    """A folder as `transformers` reads it, used as its documentation shows."""

    def __init__(self, folder: Path) -> None:
        from transformers import AutoImageProcessor, AutoModel, AutoTokenizer

        self.model = AutoModel.from_pretrained(folder).eval()
        self.tokenizer, self.processor = (
            AutoTokenizer.from_pretrained(folder),
            AutoImageProcessor.from_pretrained(folder),
        )

    @torch.inference_mode()
    def texts(self, texts: list[str]) -> np.ndarray:
        limit = self.tokenizer.model_max_length
        batch = self.tokenizer(texts, padding="max_length", truncation=True, max_length=limit, return_tensors="pt")
        batch.pop("token_type_ids", None)
        return _unit(self.model.get_text_features(**batch).pooler_output)

    @torch.inference_mode()
    def images(self, images: list[Image.Image]) -> np.ndarray:
        rows = [self.processor(images=[image], return_tensors="pt")["pixel_values"] for image in images]
        return _unit(self.model.get_image_features(pixel_values=torch.cat(rows)).pooler_output)


def _unit(vectors: torch.Tensor) -> np.ndarray:
    return torch.nn.functional.normalize(vectors, dim=-1).numpy()
