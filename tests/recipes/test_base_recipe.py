"""The pieces of the base's recipe: its tokenizer, its schedule, its losses."""

from __future__ import annotations

import math

import pytest
import torch
from torch.nn import functional as F

from recipes import base


def test_no_text_is_out_of_the_tokenizers_reach() -> None:
    tokenizer = base.train_tokenizer(["red shirt", "a blue shirt", "hex bolt", "Größe"] * 50)
    assert tokenizer.encode("Red SHIRT").ids == tokenizer.encode("red shirt").ids
    for text in ["", "日本語のねじ", "größe", "🔩 M8", "\u200b"]:
        assert tokenizer.encode(text).ids[-1] == tokenizer.token_to_id("<end>")
    assert len(tokenizer.encode("日本語").ids) > 3  # bytes, not one unknown


def test_the_rate_rises_then_falls_to_nothing() -> None:
    rates = [base.cosine(step, 1000, 2.0) for step in range(1000)]
    assert rates[29] == pytest.approx(2.0)
    assert rates == sorted(rates[:30]) + sorted(rates[30:], reverse=True)
    assert rates[-1] < 1e-3


def test_distillation_costs_nothing_at_the_teachers_own_vectors() -> None:
    teacher_BD = F.normalize(torch.randn(8, 5, generator=torch.Generator().manual_seed(0)), dim=-1)
    assert float(base.distillation_loss(teacher_BD, teacher_BD)) == pytest.approx(0, abs=1e-5)
    assert float(base.distillation_loss(teacher_BD.flip(0), teacher_BD)) > 0.1


def test_soft_targets_are_the_plain_loss_when_their_share_is_none() -> None:
    draw = torch.Generator().manual_seed(0)
    image_BD = F.normalize(torch.randn(6, 4, generator=draw), dim=-1)
    text_BD = F.normalize(torch.randn(6, 4, generator=draw), dim=-1)
    captions = [f"caption {i}" for i in range(6)]
    logits_BB, diagonal = 10 * image_BD @ text_BD.T, torch.arange(6)
    expected = (F.cross_entropy(logits_BB, diagonal) + F.cross_entropy(logits_BB.T, diagonal)) / 2
    found = base.soft_contrastive_loss(image_BD, text_BD, torch.tensor(10.0), captions, soft_share=0.0)
    torch.testing.assert_close(found, expected)


def test_equal_captions_are_no_counter_examples() -> None:
    image_BD = text_BD = torch.tensor([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    scale = torch.tensor(20.0)
    equal = base.soft_contrastive_loss(image_BD, text_BD, scale, ["a", "a", "b"], soft_share=0.2)
    # The best that two equal captions can reach is to share the probability: entropy ln 2 for two rows of three.
    assert float(equal) == pytest.approx(2 / 3 * math.log(2), abs=0.02)


def test_principal_directions_keep_cosines() -> None:
    torch.manual_seed(0)
    low = torch.randn(400, 20) @ torch.randn(20, 384)
    vectors_NT = F.normalize(low, dim=-1).numpy()
    mapped_ND = vectors_NT @ base.principal_map(vectors_NT)
    assert mapped_ND.shape == (400, base.CONFIG.dim)
    assert abs(mapped_ND @ mapped_ND.T - vectors_NT @ vectors_NT.T).max() < 1e-4
