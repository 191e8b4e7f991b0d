"""A search halves its field on validation, remembers what it did, and its winner is the output."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import gergo
from gergo.catalogue.store import Catalogue
from gergo.contrastive import searching
from gergo.contrastive.finetuning import finetune
from gergo.contrastive.searching import SEARCH_FILE
from gergo.errors import UsageError
from gergo.towers.model import Model

SETTINGS: dict[str, Any] = {"threads": 1, "batch_size": 32, "augment": False, "epochs": 2, "search": True}


@pytest.fixture(scope="module")
def catalogue(write_shop: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return gergo.import_catalogue(write_shop(120), to=tmp_path_factory.mktemp("catalogues") / "shop.gergo")


def test_it_halves_by_the_domain_figure_and_goes_on_where_it_was_interrupted(
    catalogue: Catalogue, tiny: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[str] = []
    plain = searching.Search._run

    def counted(self: searching.Search, one: searching.Candidate, epochs: int) -> dict[str, Any]:
        runs.append(one.name)
        if len(runs) == 3:
            raise KeyboardInterrupt
        return plain(self, one, epochs)

    monkeypatch.setattr(searching.Search, "_run", counted)
    with pytest.raises(KeyboardInterrupt):
        finetune(catalogue, base=tiny, out=tmp_path / "out", method="probe", **SETTINGS)
    monkeypatch.setattr(searching, "measure", None)  # an hour later all takes longer: the field is what it was
    model = finetune(catalogue, base=tiny, out=tmp_path / "out", method="probe", **SETTINGS)
    assert runs == ["probe x1", "probe x0.3", "probe x3", "probe x3"]
    begun, *tried, won = model.record["training"]["search"]
    assert begun["field"] == [["probe", 1.0], ["probe", 0.3], ["probe", 3.0]]
    assert [entry["candidate"] for entry in tried] == ["probe x1", "probe x0.3", "probe x3"]
    best = max(tried, key=lambda entry: entry["domain"])
    assert won["winner"] == best["candidate"]
    assert model.record["training"]["settings"]["learning_rate"] == pytest.approx(1e-3 * won["rate"])
    assert model.record["training"]["settings"]["epochs"] == 2
    lines = (tmp_path / "out" / SEARCH_FILE).read_text().splitlines()
    assert [json.loads(line) for line in lines] == [begun, *tried, won]
    assert not (tmp_path / "out" / "unfinished").exists()


def test_a_budget_that_is_too_small_tries_one_and_says_what_was_left_out(
    catalogue: Catalogue, tiny: Model, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = {**SETTINGS, "search_minutes": 1e-6, "method": "probe"}
    model = finetune(catalogue, base=tiny, out=tmp_path / "out", **settings)
    _, *tried, won = model.record["training"]["search"]
    assert len(tried) == 1
    assert won["winner"] == tried[0]["candidate"]
    said = capsys.readouterr().err
    assert "probe x3 (time)" in said
    assert model.record["training"]["method"] == won["method"]


def test_another_search_in_an_unfinished_folder_is_refused(
    catalogue: Catalogue, tiny: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(searching.Search, "go", stop)
        with pytest.raises(KeyboardInterrupt):
            finetune(catalogue, base=tiny, out=tmp_path / "out", **SETTINGS)
    with pytest.raises(UsageError, match="search was True and is None"):
        finetune(catalogue, base=tiny, out=tmp_path / "out", **{**SETTINGS, "search": False, "method": "probe"})
