"""A killed import leaves the catalogue as it was, and can simply be run again."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pytest
from tests.catalogue.exports import picture, shop_rows, write_csv, write_pictures, write_shop

from gergo.catalogue.importing import import_catalogue
from gergo.catalogue.leaks import leaks
from gergo.catalogue.manifest import FILE, read_manifest, write_manifest
from gergo.catalogue.store import Catalogue

KILLED_AT = """
import os, signal, sys
from gergo.catalogue import {module}
def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)
{module}.{name} = die
from gergo.catalogue.importing import import_catalogue
import_catalogue(sys.argv[1], sys.argv[2])
"""
IMPORT = "import sys; from gergo.catalogue.importing import import_catalogue; import_catalogue(*sys.argv[1:])"

# The moments that matter: nothing is written yet, pictures are, items are, everything but the manifest is.
MOMENTS = [
    ("writing", "TableWriter.change_views"),
    ("writing", "TableWriter.replace_items"),
    ("writing", "TableWriter.replace_quarantine"),
    ("committing", "write_manifest"),
]


def killed_import(shop: Path, to: Path, module: str, name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED_AT.format(module=module, name=name), str(shop), str(to)],
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


def grown(shop: Path) -> None:
    """The shop a week later: a title, a picture and three rows are new."""
    rows = shop_rows(63)
    rows[0]["title"] = "Acme bolt, now in blue"
    write_pictures(shop.parent, range(60, 63))
    (shop.parent / "images/1.jpg").write_bytes(picture(901))
    write_csv(shop, rows)


def contents(catalogue: Catalogue) -> tuple:
    views = catalogue.views()
    return catalogue.items().to_pylist(), views.to_pylist(), catalogue.pictures(views["view"].to_pylist())


@pytest.mark.parametrize(("module", "name"), MOMENTS[1:4:2])
def test_a_killed_update_leaves_what_was_there(tmp_path: Path, module: str, name: str):
    shop, to = write_shop(tmp_path / "shop"), tmp_path / "shop.gergo"
    before = contents(import_catalogue(shop, to))
    grown(shop)
    killed_import(shop, to, module, name)
    assert contents(Catalogue.open(to)) == before
    after = import_catalogue(shop, to)
    fresh = import_catalogue(shop, tmp_path / "fresh.gergo", held_out_brands=[], held_out_categories=[])
    assert after.version == 2
    assert leaks(after) == []
    assert after.items(columns=[])["texts"].to_pylist() == fresh.items(columns=[])["texts"].to_pylist()
    assert sorted(contents(after)[2]) == sorted(contents(fresh)[2])
    assert not list(to.glob(".import-*"))


def test_a_killed_first_import_leaves_no_catalogue(tmp_path: Path):
    shop, to = write_shop(tmp_path / "shop"), tmp_path / "shop.gergo"
    killed_import(shop, to, *MOMENTS[3])
    assert not (to / FILE).exists()
    assert import_catalogue(shop, to).hash == import_catalogue(shop, tmp_path / "fresh.gergo").hash


def test_vectors_committed_during_an_import_stay_committed(tmp_path: Path):
    shop, to = write_shop(tmp_path / "shop"), tmp_path / "shop.gergo"
    first = import_catalogue(shop, to)
    table = first.database.create_table("vectors-x", pa.table({"hash": ["a"]}))
    first.commit_table("vectors-x")
    started = read_manifest(to)
    table.add(pa.table({"hash": ["b"]}))
    first.commit_table("vectors-x")
    write_manifest(to, started.model_copy(update={"version": 2}))
    after = Catalogue.open(to)
    assert after.version == 2
    assert after.table("vectors-x").count_rows() == 2


@pytest.mark.slow
def test_an_import_killed_at_any_moment_can_be_run_again(tmp_path: Path):
    shop, to = write_shop(tmp_path / "shop", 400), tmp_path / "shop.gergo"
    first = subprocess.Popen([sys.executable, "-c", IMPORT, str(shop), str(tmp_path / "timed.gergo")])
    started = time.monotonic()
    assert first.wait() == 0
    whole_s = time.monotonic() - started
    draw = random.Random(0)
    versions, killed = [], 0
    for turn in range(30):
        rows = shop_rows(400)
        rows[turn]["title"] = f"a title of turn {turn}"
        write_csv(shop, rows)
        before = contents(Catalogue.open(to)) if (to / FILE).exists() else None
        child = subprocess.Popen([sys.executable, "-c", IMPORT, str(shop), str(to)], stderr=subprocess.DEVNULL)
        time.sleep(draw.uniform(0.3, 1.1) * whole_s)
        if child.poll() is None:
            os.kill(child.pid, signal.SIGKILL)
        killed += child.wait() != 0
        if (to / FILE).exists():
            catalogue = Catalogue.open(to)
            versions.append(catalogue.version)
            assert leaks(catalogue) == []
            assert len(catalogue) == catalogue.items().num_rows == 400
            assert len(catalogue.pictures(catalogue.views()["view"].to_pylist())) == 400
            assert before is None or catalogue.version > 1 or contents(catalogue) == before
    final = import_catalogue(shop, to)
    assert versions == sorted(versions)
    assert killed > 5
    assert len(final) == 400
    assert final.items()["texts"][29][0]["text"].as_py() == "a title of turn 29"
