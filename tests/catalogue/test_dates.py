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
from gergo.catalogue.texts import normalise
from gergo.errors import InputError


def read_dates(
    folder: Path, dates: list[str], *, file: str = "p.csv", first: int = 0, column: str = "Listed on"
) -> Catalogue:
    rows = [
        {"sku": f"A{i:03}", "title": f"Oak {KINDS[i % 12]} number {i}", column: date}
        for i, date in enumerate(dates, first)
    ]
    return import_catalogue(write_csv(folder / file, rows), folder / "c.gergo")


def stored(catalogue: Catalogue, where: str | None = None, *, column: str = "Listed on") -> list[str]:
    return catalogue.items(where=where)[column].to_pylist()


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (["01.02.2023", "03.04.2022", "5.6.2021"], ["2023-02-01", "2022-04-03", "2021-06-05"]),
        (["01/02/2023", "30/04/2022", "05/06/2021"], ["2023-02-01", "2022-04-30", "2021-06-05"]),
        (["01/02/2023", "04/30/2022", "05/06/2021"], ["2023-01-02", "2022-04-30", "2021-05-06"]),
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
        (["31/02/2023"] * 12, "'31/02/2023' is none of day, month and a year of four digits"),
        (["31.01.2023 25:99"] * 12, "'31.01.2023 25:99' is none of day, month and a year of four digits"),
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


@pytest.mark.parametrize(
    ("column", "dates"),
    [
        ("part number", ["10-05-2020", "31-05-2020"]),
        ("Batch no", ["10/05/2020", "31/05/2020"]),
        ("Model", ["2020-1-2", "2020-1-3"]),
        ("Lot", ["20.1.2020", "21.1.2020"]),
        ("Version", ["2020.1.2", "2020.10.1"]),
    ],
)
def test_codes_that_look_like_dates_stay_as_they_are(tmp_path: Path, capsys, column: str, dates: list[str]):
    catalogue = read_dates(tmp_path, dates, column=column)
    assert stored(catalogue, column=column) == dates
    assert catalogue.manifest.orders == {}
    upsert(catalogue, [{"id": "A000", column: "no date"}])


@pytest.mark.parametrize("column", ["Angelegt", "fecha de alta", "Lieferdatum", "createdAt", "дата", "発売日"])
def test_a_name_of_dates_in_other_languages(tmp_path: Path, column: str):
    catalogue = read_dates(tmp_path, ["1.2.2023", "3-4-2022"], column=column)
    assert stored(catalogue, column=column) == ["2023-02-01", "2022-04-03"]


def test_a_later_file_of_another_order_changes_none(tmp_path: Path, capsys):
    read_dates(tmp_path, ["31/01/2020", "02/01/2020"], file="uk.csv")
    us = ["01/31/2020", "02/01/2020", "2020-5-6"]
    catalogue = read_dates(tmp_path, us, file="us.csv", first=2)
    assert stored(catalogue)[2:] == ["01/31/2020", "02/01/2020", "2020-05-06"]
    said = "of dates, but '01/31/2020' is not written as the catalogue's are, so what may be read in two ways stays"
    assert said in capsys.readouterr().err
    catalogue = read_dates(tmp_path, ["07/01/2020", "02/01/2020"], file="uk.csv")
    assert stored(catalogue) == ["2020-01-07", "2020-01-02", "01/31/2020", "02/01/2020", "2020-05-06"]
    catalogue = upsert(catalogue, [{"id": "A003", "title": "Oak chest"}])
    assert stored(catalogue)[3] == "02/01/2020"
    catalogue = upsert(catalogue, [{"id": "A002", "title": "Oak box", "Listed on": "01/31/2020"}])
    assert stored(catalogue)[2] == "01/31/2020"
    assert catalogue.manifest.orders == {"Listed on": "dmy"}


def test_one_odd_value_in_a_later_file_ends_no_column_of_dates(tmp_path: Path, capsys):
    read_dates(tmp_path, ["31/01/2020", "n/a", "-", "0000-00-00"])
    catalogue = read_dates(tmp_path, ["31/01/2020", "03/02/2020", "soon", "n/a"])
    assert stored(catalogue) == ["2020-01-31", "2020-02-03", "soon", "n/a"]
    assert (
        "of dates, but 'soon' is none of day, month and a year of four digits, so it stays" in capsys.readouterr().err
    )
    assert catalogue.manifest.orders == {"Listed on": "dmy"}


def test_dates_with_the_year_first_learn_a_later_order(tmp_path: Path):
    read_dates(tmp_path, ["2020-01-31"])
    catalogue = read_dates(tmp_path, ["02/01/2020", "03/01/2020"], file="b.csv", first=1)
    assert stored(catalogue) == ["2020-01-31", "02/01/2020", "03/01/2020"]
    catalogue = read_dates(tmp_path, ["31/01/2020", "03/01/2020"], file="c.csv", first=3)
    assert stored(catalogue)[1:] == ["02/01/2020", "03/01/2020", "2020-01-31", "2020-01-03"]


@given(st.dates(datetime.date(1800, 1, 1), datetime.date(2199, 12, 31)), st.sampled_from(["dmy", "mdy", "ymd"]))
def test_a_date_comes_back_from_whatever_order(date: datetime.date, order):
    pattern = {"dmy": "%d/%m/%Y", "mdy": "%m/%d/%Y", "ymd": "%Y-%m-%d"}[order]
    assert iso(date.strftime(pattern), order) == date.isoformat()
    assert iso(date.isoformat(), order) == date.isoformat()


@given(st.lists(st.text(st.characters(codec="utf-8")) | st.from_regex(r"\d\d?[./]\d\d?[./]\d{4}", fullmatch=True)))
def test_a_column_has_an_order_only_if_all_of_it_are_dates(values: list[str]):
    tracker = DateTracker({}, {})
    for value in values:
        tracker.observe("date", value)
    order = tracker.order("date")
    assert all(order in read(value) or "ymd" in read(value) for value in values if order and normalise(value))
    assert bool(tracker.reading("date")) <= bool(order)
