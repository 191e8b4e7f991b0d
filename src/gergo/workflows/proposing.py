"""Terms of documents, or of a catalogue's column with its brands."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gergo.catalogue.store import Catalogue
from gergo.catalogue.texts import normalise
from gergo.errors import UsageError
from gergo.language.documents import kind_of, read_document
from gergo.language.reading import read_text
from gergo.language.terms import Term, terms


def propose(documents: Sequence[Path], *, column: str | None = None, limit: int = 50) -> list[Term]:
    """The terms of text files taken together, or of one catalogue (`column`: its title when not named).

    Raises:
        UsageError: a catalogue among documents, or a column that is not there.
        InputError: a document that cannot be read.
    """
    if any(path.is_dir() for path in documents):
        if len(documents) > 1:
            raise UsageError("a catalogue is read alone", hint="name one catalogue, or only documents")
        return _of_catalogue(Catalogue.open(documents[0]), column, limit)
    if column is not None:
        raise UsageError("--column is for a catalogue", hint="leave it out, or name a catalogue's folder")
    texts = []
    for path in documents:
        document = read_document(read_text(path), kind=kind_of(path), name=str(path))
        texts += [segment.text for segment in document.segments]
    return terms("\n\n".join(texts), limit=limit)


def _of_catalogue(catalogue: Catalogue, column: str | None, limit: int) -> list[Term]:
    name = column or (catalogue.roles.texts[0] if catalogue.roles.texts else "")
    if name not in catalogue.columns:
        raise UsageError(f"{catalogue.path}: no column {name!r}", hint=f"columns: {', '.join(catalogue.columns)}")
    brand = catalogue.roles.brand
    table = catalogue.items(columns=[name, *([brand] if brand else [])])
    brands = {normalise(value) for value in table[brand].to_pylist()} if brand else set()
    return terms([normalise(value) for value in table[name].to_pylist()], limit=limit, brands=sorted(brands - {""}))
