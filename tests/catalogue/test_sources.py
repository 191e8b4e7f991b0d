"""Sources: whatever a shop exports becomes rows, and what cannot is said."""

from __future__ import annotations

import csv
import gzip
import io
import json
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from PIL import Image

from gergo.catalogue.mapping import map_columns
from gergo.catalogue.sources import Source, open_source
from gergo.errors import InputError, UsageError

ROWS = [
    {"id": "1", "image": "images/1.jpg", "title": "Red shirt, long", "notes": 'says "hi"'},
    {"id": "2", "image": "images/2.jpg", "title": "Blaue Jacke für Männer", "notes": "two\nlines"},
    {"id": "3", "image": "", "title": "Camisón señora – 5 €", "notes": ""},
]


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def as_csv(rows: list[dict], separator: str = ",", quoting: int = csv.QUOTE_MINIMAL, end: str = "\r\n") -> str:
    file = io.StringIO()
    writer = csv.DictWriter(file, list(rows[0]), delimiter=separator, quoting=quoting, lineterminator=end)
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def values(source: Source) -> list[dict]:
    return [row.values for row in source.rows()]


def problems(source: Source) -> dict[int, str]:
    return {row.row: row.problem for row in source.rows() if row.problem}


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_separators_and_encodings(tmp_path: Path, separator: str, encoding: str, end: str) -> None:
    source = open_source(written(tmp_path / "p.csv", as_csv(ROWS, separator, end=end), encoding))
    assert source.columns == ["id", "image", "title", "notes"]
    assert values(source) == ROWS
    assert problems(source) == {}
    assert [row.row for row in source.rows()] == [1, 2, 3]
    assert {row.source for row in source.rows()} == {"p.csv"}
    names = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
    assert names[separator] in source.description
    assert encoding.split("-")[0] in source.description


TEXTS = {
    "de": "Sechskantschraube, größere, für Holz; Laufschuhe größenverstellbar; Mütze weiß; Türgriff groß; 5 €",
    "fr": "Chaussures de course légères; Chemise à manches longues été; Pâte à tartiner; Crème brûlée, cœur",
    "it": "Scarpe da corsa; Più comodità; qualità superiore; è in cotone; perché; città",
    "es": "Zapatillas de montaña niño; Camisón señora algodón; tamaño pequeño; Tornillo métrico; ¿qué?",
    "pt": "Calçado de corrida; camisola de algodão; botões; tamanho médio; pão; açúcar; três",
    "sv": "Löparskor för män; Skjorta blå; Sexkantsskruv rostfritt stål; Mössa grön; Håndværktøj; ægte",
    "cs": "Šroub se šestihrannou hlavou, nerezová ocel; Dámské běžecké boty růžové; žluté; příjemný materiál",
    "pl": "Śruba z łbem sześciokątnym, stal nierdzewna; Buty damskie różowe; Koszulka z krótkim rękawem żółta",
    "tr": "Erkek koşu ayakkabısı siyah; Kadın kışlık çizme; Çocuk tişörtü kırmızı; Paslanmaz çelik altıgen başlı",
    "ru": "Мужские кроссовки чёрные; Женская зимняя куртка; Футболка детская красная; Болт с шестигранной головкой",
    "el": "Ανδρικά παπούτσια τρεξίματος μαύρα; Γυναικείο χειμερινό μπουφάν; Παιδικό μπλουζάκι κόκκινο",
    "hu": "Női futócipő rózsaszín; Férfi téli kabát; Gyerek póló piros; Hatlapfejű csavar; tűzőgép; sütő",
    "ja": "メンズ ランニングシューズ 黒; 女性用 冬 ジャケット; 子供 シャツ 赤; 六角ボルト ステンレス",
    "zh": "男士跑步鞋黑色; 女士冬季夹克; 儿童恤红色; 不锈钢六角螺栓",
}
CODECS = ["de cp1252", "de mac_roman", "fr cp1252", "fr mac_roman", "it cp1252", "es cp1252", "pt cp1252", "sv cp1252"]
CODECS += ["cs cp1250", "pl cp1250", "tr cp1254", "ru cp1251", "ru koi8_r", "el cp1253", "hu cp1250", "ja shift_jis"]
CODECS += ["zh gb18030", "it cp850", "de latin-1"]


@pytest.mark.parametrize("case", CODECS)
def test_older_encodings_are_told_by_their_letters(tmp_path: Path, case: str) -> None:
    language, codec = case.split()
    titles = [part.strip().replace("€", "EUR" if "1252" not in codec else "€") for part in TEXTS[language].split(";")]
    rows = [{"id": str(n), "title": title} for n, title in enumerate(titles * 3)]
    source = open_source(written(tmp_path / "p.csv", as_csv(rows), codec))
    assert values(source) == rows


def test_one_stray_byte_does_not_change_the_encoding(tmp_path: Path) -> None:
    text = "id,title\n" + "".join(f"{n},Größe für Männer\n" for n in range(50))
    path = tmp_path / "p.csv"
    path.write_bytes(text.encode() + "51,Größe\n".encode("cp1252"))
    source = open_source(path)
    assert values(source)[0]["title"] == "Größe für Männer"
    assert values(source)[50]["title"] == "Größe"
    assert "stray" in source.description


def test_wrong_byte_beyond_the_first_megabyte(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_bytes(b"id,title\n" + b"1,plain words only\n" * 80_000 + "2,Größe\n".encode("cp1252"))
    assert values(open_source(path))[-1]["title"] == "Größe"


def test_ragged_rows_are_problems_with_their_numbers(tmp_path: Path) -> None:
    text = "id,title,brand\n1,a,b\n2,a,b,c\n3,a\n\n4,a,b\n,,\n5,stray,a,\n6,a,b\n"
    source = open_source(written(tmp_path / "p.csv", text))
    assert problems(source) == {2: "row_too_many_fields", 3: "row_too_few_fields", 6: "row_too_many_fields"}
    rows = list(source.rows())
    assert [row.row for row in rows] == [1, 2, 3, 4, 5, 6, 7]
    assert rows[3].values == {"id": "4", "title": "a", "brand": "b"}
    assert "4 fields" in rows[1].detail
    assert "header has 3" in rows[1].detail


def test_a_stray_quote_costs_one_row(tmp_path: Path) -> None:
    good = "".join(f"{n},Bolt M{n},brand\n" for n in range(2, 40))
    text = '\ufeffid,title,brand\n1,"Screen 15 inch,brand\n' + good + '40,"Bolt, long",brand\n41,last,brand\n'
    source = open_source(written(tmp_path / "p.csv", text))
    assert problems(source) == {1: "row_unbalanced_quote"}
    assert [row.values["id"] for row in source.rows()] == [str(n) for n in range(1, 42)]


def test_quote_open_until_the_end(tmp_path: Path) -> None:
    text = 'id,title,brand\n1,a,b\n2,"never closed,b\n' + "3,c,d\n" * 5000
    rows = list(open_source(written(tmp_path / "p.csv", text)).rows())
    assert len(rows) == 5002
    assert [row.row for row in rows if row.problem] == [2]


def test_quotes_in_the_middle_and_escaped(tmp_path: Path) -> None:
    text = 'id;title;brand\n1;Screen 15" flat;b\n2;"Screen 15"" flat; new";b\n'
    rows = values(open_source(written(tmp_path / "p.csv", text)))
    assert [row["title"] for row in rows] == ['Screen 15" flat', 'Screen 15" flat; new']
    text = 'id,title,brand\n1,"Screen 15\\" flat, new",b\n2,"Screen, 17\\"",b\n'
    rows = values(open_source(written(tmp_path / "q.csv", text)))
    assert [row["title"] for row in rows] == ['Screen 15" flat, new', 'Screen, 17"']


def test_repeated_and_blank_headers(tmp_path: Path) -> None:
    source = open_source(written(tmp_path / "p.csv", "image,image,,title,image_2\na,b,c,d,e\n"))
    assert source.columns == ["image", "image_3", "column_3", "title", "image_2"]
    assert list(values(source)[0].values()) == ["a", "b", "c", "d", "e"]
    assert "renamed" in source.description


def test_trailing_separator_in_the_header_only(tmp_path: Path) -> None:
    source = open_source(written(tmp_path / "p.csv", "id;title;\n1;a\n2;b;\n"))
    assert problems(source) == {}
    assert [row["title"] for row in values(source)] == ["a", "b"]


def test_every_row_ends_in_a_separator(tmp_path: Path) -> None:
    source = open_source(written(tmp_path / "p.csv", "id;title\n1;a;\n2;b;\n3;c;\n4;stray;d\n5;e\n"))
    assert problems(source) == {4: "row_too_many_fields"}
    assert [row["title"] for row in values(source)] == ["a", "b", "c", "stray", "e"]


def test_lines_before_the_header(tmp_path: Path) -> None:
    text = "Catalogue export;;\n\n2024-05-01;;\nid;title;brand\n1;Red shirt;Acme\n2;Blue shirt;Acme\n"
    source = open_source(written(tmp_path / "p.csv", text))
    assert source.columns == ["id", "title", "brand"]
    assert [row.row for row in source.rows()] == [1, 2]
    assert "before the header" in source.description


def test_excel_separator_line(tmp_path: Path) -> None:
    source = open_source(written(tmp_path / "p.csv", "sep=;\r\nid;title, short\r\n1;a, b\r\n", "utf-8-sig"))
    assert source.columns == ["id", "title, short"]
    assert values(source) == [{"id": "1", "title, short": "a, b"}]


def test_no_header(tmp_path: Path) -> None:
    source = open_source(written(tmp_path / "p.csv", "1,images/1.jpg,Red shirt\n2,images/2.jpg,Blue shirt\n"))
    assert source.columns == ["column_1", "column_2", "column_3"]
    assert len(values(source)) == 2
    assert "no header" in source.description


def test_semicolons_of_entities_are_no_separators(tmp_path: Path) -> None:
    text = (
        "sku;name;price\r\n1;Fish &amp; Chips;12,50\r\n2;M&uuml;sli;3,20\r\n3;Tea &#38; Cake;4,00\r\n4;Plain;1,00\r\n"
    )
    source = open_source(written(tmp_path / "p.csv", text))
    assert source.columns == ["sku", "name", "price"]
    assert problems(source) == {}
    assert [row["name"] for row in values(source)] == ["Fish &amp; Chips", "M&uuml;sli", "Tea &#38; Cake", "Plain"]
    assert [row["price"] for row in values(source)] == ["12,50", "3,20", "4,00", "1,00"]


def test_one_column(tmp_path: Path) -> None:
    source = open_source(written(tmp_path / "p.csv", "title\nRed shirt\nBlue shirt, long\n"))
    assert source.columns == ["title"]
    assert values(source)[0] == {"title": "Red shirt"}


def test_nul_bytes_and_controls_do_not_stop_a_row(tmp_path: Path) -> None:
    source = open_source(written(tmp_path / "p.csv", "id,title\n1,Red\0 shirt\n2,Blue\x07 shirt\n" + "3,x\n" * 20))
    assert values(source)[0]["title"] == "Red shirt"
    assert problems(source) == {}


def test_a_cell_longer_than_csv_likes(tmp_path: Path) -> None:
    text = "id,title\n1," + "x" * 300_000 + "\n2," + "y" * 5_000_000 + "\n3,z\n"
    rows = list(open_source(written(tmp_path / "p.csv", text)).rows())
    assert len(str(rows[0].values["title"])) == 300_000
    assert [row.problem for row in rows] == ["", "row_too_long", ""]


_CELL = st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from('\n\r\t,;|"'), max_size=12)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cells=st.lists(st.tuples(_CELL, _CELL, _CELL), min_size=1, max_size=12),
    separator=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_csv_round_trip(tmp_path: Path, cells: list[tuple[str, str, str]], separator: str, encoding: str) -> None:
    assume(any("".join(row).strip() for row in cells))
    rows = [dict(zip(("id", "title", "brand"), row, strict=True)) for row in cells]
    text = as_csv(rows, separator, csv.QUOTE_ALL, "\n")
    source = open_source(written(tmp_path / "p.csv", text, encoding))
    assert source.columns == ["id", "title", "brand"]
    assert problems(source) == {}
    assert values(source) == [row for row in rows if row]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=400) | st.text(st.sampled_from('a1,;"\n\r\t|{}[]:\\'), max_size=200).map(str.encode))
def test_any_bytes_are_rows_or_an_input_error(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "p.csv"
    path.write_bytes(data)
    try:
        source = open_source(path)
    except InputError:
        pass  # anything else would fail the test
    else:
        assert [row.row for row in source.rows()] == list(range(1, len(list(source.rows())) + 1))


def test_jsonl(tmp_path: Path) -> None:
    lines = [json.dumps(row, ensure_ascii=False) for row in ROWS]
    lines += ['{"id": "4", "price": 1.5, "tags": ["a", "b"], "dim": {"w": 2}}', "not json", "", "[1]", '{"id": "5"']
    source = open_source(written(tmp_path / "p.jsonl", "\n".join(lines) + "\n"))
    assert source.columns == ["id", "image", "title", "notes", "price", "tags", "dim_w"]
    rows = list(source.rows())
    assert [row.values["title"] for row in rows[:3]] == [row["title"] for row in ROWS]
    assert (rows[3].values["price"], rows[3].values["tags"], rows[3].values["dim_w"]) == (1.5, ["a", "b"], 2)
    assert [row.problem for row in rows[4:]] == ["row_not_json", "row_not_an_object", "row_not_json"]
    assert [row.row for row in rows] == list(range(1, 8))


@pytest.mark.parametrize(
    "wrap",
    [
        lambda rows: {"total": len(rows), "page": {"next": None}, "products": rows},
        lambda rows: {"ok": True, "data": {"filters": ["a"], "prodotti": rows}},
    ],
)
@pytest.mark.parametrize("indent", [None, 2])
def test_json_rows_within_an_object(tmp_path: Path, wrap: Callable[[list], dict], indent: int | None) -> None:
    rows = [{"sku": f"A{n}", "name": f"Oak table {n}"} for n in range(8)]
    path = tmp_path / "products.json"
    path.write_text(json.dumps(wrap(rows), indent=indent), "utf-8")
    assert [row.values for row in open_source(path).rows()] == rows


def test_one_json_object_with_a_list_of_its_own_is_one_row(tmp_path: Path) -> None:
    path = tmp_path / "product.json"
    path.write_text(json.dumps({"sku": "A1", "photos": [{"src": "1.jpg"}, {"src": "2.jpg"}]}), "utf-8")
    assert len(list(open_source(path).rows())) == 1


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("wrapped", [False, True])
def test_json_array(tmp_path: Path, indent: int | None, wrapped: bool) -> None:
    many = ROWS * 2000
    text = json.dumps({"products": many} if wrapped else many, indent=indent, ensure_ascii=False)
    assert values(open_source(written(tmp_path / "p.json", text, "utf-8-sig"))) == many


def test_inner_objects_become_columns(tmp_path: Path) -> None:
    rows = [
        {"id": 1, "name": {"en": "Trail shoe", "it": "Scarpa"}, "image": {"url": "a.jpg"}, "tags": ["new", "sale"]},
        {"id": 2, "name": {"en": "Road shoe"}, "image": None, "stock": {f"shop {i}": i for i in range(40)}},
        {"id": 3, "name": "Track shoe", "price": {"amount": 5.5, "of": {"deep": 1}}},
    ]
    source = open_source(written(tmp_path / "p.jsonl", "\n".join(map(json.dumps, rows))))
    assert source.columns == ["id", "name_en", "name_it", "image", "tags", "stock", "price_amount", "price_of_deep"]
    first, second, third = values(source)
    assert (first["name_en"], first["name_it"], first["image"]) == ("Trail shoe", "Scarpa", {"url": "a.jpg"})
    assert first["tags"] == ["new", "sale"]
    assert json.loads(second["stock"])["shop 7"] == 7  # too many keys to be columns
    assert (third["name_en"], third["price_amount"], third["price_of_deep"]) == ("Track shoe", 5.5, 1)


def test_lists_of_names_and_values_are_said_plainly(tmp_path: Path) -> None:
    row = {
        "categories": [{"id": 9, "name": "Lighting", "slug": "l", "parent": 0}, {"id": 3, "name": "Lamps"}],
        "images": [{"id": 1, "src": "1.jpg", "name": "front"}],
        "attributes": [
            {"id": 1, "name": "Color", "visible": True, "options": ["Red", "Blue"]},
            {"id": 2, "name": "Shade", "options": []},
            {"id": 3, "name": "Dimmable"},
        ],
        "custom_attributes": [{"attribute_code": "material", "value": {"key": "st", "label": "Steel"}}],
        "specs": [
            {"name": "Depth", "value": 4, "unit": "cm"},
            {"name": "Use", "value": "in"},
            {"name": "Use", "value": "out"},
        ],
        "translations": [{"language": "de", "name": "Lampe"}, {"language": "it", "name": "Lampada"}],
        "values": {"colour": [{"locale": None, "scope": None, "data": "red"}]},
        "labels": [{"locale": "en", "data": "Lamp"}, {"locale": "fr", "data": "Lampe"}],
        "variants": [{"title": "Small", "price": "3.00"}, {"title": "Large", "price": "4.00"}],
        "reviews": [{"author": "A", "text": "Good"}],
        "contributors": [{"name": "Ann", "type": "author"}],
        "languages": [{"language": "English"}, {"language": "German"}],
        "photos": [{"name": "front", "path": "pics/0001"}],
        "links": [{"title": "Manual", "url": "https://shop.example/1"}],
        "mixed": [{"name": "a"}, 3],
    }
    source = open_source(written(tmp_path / "p.json", json.dumps([row])))
    (first,) = values(source)
    assert first == {
        "categories": ["Lighting", "Lamps"],
        "images": row["images"],
        "attributes_Color": ["Red", "Blue"],
        "attributes_Shade": [],
        "attributes_Dimmable": True,
        "custom_attributes_material": "Steel",
        "specs_Depth": "4 cm",
        "specs_Use": ["in", "out"],
        "translations_de_name": "Lampe",
        "translations_it_name": "Lampada",
        "values_colour": "red",
        "labels_en": "Lamp",
        "labels_fr": "Lampe",
        "variants": row["variants"],
        "reviews": row["reviews"],
        "mixed": row["mixed"],
        **{name: row[name] for name in ("contributors", "languages", "photos", "links")},
    }
    odd = [{"name": "Use", "value": "in", "note": "more than a value"}]
    source = open_source(written(tmp_path / "odd.json", json.dumps([row, {**row, "attributes": [], "specs": odd}])))
    _, second = values(source)
    assert {"specs", "specs_Use"} < set(source.columns)
    assert (second.get("attributes_Color"), second.get("specs_Use"), second["specs"]) == (None, None, odd)


NESTED = [
    {
        "id": f"A{i:03}",
        "url": f"https://shop.example/p/{i}",
        "name": {"en": f"Red lipstick {i}", "it": None if i else "Rossetto"},
        "photo": {"src": f"images/{i}.jpg", "alt": "Front"},
    }
    for i in range(40)
]


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_objects_are_opened_however_deep(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"p.{suffix}"
    rows = [{"product": product, "sold": 1} for product in NESTED]
    if suffix == "jsonl":
        written(path, "\n".join(map(json.dumps, rows)))
    else:
        pq.write_table(pa.Table.from_pylist(rows), path)
    source = open_source(path)
    opened = ["product_id", "product_url", "product_name_en", "product_name_it", "product_photo", "sold"]
    assert source.columns == opened
    first, second = values(source)[:2]
    assert list(first.values()) == [
        "A000",
        "https://shop.example/p/0",
        "Red lipstick 0",
        "Rossetto",
        *list(first.values())[4:],
    ]
    assert first["product_photo"] == {"src": "images/0.jpg", "alt": "Front"}
    assert (second["product_name_en"], second["product_name_it"]) == ("Red lipstick 1", None)
    assert [row.values for row in source.rows(["product_name_it"])][:1] == [{"product_name_it": "Rossetto"}]
    roles = map_columns(source).roles
    assert (roles.images, roles.texts[0], roles.id) == (("product_photo",), "product_name_en", "product_id")


def test_objects_whose_columns_would_clash_or_go_too_deep_stay_closed(tmp_path: Path) -> None:
    deep: dict = {"end": 1}
    for _ in range(200):
        deep = {"in": deep}
    rows = [{"a": {"b": 1, "c": {"d": 2}}, "a_b": 3, "e": {"f_g": 4}, "e_f": {"g": 5}, "empty": {}, "deep": deep}]
    source = open_source(written(tmp_path / "p.jsonl", json.dumps(rows[0])))
    (row,) = values(source)
    assert (json.loads(row["a"]), row["a_b"], row["e_f_g"], json.loads(row["e_f"])) == (rows[0]["a"], 3, 4, {"g": 5})
    assert row["empty"] is None
    (name,) = [column for column in source.columns if column.startswith("deep")]
    assert name == "deep" + 8 * "_in"
    assert "end" in row[name]


def test_pictures_and_structs_within_a_struct_of_parquet(tmp_path: Path) -> None:
    image = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    kind = pa.struct([("title", pa.binary()), ("image", image), ("when", pa.date32()), ("parts", pa.list_(image))])
    rows = [
        {"title": "caffè".encode(), "image": {"bytes": b"\xff\xd8x", "path": None}, "when": None, "parts": []},
        None,
    ]
    pq.write_table(pa.table({"id": [1, 2], "item": pa.array(rows, kind)}), tmp_path / "p.parquet")
    source = open_source(tmp_path / "p.parquet")
    assert source.columns == ["id", "item_title", "item_image", "item_when", "item_parts"]
    assert source.picture_columns == {"item_image", "item_parts"}
    first, second = values(source)
    assert (first["item_title"], first["item_image"]) == ("caffè", {"bytes": b"\xff\xd8x", "path": None})
    assert second == {"id": 2} | dict.fromkeys(source.columns[1:])


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
def test_text_of_json_is_no_title(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"p.{suffix}"
    names = [{f"key {n}": f"Red lipstick {i}" for n in range(31)} for i in range(40)]  # too many keys to be columns
    rows = [{"title": name, "notes": [name], "words": f"A lipstick in red {i}"} for i, name in enumerate(names)]
    if suffix == "csv":
        written(
            path,
            as_csv([{key: json.dumps(cell) for key, cell in row.items()} | {"words": row["words"]} for row in rows]),
        )
    elif suffix == "jsonl":
        written(path, "\n".join(map(json.dumps, rows)))
    else:
        pq.write_table(pa.Table.from_pylist(rows), path)
    found = map_columns(open_source(path))
    assert (found.roles.texts, found.reasons["title"]) == (("words",), "objects")


def test_json_array_that_breaks_off(tmp_path: Path) -> None:
    text = json.dumps(ROWS)
    source = open_source(written(tmp_path / "p.json", text[:-30]))
    rows = list(source.rows())
    assert [row.problem for row in rows] == ["", "", "row_not_json"]


def test_parquet_of_every_kind_of_picture(tmp_path: Path) -> None:
    struct = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    table = pa.table(
        {
            "id": pa.array([1, 2]),
            "image": pa.array([{"bytes": b"\xff\xd8x", "path": "1.jpg"}, None], struct),
            "raw": pa.array([b"\x89PNG\0", b"\xff"], pa.binary()),
            "several": pa.array([[b"\x89PNG\0"], []], pa.list_(pa.binary())),
            "title": pa.array(["a", None]).dictionary_encode(),
            "undeclared": pa.array([b"caf\xc3\xa9", None], pa.binary()),
            "label": pa.array([1, 0]),
            "a.b": pa.array([pa.scalar(1.5).as_py(), None]),
        }
    )
    features = {"info": {"features": {"label": {"names": ["cat", "dog"], "_type": "ClassLabel"}}}}
    pq.write_table(table.replace_schema_metadata({"huggingface": json.dumps(features)}), tmp_path / "p.parquet")
    source = open_source(tmp_path / "p.parquet")
    assert source.picture_columns == {"image", "raw", "several"}
    first, second = values(source)
    assert first["image"] == {"bytes": b"\xff\xd8x", "path": "1.jpg"}
    assert (first["raw"], first["several"], first["undeclared"]) == (b"\x89PNG\0", [b"\x89PNG\0"], "café")
    assert (first["label"], second["label"], first["a.b"]) == ("dog", "cat", 1.5)
    assert second["image"] is None
    assert [row.values for row in source.rows(["a.b"])] == [{"a.b": 1.5}, {"a.b": None}]


def test_several_files_are_one_catalogue(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    written(folder / "a.csv", as_csv(ROWS))
    written(folder / "b.csv", as_csv([{**row, "extra": "x"} for row in ROWS], ";"))
    for source in (open_source(folder), open_source([folder / "a.csv", folder / "b.csv"])):
        assert source.columns == ["id", "image", "title", "notes", "extra"]
        assert [(row.source, row.row) for row in source.rows()] == [
            (name, number) for name in ("a.csv", "b.csv") for number in (1, 2, 3)
        ]
        assert [row.values["extra"] for row in source.rows()] == [None] * 3 + ["x"] * 3
    written(folder / "stores.csv", "store,city,phone\n1,Roma,5\n")
    with pytest.raises(InputError, match=r"stores\.csv are not one catalogue"):
        open_source(folder)


def test_each_file_looks_for_pictures_beside_itself(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name / "images").mkdir(parents=True)
        (tmp_path / name / "images" / "1.jpg").write_bytes(name.encode())
        written(tmp_path / name / "p.csv", as_csv(ROWS[:1]))
    rows = list(open_source([tmp_path / "a" / "p.csv", tmp_path / "b" / "p.csv"]).rows())
    assert [row.root.find("images/1.jpg").read_bytes() for row in rows] == [b"a", b"b"]
    assert [row.source for row in rows] == ["a/p.csv", "b/p.csv"]


def test_tables_one_level_down_find_pictures_of_the_source(tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "1.jpg").write_bytes(b"x")
    written(tmp_path / "tables" / "p.csv", as_csv(ROWS))
    row = next(open_source(tmp_path).rows())
    assert row.root.find("images/1.jpg").read_bytes() == b"x"


def picture(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (16, 16), "red").save(path)


def test_class_folders(tmp_path: Path) -> None:
    for name in ("train/bolts/1.jpg", "train/bolts/2.PNG", "test/nuts/3.jpg", ".hidden/4.jpg", "test/nuts/notes.txt"):
        (picture if not name.endswith("txt") else Path.touch)(tmp_path / name)
    source = open_source(tmp_path)
    assert source.columns == ["file_name", "category"]
    assert [(row.values["file_name"], row.values["category"]) for row in source.rows()] == [
        ("test/nuts/3.jpg", "nuts"),
        ("train/bolts/1.jpg", "bolts"),
        ("train/bolts/2.PNG", "bolts"),
    ]
    assert "class folders" in source.description


def test_file_names_with_words_are_titles(tmp_path: Path) -> None:
    for name in ("red-cotton-shirt_01.jpg", "blue_linen_jacket.jpg", "IMG_2041.jpg"):
        picture(tmp_path / "images" / name)
    source = open_source(tmp_path)
    assert source.columns == ["file_name", "title"]
    assert [row["title"] for row in values(source)] == [None, "blue linen jacket", "red cotton shirt"]


def test_image_folder_with_metadata(tmp_path: Path) -> None:
    for split in ("train", "test"):
        picture(tmp_path / split / "1.jpg")
        written(tmp_path / split / "metadata.jsonl", '{"file_name": "1.jpg", "text": "a red square"}\n')
    rows = list(open_source(tmp_path).rows())
    assert [row.source for row in rows] == ["test/metadata.jsonl", "train/metadata.jsonl"]
    assert [row.root.find("1.jpg").parent.name for row in rows] == ["test", "train"]


def test_compressed(tmp_path: Path) -> None:
    path = tmp_path / "p.csv.gz"
    path.write_bytes(gzip.compress(as_csv(ROWS).encode()))
    assert values(open_source(path)) == ROWS
    assert values(open_source(tmp_path)) == ROWS


def workbook() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "found", "hint"),
    [
        ("p.csv", b"", "is empty", "export"),
        ("p.csv", b"\xef\xbb\xbf \n\n", "is empty", "export"),
        ("p.csv", b"\x89PNG\r\n\x1a\n\0\0", "a PNG picture", "export it as CSV"),
        ("p.xlsx", workbook(), "an Excel workbook", "export it as CSV"),
        ("p.csv", workbook(), "an Excel workbook", "export it as CSV"),
        ("p.zip", b"PK\x03\x04\x14\0\0\0\0\0photo.jpg", "a ZIP archive", "unpack"),
        ("p.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Excel", "export it as CSV"),
        ("p.csv", b"<!DOCTYPE html><html><body>Please log in</body></html>", "an HTML", "export"),
        ("p.csv", bytes(range(256)) * 8, "binary data", "export"),
        ("p.parquet", b"PAR1 nonsense", "not a readable Parquet", "again"),
        ("p.jsonl", b'"just a string"\n{"broken', None, ""),
        ("p.json", b'{"a": 1', "no JSON objects", "object"),
        ("p.csv.gz", b"\x1f\x8b broken", "cannot be read", "check"),
    ],
)
def test_what_is_no_table_is_named(tmp_path: Path, name: str, data: bytes, found: str | None, hint: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    if found is None:
        assert open_source(path).columns
        return
    with pytest.raises(InputError) as caught:
        open_source(path)
    assert found in str(caught.value)
    assert name in str(caught.value)
    assert hint in caught.value.hint


def test_missing_file_and_empty_folder(tmp_path: Path) -> None:
    written(tmp_path / "products.csv", "id\n1\n")
    with pytest.raises(InputError, match=r"there is no .*product\.csv") as caught:
        open_source(tmp_path / "product.csv")
    assert "products.csv" in caught.value.hint
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"no table .* and no pictures; found: nothing"):
        open_source(tmp_path / "empty")
    with pytest.raises(UsageError):
        open_source([])


def test_memory_stays_flat(tmp_path: Path) -> None:
    path = written(tmp_path / "p.csv", "id,title\n" + "".join(f"{n},{'word ' * 40}\n" for n in range(20_000)))
    tracemalloc.start()
    assert sum(1 for _ in open_source(path).rows()) == 20_000
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert path.stat().st_size > 4_000_000
    assert peak_bytes < 3_000_000


@pytest.mark.real
def test_real_sources(real_data: Path) -> None:
    fashion = open_source(real_data / "fashion")
    assert sum(1 for _ in fashion.rows()) == 7242
    assert problems(fashion) == {}
    grocery = open_source(real_data / "grocery")
    assert grocery.picture_columns == {"image"}
    assert [row.source for row in grocery.rows(["id"])] == ["train.parquet"] * 2640 + ["val.parquet"] * 296
