"""Columns of dates: stored with the year first, so that they can be compared, or kept as texts with a reason."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.catalogue.exports import KINDS, write_csv

from gergo.catalogue.dates import DateTracker, iso, read
from gergo.catalogue.editing import upsert
from gergo.catalogue.importing import import_catalogue
from gergo.catalogue.store import Catalogue
from gergo.errors import InputError


def read_dates(folder: Path, dates: list[str], *, file: str = "p.csv", first: int = 0) -> Catalogue:
    rows = [
        {"sku": f"A{i:03}", "title": f"Oak {KINDS[i % 12]} number {i}", "Listed on": date}
        for i, date in enumerate(dates, first)
    ]
    return import_catalogue(write_csv(folder / file, rows), folder / "c.gergo")


def stored(catalogue: Catalogue, where: str | None = None) -> list[str]:
    return catalogue.items(where=where)["Listed on"].to_pylist()


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (["01.02.2023", "03.04.2022", "5.6.2021"], ["2023-02-01", "2022-04-03", "2021-06-05"]),
        (["01/02/2023", "31/04/2022", "05/06/2021"], ["2023-02-01", "2022-04-31", "2021-06-05"]),
        (["01/02/2023", "04/31/2022", "05/06/2021"], ["2023-01-02", "2022-04-31", "2021-05-06"]),
        (["2023-1-2", "2022/04/03", "2021年6月5日"], ["2023-01-02", "2022-04-03", "2021-06-05"]),
        (["01.02.2023 9:05", "3. 4. 2022", ""], ["2023-02-01 09:05", "2022-04-03", None]),
        (["1/31/2023 1:45:10 PM", "2023-02-01T10:00:00Z", "0000-00-00"],
         ["2023-01-31 13:45:10", "2023-02-01T10:00:00Z", "0000-00-00"]),
    ],
)  # fmt: skip
def test_dates_are_stored_with_the_year_first(tmp_path: Path, dates: list[str], expected: list[str | None]):
    assert stored(read_dates(tmp_path, dates)) == expected
    assert read_dates(tmp_path, dates).version == 1


def test_dates_can_be_compared_and_how_they_were_read_is_said(tmp_path: Path, capsys):
    catalogue = read_dates(tmp_path, [f"{day:02}.03.{2015 + day}" for day in range(1, 13)])
    assert "column 'Listed on' is of dates: '01.03.2016' is 2016-03-01" in capsys.readouterr().err
    assert stored(catalogue, "\"Listed on\" > '2025-01-01'") == ["2025-03-10", "2026-03-11", "2027-03-12"]
    assert catalogue.manifest.orders == {"Listed on": "dmy"}


@pytest.mark.parametrize(
    ("dates", "why"),
    [
        (["01/02/2023", "03/04/2022"] * 6, "in '01/02/2023' and all others either number may be the month"),
        (["31/01/2023", "03/04/2022", "01/31/2023"] * 4, "'31/01/2023' and '01/31/2023' are not written alike"),
        (["31.01.2023"] * 9 + ["soon"] * 3, "'soon' is none of day, month and a year of four digits"),
        (["31.01.23"] * 12, "'31.01.23' is none of day, month and a year of four digits"),
    ],
)
def test_dates_that_cannot_be_told_stay_texts_and_that_is_said(tmp_path: Path, capsys, dates: list[str], why: str):
    catalogue = read_dates(tmp_path, dates)
    assert stored(catalogue) == dates
    assert f"column 'Listed on' is of dates, but kept as text, since {why}" in capsys.readouterr().err


def test_later_files_and_single_items_are_read_as_the_first(tmp_path: Path):
    read_dates(tmp_path, ["31/01/2023", "03/04/2022"])
    catalogue = read_dates(tmp_path, ["05/06/2021"], file="more.csv", first=2)
    assert stored(catalogue) == ["2023-01-31", "2022-04-03", "2021-06-05"]
    catalogue = upsert(
        catalogue,
        [{"id": "A000", "Listed on": "07/08/2020"}, {"id": "A009", "title": "Oak", "Listed on": "2020-01-09"}],
    )
    assert stored(catalogue) == ["2020-08-07", "2022-04-03", "2021-06-05", "2020-01-09"]
    assert catalogue.manifest.orders == {"Listed on": "dmy"}
    with pytest.raises(InputError, match="'soon' is no date"):
        upsert(catalogue, [{"id": "A000", "Listed on": "soon"}])


def test_a_column_that_was_stored_as_texts_stays_so(tmp_path: Path, capsys):
    read_dates(tmp_path, ["01/02/2023", "03/04/2022"])
    capsys.readouterr()
    assert stored(read_dates(tmp_path, ["31/01/2023"], file="more.csv", first=2))[2] == "31/01/2023"
    assert "kept as text, since the catalogue has it so" in capsys.readouterr().err


@given(st.dates(datetime.date(1800, 1, 1), datetime.date(2199, 12, 31)), st.sampled_from(["dmy", "mdy", "ymd"]))
def test_a_date_comes_back_from_whatever_order(date: datetime.date, order):
    pattern = {"dmy": "%d/%m/%Y", "mdy": "%m/%d/%Y", "ymd": "%Y-%m-%d"}[order]
    assert iso(date.strftime(pattern), order) == date.isoformat()
    assert iso(date.isoformat(), order) == date.isoformat()


@given(st.lists(st.text(st.characters(codec="utf-8")) | st.from_regex(r"\d\d?[./]\d\d?[./]\d{4}", fullmatch=True)))
def test_a_column_has_an_order_only_if_all_of_it_are_dates(values: list[str]):
    tracker = DateTracker({}, {})
    for value in values:
        tracker.observe("c", value)
    order = tracker.order("c")
    assert all(order in read(value) or "ymd" in read(value) for value in values if order)
    assert bool(tracker.reading("c")) <= bool(order)
