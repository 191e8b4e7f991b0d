"""A catalogue whose figures can be known."""

from __future__ import annotations

import pytest
from coloured_tiles import write_tiles

import gergo
from gergo.catalogue.store import Catalogue


@pytest.fixture(scope="session")
def tiles(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """Tiles imported, with brands and shades held out."""
    folder = tmp_path_factory.mktemp("tiles")
    source = write_tiles(folder / "shop")
    return gergo.import_catalogue(source, folder / "tiles.gergo", category="shade", brand="brand")
