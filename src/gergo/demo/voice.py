"""How a shop says what it sells: titles, descriptions and Italian titles, as messy as shops write them, never false.

A title is a brand's pattern over slots; each slot is said in one of the trade's ways or left out. Typos fall only on
long lower-case words, so that no typo can turn one attribute into another.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from gergo.demo.brands import BRAND_BY_NAME
from gergo.demo.trade import BY_NAME

if TYPE_CHECKING:
    from gergo.demo.product import Product

MATERIAL_WORDS = {
    "steel": ("steel", "steel", "carbon steel", ""),
    "stainless steel A2": ("A2 stainless", "stainless steel A2", "A2", "stainless A2", "st/st A2"),
    "stainless steel A4": ("A4 stainless", "stainless steel A4", "A4", "marine grade A4", "stainless A4"),
    "brass": ("brass", "solid brass", "brass"),
    "nylon": ("nylon", "nylon", "polyamide"),
    "copper": ("copper",),
    "aluminium": ("aluminium", "alu"),
}
FINISH_WORDS = {
    "zinc plated": ("zinc plated", "BZP", "bright zinc", "zinc"),
    "yellow zinc": ("yellow zinc", "yellow passivated", "ZYP", "zinc yellow"),
    "black oxide": ("black", "black oxide", "blackened"),
    "hot-dip galvanised": ("hot dip galvanised", "HDG", "galvanised", "galv"),
    "plain": ("", "", "plain", "self colour"),
}
DRIVE_WORDS = {
    "slot": ("slotted", "slot"),
    "phillips": ("phillips", "cross recess", "PH"),
    "pozidriv": ("pozi", "pozidriv", "PZ"),
    "torx": ("torx", "TX", "6-lobe"),
    "hex socket": ("hex socket", "allen", "hex key"),
    "none": ("",),
}
HEAD_WORDS = {
    "hex": ("hex head",),
    "flange hex": ("flanged hex",),
    "carriage": ("cup head",),
    "cylinder": ("cap head",),
    "button": ("button head", "dome head"),
    "countersunk": ("countersunk", "CSK", "flat head"),
    "raised countersunk": ("raised CSK", "raised countersunk"),
    "pan": ("pan head",),
    "cheese": ("cheese head",),
    "bugle": ("bugle head",),
}  # fmt: skip
PACK_WORDS = ("{n} pcs", "pack of {n}", "({n} pcs)", "x{n}", "{n}pk", "box {n}", "{n} pieces")
SINGLE_WORDS = ("", "1 pc", "single", "each")

MATERIAL_WORDS_IT = {
    "steel": ("acciaio", "in acciaio", ""),
    "stainless steel A2": ("inox A2", "acciaio inox A2"),
    "stainless steel A4": ("inox A4", "acciaio inox A4"),
    "brass": ("ottone", "in ottone"),
    "nylon": ("nylon", "in nylon"),
    "copper": ("rame", "in rame"),
    "aluminium": ("alluminio", "in alluminio"),
}
FINISH_WORDS_IT = {
    "zinc plated": ("zincato bianco", "zinc. bianca", "zincatura bianca"),
    "yellow zinc": ("zincatura gialla", "tropicalizzato", "zincato giallo"),
    "black oxide": ("brunito", "nero"),
    "hot-dip galvanised": ("zincato a caldo", "zincatura a caldo"),
    "plain": ("", "", "grezzo"),
}
DRIVE_WORDS_IT = {
    "slot": ("intaglio", "taglio"),
    "phillips": ("croce phillips", "impronta PH"),
    "pozidriv": ("impronta PZ", "pozidriv"),
    "torx": ("torx", "impronta TX"),
    "hex socket": ("esagono incassato", "brugola"),
    "none": ("",),
}
COLOURS_IT = {"grey": "grigio", "red": "rosso", "white": "bianco", "brown": "marrone", "blue": "blu", "black": "nero"}
PACK_WORDS_IT = ("conf. {n} pz", "{n} pz", "confezione da {n}", "{n} pezzi")

UNFINISHED = ("stainless steel A2", "stainless steel A4", "nylon", "aluminium", "copper")

USES = {
    "Wood screws": "For timber, chipboard and MDF. Pilot holes recommended in hardwood.",
    "Drywall screws": "Fixes plasterboard to timber or thin metal studs.",
    "Self-tapping screws": "Forms its own thread in sheet metal and plastics.",
    "Self-drilling screws": "Drills, taps and fastens in one go, for steel sheet and purlins.",
    "Coach screws": "Heavy timber fixings, decking frames and sleepers. Tighten with a spanner.",
    "Wall plugs": "For brick, block and concrete. Use with a suitable woodscrew.",
    "Heavy anchors": "For solid concrete and stone. Drill, clean, insert and tighten.",
    "Drop-in anchors": "Sits flush in concrete; set with the setting tool.",
    "Hooks and eyes": "For hanging, tying and light suspension, indoors.",
    "Brackets": "For shelves, frames and furniture corners.",
    "Rivets": "Joins sheet from one side with a hand riveter.",
    "Pins": "For exact location of machine parts. Ground, hardened.",
    "Lock washers": "Stops nuts working loose under vibration.",
    "Lock nuts": "The insert grips the thread and resists vibration.",
}


def title(product: Product, rng: np.random.Generator) -> str:
    """An English title in the brand's voice."""
    brand = BRAND_BY_NAME[product.brand]
    pattern = _one(rng, brand.titles)
    slots = _slots(product, rng)
    if product.finish == "plain" and "{material}" not in pattern:
        slots["finish"] = slots["material"]
    always = {"type", "count"}
    filled = {
        name: value if name in always or rng.random() < (0.97 if name == "size" else brand.thoroughness) else ""
        for name, value in slots.items()
    }
    text = _tidy(pattern.format(**filled))
    if rng.random() > brand.care:
        text = _typo(text, rng)
    if brand.upper or rng.random() < 0.04:
        return text.upper()
    return text[0].upper() + text[1:] if rng.random() < 0.8 else text


def title_it(product: Product, rng: np.random.Generator) -> str:
    """An Italian title: the trade's Italian, with the words that stay as they are (Torx, DIN numbers, A2)."""
    kind = BY_NAME[product.product_type]
    parts = [
        _one(rng, (kind.italian, kind.italian, *kind.italian_names)),
        _size(product, rng),
        _one(rng, DRIVE_WORDS_IT[product.drive]) if rng.random() < 0.8 else "",
        _one(rng, MATERIAL_WORDS_IT[product.material]),
        COLOURS_IT.get(product.colour, ""),
        "" if product.material in UNFINISHED else _one(rng, FINISH_WORDS_IT[product.finish]),
        product.standard if rng.random() < 0.5 else "",
        _one(rng, PACK_WORDS_IT).format(n=product.pack_size) if product.pack_size > 1 and rng.random() < 0.6 else "",
        product.brand if rng.random() < 0.3 else "",
    ]
    text = _tidy(" ".join(parts))
    return text[0].upper() + text[1:]


def description(product: Product, rng: np.random.Generator) -> str:
    """Two to four sentences: what it is, what it measures, what it is for; some attributes said, some not."""
    kind = BY_NAME[product.product_type]
    finish = "" if product.finish == "plain" else f", {product.finish}"
    colour = f" ({product.colour})" if product.colour else ""
    lines = [f"{_article(kind.names[0])} in {product.material}{colour}{finish}."]
    measures = [f"Thread {product.thread}" if product.metric else f"Diameter {product.thread}"]
    if product.length_mm is not None:
        measures.append(f"length {product.length_mm:g} mm")
    if product.drive != "none":
        measures.append(f"drive {product.drive} {product.drive_size}".rstrip())
    if product.head in HEAD_WORDS and rng.random() < 0.7:
        measures.append(_one(rng, HEAD_WORDS[product.head]))
    lines.append(", ".join(measures) + ".")
    if product.standard and rng.random() < 0.6:
        lines.append(f"To {product.standard}.")
    if product.strength and rng.random() < 0.5:
        lines.append(f"Property class {product.strength}.")
    if product.category in USES and rng.random() < 0.7:
        lines.append(USES[product.category])
    if rng.random() < 0.5:
        lines.append(_one(rng, (f"Pack of {product.pack_size}.", f"Supplied in {product.pack_size}s.")))
    return " ".join(lines)


def _slots(product: Product, rng: np.random.Generator) -> dict[str, str]:
    kind = BY_NAME[product.product_type]
    material = _one(rng, MATERIAL_WORDS[product.material])
    said = product.head in HEAD_WORDS and not any(w in kind.name for w in product.head.split())
    drive = _one(rng, DRIVE_WORDS[product.drive])
    if product.drive_size and rng.random() < 0.5:
        drive = _one(rng, (f"{drive} {product.drive_size}", product.drive_size.replace(" mm", "mm hex key")))
    pack = _one(rng, PACK_WORDS).format(n=product.pack_size) if product.pack_size > 1 else _one(rng, SINGLE_WORDS)
    return {
        "brand": product.brand,
        "type": _one(rng, (kind.names[0], kind.names[0], *kind.names)),
        "size": _size(product, rng),
        "material": f"{product.colour} {material}".strip(),
        "finish": _one(rng, FINISH_WORDS[product.finish]) if product.material not in UNFINISHED else "",
        "drive": drive,
        "head": _one(rng, HEAD_WORDS[product.head]) if said else "",
        "standard": _one(rng, (product.standard, product.standard.replace(" ", ""))),
        "strength": f"class {product.strength}" if product.strength else "",
        "pack": pack,
        "count": str(product.pack_size),
    }


def _size(product: Product, rng: np.random.Generator) -> str:
    across = product.thread.removesuffix(" mm")
    if product.length_mm is None:
        return _one(rng, (across, across if product.metric else f"{across}mm"))
    if not product.metric and "." not in across and rng.random() < 0.5:
        across += ".0"
    pattern = _one(rng, ("{d} x {l}mm", "{d}x{l}", "{d} x {l}", "{d} X {l} mm", "{d}x{l}mm", "{d} × {l}"))
    return pattern.format(d=across, l=f"{product.length_mm:g}")


def _tidy(text: str) -> str:
    """Close the gaps that empty slots leave: double spaces, stray commas and dashes, a word said twice running."""
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"(\s*,)+", ",", text)
    text = re.sub(r"\b([\w./-]+(?: [\w./-]+)?) \1\b", r"\1", text)
    return re.sub(r"^[\s,-]+|[\s,-]+$", "", text)


def _typo(text: str, rng: np.random.Generator) -> str:
    """Swap, drop or double one letter inside one long lower-case word."""
    places = [m.start() + i for m in re.finditer(r"[a-z]{6,}", text) for i in range(1, len(m.group()) - 2)]
    if not places:
        return text
    at = int(rng.choice(places))
    a, b = text[at], text[at + 1]
    return text[:at] + _one(rng, (b + a, a, a + a + b)) + text[at + 2 :]


def _article(name: str) -> str:
    return ("An " if name[0] in "aeiou" else "A ") + name


def _one(rng: np.random.Generator, options: Sequence[str]) -> str:
    return options[int(rng.integers(len(options)))]
