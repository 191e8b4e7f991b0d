"""`POST /v1/embeddings` and `GET /v1/models`, in OpenAI's shape: clients that speak it work as they are.

An input is text, or a picture where it is a `data:` URL of one or an object {"image": ...}.
"""

from __future__ import annotations

import base64
from typing import Literal

import numpy as np
from fastapi import APIRouter, Depends

from gergo.search.index import Index
from gergo.serving.failures import Refusal
from gergo.serving.schemas import (
    Embedding,
    EmbeddingAnswer,
    EmbeddingPart,
    EmbeddingRequest,
    ModelsAnswer,
    ServedModel,
    Usage,
)
from gergo.serving.service import Service, ServiceHere, may_read
from gergo.towers.model import Model

PICTURES_AT_ONCE = 8  # decoded pictures that one request holds
TEXT_CHARACTERS = 8000

router = APIRouter(dependencies=[Depends(may_read)])


@router.get("/v1/models")
def models(service: ServiceHere) -> ModelsAnswer:
    """The models that answer here."""
    state = service.state
    roles: tuple[tuple[Literal["index", "base"], Index | None], ...] = (("index", state.index), ("base", state.base))
    return ModelsAnswer(
        data=[
            ServedModel(id=index.model.name, role=role, hash=index.model.hash, dim=index.model.dim)
            for role, index in roles
            if index is not None
        ]
    )


@router.post("/v1/embeddings")
def embeddings(request: EmbeddingRequest, service: ServiceHere) -> EmbeddingAnswer:
    """Unit vectors of texts and pictures, all in one space."""
    model = service.state.by_model(request.model).model
    if request.dimensions not in (None, model.dim):
        message = f"dimensions: {model.name} has {model.dim}, and vectors are not cut"
        raise Refusal(422, "invalid_request", message)
    given = request.input if isinstance(request.input, list) else [request.input]
    inputs = [_part(value, place) for place, value in enumerate(given)]
    texts = {place: part.text for place, part in enumerate(inputs) if part.text is not None}
    pictures = {place: part.image for place, part in enumerate(inputs) if part.image is not None}
    vectors_ND = np.empty((len(inputs), model.dim), np.float32)
    if texts:
        vectors_ND[list(texts)] = model.encode_texts(list(texts.values()))
    _embed_pictures(service, model, pictures, vectors_ND)
    tokens = sum(model.count_tokens(list(texts.values()))) if texts else 0
    return EmbeddingAnswer(
        data=[
            Embedding(index=i, embedding=_written(vector_D, request.encoding_format))
            for i, vector_D in enumerate(vectors_ND)
        ],
        model=model.name,
        usage=Usage(prompt_tokens=tokens, total_tokens=tokens),
    )


def _part(value: str | EmbeddingPart, place: int) -> EmbeddingPart:
    if isinstance(value, EmbeddingPart):
        part = value
    elif value[:11].lower() == "data:image/":
        part = EmbeddingPart(image=value)
    elif len(value) > TEXT_CHARACTERS:
        raise Refusal(422, "invalid_request", f"input.{place}: over {TEXT_CHARACTERS:,} characters")
    else:
        part = EmbeddingPart.model_construct(text=value)
    if (part.text is None) == (part.image is None) or part.text == "":
        raise Refusal(422, "invalid_request", f"input.{place}: needs words or a picture, one of them")
    return part


def _embed_pictures(service: Service, model: Model, pictures: dict[int, str], vectors_ND: np.ndarray) -> None:
    places = list(pictures)
    for start in range(0, len(places), PICTURES_AT_ONCE):
        some = places[start : start + PICTURES_AT_ONCE]
        vectors_ND[some] = model.encode_images([service.uploads.pixels(pictures[place]) for place in some])


def _written(vector_D: np.ndarray, how: str) -> list[float] | str:
    if how == "base64":
        return base64.b64encode(vector_D.astype("<f4").tobytes()).decode("ascii")
    return vector_D.tolist()
