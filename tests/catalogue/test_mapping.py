"""The mapping of columns: names in many languages, and contents that overrule them."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable
from pathlib import Path

import pytest
from PIL import Image

from gergo.catalogue.column_names import hint
from gergo.catalogue.mapping import map_columns
from gergo.catalogue.roles import ColumnMap, Roles
from gergo.catalogue.sources import open_source
from gergo.errors import InputError, UsageError

WORDS = {
    "en": "red blue cotton wool steel long short light heavy shirt jacket bolt screw lamp chair table with for",
    "de": "rote blaue Baumwolle Stahl lange kurze leichte Hemd Jacke Schraube Lampe Stuhl Tisch mit für",
    "it": "rosso blu cotone lana acciaio lungo corto camicia giacca vite lampada sedia tavolo con per città",
}
DESCRIPTION_WORDS = 18


def phrase(rng: random.Random, words: int, language: str = "en") -> str:
    return " ".join(rng.choices(WORDS[language].split(), k=words)).capitalize()


def values_of(kind: str, n: int = 60) -> list[str]:
    """`n` values such as a column of that kind has."""
    rng = random.Random(kind)
    makers = {
        "image": lambda i: f"images/{i:05d}.jpg",
        "image sometimes": lambda i: f"images/{i:05d}_b.jpg" if i % 20 == 0 else "",
        "images": lambda i: f"images/{i}a.jpg|images/{i}b.jpg",
        "image address": lambda i: f"https://cdn.shop.example/p/{i}.jpg?w=600",
        "address": lambda i: f"https://shop.example/p/{i}",
        "id": lambda i: str(10_000 + i),
        "sku": lambda i: f"AB-{i:04d}-X",
        "ean": lambda i: str(4_006_381_333_900 + i * 7),
        "row number": str,
        "parent": lambda i: f"P{i // 3:04d}",
        "title": lambda i: phrase(rng, 5) + f" {i}",
        "titel": lambda i: phrase(rng, 5, "de") + f" {i}",
        "titolo": lambda i: phrase(rng, 5, "it") + f" {i}",
        "one word": lambda _: rng.choice(["Apple", "Pear", "Leek", "Plum", "Fig", "Lime", "Kiwi", "Onion"]),
        "description": lambda _: phrase(rng, DESCRIPTION_WORDS) + ".",
        "html": lambda _: f"<p>{phrase(rng, DESCRIPTION_WORDS)}</p><ul><li>soft</li></ul>",
        "brand": lambda _: rng.choice(["Acme", "Nike", "Würth", "Foo Bar", "Zeta"]),
        "category": lambda i: ["Shirts", "Jackets", "Bolts", "Screws", "Lamps", "Chairs"][i % 6],
        "colour": lambda _: rng.choice(["red"] * 6 + ["blue"] * 3 + ["green", "black", "white", "grey"]),
        "size": lambda _: rng.choice(["S", "M", "L", "XL", "M8x20"]),
        "price": lambda _: f"{rng.randint(1, 99)},{rng.randint(10, 99)} €",
        "stock": lambda _: str(rng.randint(0, 500)),
        "date": lambda _: f"2024-0{rng.randint(1, 9)}-1{rng.randint(0, 9)}",
        "flag": lambda _: rng.choice(["yes", "no"]),
        "weight": lambda _: f"{rng.randint(1, 900)} g",
        "nothing": lambda _: "",
    }
    return [makers[kind](i) for i in range(n)]


def mapped(folder: Path, columns: dict[str, str], n: int = 60, **overrides) -> ColumnMap:
    """The map of a CSV with these columns, name -> kind of values."""
    path = folder / "products.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*(values_of(kind, n) for kind in columns.values()), strict=True))
    return map_columns(open_source(path), overrides)


CATALOGUES = {
    "plain": (
        {
            "image": "image",
            "id": "id",
            "title": "title",
            "description": "description",
            "brand": "brand",
            "price": "price",
        },
        Roles(("image",), ("title", "description"), "id", None, "brand", None),
    ),
    "German": (
        {"Artikelnummer": "sku", "Bezeichnung": "titel", "Langtext": "description", "Marke": "brand", "Preis": "price"}
        | {"Bild 1": "image", "Bild 2": "image sometimes", "Warengruppe": "category", "Farbe": "colour"},
        Roles(("Bild 1", "Bild 2"), ("Bezeichnung", "Langtext"), "Artikelnummer", None, "Marke", "Warengruppe"),
    ),
    "Italian": (
        {"codice": "sku", "titolo": "titolo", "descrizione": "description", "marca": "brand", "immagine": "image"}
        | {"categoria": "category", "prezzo": "price", "colore": "colour"},
        Roles(("immagine",), ("titolo", "descrizione"), "codice", None, "marca", "categoria"),
    ),
    "French": (
        {"référence": "sku", "Nom du produit": "title", "Description longue": "description", "Marque": "brand"}
        | {"photo": "image", "Catégorie": "category", "Prix TTC": "price", "Réf. parent": "parent"},
        Roles(("photo",), ("Nom du produit", "Description longue"), "référence", "Réf. parent", "Marque", "Catégorie"),
    ),
    "Spanish": (
        {"código": "sku", "nombre": "title", "descripción": "description", "marca": "brand", "imagen": "image"}
        | {"categoría": "category", "precio": "price"},
        Roles(("imagen",), ("nombre", "descripción"), "código", None, "marca", "categoría"),
    ),
    "Portuguese": (
        {
            "código": "ean",
            "título": "title",
            "descrição": "description",
            "fabricante": "brand",
            "foto_principal": "image",
        },
        Roles(("foto_principal",), ("título", "descrição"), "código", None, "fabricante", None),
    ),
    "Dutch": (
        {"artikelcode": "sku", "productnaam": "title", "omschrijving": "description", "merk": "brand"}
        | {"afbeelding": "image", "voorraad": "stock"},
        Roles(("afbeelding",), ("productnaam", "omschrijving"), "artikelcode", None, "merk", None),
    ),
    "Polish": (
        {
            "Kod": "sku",
            "Nazwa": "title",
            "Opis": "description",
            "Producent": "brand",
            "Zdjęcie": "image",
            "Cena": "price",
        },
        Roles(("Zdjęcie",), ("Nazwa", "Opis"), "Kod", None, "Producent", None),
    ),
    "Swedish": (
        {
            "Artikelnummer": "sku",
            "Benämning": "title",
            "Beskrivning": "description",
            "Varumärke": "brand",
            "Bild": "image",
        },
        Roles(("Bild",), ("Benämning", "Beskrivning"), "Artikelnummer", None, "Varumärke", None),
    ),
    "Danish": (
        {"Varenummer": "sku", "Varenavn": "title", "Beskrivelse": "description", "Mærke": "brand", "Billede": "image"},
        Roles(("Billede",), ("Varenavn", "Beskrivelse"), "Varenummer", None, "Mærke", None),
    ),
    "Czech": (
        {
            "Kód": "sku",
            "Název": "title",
            "Popis": "description",
            "Značka": "brand",
            "Obrázek": "image",
            "Cena": "price",
        },
        Roles(("Obrázek",), ("Název", "Popis"), "Kód", None, "Značka", None),
    ),
    "Turkish": (
        {"Stok Kodu": "sku", "Ürün Adı": "title", "Açıklama": "description", "Marka": "brand", "Resim": "image"},
        Roles(("Resim",), ("Ürün Adı", "Açıklama"), "Stok Kodu", None, "Marka", None),
    ),
    "Shopify": (
        {"Handle": "parent", "Title": "title", "Body (HTML)": "html", "Vendor": "brand", "Type": "category"}
        | {"Published": "flag", "Option1 Value": "size", "Variant SKU": "sku", "Variant Price": "price"}
        | {"Image Src": "image address", "Image Position": "stock", "Image Alt Text": "nothing"},
        Roles(("Image Src",), ("Title", "Body (HTML)"), "Variant SKU", "Handle", "Vendor", "Type"),
    ),
    "WooCommerce": (
        {"ID": "id", "SKU": "sku", "Name": "title", "Published": "flag", "Short description": "description"}
        | {
            "Description": "html",
            "Regular price": "price",
            "Categories": "category",
            "Images": "images",
            "Parent": "parent",
        },
        Roles(("Images",), ("Name", "Description", "Short description"), "ID", "Parent", None, "Categories"),
    ),
    "Google Merchant": (
        {"id": "sku", "title": "title", "description": "description", "link": "address", "image_link": "image address"}
        | {"additional_image_link": "image address", "price": "price", "gtin": "ean", "brand": "brand"}
        | {"google_product_category": "category", "item_group_id": "parent", "color": "colour"},
        Roles(
            ("image_link", "additional_image_link"),
            ("title", "description"),
            "id",
            "item_group_id",
            "brand",
            "google_product_category",
        ),
    ),
    "Amazon": (
        {"item_sku": "sku", "item_name": "title", "brand_name": "brand", "main_image_url": "image address"}
        | {"other_image_url1": "image address", "other_image_url2": "image address", "parent_sku": "parent"}
        | {"product_description": "description", "bullet_point1": "title", "bullet_point2": "titel"},
        Roles(
            ("main_image_url", "other_image_url1", "other_image_url2"),
            ("item_name", "product_description", "bullet_point1", "bullet_point2"),
            "item_sku",
            "parent_sku",
            "brand_name",
            None,
        ),
    ),
    "camel case and order": (
        {"imageUrl3": "image", "imageUrl1": "image", "productDisplayName": "title", "articleType": "category"}
        | {"baseColour": "colour", "productId": "id"},
        Roles(("imageUrl1", "imageUrl3"), ("productDisplayName",), "productId", None, None, "articleType"),
    ),
    "two languages": (
        {"sku": "sku", "title_it": "titolo", "title": "title", "description": "description", "picture": "image"},
        Roles(("picture",), ("title", "description", "title_it"), "sku", None, None, None),
    ),
    "names that say nothing": (
        {
            "a": "image",
            "b": "sku",
            "c": "title",
            "d": "description",
            "e": "price",
            "f": "date",
            "g": "flag",
            "h": "colour",
        },
        Roles(("a",), ("c", "d"), "b", None, None, "h"),
    ),
    "names that lie": (
        {"title": "price", "image": "title", "description": "image", "id": "description", "brand": "stock", "x": "sku"},
        Roles(("description",), ("image", "id"), "x", None, None, None),
    ),
    "titles of one word": (
        {"name": "one word", "image": "image", "code": "sku"},
        Roles(("image",), ("name",), "code", None, None, "name"),
    ),
    "product id that repeats": (
        {"product_id": "parent", "sku": "sku", "image": "image", "name": "title"},
        Roles(("image",), ("name",), "sku", "product_id", None, None),
    ),
    "no id": (
        {"": "row number", "image": "image", "caption": "title", "price": "price", "weight": "weight"},
        Roles(("image",), ("caption",), None, None, None, None),
    ),
    "only texts": ({"title": "title"}, Roles((), ("title",))),
    "only pictures": ({"file": "image"}, Roles(("file",))),
    "pictures and a category": (
        {"file_name": "image", "label": "category"},
        Roles(("file_name",), ("label",), category="label"),
    ),
}


@pytest.mark.parametrize("name", CATALOGUES)
def test_catalogues(tmp_path: Path, name: str) -> None:
    columns, roles = CATALOGUES[name]
    found = mapped(tmp_path, columns)
    assert found.roles == roles, found.describe()
    assert list(found.reasons) == open_source(tmp_path / "products.csv").columns
    assert all(reason for reason in found.reasons.values())


def test_description_prints_every_column(tmp_path: Path) -> None:
    found = mapped(tmp_path, CATALOGUES["plain"][0])
    lines = found.describe().splitlines()
    assert [line.split()[:2] for line in lines[:3]] == [["image", "images"], ["id", "id"], ["title", "texts"]]
    assert lines[-1].split()[:3] == ["price", "kept", "numbers"]


def test_overrides(tmp_path: Path) -> None:
    columns = {"image": "image", "image_2": "image", "title": "title", "notes": "description", "sku": "sku", "id": "id"}
    columns |= {"colour": "colour", "kind": "category", "brand": "brand"}
    found = mapped(
        tmp_path,
        columns,
        image="IMAGE_2",
        text=["notes", "title"],
        id="sku",
        group="colour",
        brand="",
        category="colour",
    )
    assert found.roles == Roles(("image_2",), ("notes", "title"), "sku", "colour", None, "colour")
    assert found.reasons["notes"] == "asked for by --text"


@pytest.mark.parametrize("option", ["image", "text", "id", "group", "brand", "category"])
def test_override_of_no_column(tmp_path: Path, option: str) -> None:
    with pytest.raises(UsageError) as caught:
        mapped(tmp_path, {"image": "image", "title": "title"}, **{option: "titel"})
    assert f"--{option}" in str(caught.value)
    assert "'titel'" in str(caught.value)
    assert caught.value.hint == "did you mean title? columns: image, title"


def test_neither_text_nor_picture(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no column holds texts or pictures; columns: price, stock") as caught:
        mapped(tmp_path, {"price": "price", "stock": "stock"})
    assert "--text" in caught.value.hint


def test_header_only(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no rows: found a header only"):
        mapped(tmp_path, {"image": "image", "title": "title"}, n=0)


def test_pictures_named_by_id(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    for number in range(10_000, 10_060):
        Image.new("RGB", (8, 8)).save(tmp_path / "images" / f"{number}.jpg")
    found = mapped(tmp_path, {"id": "id", "productDisplayName": "title"})
    assert found.roles == Roles(("id",), ("productDisplayName",), "id")
    found = mapped(tmp_path, {"picture": "id", "title": "title"})
    assert found.roles.images == ("picture",)


def category_of(folder: Path, columns: dict[str, list[str]]) -> str | None:
    path = folder / "products.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["title", *columns])
        titles = (f"A thing of number {n}" for n in range(10_000))
        writer.writerows(zip(titles, *columns.values(), strict=False))
    return map_columns(open_source(path)).roles.category


def test_category_is_what_repeats_most_evenly(tmp_path: Path) -> None:
    even = [f"kind {'abcdefgh'[n % 8]}" for n in range(160)]
    uneven = ["common"] * 120 + [f"rare {'abcdefgh'[n % 8]}" for n in range(40)]
    four = [f"season {'abcd'[n % 4]}" for n in range(160)]
    many = [f"shade {n % 80}x" for n in range(160)] + ["x"]
    assert category_of(tmp_path, {"p": uneven, "q": even, "r": four}) == "q"
    assert category_of(tmp_path, {"category": uneven, "q": even}) == "q"
    assert category_of(tmp_path, {"category": uneven, "r": four}) == "category"
    assert category_of(tmp_path, {"r": four}) is None
    assert category_of(tmp_path, {"many": many, "p": uneven}) == "many"


def test_category_named_so_wins_a_near_tie(tmp_path: Path) -> None:
    exact = [f"kind {'abcdefgh'[n % 8]}" for n in range(160)]
    nearly = [f"sort {'abcdefgh'[n % 8]}" for n in range(160)]
    nearly[:8] = ["sort a"] * 8
    assert category_of(tmp_path, {"colour": exact, "category": nearly}) == "category"


def test_no_category_from_numbers_dates_brands_and_unique_values(tmp_path: Path) -> None:
    columns = {
        "year": [str(2010 + n % 8) for n in range(160)],
        "date": [f"2024-01-0{n % 8 + 1}" for n in range(160)],
        "brand": [f"Brand {'abcdefgh'[n % 8]}" for n in range(160)],
        "unique": [f"word number {n}" for n in range(160)],
        "empty words": (["N/A", "-", "none", "null", "k.A.", "n.d."] * 30)[:160],
    }
    assert category_of(tmp_path, columns) is None


@pytest.mark.parametrize(
    ("column", "role"),
    [
        ("Product Title", "title"),
        ("productDisplayName", "title"),
        ("Produktbezeichnung", "title"),
        ("ARTIKEL-BEZEICHNUNG", "title"),
        ("nome_prodotto", "title"),
        ("Nom de l'article", "title"),
        ("title (en)", "title"),
        ("produktbeschreibung_de", "description"),
        ("Item No.", "id"),
        ("Artikel-Nr.", "id"),
        ("itemGroupID", "group"),
        ("Vater-SKU", "group"),
        ("Varumärke", "brand"),
        ("articleType", "category"),
    ],
)
def test_names(column: str, role: str) -> None:
    assert min(hint(column).roles, key=hint(column).roles.__getitem__) == role


@pytest.mark.parametrize(
    "column", ["brand_name_colour", "meta title", "price", "customer name", "created at", "zip code"]
)
def test_names_that_are_no_title(column: str) -> None:
    assert not {"title", "id", "description"} & hint(column).roles.keys()


def rows_of(path: Path, header: str, rows: Iterable[str]) -> Path:
    path.write_text("\n".join([header, *rows]) + "\n", "utf-8")
    return path


def test_a_column_named_category_goes_before_more_even_ones(tmp_path: Path) -> None:
    kinds = ["Shirts"] * 28 + ["Shoes"] * 12 + ["Coats"] * 8 + ["Bags"] * 6 + ["Hats"] * 4 + ["Belts"] * 2
    colours = ("red", "blue", "green", "black", "white", "grey")
    rows = (
        f"A{n:03},{colours[n % 6]} {kind} number {n},{kind},{colours[n % 6]},{n}.jpg" for n, kind in enumerate(kinds)
    )
    found = map_columns(open_source(rows_of(tmp_path / "p.csv", "sku,title,category,color,image", rows)))
    assert found.roles.category == "category"


def test_titles_of_a_row_a_picture_are_no_category(tmp_path: Path) -> None:
    rows = (f"{n // 2:04},Oak table {n // 2},{n}.jpg" for n in range(40))
    found = map_columns(open_source(rows_of(tmp_path / "p.csv", "sku,title,image", rows)))
    assert found.roles.category is None
    assert found.roles.texts == ("title",)


def test_the_title_comes_first_in_whatever_language(tmp_path: Path) -> None:
    rows = (f"A{n},Oak table {n},Tavolo {n},It will last for many years whatever you do,{n}.jpg" for n in range(20))
    found = map_columns(open_source(rows_of(tmp_path / "p.csv", "sku,title_en,title_it,description,image", rows)))
    assert found.roles.texts[0] == "title_en"


def test_a_short_name_beside_prose_is_the_title_without_a_known_name(tmp_path: Path) -> None:
    prose = "It is made of good stuff and will last for many years whatever you do with it"
    rows = (f"K{n:04},Oak table{n},{prose} number {n}.,{n}.jpg" for n in range(40))
    found = map_columns(open_source(rows_of(tmp_path / "p.csv", "col1,col2,col3,col4", rows)))
    assert found.roles.texts == ("col2", "col3")


def test_the_id_is_what_variants_name_their_parent_by(tmp_path: Path) -> None:
    rows = []
    for n in range(10):
        rows.append(f"{100 + 3 * n},variable,W{n},Oak table {n},,{n}.jpg")
        rows += [
            f"{101 + 3 * n + k},variation,W{n}-{k},Oak table {n} - {c},W{n},{n}{k}.jpg"
            for k, c in ((0, "Red"), (1, "Blue"))
        ]
    found = map_columns(open_source(rows_of(tmp_path / "p.csv", "ID,Type,SKU,Name,Parent,Images", rows)))
    assert (found.roles.id, found.roles.group) == ("SKU", "Parent")


def test_ids_with_a_letter_of_a_script_without_spaces(tmp_path: Path) -> None:
    rows = (f"甲{n:03},不锈钢水杯{n}号,{300 + n}ml,{n}.jpg" for n in range(20))
    found = map_columns(open_source(rows_of(tmp_path / "p.csv", "商品编号,商品名称,规格,主图", rows)))
    assert found.roles.id == "商品编号"


def test_a_number_that_some_rows_lack_is_no_id_beside_a_whole_one(tmp_path: Path) -> None:
    rows = (f"{7000 + n};Tisch {n};{'' if n in (3, 17) else 4006381333931 + n};{n}.jpg" for n in range(40))
    found = map_columns(open_source(rows_of(tmp_path / "p.csv", "Artikelnummer;Bezeichnung;EAN;Bild", rows)))
    assert found.roles.id == "Artikelnummer"


@pytest.mark.real
def test_real_catalogues(real_data: Path) -> None:
    fashion = map_columns(open_source(real_data / "fashion"))
    assert fashion.roles == Roles(("image",), ("title",), "id", None, "brand", "articleType")
    grocery = map_columns(open_source(real_data / "grocery"))
    assert grocery.roles == Roles(("image",), ("title", "description"), "id", None, None, "title")


# A title of several words each time, a description, a price, a date and a measure, as they are written there.
UNSPACED = {
    "Japanese": (
        ("しっとり美白乳液", "敏感肌用洗顔フォーム", "薬用保湿クリーム", "無香料ハンドソープ"),
        "毎日のお手入れに使える商品です。適量を手に取ってご使用ください。番号は{}番です。",
        ("{:,}円", "2024年1月{}日", "{}個"),
        ("商品コード", "商品名", "商品説明", "アイテム", "備考"),
    ),
    "Chinese": (
        ("保湿美白乳液", "敏感肌洗面奶", "无香料护手霜", "薄荷牙膏套装"),
        "本产品适合每天使用，请取适量均匀涂抹于面部并轻轻按摩，编号为{}号。",
        ("{}元", "2024年1月{}日", "{}件"),
        ("商品编码", "产品名称", "产品描述", "项目", "备注"),
    ),
    "Korean": (
        ("촉촉한미백로션", "민감성폼클렌징", "약용보습크림", "무향핸드워시"),
        "매일사용하기좋은제품입니다.적당량을손에덜어사용하세요.번호는{}번입니다.",
        ("{:,}원", "2024년 1월 {}일", "{}개"),
        ("상품코드", "상품명", "상품설명", "아이템", "비고"),
    ),
    "Thai": (
        ("โลชั่นบำรุงผิว", "โฟมล้างหน้าสูตรอ่อนโยน", "ครีมให้ความชุ่มชื้น", "สบู่เหลวล้างมือ"),
        "เหมาะสำหรับใช้ทุกวันเทลงบนฝ่ามือแล้วทาให้ทั่วผิวหน้ารุ่นที่{}",
        ("{} บาท", "{}/1/2567", "{}ชิ้น"),
        ("code", "title", "description", "รายการ", "หมายเหตุ"),
    ),
}


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("language", UNSPACED)
def test_scripts_without_spaces(tmp_path: Path, language: str, named: bool) -> None:
    titles, description, figures, (code, *names) = UNSPACED[language]
    title, long = names[:2] if named else names[2:]
    path = tmp_path / "products.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([code, long, title, "p", "d", "n", "f"])
        for i in range(1, 41):
            values = [figure.format(i * 37 % 31 + 1) for figure in figures]
            writer.writerow([f"JP{i:04}", description.format(i), f"{titles[i % 4]}{i}", *values, f"pics/{i}.png"])
    found = map_columns(open_source(path))
    assert found.roles == Roles(("f",), (title, long), code), found.describe()


def test_the_longer_of_two_columns_that_read_like_a_title_is_the_description(tmp_path: Path) -> None:
    columns = {"photo": "image", "y": "description", "x": "title"}
    assert mapped(tmp_path, columns).roles.texts == ("x", "y")


def test_small_numbers_are_no_flags(tmp_path: Path) -> None:
    lines = [f"A{i},Hat number {i},{1 + i % 3 // 2 * (1 + i % 2)},{i % 2},{'NY'[i % 2]}" for i in range(30)]
    path = tmp_path / "p.csv"
    path.write_text("sku,title,image order,new,active\n" + "\n".join(lines), "utf-8")
    reasons = map_columns(open_source(path)).reasons
    assert [reasons[column] for column in ("image order", "new", "active")] == ["numbers", "yes or no", "yes or no"]


def test_an_id_in_greek(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text("Κωδικός,Όνομα\n" + "\n".join(f"0{i:04},Καπέλο με αριθμό {i}" for i in range(30)), "utf-8")
    assert map_columns(open_source(path)).roles.id == "Κωδικός"
