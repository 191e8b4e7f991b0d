"""What requests and answers look like; FastAPI checks both, and `/openapi.json` is made from them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Text = Annotated[str, StringConstraints(max_length=2000)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Picture = Annotated[str, Field(description="base64 of a picture's bytes, or a data: URL; an address is refused")]
ModelName = Annotated[Name | None, Field(description="of those that /v1/models lists; the index's own unless given")]
Integer = Annotated[int, Field(strict=True, gt=-(2**63), lt=2**63)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Scalar = (
    Annotated[bool, Field(strict=True)] | Integer | Annotated[float, Field(strict=True, allow_inf_nan=False)] | Text
)
Op = Literal["eq", "ne", "lt", "le", "gt", "ge", "in", "contains", "is_null", "not_null"]


class Request(BaseModel):
    """Unknown fields are refused, so that a misspelt one is not overlooked."""

    model_config = ConfigDict(extra="forbid")


class Filter(Request):
    """A condition on one column, as {"column": "price", "op": "lt", "value": 50}."""

    column: Name
    op: Op = "eq"
    value: Scalar | Annotated[list[Scalar], Field(max_length=200)] | None = None


class SearchRequest(Request):
    """A query in words, a picture, an item to find the like of, or several; none: the catalogue in its order."""

    text: Text | None = None
    image: Picture | None = None
    like: Name | None = Field(None, description="id of an item: more like this")
    minus: Text | None = Field(None, description="words for what is not wanted")
    filters: list[Filter] = Field(default_factory=list, max_length=30)
    k: int = Field(24, ge=1, le=200)
    offset: int = Field(0, ge=0, le=10_000)
    text_weight: Number = Field(0.5, ge=0, le=1, description="how much words count beside a picture")
    mode: Literal["auto", "vector", "text", "hybrid"] = "auto"
    distinct: bool = Field(
        False, description="one result a group: of variants, and of items with the same photograph, only the best"
    )
    facets: list[Name] = Field(default_factory=list, max_length=20, description="columns whose values are counted")
    model: ModelName = None


class Found(BaseModel):
    """One item found."""

    id: str
    score: float | None = Field(description="what the results are ordered by; null where nothing was asked")
    similarity: float | None = Field(description="cosine of query and item, where vectors were compared")
    probability: float | None = Field(
        description="that the words asked hold of it, where the index is calibrated and likeness alone gave it its "
        "place; null beside image, like or minus, and where it is worded"
    )
    worded: bool = Field(description="it has words of the query, and they were part of what gave it its place")
    named: bool = Field(description="its title is the words asked")
    title: str
    columns: dict[str, Any]
    view: int | None = Field(description="number of the picture that matched best; null: the title did")
    picture: str | None = Field(description="where a small version of that picture is")
    others: int | None = Field(description="how many more items of its group fit, where `distinct` was asked for")


class FacetValue(BaseModel):
    """A value of a column, and how many items have it."""

    value: Any
    count: int


class SearchAnswer(BaseModel):
    """What a search found, best first."""

    results: list[Found]
    facets: dict[str, list[FacetValue]] = Field(
        description="counts among all items (groups, if distinct) that the other filters let through"
    )
    matching: int = Field(description="items (groups, if distinct) that the filters let through")
    mode: str = Field(description="how it was searched: vector, text, hybrid, or none")
    model: str
    catalogue_version: int
    time_ms: float


class ClassifyRequest(Request):
    """A picture, or an item of the catalogue, and the labels to choose from."""

    image: Picture | None = None
    item: Name | None = Field(None, description="id of an item, instead of a picture")
    labels: list[Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]] = Field(
        min_length=1, max_length=100
    )
    template: Annotated[str, StringConstraints(max_length=200)] = Field("a photo of {}", description="{} is the label")
    model: ModelName = None


class LabelScore(BaseModel):
    """How well one label fits."""

    label: str
    probability: float = Field(description="among the labels given; they sum to 1")
    holds: float | None = Field(description="that the label is true of the picture, as likely as not beforehand")
    similarity: float = Field(description="cosine of picture and label")
    standing: float = Field(description="share of the catalogue's pictures that this label fits less well")


class ClassifyAnswer(BaseModel):
    """The labels, best first; `none_of_these` says that not even the best one stands out."""

    labels: list[LabelScore]
    none_of_these: bool
    calibrated: bool = Field(description="the shares were fitted on this catalogue; if not, they only rank")
    background: float = Field(description="cosine of the picture and of words that say nothing about it")
    compared_with: int = Field(description="pictures of the catalogue that `standing` was counted among")
    model: str


class ExplainRequest(Request):
    """A picture, an item or one of the catalogue's pictures by its number; and the phrase to look for."""

    image: Picture | None = None
    item: Name | None = None
    view: int | None = Field(None, ge=0, lt=2**62)
    text: Text
    model: ModelName = None


class ExplainAnswer(BaseModel):
    """Where the phrase is found: cells from 0 to 1, laid over the whole picture."""

    score: float = Field(description="cosine of picture and phrase")
    neutral: float = Field(description="mean cosine of the picture and words that say nothing")
    found: bool = Field(description="the phrase says more than those; where it does not, the map points nowhere")
    map: list[list[float]]
    width: int
    height: int
    model: str


class EmbeddingPart(Request):
    """One input with its kind said: words or a picture."""

    text: Text | None = None
    image: Picture | None = None


class EmbeddingRequest(BaseModel):
    """The request of OpenAI's /v1/embeddings; a string that is a data: URL of a picture is embedded as a picture."""

    model_config = ConfigDict(extra="ignore")

    input: (
        str
        | Annotated[list[str], Field(min_length=1, max_length=256)]
        | EmbeddingPart
        | Annotated[list[EmbeddingPart], Field(min_length=1, max_length=256)]
    )
    model: Name
    encoding_format: Literal["float", "base64"] = "float"
    dimensions: int | None = Field(None, ge=1, description="only the model's own")


class Embedding(BaseModel):
    """One vector; base64 is of little-endian float32."""

    object: Literal["embedding"] = "embedding"
    index: int
    embedding: list[float] | str


class Usage(BaseModel):
    """Tokens of the texts; pictures count none."""

    prompt_tokens: int
    total_tokens: int


class EmbeddingAnswer(BaseModel):
    """The answer of OpenAI's /v1/embeddings."""

    object: Literal["list"] = "list"
    data: list[Embedding]
    model: str
    usage: Usage


class ServedModel(BaseModel):
    """A model that answers here."""

    id: str
    object: Literal["model"] = "model"
    created: int = 0
    owned_by: str = "gergo"
    role: Literal["index", "base"]
    hash: str
    dim: int


class ModelsAnswer(BaseModel):
    """The answer of OpenAI's /v1/models, with roles."""

    object: Literal["list"] = "list"
    data: list[ServedModel]


class ItemPicture(BaseModel):
    """A picture of an item."""

    view: int
    picture: str
    width: int
    height: int


class Item(BaseModel):
    """One item as the catalogue holds it."""

    id: str
    title: str
    columns: dict[str, Any]
    pictures: list[ItemPicture]


class Sibling(BaseModel):
    """Another item of the same group: a variant, or one with the same photograph."""

    id: str
    title: str
    columns: dict[str, Any]
    picture: str | None = Field(description="where its first picture is")


class ItemInFull(Item):
    """One item, and what it is tied to."""

    siblings: list[Sibling] = Field(description="at most 48 other items of its group, in the catalogue's order")


class ItemsAnswer(BaseModel):
    """A page of the catalogue, in its order."""

    items: list[Item]
    total: int
    catalogue_version: int


class UpsertRequest(Request):
    """Items to add or replace, each a row as in the source: columns by name, the id column among them."""

    items: list[dict[Name, Scalar | None]] = Field(min_length=1, max_length=500)
    pictures: dict[Name, Picture] = Field(
        default_factory=dict, max_length=1000, description="by the names that the rows' picture columns hold"
    )


class DeleteRequest(Request):
    """Items to take out."""

    ids: list[Name] = Field(min_length=1, max_length=5000)


class WriteAnswer(BaseModel):
    """What a write changed; once it is answered, it is on disk and this worker searches it."""

    changed: int
    items: int = Field(description="in the catalogue now")
    catalogue_version: int
    quarantined: list[str] = Field(default_factory=list, description="what could not be used, with the reason")


class CatalogueColumn(BaseModel):
    """A column, and what it is good for."""

    name: str
    kind: Literal["bool", "int", "float", "string"]
    roles: list[str]
    facet: bool = Field(description="has few values that repeat: worth counting")
    separator: str | None = Field(None, description="between the levels of its values, where these are paths (A > B)")
    low: float | None = Field(None, description="least value of a numeric column")
    high: float | None = None
    currency: str | None = Field(None, description="what its numbers are in, where the source said so")


class CatalogueAnswer(BaseModel):
    """What is searched here."""

    name: str
    items: int
    groups: int = Field(description="products: items that are variants or have the same photograph count as one")
    pictures: int
    columns: list[CatalogueColumn]
    prices: list[str] = Field(description="columns of what a product costs: the first that it has")
    labels: list[str] = Field(description="the commonest values of the category column in words, at most 40, to try")
    labels_left_out: int = Field(description="how many other values the category column has")
    model: str
    base: str | None
    report: str | None
    writable: bool
    catalogue_version: int
    max_staleness_s: float


class Ready(BaseModel):
    """How a worker stands."""

    ready: bool
    worker: int
    catalogue_version: int
    checked_s_ago: float = Field(description="since this worker last saw that there is nothing newer")
    max_staleness_s: float
    refresh_error: bool = Field(description="the last attempt to follow the catalogue failed; the log says why")


class Alive(BaseModel):
    """The process answers."""

    ok: Literal[True] = True


class ErrorBody(BaseModel):
    """What went wrong: a stable code, words for people, and what to do."""

    code: str
    message: str
    hint: str


class ErrorAnswer(BaseModel):
    """The one shape of every error."""

    error: ErrorBody
