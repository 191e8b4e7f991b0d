"""The sentences a label is put into, by trade: files of one sentence a line under `prompts/`.

Several sentences a label are an ensemble (Radford et al. 2021, section 3.1.4): the label's vector is the mean of
their unit vectors, made a unit vector again, so no sentence counts more for its length.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gergo.errors import InputError, UsageError

PACKS_FOLDER = Path(__file__).with_name("prompts")
DEFAULT_PACK = "general"
PLACE = "{}"


@dataclass(frozen=True)
class Prompts:
    """Sentences with one `{}` each. name: of the pack, the file, or "template" for a single sentence given."""

    name: str
    sentences: tuple[str, ...]

    def fill(self, words: list[str]) -> list[str]:
        """Every label in every sentence: all sentences of the first label, then of the second.

        >>> Prompts("two", ("a photo of {}", "{}")).fill(["bolt", "nut"])
        ['a photo of bolt', 'bolt', 'a photo of nut', 'nut']
        """
        return [sentence.replace(PLACE, word) for word in words for sentence in self.sentences]

    @property
    def settings(self) -> dict[str, object]:
        """What a figure that rests on these sentences says of them."""
        return {"prompts": self.name, "template": self.sentences[0], "templates": len(self.sentences)}


PLAIN = Prompts("template", ("a photo of {}",))


def packs() -> list[str]:
    """The names of the packs there are, the default first."""
    names = sorted(path.stem for path in PACKS_FOLDER.glob("*.txt"))
    return sorted(names, key=lambda name: name != DEFAULT_PACK)


def choose_prompts(pack: str | None = None, template: str | None = None) -> Prompts:
    """A pack by its name or a file of one's own by its path; or a single sentence.

    Raises:
        UsageError: both are given, there is no such pack or file, or the template has no `{}`.
        InputError: a line of the file has no `{}`, or none at all is there.
    """
    if template is not None:
        if pack is not None:
            raise UsageError("prompts and a template were both given", hint="a pack of prompts holds its own templates")
        if template.count(PLACE) != 1:
            raise UsageError(f"the template {template!r} has no {{}} for the label", hint="'a photo of {}', say")
        return Prompts("template", (template,))
    pack = pack or DEFAULT_PACK
    path = PACKS_FOLDER / f"{pack}.txt" if pack in packs() else Path(pack)
    if not path.is_file():
        raise UsageError(
            f"there are no prompts '{pack}'",
            hint=f"packs are {', '.join(packs())}; a file of your own holds a sentence a line, {{}} for the label",
        )
    return Prompts(path.stem, _read(path))


def _read(path: Path) -> tuple[str, ...]:
    lines = enumerate(path.read_text(encoding="utf-8-sig").splitlines(), start=1)
    sentences = [(number, line.strip()) for number, line in lines if line.strip() and not line.startswith("#")]
    for number, sentence in sentences:
        if sentence.count(PLACE) != 1:
            raise InputError(
                f"{path}, line {number}: {sentence!r} must have {{}} once, where the label goes",
                hint="one sentence a line, as: a photo of {}",
            )
    if not sentences:
        raise InputError(f"{path} holds no sentence", hint="one sentence a line, as: a photo of {}")
    return tuple(dict.fromkeys(sentence for _, sentence in sentences))
