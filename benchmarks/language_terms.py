"""Term extraction beside YAKE: precision@30 and recall@60 against gold lists made by hand.

    pip install yake; python benchmarks/language_terms.py [--data FOLDER]

`bicycle.en.md` is a text of ours with its list; with FOLDER (GERGO_DATA) the paper's paragraphs are measured too,
against `paper.terms.txt`. The word lists of `gergo.language.wordlists` were mended after a first look at both texts, so
neither is unseen.
"""

from __future__ import annotations

import argparse
import os
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from gergo.language.glossary import key
from gergo.language.matching import singular_of
from gergo.language.terms import terms

TEXTS = Path(__file__).parent / "language_texts"
PRECISION_AT, RECALL_AT = 30, 60


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("GERGO_DATA"))
    options = parser.parse_args()
    yake = import_module("yake")  # the peer is installed for this benchmark alone

    texts = {"bicycle": TEXTS / "bicycle.en.md"}
    if options.data:
        texts["paper"] = Path(options.data) / "translation" / "source.en.md"
    print(f"yake {version('yake')}\n")
    print(f"| text | gold terms | system | precision@{PRECISION_AT} | recall@{RECALL_AT} |\n|---|---|---|---|---|")
    for name, path in texts.items():
        gold = {_singular(line) for line in (TEXTS / f"{name}.terms.txt").read_text().splitlines() if line}
        ours = [[t.source, t.alias] for t in terms(path, limit=RECALL_AT)]
        extractor = yake.KeywordExtractor(lan="en", n=3, top=RECALL_AT)
        theirs = [[keyword] for keyword, _ in extractor.extract_keywords(path.read_text())]
        for system, found in (("gergo terms", ours), ("YAKE", theirs)):
            precision, recall = scored(found, gold)
            print(f"| {name} | {len(gold)} | {system} | {precision:.2f} | {recall:.2f} |")


def scored(found: list[list[str]], gold: set[str]) -> tuple[float, float]:
    """Share of the first 30 rows that name a gold term, and share of the gold terms that the first 60 name."""
    rows = [{_singular(name) for name in names if name} for names in found]
    top = rows[:PRECISION_AT]
    named = set().union(*rows[:RECALL_AT])
    return sum(bool(row & gold) for row in top) / len(top), len(gold & named) / len(gold)


def _singular(name: str) -> str:
    words = key(name).split(" ")
    return " ".join([*words[:-1], singular_of(words[-1])])


if __name__ == "__main__":
    main()
