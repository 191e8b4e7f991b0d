"""What a column's name says about it, in the languages shops use."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# Phrases as they are after `_words`: lower case, no accents, no "product", no language, no number. Best first.
_NAMES = {
    "id": """id; sku; ean; gtin; upc; asin; isbn; mpn; uid; uuid; guid; identifier; barcode; key; code; number; no; nr
        item id; article id; variant id; variant sku; offer id; listing id; seller sku; handle
        nummer; artikelnummer; artikelnr; artnr; art nr; art no; bestellnummer; bestellnr; sachnummer; ident; kennung
        reference; ref; numero; identifiant; code barre; code barres; code ean; codice; codice ean; riferimento; cod
        codigo; referencia; identificador; identificativo; artikelcode; varenummer; varunummer; varenr; artnummer
        kod; kod kreskowy; symbol; indeks; nr katalogowy; katalogove cislo; cislo; oznaceni; kodu; stok kodu
        barkod; stregkode; streckkod; num; stock code; stock number; model number; part number; teilenummer""",
    "group": """item group id; group id; parent id; parent sku; parent asin; parent; parent code; variant group
        variant group id; variant of; master id; master sku; master; group; group code; style id; style number
        style code; style no; model id; model code; design id; family id; family; style; model; handle
        vaterartikel; vater; vater sku; eltern; elternartikel; hauptartikel; variantengruppe; gruppen id; gruppe
        modell; modellnummer; parente; padre; codice padre; sku padre; gruppo; codice gruppo; id gruppo; modello
        groupe; id groupe; ref parent; reference parent; parent reference; modele; code modele; grupo; id grupo
        sku pai; pai; id padre; modelo; ouder; ouder sku; groep; groep id; rodzic; grupa; model id; nadrizeny
        skupina; moder; moderartikel; overordnet; gruppe id; grupp; grupp id; ana; ana kodu; grup; grup kodu""",
    "brand": """brand; brand name; marca; marchio; marque; marke; markenname; merk; merke; maerke; marka; znacka
        varumarke; varemaerke; vendor; manufacturer; hersteller; herstellername; fabricant; produttore; fabricante
        fabrikant; producent; vyrobce; uretici; tillverkare; producer; maker; brandname; nome marca; label name""",
    "category": """category; categories; category name; category path; google category; type; class; label; department
        article type; sub category; master category; kategorie; kategorien; warengruppe; gruppenname; klasse; rubrik
        abteilung; categoria; categorie; tipo; tipologia; reparto; tipus; rayon; famille; genre; categorias
        subcategoria; sottocategoria; sous categorie; unterkategorie; departamento; seccion; afdeling; soort
        kategoria; dzial; rodzaj; typ; kategori; varugrupp; varegruppe; produktgrupp; oddeleni; druh; bolum; tur
        artikelgruppe; gruppe; subcategory; categorynames""",
    "title": """title; name; display name; item name; headline; heading; titel; bezeichnung; benennung; titolo; nome
        denominazione; titre; nom; libelle; designation; intitule; denomination; titulo; nombre; denominacion
        denominacao; naam; benaming; nazwa; tytul; namn; benamning; navn; betegnelse; varenavn; varunamn; nazev; nadpis
        ad; adi; baslik; isim; urun adi; nimi; short name; short title; subtitle; kurzbezeichnung; kurzname
        untertitel; sottotitolo; sous titre; subtitulo; ondertitel; caption; titles; label text; produkt; product""",
    "description": """description; desc; descr; beschreibung; langtext; kurztext; text; body; body html; details; detail
        content; descrizione; testo; dettagli; descriptif; texte; descripcion; texto; detalles; descricao; detalhes
        omschrijving; beschrijving; tekst; opis; beskrivning; beskrivelse; popis; aciklama; kuvaus; info; information
        kurzbeschreibung; langbeschreibung; summary; overview; copy; alt text; image alt text; captions""",
    "bullets": """bullet point; bullet points; bullet; bullets; feature; features; highlight; highlights; key feature
        key features; merkmale; merkmal; eigenschaften; stichpunkte; caratteristiche; caracteristiques
        caracteristicas; kenmerken; cechy; egenskaper; egenskaber; vlastnosti; ozellikler; about; selling points""",
}
_IMAGE_WORDS = frozenset(
    """image images img imgs picture pictures pic pics photo photos photograph foto fotos bild bilder abbildung
    produktbild produktbilder artikelbild hauptbild bildpfad bildname bilddatei bildlink bildurl immagine immagini
    fotografia fotografie fotografii fotky fotka imagen imagenes imagem imagens afbeelding afbeeldingen plaatje
    obrazek obrazky obraz obrazy zdjecie zdjecia grafika resim resimler resmi gorsel gorseller fotograf billede
    billeder bilden kuva kuvat thumbnail thumb vignette visuel illustration filename filepath imageurl imagelink
    imagepath imagefile imagename imagesrc dateiname packshot""".split()
)
_SUBJECT = """product produkt produkte prodotto prodotti produit produits producto produto item article artikel artikels
    articolo articulo artigo articles vare vara varen produktu towaru towar produktet urun merchandise goods shop
    del della des du de la le di do da of the van der i""".split()
_SUBJECTS = frozenset(_SUBJECT)
_COMPOUND = re.compile(r"^(?:produkt|produkts|artikel|product|item|prod|waren|varens|vare)(?=[a-z]{3,})")
_MODIFIERS = frozenset(
    "long short full main primary html plain default original clean original seo web display kurz lang kurze lange breve"
    " corta larga lunga courte longue longa kort lange lang krotki dlugi kratky dlouhy kisa uzun".split()
)
_LANGUAGES = frozenset(
    """en de fr it es pt nl pl sv da cs tr no nb fi hu ro sk sl hr el ru uk ja zh ko ar eng deu ger fra fre ita spa por
    english german french italian spanish portuguese dutch polish swedish danish czech turkish deutsch francais
    italiano espanol nederlands polski svenska dansk cesky turkce us gb uk""".split()
)
_PHRASES: dict[str, list[tuple[str, int]]] = {}
for _role, _lines in _NAMES.items():
    for _rank, _phrase in enumerate(re.split(r"[;\n]\s*", _lines)):
        _PHRASES.setdefault(_phrase.strip(), []).append((_role, _rank))


@dataclass(frozen=True)
class NameHint:
    """What a name says. role -> rank (0 the most usual name); number: 2 in image_2; language: "it" in title_it."""

    roles: dict[str, int]
    is_image: bool
    number: int
    language: str


def hint(column: str) -> NameHint:
    """Read a column's name, whatever its case, accents, and separators.

    >>> hint("Produktbezeichnung").roles["title"] < hint("Untertitel").roles["title"]
    True
    >>> hint("titolo_2").number, hint("title_it").language, hint("Bild-URL").is_image
    (2, 'it', True)
    """
    words = _words(column)
    number = next((int(word) for word in reversed(words) if word.isdigit()), 0)
    letters = [word for word in words if not word.isdigit()]
    language = letters[-1] if len(letters) > 1 and letters[-1] in _LANGUAGES else ""
    letters = letters[:-1] if language else letters
    return NameHint(_roles(letters), bool(_IMAGE_WORDS & set(letters)), number, language)


def _roles(words: list[str]) -> dict[str, int]:
    roles: dict[str, int] = {}
    for penalty, phrase in enumerate(_readings(words)):
        for role, rank in _PHRASES.get(phrase, []):
            roles.setdefault(role, rank + 100 * penalty)
    return roles


def _readings(words: list[str]) -> list[str]:
    """A name as written, without its subject ("product"), then without what qualifies it ("long")."""
    bare = [_COMPOUND.sub("", word) for word in words if word not in _SUBJECTS] or words
    plain = [word for word in bare if word not in _MODIFIERS] or bare
    readings = [" ".join(words), " ".join(word for word in words if word not in _SUBJECTS), " ".join(bare)]
    return list(dict.fromkeys(reading for reading in [*readings, " ".join(plain)] if reading))


def _words(column: str) -> list[str]:
    text = re.sub(r"(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", column)
    text = text.casefold().translate(str.maketrans({"ø": "o", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "ß": "ss"}))
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return re.findall(r"[^\W\d_]+|\d+", text)
