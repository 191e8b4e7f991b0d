from __future__ import annotations

from gergo.language.sentences import align, sentence_spans, unit_of


def sentences(text: str) -> list[str]:
    return [text[a:b] for a, b in sentence_spans(text)]


def test_abbreviations_end_no_sentence() -> None:
    text = "See Fig. 1 (e.g. a shirt). It works! Does it? Dr. J. Doe says so, etc. and more."
    assert sentences(text) == [
        "See Fig. 1 (e.g. a shirt).",
        "It works!",
        "Does it?",
        "Dr. J. Doe says so, etc. and more.",
    ]


ENGLISH = [
    "The catalogue holds 400 products.",
    "A model learns from their photographs.",
    "It runs offline on a laptop.",
]
ITALIAN = [
    "Il catalogo contiene 400 prodotti.",
    "Un modello apprende dalle loro fotografie.",
    "Funziona offline su un portatile.",
]


def beads(source: list[str], target: list[str]) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    return align([unit_of(t) for t in source], [unit_of(t) for t in target])


def test_equal_numbers_answer_one_to_one() -> None:
    assert beads(ENGLISH, ITALIAN) == [((0, 1), (0, 1)), ((1, 2), (1, 2)), ((2, 3), (2, 3))]


def test_a_dropped_and_an_added_sentence_stand_alone() -> None:
    assert beads(ENGLISH, [ITALIAN[0], ITALIAN[2]]) == [((0, 1), (0, 1)), ((1, 2), (1, 1)), ((2, 3), (1, 2))]
    assert beads(ENGLISH[:2], ITALIAN) == [((0, 1), (0, 1)), ((1, 2), (1, 2)), ((2, 2), (2, 3))]


def test_two_sentences_made_one_are_one_bead() -> None:
    joined = "Il catalogo contiene 400 prodotti e un modello apprende dalle loro fotografie."
    assert beads(ENGLISH, [joined, ITALIAN[2]]) == [((0, 2), (0, 1)), ((2, 3), (1, 2))]


def test_hundreds_of_units_are_aligned_in_a_band() -> None:
    source = [f"Sentence number {i} speaks of product {i * 7}." for i in range(300)]
    target = [f"La frase numero {i} parla del prodotto {i * 7}." for i in range(300) if i != 150]
    dropped = [i for (i, j), (k, m) in beads(source, target) if k == m]
    assert dropped == [150]
