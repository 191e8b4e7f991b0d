from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from gergo.catalogue.importing import import_catalogue
from gergo.catalogue.store import Catalogue
from gergo.errors import InputError, UsageError
from gergo.language.engines import Placed, Reply, Request, Usage
from gergo.workflows import localising
from gergo.workflows.localising import localise

ROWS = [
    ("1", "Nike Men White Shorts", "Nike"),
    ("2", "Puma Women Red Shirts", "Puma"),
    ("3", "Nike Men White Shorts", "Nike"),
    ("4", "Acme M8 Hex Bolt 50 mm", "Acme"),
]


class Shouting:
    """An engine that puts everything but the items into capitals, and can be made to die."""

    name = "shouting"

    def __init__(self, dies_after: int = 10**9) -> None:
        self.usage = Usage()
        self.seen: list[str] = []
        self._left = dies_after

    def translate(self, requests: Sequence[Request]) -> list[Reply]:
        replies = []
        for request in requests:
            if self._left == 0:
                raise KeyboardInterrupt
            self._left -= 1
            self.seen.append(request.text)
            text = request.text.upper()
            for item in request.items:
                text = text[: item.start] + request.text[item.start : item.end] + text[item.end :]
            replies.append(Reply(text, tuple(Placed(n, i.start, i.end) for n, i in enumerate(request.items))))
        return replies


@pytest.fixture
def shop(tmp_path: Path) -> Catalogue:
    table = tmp_path / "products.csv"
    table.write_text("id,title,brand\n" + "".join(",".join(row) + "\n" for row in ROWS))
    return import_catalogue(table, to=tmp_path / "shop.gergo", text="title", brand="brand", id="id")


def test_a_new_column_stands_beside_the_old_one_with_its_check(shop: Catalogue) -> None:
    before = shop.items()["title"].to_pylist()
    done = localise(shop, column="title", to="it", engine=Shouting())
    items = done.catalogue.items()
    assert items["title"].to_pylist() == before
    assert items["title_it"].to_pylist()[0] == "Nike MEN WHITE SHORTS"
    assert items["title_it_check"].to_pylist() == ["ok"] * 4
    assert (done.column, done.rows, done.translated, done.failed) == ("title_it", 4, 3, 0)
    assert done.catalogue.hash != shop.hash
    assert "title_it" in done.catalogue.columns


def test_it_is_a_text_view_from_then_on(shop: Catalogue) -> None:
    catalogue = localise(shop, column="title", to="it", engine=Shouting()).catalogue
    assert catalogue.roles.texts == ("title", "title_it")
    texts = catalogue.items()["texts"].to_pylist()[0]
    assert [t["column"] for t in texts] == ["title", "title_it"]
    assert texts[1]["text"] == "Nike MEN WHITE SHORTS"


def test_killed_half_way_it_goes_on_and_nothing_is_translated_twice(
    shop: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(localising, "BATCH", 1)
    first = Shouting(dies_after=2)
    with pytest.raises(KeyboardInterrupt):
        localise(shop, column="title", to="it", engine=first)
    assert "title_it" not in Catalogue.open(shop.path).columns
    journal = shop.path / "title_it.translations.jsonl"
    journal.write_bytes(journal.read_bytes() + b'{"key": "cut of')
    second = Shouting()
    done = localise(Catalogue.open(shop.path), column="title", to="it", engine=second)
    assert sorted(first.seen + second.seen) == sorted({row[1] for row in ROWS})
    assert done.catalogue.items()["title_it"].null_count == 0


def test_a_second_run_does_nothing_and_another_glossary_all(shop: Catalogue) -> None:
    one = localise(shop, column="title", to="it", engine=Shouting())
    assert localise(one.catalogue, column="title", to="it", engine=Shouting()).translated == 0
    again = localise(one.catalogue, column="title", to="it", engine=Shouting(), glossary=["White"])
    assert again.translated == 3
    assert again.catalogue.items()["title_it"].to_pylist()[0] == "Nike MEN White SHORTS"


def test_a_lost_term_is_the_rows_own_fault(shop: Catalogue) -> None:
    class Losing(Shouting):
        def translate(self, requests: Sequence[Request]) -> list[Reply]:
            return [Reply(r.text.replace("Nike", "")) for r in requests]

    done = localise(shop, column="title", to="it", engine=Losing())
    checks = done.catalogue.items()["title_it_check"].to_pylist()
    assert done.failed == 2
    assert checks[0].startswith("term_lost: 'Nike'")
    assert checks[1] == "ok"


def test_a_column_of_the_source_is_never_written_over(tmp_path: Path) -> None:
    table = tmp_path / "products.csv"
    table.write_text("id,title,title_it\n1,Red Shirts,Camicie rosse\n2,Blue Shirts,Camicie blu\n")
    shop = import_catalogue(table, to=tmp_path / "shop.gergo", text="title", id="id")
    with pytest.raises(UsageError, match="has a column 'title_it' already"):
        localise(shop, column="title", to="it", engine=Shouting())
    assert shop.items()["title_it"].to_pylist() == ["Camicie rosse", "Camicie blu"]


def test_a_column_that_is_not_there_or_empty_is_refused(shop: Catalogue) -> None:
    with pytest.raises(UsageError, match="no column 'name'"):
        localise(shop, column="name", to="it", engine=Shouting())
    with pytest.raises(InputError, match="holds no text"):
        localise(shop, column="id", to="it", engine=Shouting())
