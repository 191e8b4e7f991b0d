"""Packs of sentences, and what an ensemble of them is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gergo.errors import InputError, UsageError
from gergo.evaluation.prompts import choose_prompts, packs
from gergo.evaluation.zero_shot import label_vectors


def test_there_is_a_pack_for_every_trade() -> None:
    assert packs() == ["general", "diy", "electronics", "fashion", "grocery"]
    for name in packs():
        sentences = choose_prompts(name).sentences
        assert len(sentences) >= 5
        assert all(sentence.count("{}") == 1 for sentence in sentences)
    assert choose_prompts().name == "general"


def test_a_file_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "mine.txt"
    path.write_text("# ours\nein Foto von {}\n\n{}\n{}\n", encoding="utf-8")
    assert choose_prompts(str(path)).sentences == ("ein Foto von {}", "{}")
    path.write_text("a photo of {}\na photo\n", encoding="utf-8")
    with pytest.raises(InputError, match="line 2"):
        choose_prompts(str(path))
    path.write_text("# nothing\n", encoding="utf-8")
    with pytest.raises(InputError, match="no sentence"):
        choose_prompts(str(path))


def test_what_cannot_be_chosen_is_said() -> None:
    with pytest.raises(UsageError, match="no prompts 'food'") as caught:
        choose_prompts("food")
    assert "grocery" in caught.value.hint
    with pytest.raises(UsageError, match="both given"):
        choose_prompts("general", "a photo of {}")


class Lengths:
    """A text's vector turns with its length."""

    def texts(self, texts: list[str]) -> np.ndarray:
        angle = np.array([len(text) / 20 for text in texts])
        return np.stack([np.cos(angle), np.sin(angle)], axis=1).astype(np.float32)


def test_an_ensemble_is_the_mean_direction_of_its_sentences(tmp_path: Path) -> None:
    path = tmp_path / "two.txt"
    path.write_text("{}\n{} xxxxxxxxx\n", encoding="utf-8")
    vector_KD = label_vectors(Lengths(), ["a", "aaa"], choose_prompts(str(path)))
    middle = np.array([1 + 5, 3 + 5]) / 20  # sentences of n and n + 10 letters: the angle half way
    assert vector_KD == pytest.approx(np.stack([np.cos(middle), np.sin(middle)], axis=1), abs=1e-6)
