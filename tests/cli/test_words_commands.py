"""terms, translate and check, as they are typed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

needs_apertium = pytest.mark.skipif(
    shutil.which("apertium-transfer") is None or not Path("/usr/share/apertium/modes/cat-ita.mode").exists(),
    reason="the program apertium with eng-cat and cat-ita is not installed",
)
SOURCE = "The encoder maps each picture to a latent space. A dataset of 400 images was collected."
GOOD = "L'encoder mappa ogni immagine in un latent space. Un dataset di 400 immagini è stato raccolto."
TERMS = ["encoder", "latent space", "dataset"]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "source.txt").write_text(SOURCE)
    (tmp_path / "good.txt").write_text(GOOD)
    (tmp_path / "bad.txt").write_text(GOOD.replace("Un dataset", "Uno dataset"))
    (tmp_path / "terms.txt").write_text("\n".join(TERMS))
    return tmp_path


def test_check_exits_by_what_it_found(files: Path, gergo_command: Callable) -> None:
    arguments = (files / "source.txt", files / "good.txt", "--glossary", files / "terms.txt")
    assert gergo_command("check", *arguments).code == 0
    page = files / "page.html"
    bad = gergo_command(
        "check", files / "source.txt", files / "bad.txt", "--glossary", files / "terms.txt", "--json", "--html", page
    )
    assert bad.code == 1
    assert json.loads(bad.out)["counts"] == {"article": 1}
    assert ">Uno <" in page.read_text()


def test_terms_writes_a_glossary_and_keeps_what_a_person_wrote(files: Path, gergo_command: Callable) -> None:
    out = files / "glossary.csv"
    out.write_text("source,target\nlatent space,spazio latente\n")
    done = gergo_command("terms", files / "source.txt", "--out", out, "--json")
    assert done.code == 0
    assert {"latent space", "encoder"} <= {t["source"] for t in json.loads(done.out)["terms"]}
    lines = out.read_text().splitlines()
    assert lines[1].startswith("latent space,spazio latente")
    assert sum("latent space" in line.split(",")[0] for line in lines) == 1


@needs_apertium
def test_translate_writes_the_text_and_says_how_it_went(files: Path, gergo_command: Callable) -> None:
    out = files / "out.txt"
    done = gergo_command(
        "translate", files / "source.txt", "--to", "it", "--glossary", files / "terms.txt", "--out", out
    )
    assert done.code == 0
    assert done.out == ""
    assert "3 of 3 occurrences kept, 0 faults" in done.err
    assert "latent space" in out.read_text()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("empty.txt", b"", "the document is empty"),
        ("latin.txt", "perché è così".encode("latin-1"), "is not UTF-8"),
        ("long.txt", b"word " * 1_000_000, "characters in one line"),
        ("none.txt", None, "there is no such document"),
    ],
)
def test_bad_input_exits_2_with_a_hint_and_leaves_nothing(
    tmp_path: Path, gergo_command: Callable, name: str, data: bytes | None, said: str
) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    done = gergo_command("translate", tmp_path / name, "--to", "it", "--out", tmp_path / "out.txt")
    assert done.code == 2
    assert said in done.err
    assert "hint:" in done.err
    assert [p.name for p in tmp_path.iterdir() if p.name != name] == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--to", "it", "--engine", "babel"), "'babel' is not an engine"),
        (("--to", "en"), "nothing to translate"),
        (("--to", "it", "--json"), "--json prints the check"),
        (("--to", "it", "--engine", "openai"), "needs a model"),
        (("--to", "it", "--engine", "marian", "--model", "./none"), "no such model folder"),
    ],
)
def test_wrong_use_exits_2(files: Path, gergo_command: Callable, arguments: tuple[str, ...], said: str) -> None:
    done = gergo_command("translate", files / "source.txt", *arguments)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


@needs_apertium
def test_an_unknown_pair_exits_2(files: Path, gergo_command: Callable) -> None:
    done = gergo_command("translate", files / "source.txt", "--to", "ja")
    assert done.code == 2
    assert "no installed Apertium pair" in done.err
    assert "apt-get install" in done.err
