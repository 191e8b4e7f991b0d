"""What is said of a picture: the same facts in several forms, from a bare noun to a shop's title."""

from __future__ import annotations

import random

from .commerce import BRANDS, VIEWS, with_article
from .looks import Look

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
PATTERN_WORDS = {
    "striped": ("striped", "with stripes", "stripy"),
    "checked": ("checked", "plaid", "chequered", "gingham"),
    "dotted": ("dotted", "polka dot", "spotted", "with dots"),
    "floral": ("floral", "flowered", "with a flower print"),
    "zigzag": ("zigzag", "chevron"),
    "camouflage": ("camouflage", "camo"),
    "marbled": ("marbled", "marble-patterned"),
    "starry": ("star print", "with stars"),
}
# Kinds that take no article.
_MASSES = frozenset(["packaging", "printed matter", "eyewear", "luggage", "food", "jewellery", "clothing", "make-up"])
_MATERIAL_WORDS = {
    "wood": ("wooden", "wood"),
    "wool": ("woollen", "wool"),
    "gold": ("golden", "gold"),
    "steel": ("steel", "metal"),
}


def name_of(draw: random.Random, look: Look) -> str:
    """The thing's usual name, or now and then another."""
    return look.thing.names[0] if draw.random() < 0.5 else draw.choice(look.thing.names)


def noun_phrase(draw: random.Random, look: Look, *, most: int = 3, noun: str = "", size: str = "") -> str:
    """The noun with up to `most` of its qualities, in the order English has them: size, pattern, colour, material."""
    noun = noun or name_of(draw, look)
    facts = (
        ["colour"] * 2 + ["pattern"] * bool(look.pattern) + ["material"] * bool(look.material) + ["size"] * bool(size)
    )
    draw.shuffle(facts)
    said = set(facts[: draw.randint(0 if most < 2 else 1, most)])
    before, after = [], ""
    if "size" in said:
        before.append(size)
    if "colour" in said and look.colour.name not in noun:
        before.append(look.colour.said(draw))
        if look.pattern and draw.random() < 0.4:
            before[-1] += f" and {look.second.said(draw)}"
    if "pattern" in said:
        word = draw.choice(PATTERN_WORDS[look.pattern])
        if word.startswith("with"):
            after = f" {word}"
        else:
            before.insert(draw.randint(min(len(before), "size" in said), len(before)), word)
    if "material" in said and look.material not in noun:
        before.append(draw.choice(_MATERIAL_WORDS.get(look.material, (look.material,))))
    return " ".join([*before, noun]) + after


def coloured(draw: random.Random, look: Look) -> str:
    """Colour and noun; the noun alone where it is the colour's name too: nobody says "an orange orange"."""
    noun = name_of(draw, look)
    return noun if look.colour.name in noun else f"{look.colour.said(draw)} {noun}"


def title(draw: random.Random, look: Look) -> str:
    """A shop's title: a brand, the goods, the colour."""
    phrase = noun_phrase(draw, look, most=3).title()
    form = draw.choice(
        ("{brand} {phrase}", "{phrase} - {colour}", "{phrase}", "{brand} {phrase}, {colour}", "{phrase} ({colour})")
    )
    return form.format(brand=draw.choice(BRANDS), phrase=phrase, colour=look.colour.name.title()).replace("'S", "'s")


def of_one(draw: random.Random, look: Look, place: str, size: str, text: str) -> list[str]:
    """Three to six captions of a picture with one thing in it; `place` and `text` may be empty."""
    full = noun_phrase(draw, look, most=4, size=size)
    kind = draw.choice(look.thing.kinds)
    if kind in _MASSES:
        kind = f"piece of {kind}"
    view = {"outlined": ("a drawing of", "an illustration of", "a cartoon of", "an icon of"),
            "flat": ("an icon of", "clip art of", "an illustration of",
            "a picture of")}.get(look.style, VIEWS)  # fmt: skip
    forms = [
        with_article(full) + (f" {place}" if place else ""),
        f"{draw.choice(view)} {with_article(noun_phrase(draw, look))}"
        + (f" {place}" if draw.random() < 0.4 and place else ""),
        noun_phrase(draw, look, most=2),
        coloured(draw, look),
        title(draw, look),
        f"{draw.choice(view)} {with_article(name_of(draw, look))}",
        f"{with_article(noun_phrase(draw, look, most=1, noun=kind))}" + (f" {place}" if place else ""),
        name_of(draw, look),
        f"{with_article(name_of(draw, look))}, {with_article(kind)}",
    ]
    if look.material:
        forms.append(f"{draw.choice(('something', kind))} made of {look.material}")
    return picked(draw, [*_spelled(draw, look, text), *forms] if text else forms, first=2 if text else 1)


def _spelled(draw: random.Random, look: Look, text: str) -> list[str]:
    phrase = with_article(noun_phrase(draw, look, most=2))
    ways = [f'{phrase} that says "{text}"', f'{phrase} with the word "{text}" on it',
            f'the word "{text}" on {phrase}', text,
            f'{name_of(draw, look)} reading "{text}"', f"{phrase} with {text} printed on it", f'"{text}"']  # fmt: skip
    return draw.sample(ways, 3)


def of_words(draw: random.Random, text: str, ink: str, place: str) -> list[str]:
    """Captions of words in letters of colour `ink` with nothing else in the picture."""
    forms = [f'the word "{text}" {place}'.strip(), f'the word "{text}" in {ink} letters', text, f'"{text}"',
             f"{ink} text that says {text}", f'a sign that says "{text}"', f'{ink} letters spelling "{text}"',
             f'text: "{text}"', f'"{text}" written in {ink} {place}'.strip()]  # fmt: skip
    return picked(draw, forms, first=1)


def of_many(draw: random.Random, look: Look, count: int, place: str) -> list[str]:
    """Captions of several of one thing; more than twelve are not counted but called a pile, a lot."""
    many = look.thing.many
    colour = look.colour.said(draw)
    amount = NUMBERS[count] if count <= 12 else draw.choice(("many", "lots of", "a pile of", "a heap of", "a crate of"))
    figure = str(count) if count <= 12 else "a lot of"
    forms = [
        f"{amount} {colour} {many}" + (f" {place}" if place else ""),
        f"{amount} {many}",
        f"{draw.choice(VIEWS)} {amount} {noun_phrase(draw, look, most=2, noun=many)}",
        f"{figure} {many}" + (f" {place}" if place else ""),
        f"{colour} {many}",
        f"{noun_phrase(draw, look, most=2, noun=many)} {place}".strip(),
        f"{many.capitalize()}, {draw.choice(('pack of', 'set of'))} {count}" if count <= 12 else f"fresh {many}",
    ]
    return picked(draw, forms, first=1)


def of_pair(draw: random.Random, first: Look, second: Look, relation: str, reverse: str, place: str) -> list[str]:
    """Captions of two things, of which the first is `relation` to the second ("left of"), `reverse` the other way."""
    one, other = (with_article(noun_phrase(draw, look, most=2)) for look in (first, second))
    short = [coloured(draw, first), coloured(draw, second)]
    forms = [
        f"{one} {relation} {other}" + (f" {place}" if draw.random() < 0.4 and place else ""),
        f"{other} {reverse} {one}",
        f"{with_article(short[0])} and {with_article(short[1])}",
        f"{draw.choice(VIEWS)} {with_article(name_of(draw, second))} and {with_article(name_of(draw, first))}",
        f"{with_article(name_of(draw, first))} {relation} {with_article(name_of(draw, second))}",
    ]
    return picked(draw, forms, first=2)


def picked(draw: random.Random, forms: list[str], *, first: int) -> list[str]:
    """Three to six different captions: the leading ones, which say most, and some of the rest."""
    different = list(dict.fromkeys(form.strip() for form in forms if form.strip()))
    rest = different[first:]
    draw.shuffle(rest)
    return (different[:first] + rest)[: draw.randint(3, 6)]
