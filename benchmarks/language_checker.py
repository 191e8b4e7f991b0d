"""The checker on seeded faults: 200 of ten kinds, put by a script into a clean translation.

    python benchmarks/language_checker.py [--faults 200] [--seed 0]

A fault counts as found when an alarm of its kind stands for it; every alarm that no fault accounts for is a false one.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from gergo.language.checking import check_translation
from gergo.language.glossary import Glossary
from gergo.language.italian import article_before, form, sounds
from gergo.language.matching import Matcher
from gergo.language.sentences import sentence_spans

TEXTS = Path(__file__).parent / "language_texts"
Fault = Callable[[str, random.Random], str | None]
EXPECTED = {  # kind of fault -> kinds of alarm that stand for it, the first being the one that must be there
    "term translated": ("term_lost", "doubled_head", "two_ways"),
    "term left out": ("term_lost",),
    "term doubled": ("term_doubled",),
    "head doubled": ("doubled_head",),
    "article wrong": ("article",),
    "number changed": ("number_lost", "number_added"),
    "citation or address changed": ("opaque_lost", "opaque_added"),
    "sentence dropped": ("sentence_dropped", "term_lost", "number_lost", "opaque_lost"),
    "paragraph dropped": ("paragraph_dropped", "term_lost"),
    "word left in English": ("untranslated",),
}
IN_ITALIAN = {"latent space": "spazio latente", "encoder": "codificatore", "dataset": "insieme di dati",
              "task": "compito", "training set": "insieme di addestramento", "learning rate": "tasso di apprendimento",
              "neural network": "rete neurale", "batch size": "dimensione del lotto", "zero-shot": "senza esempi",
              "embedding model": "modello di incorporamento", "loss function": "funzione di perdita"}  # fmt: skip
HEADS = {"latent space": "spazio", "training set": "insieme", "neural network": "rete", "embedding model": "modello",
         "loss function": "funzione", "batch size": "dimensione"}  # fmt: skip
ENGLISH = {"prodotti": "products", "immagini": "pictures", "negozio": "shop", "parole": "words", "risultati": "results",
           "cliente": "customer", "piccolo": "small", "veloce": "fast", "catalogo": "catalogue",
           "errori": "mistakes"}  # fmt: skip


def main() -> None:
    """Seed, check, and print recall and precision by kind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faults", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    source = (TEXTS / "shop.en.md").read_text()
    clean = (TEXTS / "shop.it.md").read_text()
    glossary = Glossary.of(TEXTS / "shop.terms.csv")
    before = check_translation(source, clean, glossary=glossary)
    print(f"clean translation: {before.occurrences} occurrences, alarms {before.counts() or 'none'}")
    for finding in before.findings:
        print("   ", finding.kind, finding.message)
    rng = random.Random(options.seed)
    rows = {kind: Counter() for kind in EXPECTED}
    for n in range(options.faults):
        kind = list(EXPECTED)[n % len(EXPECTED)]
        faulty = seeded(kind, clean, glossary, rng)
        alarms = check_translation(source, faulty, glossary=glossary).counts()
        new = Counter(alarms) - Counter(before.counts())
        row = rows[kind]
        row["seeded"] += 1
        row["found"] += new[EXPECTED[kind][0]] > 0
        row["alarms"] += new.total()
        row["right"] += sum(count for name, count in new.items() if name in EXPECTED[kind])
    total: Counter[str] = sum(rows.values(), Counter())
    print("\n| kind | seeded | found | recall | alarms | precision |\n|---|---|---|---|---|---|")
    for name, row in [*rows.items(), ("all", total)]:
        print(f"| {name} | {row['seeded']} | {row['found']} | {row['found'] / row['seeded']:.2f} | {row['alarms']} "
              f"| {row['right'] / max(row['alarms'], 1):.2f} |")  # fmt: skip
    if options.json:
        options.json.write_text(json.dumps({kind: dict(row) for kind, row in rows.items()}, indent=2))


def seeded(kind: str, clean: str, glossary: Glossary, rng: random.Random) -> str:
    """The translation with one fault of a kind, at a place drawn at random; the draw is repeated until there is one."""
    while True:
        faulty = FAULTS[kind](clean, glossary, rng)
        if faulty is not None and faulty != clean:
            return faulty


def _occurrence(text: str, glossary: Glossary, rng: random.Random) -> tuple[int, int, str]:
    found = Matcher(glossary.entries, side="target").find(text)
    one = rng.choice(found)
    return one.start, one.end, glossary.entries[one.entry].source


def _translated(text: str, glossary: Glossary, rng: random.Random) -> str | None:
    start, end, name = _occurrence(text, glossary, rng)
    return text[:start] + IN_ITALIAN[name] + text[end:] if name in IN_ITALIAN else None


def _left_out(text: str, glossary: Glossary, rng: random.Random) -> str:
    start, end, _ = _occurrence(text, glossary, rng)
    return text[:start].rstrip() + text[end:]


def _doubled(text: str, glossary: Glossary, rng: random.Random) -> str:
    start, end, _ = _occurrence(text, glossary, rng)
    return text[:end] + " " + text[start:end] + text[end:]


def _head(text: str, glossary: Glossary, rng: random.Random) -> str | None:
    start, _, name = _occurrence(text, glossary, rng)
    return text[:start] + HEADS[name] + " " + text[start:] if name in HEADS else None


def _article(text: str, glossary: Glossary, rng: random.Random) -> str | None:
    start, end, _ = _occurrence(text, glossary, rng)
    found = article_before(text, start)
    if found is None:
        return None
    at, _, article = found
    gender = article.gender or "m"
    others = {form(article.stem, article.definite, gender, article.number, s) for s in ("vowel", "impure", "plain")}
    right = {form(article.stem, article.definite, gender, article.number, s) for s in sounds(text[start:end])}
    wrong = sorted(others - right)
    if not wrong:
        return None
    chosen = rng.choice(wrong)
    return text[:at] + chosen + ("" if chosen.endswith("'") else " ") + text[start:]


def _number(text: str, _: Glossary, rng: random.Random) -> str:
    one = rng.choice(list(re.finditer(r"(?<![\w./-])\d{2,}(?![\w/-])", text)))
    return text[: one.start()] + str(int(one[0]) + rng.choice([1, 10])) + text[one.end() :]


def _opaque(text: str, _: Glossary, rng: random.Random) -> str:
    one = rng.choice(list(re.finditer(r"\[\d\]|https?://\S+\w|\{\w+\}", text)))
    changed = one[0].replace("1", "7").replace("2", "8").replace("3", "9").replace("https", "http")
    return text[: one.start()] + (changed.replace("{", "{x") if changed == one[0] else changed) + text[one.end() :]


def _sentence(text: str, _: Glossary, rng: random.Random) -> str | None:
    spans = sentence_spans(text)
    start, end = rng.choice(spans)
    alone = "\n\n" in text[max(0, start - 2) : start] and text[end : end + 2] in ("\n\n", "\n", "")
    return None if alone or "\n" in text[start:end] else text[:start] + text[end:].lstrip(" ")


def _paragraph(text: str, _: Glossary, rng: random.Random) -> str:
    paragraphs = text.split("\n\n")
    del paragraphs[rng.randrange(len(paragraphs))]
    return "\n\n".join(paragraphs)


def _english(text: str, _: Glossary, rng: random.Random) -> str | None:
    word = rng.choice(sorted(ENGLISH))
    places = list(re.finditer(rf"\b{word}\b", text))
    if not places:
        return None
    one = rng.choice(places)
    return text[: one.start()] + ENGLISH[word] + text[one.end() :]


FAULTS = {
    "term translated": _translated, "term left out": _left_out, "term doubled": _doubled, "head doubled": _head,
    "article wrong": _article, "number changed": _number, "citation or address changed": _opaque,
    "sentence dropped": _sentence, "paragraph dropped": _paragraph, "word left in English": _english,
}  # fmt: skip


if __name__ == "__main__":
    main()
