"""Encodings that nobody wrote down are told by words, or stated."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.catalogue.exports import write_shop

import gergo
from gergo.catalogue.sources import Source, open_source
from gergo.catalogue.sources.letters import most_natural
from gergo.catalogue.sources.stated import Stated
from gergo.errors import InputError, UsageError

# The same few words again and again, as exports have them: a name, a brand, a size, a currency.
WORDS = {
    "pt cp1252": "Colchão Fogão Coleção Edição",
    "pt more cp1252": "Armário balanço estação verão não proteção à prova de água salões maçã",
    "ro cp1250": "Păpuşă Maşină excelentă pătrat roşu călătorie înălţime",
    "tr cp1254": "yeşil gümüş çalışma kırmızı şık dayanıklı",
    "tr capitals cp1254": "YEŞİL ÇİÇEK IŞIK başlık çıkış küçüğü",
    "is cp1252": "Æðislegt Þetta mjög þægilegt húsgagn Borð alþjóðlegt",
    "de Nordic cp1252": "Größe Höhe für Küche Büro Håkan Ålesund",
    "de capitals cp1252": "GRÖßE Stühle Ø m² 5½ ÜBERGRÖSSE",
    "de Slavic cp1252": "Größe Höhe für Küche Büro Škoda Košice Håkan",
    "pl cp1250": "zł Zdjęcie żółty Jouet d’été",
    "pl mixed cp1250": "zł łóżko Müller Größe żółty Wspaniała Köln",
    "da cp1252": "egetræ blå Café à Köln müßig møbel køkken værelse",
    "sv cp1252": "röd grön Säng blå Färg höjd på möbeln Müller Straße",
    "nl cp1252": "Crèmekleurige geëtst Coördinaat Geïmpregneerd Één stuk ideeën",
    "en cp1252": "Gardener’s “best” – 5 m² £8 3½ café — crème",
    "cs cp1250": "Židle dřevěná Stůl široká Krásný hodí Výška",
    "hu cp1250": "Bőr kanapé könnyű Tömör gyermekeknek választás",
    "lv cp1257": "krēsls galds ērts dīvāns šķīvis ļoti mājām žurnāls",
    "lt cp1257": "kėdė žalia stalas ąžuolo šviestuvas vyšnių sėdynė",
    "et cp1257": "tool punane õhuke söögilaud köögikapp šokolaad",
    "pl iso8859_2": "krzesło żółte świetny mebel wnętrza ławka źródło",
    "fr mac_roman": "Étagère chêne très élégant où l’été crème façade",
    "ja cp932": "化粧水 さっぱり 口紅 赤 レディースＴシャツ ㈱ にっこり笑う 画像",
    "ja kanji cp932": "化粧水 口紅 乳液 洗顔料 日焼止",
    "ja euc_jp": "化粧水 さっぱり 口紅 赤 レディースＴシャツ にっこり笑う 画像",
    "ja more euc_jis_2004": "化粧水 さっぱり 口紅 ① ㈱ にっこり笑う",
    "zh gb18030": "女士长袖衬衫 红色 纯棉 运动鞋 男款 透气 夏季新款 不锈钢保温杯",
    "tw big5": "女士長袖襯衫 紅色 純棉 運動鞋 男款 透氣 夏季新款 不鏽鋼保溫杯",
    "ko euc_kr": "여성 긴팔 셔츠 빨간색 면 운동화 남성용 통기성 여름 신상품",
    "ru cp1251": "Мужские кроссовки чёрные Женская зимняя куртка",
    "el cp1253": "Ανδρικά παπούτσια τρεξίματος μαύρα Γυναικείο φόρεμα",
    "en quotes cp1252": "Gardener’s don’t it’s women’s “best” kids’",
    "de one word cp1252": "Ärmel",
    "pl one word cp1250": "żółty",
    "zh shirts gb18030": "男T恤 女士T恤 红色 USB充电 纯棉",
    "several cp1252": "Größe crème niño città São coração garçon señora",
}


def shop(path: Path, words: str, codec: str) -> Source:
    rows = [f"A{n};{words} {n}" for n in range(20)]
    path.write_bytes("\n".join(["sku;name", *rows]).encode(codec))
    return open_source(path)


@pytest.mark.parametrize("case", WORDS)
def test_words_tell_the_encoding(tmp_path: Path, case: str) -> None:
    source = shop(tmp_path / "p.csv", WORDS[case], case.rsplit(maxsplit=1)[1])
    assert next(source.rows()).values["name"] == f"{WORDS[case]} 0"


VIETNAMESE = "Áo sơ mi nữ dài tay màu đỏ giày thể thao nam thoáng khí đồ chơi trẻ em bằng gỗ"


def cp1258(text: str) -> bytes:
    """As the encoding has it: a tone after the vowel."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    parts = [unicodedata.normalize("NFD", letter) for letter in text]
    vowels = [unicodedata.normalize("NFC", "".join(c for c in part if c not in tones)) for part in parts]
    said = [vowel + "".join(c for c in part if c in tones) for vowel, part in zip(vowels, parts, strict=True)]
    return "".join(said).encode("cp1258")


def test_vietnamese_is_told_by_its_tones(tmp_path: Path) -> None:
    rows = [f"A{n};".encode() + cp1258(VIETNAMESE) for n in range(20)]
    (tmp_path / "p.csv").write_bytes(b"\n".join([b"sku;name", *rows]))
    found = next(open_source(tmp_path / "p.csv").rows()).values["name"]
    assert unicodedata.normalize("NFC", str(found)) == VIETNAMESE


def test_a_guess_that_cannot_read_all_bytes_says_how_many(tmp_path: Path) -> None:
    text = "\n".join(["sku,name", *(f"A{n},にっこり笑う赤い靴{n}" for n in range(9_000))]).encode("cp932")
    (tmp_path / "p.csv").write_bytes(text + b"\nA,\x81\xff\n")
    said = open_source(tmp_path / "p.csv").description
    assert "cp932 (a guess that makes にっこり笑う赤い靴" in said
    assert "bytes are not cp932 and became \N{REPLACEMENT CHARACTER}" in said
    (tmp_path / "q.csv").write_bytes(text)
    assert "became" not in open_source(tmp_path / "q.csv").description


def test_bytes_that_no_encoding_makes_text_of_are_refused(tmp_path: Path) -> None:
    junk = bytes((7 * n * n + 13 * n) % 128 + 128 for n in range(600))
    (tmp_path / "p.csv").write_bytes(b"sku,name\n" + b"\n".join(b"A," + junk[n : n + 7] for n in range(0, 600, 7)))
    with pytest.raises(InputError, match="no encoding makes text") as caught:
        open_source(tmp_path / "p.csv")
    assert "--encoding" in caught.value.hint


def test_a_guess_is_said_with_words_that_it_makes(tmp_path: Path) -> None:
    said = shop(tmp_path / "p.csv", "Krzesło żółte", "cp1250").description
    assert "cp1250 (a guess that makes Krzesło, żółte; else name it: --encoding)" in said
    assert "--encoding" in said
    lines = [json.dumps({"title": "Krzesło żółte"}, ensure_ascii=False)] * 3
    (tmp_path / "p.jsonl").write_bytes("\n".join(lines).encode("cp1250"))
    assert "a guess that makes Krzesło, żółte" in open_source(tmp_path / "p.jsonl").description
    assert "guess" not in shop(tmp_path / "q.csv", "Krzesło żółte", "utf-8").description


def test_repetition_is_no_evidence() -> None:
    once = most_natural("zł Zdjęcie żółty cena".encode("cp1250"))
    often = most_natural(("cena crème " * 500 + "zł Zdjęcie żółty").encode("cp1250", "replace"))
    assert once is not None
    assert often is not None
    assert once.encoding == often.encoding == "cp1250"


def test_what_is_no_latin_text_is_not_made_into_one() -> None:
    assert most_natural("Мужские кроссовки чёрные; Женская зимняя куртка".encode("cp1251")) is None
    assert most_natural("Ανδρικά παπούτσια τρεξίματος μαύρα".encode("cp1253")) is None
    assert most_natural("化粧水 さっぱり 口紅 赤 乳液 しっとり".encode("cp932")) is None


def test_a_stated_encoding_and_separator_are_used(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_bytes("sku;name,long\n1;Größe,5\n2;Maß,7\n".encode("mac_roman"))
    for separator in (";", "semicolon"):
        source = open_source(path, Stated.of("Mac-Roman", separator))
        assert [row.values for row in source.rows()] == [
            {"sku": "1", "name,long": "Größe,5"},
            {"sku": "2", "name,long": "Maß,7"},
        ]
    assert "mac-roman (as stated), separated by semicolon" in source.description
    path.write_text("sku#name\n1#Größe\n", encoding="utf-8-sig")
    source = open_source(path, Stated.of("utf8", "#"))
    assert [row.values for row in source.rows()] == [{"sku": "1", "name": "Größe"}]
    assert Stated.of(None, "\\t") == Stated(None, "\t") == Stated.of(None, "tab")


def test_bytes_that_the_stated_encoding_lacks_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_bytes("sku;name\n1;Größe\n".encode("cp1252"))
    assert "2 bytes are not utf-8" in open_source(path, Stated.of("utf-8", None)).description


@pytest.mark.parametrize(
    ("encoding", "separator", "found", "hint"),
    [
        ("cp1253x", None, "--encoding 'cp1253x' is no encoding", "did you mean cp1253"),
        ("windows-9", None, "'windows-9' is no encoding", "utf-8, cp1252"),
        ("base64", None, "'base64' is no encoding", "utf-8"),
        ("idna\0", None, "is no encoding", "utf-8"),
        (None, ";;", "--separator ';;' is not one character", "semicolon"),
        (None, "", "--separator '' is not one character", "semicolon"),
        (None, '"', "is not one character", "semicolon"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    tmp_path: Path, encoding: str | None, separator: str | None, found: str, hint: str
) -> None:
    write_shop(tmp_path, 3)
    with pytest.raises(UsageError) as caught:
        gergo.import_catalogue(
            tmp_path / "products.csv", tmp_path / "shop.gergo", encoding=encoding, separator=separator
        )
    assert found in str(caught.value)
    assert hint in caught.value.hint
    assert not (tmp_path / "shop.gergo").exists()


def test_what_is_stated_for_nothing_is_refused(tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": [1]}), tmp_path / "p.parquet")
    with pytest.raises(UsageError, match="--encoding is for files of text"):
        open_source(tmp_path / "p.parquet", Stated.of("cp1250", None))
    (tmp_path / "p.jsonl").write_text('{"id": 1}\n')
    with pytest.raises(UsageError, match="--separator is for CSV"):
        open_source(tmp_path / "p.jsonl", Stated.of(None, ";"))


def test_an_import_takes_what_is_stated(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_bytes("\n".join(["sku|name", *(f"{n}|Stuhl geölt {n}" for n in range(30))]).encode("cp850"))
    catalogue = gergo.import_catalogue(path, tmp_path / "shop.gergo", encoding="cp850", separator="pipe")
    assert "Stuhl geölt 3" in catalogue.items(columns=["name"])["name"].to_pylist()
