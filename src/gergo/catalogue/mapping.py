"""Which column is what: by its name in a shop's language, and by its values, which beat a lying name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches

from gergo.catalogue import texts as cleaning
from gergo.catalogue.column_names import NameHint, hint, is_of_variants, is_position
from gergo.catalogue.column_profiles import MAX_CATEGORIES, Census, Profile, share_found, take_census
from gergo.catalogue.inner_names import inner_names
from gergo.catalogue.options import columns_of_options
from gergo.catalogue.repeats import Repeats, columns_of_pictures
from gergo.catalogue.roles import ColumnMap, Roles
from gergo.catalogue.sources import Source
from gergo.catalogue.sources.variants import PARENT
from gergo.errors import InputError, UsageError

MIN_CATEGORIES = 5
TIE = 0.05  # differences in evenness this small are chance; a column named category then goes first
LEAST_EVENNESS = 0.5  # of a column named category, to be preferred: below it one value is nearly all there is
LEAST_DESCRIPTION_WORDS = 8
LEAST_KEYS = 0.05  # values a row, of what may be the key of products that have a row for each picture
PLAIN_GROUPS = 12  # so many names of a group say by themselves that variants share it: large ones are believed
_KINDS = {"object": "objects", "url": "addresses", "date": "dates", "flag": "yes or no", "number": "numbers"}
_TEXT_ROLES = ("title", "description", "bullets")

Override = str | Sequence[str] | None


def map_columns(source: Source, overrides: Mapping[str, Override] | None = None) -> ColumnMap:
    """Find the role of every column; the source is read without its pictures' bytes, again where keys repeat.

    overrides: image, text (one column or several), id, group, brand, category -> column; "" says there is none.

    Raises UsageError for an override that names no column; InputError when there is neither text nor picture.
    """
    chosen = _chosen(source, overrides or {})
    census = take_census(source)
    mapper = _Mapper(source, chosen, census)
    found = mapper.map()
    for key in mapper.keys_of_pictures(found.roles.images):
        of_pictures = columns_of_pictures(source, key, found.roles.images)
        repeats = Repeats(source, key, found.roles.images, of_pictures)
        items = take_census(source, repeats)
        if repeats.count:
            whole = _Mapper(source, chosen, items).map()
            if key == (whole.roles.id or whole.roles.group):  # that is what rows are joined by: else these would not be
                return replace(whole, of_pictures=tuple(of_pictures))
        found = replace(found, of_pictures=found.of_pictures or tuple(of_pictures))
    return found


def _chosen(source: Source, overrides: Mapping[str, Override]) -> dict[str, list[str]]:
    chosen: dict[str, list[str]] = {}
    for option, value in overrides.items():
        if value is None:
            continue
        names = [value] if isinstance(value, str) else list(value)
        chosen[option] = [_existing(option, name, source.columns) for name in names if name]
    return chosen


def _existing(option: str, name: str, columns: list[str]) -> str:
    if name in columns:
        return name
    folded = [column for column in columns if column.casefold() == name.strip().casefold()]
    if len(folded) == 1:
        return folded[0]
    lowered = {column.casefold(): column for column in columns}
    close = get_close_matches(name.casefold(), lowered, n=1, cutoff=0.5)
    nearest = f"did you mean {lowered[close[0]]}? " if close else ""
    raise UsageError(
        f"--{option} names {name!r}, which is no column of the source", hint=f"{nearest}columns: {', '.join(columns)}"
    )


class _Mapper:
    """One mapping in the making: the profiles, what is decided so far, and why."""

    def __init__(self, source: Source, chosen: dict[str, list[str]], census: Census) -> None:
        self._source, self._chosen = source, chosen
        if not census.rows:
            found = f"{census.malformed} malformed rows" if census.malformed else "a header only"
            raise InputError(f"the source has no rows: found {found}", hint="one row a product is needed")
        self._profiles, self._rows = census.profiles, census.rows
        self._names: dict[str, NameHint] = {column: hint(column) for column in source.columns}
        self._reasons: dict[str, list[str]] = {column: [] for column in source.columns}
        chosen_columns = {column for columns in chosen.values() for column in columns}
        self._of_options = columns_of_options(source.columns) - chosen_columns
        self._used: set[str] = chosen_columns | self._of_options

    def map(self) -> ColumnMap:
        images = self._several("image", self._images)
        self._names |= inner_names({p.column: p for p in self._free()}, self._names)
        brand = self._one("brand", self._brand)
        id_ = self._one("id", self._id)
        group = self._one("group", self._group)
        id_ = self._named_by_variants(id_, group)
        texts = self._several("text", self._texts)
        if not images:
            images = self._pictures_named_by_id(id_)
        category = self._one("category", self._category, taken={id_, group, brand, *images}, texts=texts)
        texts = texts or self._text_of_last_resort(category)
        if not images and not texts:
            raise InputError(
                f"no column holds texts or pictures; columns: {', '.join(self._source.columns)}",
                hint="name them: --text COLUMN, --image COLUMN",
            )
        roles = Roles(tuple(images), tuple(texts), id_, group, brand, category)
        reasons = {column: self._reason(column) for column in self._source.columns}
        titles = self._profiles.get(texts[0]) if texts else None
        null_names = frozenset(word for word, n in titles.null_names.items() if n == 1) if titles else frozenset()
        return ColumnMap(roles, reasons, null_names=null_names)

    def _several(self, option: str, find) -> list[str]:
        if option not in self._chosen:
            return find()
        for column in self._chosen[option]:
            self._reasons[column].append(f"asked for by --{option}")
        return list(dict.fromkeys(self._chosen[option]))

    def _one(self, option: str, find, **arguments) -> str | None:
        if option not in self._chosen:
            return find(**arguments)
        for column in self._chosen[option][:1]:
            self._reasons[column].append(f"asked for by --{option}")
            return column
        return None

    def _use(self, column: str, reason: str) -> str:
        self._used.add(column)
        self._reasons[column].append(reason)
        return column

    def _free(self) -> list[Profile]:
        return [p for column, p in self._profiles.items() if column not in self._used and p.filled]

    def _reason(self, column: str) -> str:
        if self._reasons[column]:
            return "; ".join(self._reasons[column])
        found = self._profiles.get(column)
        if found is None or not found.filled:
            return "empty"
        if column in self._of_options:
            return "of options"
        kind = max(_KINDS, key=lambda kind: found.shares.get(kind, 0))  # positions 1, 2, 3 are not all flags
        if found.shares.get(kind, 0) > 0.6:
            return _KINDS[kind]
        return f"{_values(found)} values" if found.is_text else "codes"

    def _images(self) -> list[str]:
        found: list[tuple[tuple, str]] = []
        for place, column in enumerate(self._source.columns):
            if column in self._used:
                continue
            if reason := self._picture_reason(column):
                main = not {"main", "primary", "haupt", "cover"} & set(column.lower().replace("-", "_").split("_"))
                shared = not is_of_variants(column)  # a variant's own picture is its first
                found.append(((shared, main, self._names[column].number, place), column))
                self._use(column, reason)
        return [column for _, column in sorted(found)]

    def keys_of_pictures(self, images: Sequence[str]) -> list[str]:
        """The columns that may be the key of products that have a row for each picture."""
        named = [p for column, p in self._profiles.items() if self._is_key(column, p) and column not in images]
        repeated = [p for p in named if p.distinctness < 1 or p.measured < p.filled]  # or repeats where none is counted
        return [p.column for p in repeated if images and p.distinctness >= LEAST_KEYS]

    def _is_key(self, column: str, found: Profile) -> bool:
        """Whether rows of one value may be of one product."""
        if asked := self._chosen.get("id"):
            return column in asked
        roles = hint(column).roles
        return "id" in roles or ("group" in roles and _is_opaque(found))

    def _picture_reason(self, column: str) -> str:
        if column in self._source.picture_columns:
            return "its type is that of pictures"
        found, named = self._profiles[column], self._names[column].is_image
        share = found.shares.get("picture", 0)
        if share >= 0.5:
            return f"{share:.0%} of the values are paths or addresses of pictures"
        if named and found.shares.get("url", 0) >= 0.5:
            return "named as pictures, and holds addresses"
        if named and found.filled and not is_position(column) and self._found(found) >= 0.5:
            return "named as pictures, and the values are names of picture files"
        return ""

    def _found(self, found: Profile) -> float:
        return max(share_found(found, part.root) for part in self._source.parts)

    def _pictures_named_by_id(self, id_: str | None) -> list[str]:
        if "image" in self._chosen or id_ is None or self._found(self._profiles[id_]) < 0.5:
            return []
        return [self._use(id_, "picture files are named by it")]

    def _ranked(self, role: str) -> list[Profile]:
        named = [p for p in self._free() if role in self._names[p.column].roles]
        return sorted(named, key=lambda p: (self._names[p.column].number, self._names[p.column].roles[role]))

    def _brand(self) -> str | None:
        for found in self._ranked("brand"):
            if found.is_text and found.words <= 5 and (found.distinctness < 0.9 or found.filled < 20):
                return self._use(found.column, f"named as a brand, {_values(found)} values")
        return None

    def _id(self) -> str | None:
        def lacking(found: Profile) -> tuple[bool, bool]:
            """What only some rows have (an EAN) comes last, however usual its name; what identifies all, first."""
            return found.filled < 0.9 * self._rows, found.filled < self._rows or found.distinctness < 0.99

        for found in sorted(self._ranked("id"), key=lacking):
            plainly = self._names[found.column].roles["id"] <= 1  # "id", "sku": more is forgiven
            spoken = found.distinctness == 1 and found.filled == self._rows and _is_unspaced_code(found)
            if (_is_code(found) or spoken) and found.distinctness >= (0.5 if plainly else 0.75):
                return self._use(found.column, f"named as an id, {found.distinctness:.0%} of the values distinct")
        for found in self._free():
            if found.filled == self._rows and found.distinctness == 1 and _is_opaque(found) and not _counts_rows(found):
                return self._use(found.column, "a code that no two rows share")
        return None

    def _named_by_variants(self, id_: str | None, group: str | None) -> str | None:
        """The id, or the other column of ids that variants name their parent by (WooCommerce: its SKU, not its ID)."""
        if group is None or id_ is None or "id" in self._chosen:
            return id_
        named = {cleaning.key(str(value)) for value in self._profiles[group].sample}

        def ties(found: Profile) -> int:
            return len(named & {cleaning.key(str(value)) for value in found.sample})

        whole = [p for p in self._ranked("id") if p.filled == self._rows and p.distinctness == 1 and p.column != group]
        best = max(whole, key=ties, default=None)
        if best is None or best.column == id_ or ties(best) <= ties(self._profiles[id_]):
            return id_
        self._used.discard(id_)
        self._reasons[id_] = []
        return self._use(best.column, f"what {group} names")

    def _group(self) -> str | None:
        candidates = self._ranked("group")
        candidates += [p for p in self._ranked("id") if p not in candidates and p.distinctness < 0.75]
        for found in candidates:
            if "category" in self._names[found.column].roles and found.is_label and not _is_opaque(found):
                continue  # a Gruppe of words is a kind of goods
            if found.column == PARENT and found.filled:  # of the reader of JSON: ties what comes, if nothing yet
                return self._use(found.column, "the product that a variant is of")
            plainly = self._names[found.column].roles.get("group", 99) < PLAIN_GROUPS
            if _ties_variants(found, most=20 if plainly else 6):
                size = 1 / found.distinctness
                return self._use(found.column, f"named as what variants share, {size:.1f} rows a value")
        return None

    def _texts(self) -> list[str]:
        chosen: list[str] = []
        for role in _TEXT_ROLES:
            readable = [p for p in self._ranked(role) if _reads_as_text(p)]
            chosen += [self._use(p.column, f"named as a {role.removesuffix('s')}, {_length(p)}") for p in readable]
        has_title = any("title" in self._names[column].roles for column in chosen)
        has_long = any("description" in self._names[column].roles for column in chosen)
        if not has_title and (found := self._title_by_reading(has_long)):
            chosen.insert(0, self._use(found.column, f"reads like a title: {_length(found)}, {_spread(found)}"))
        if not has_long and (
            found := max(self._prose(LEAST_DESCRIPTION_WORDS, 1e9), key=lambda p: p.characters, default=None)
        ):
            chosen.append(self._use(found.column, f"reads like a description: {_length(found)}, {_spread(found)}"))
        chosen.sort(key=lambda column: bool(self._names[column].language))
        titles = [column for column in chosen if "title" in self._names[column].roles]
        return list(dict.fromkeys([*titles[:1], *chosen]))  # the title comes first, in whatever language

    def _title_by_reading(self, has_long: bool) -> Profile | None:
        """The wordiest; of two that could both be it, the one that could also be the description is left for that."""
        wordiest = sorted(self._prose(1.6, 25), key=_wordy, reverse=True)
        if not has_long and len(wordiest) > 1 and wordiest[0].words >= LEAST_DESCRIPTION_WORDS:
            first, rest = wordiest[0], [p for p in wordiest[1:] if p.characters < wordiest[0].characters]
            second = next((p for p in rest if _wordy(p) > _wordy(first) / 2 or p.distinctness > 0.9), None)
            if second is not None:
                return second
        return wordiest[0] if wordiest else None

    def _prose(self, least: float, most: float) -> list[Profile]:
        free = [p for p in self._free() if not {"brand", "category"} & self._names[p.column].roles.keys()]
        return [p for p in free if p.is_text and least <= p.words <= most and (p.distinctness > 0.3 or not p.is_label)]

    def _text_of_last_resort(self, category: str | None) -> list[str]:
        if "text" in self._chosen:
            return []
        named = [p.column for p in self._profiles.values() if "category" in self._names[p.column].roles and p.is_text]
        for column in [category, *named]:
            if column is not None:
                return [self._use(column, "the only words about an item")]
        return []

    def _category(self, taken: set[str | None], texts: list[str]) -> str | None:
        """DESIGN's rule: the text column with 5 to 200 values that repeat most evenly (normalised entropy).

        A column named so goes before labels that are more even (colours are). Titles and other texts repeat only where
        they are class names: five rows each and more.
        """
        candidates = [p for p in self._profiles.values() if p.column not in taken | self._of_options and p.is_label]
        candidates = [p for p in candidates if MIN_CATEGORIES <= len(p.labels()) <= MAX_CATEGORIES]
        candidates = [p for p in candidates if p.column not in texts or (p.words <= 4 and p.distinctness <= 0.2)]
        if not candidates:
            return None
        evenness = {p.column: p.evenness() for p in candidates}
        best = max(evenness.values())
        close = [p for p in candidates if evenness[p.column] >= best - TIE]
        if not any(evenness[p.column] == best and p.column in texts for p in candidates):
            close += [p for p in candidates if evenness[p.column] >= LEAST_EVENNESS]
        named = [p for p in close if "category" in self._names[p.column].roles]
        found = max(named or [p for p in close if evenness[p.column] == best], key=lambda p: evenness[p.column])
        why = "that repeat most evenly" if evenness[found.column] == best else "named so, and even enough"
        reason = f"{len(found.labels())} values {why} (entropy {evenness[found.column]:.2f})"
        return self._use(found.column, reason)


def _is_code(found: Profile) -> bool:
    return found.shares.get("code", 0) >= 0.8 and found.shares.get("date", 0) < 0.5 and found.characters <= 64


def _is_unspaced_code(found: Profile) -> bool:
    """Whether the values are short codes with digits whose letters are of a script without spaces: 甲001."""
    values = [str(value).strip() for value in found.sample]
    return all(len(value) <= 24 and " " not in value and any(map(str.isdigit, value)) for value in values)


def _is_opaque(found: Profile) -> bool:
    """Whether the values are codes of letters and digits, or whole numbers of some length; no words, no prices."""
    values = [str(value).strip() for value in found.sample]
    with_digits = sum(any(map(str.isdigit, value)) and "." not in value and "," not in value for value in values)
    plain = _is_code(found) and found.shares.get("url", 0) == 0 and found.shares.get("picture", 0) == 0
    lengths = {len(value) for value in values}
    alike = any(map(str.isalpha, "".join(values))) or (len(lengths) == 1 and min(lengths) >= 5)
    return plain and alike and with_digits >= 0.95 * len(values) and len(values) >= 3


def _counts_rows(found: Profile) -> bool:
    """Whether it only numbers the rows (a data frame's index): 0 to n-1, or 1 to n."""
    values = [str(value).strip() for value in found.sample]
    return all(value.isdigit() and int(value) <= found.filled for value in values)


def _ties_variants(found: Profile, *, most: int) -> bool:
    """Whether values tie a few rows each: some repeat, and none has more than `most` rows or a twentieth of all."""
    if found.distinct < 2 or found.distinctness == 1 or found.shares.get("date", 0) > 0.5:
        return False
    if found.counts is not None and max(found.counts.values()) > max(most, 0.05 * found.filled):
        return False
    return found.distinctness >= 0.02 and found.words <= 4


def _reads_as_text(found: Profile) -> bool:
    return found.is_text and not (found.shares.get("code", 0) > 0.9 and _is_opaque(found))


def _wordy(found: Profile) -> float:
    return found.distinctness * min(found.words, 6.0)


def _values(found: Profile) -> str:
    return f"{len(found.counts) if found.counts is not None else found.distinct:,}"


def _length(found: Profile) -> str:
    return f"{found.words:.0f} words on average"


def _spread(found: Profile) -> str:
    return f"{found.distinctness:.0%} distinct"
