"""`POST /v1/search`: items found by words, a picture, an item's likeness; filtered, counted, a page at a time."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from fastapi import APIRouter, Depends

from gergo.catalogue.store import Catalogue
from gergo.search.index import Index
from gergo.search.results import Result
from gergo.serving.conditions import compile_filters
from gergo.serving.failures import Refusal
from gergo.serving.rows import items_of, numbers
from gergo.serving.schemas import FacetValue, Filter, Found, SearchAnswer, SearchRequest
from gergo.serving.service import Service, ServiceHere, may_read

FACET_VALUES = 60

router = APIRouter(dependencies=[Depends(may_read)])


@router.post("/v1/search")
def search(request: SearchRequest, service: ServiceHere) -> SearchAnswer:
    """Find items. Without text, image or like it lists the catalogue in its order, filtered."""
    started_s = time.perf_counter()
    state = service.state
    index = state.by_model(request.model)
    kinds = state.catalogue.manifest.kinds
    where = compile_filters(request.filters, kinds)
    matching = numbers(state.catalogue, where)
    shown = index.groups.firsts(matching) if request.distinct else matching
    asked = bool((request.text or "").strip()) or request.image is not None or request.like is not None
    if asked:
        results, mode = _found(service, index, request, where), index.mode_for(request.text, request.mode)
    else:
        page = shown[request.offset : request.offset + request.k]
        others = index.groups.sizes(page, matching) - 1 if request.distinct else [None] * len(page)
        results, mode = _listed(service, state.catalogue, page, others), "none"
    return SearchAnswer(
        results=results,
        facets=_facets(index, request, kinds),
        matching=len(shown),
        mode=mode,
        model=index.model.name,
        catalogue_version=state.catalogue.version,
        time_ms=round((time.perf_counter() - started_s) * 1000, 2),
    )


def _found(service: Service, index: Index, request: SearchRequest, where: str | None) -> list[Found]:
    results = index.search(
        request.text,
        image=None if request.image is None else service.uploads.pixels(request.image),
        like=request.like,
        minus=request.minus,
        where=where,
        k=request.k,
        offset=request.offset,
        distinct=request.distinct,
        text_weight=request.text_weight,
        mode=request.mode,
    )
    return [_answered(service, index, result) for result in results]


def _answered(service: Service, index: Index, result: Result) -> Found:
    return Found(
        id=result.id,
        score=round(result.score, 6),
        similarity=None if result.similarity is None else round(result.similarity, 6),
        probability=None if result.probability is None else round(result.probability, 6),
        worded=result.worded,
        named=result.named,
        title=index.caption(result),
        columns=result.columns,
        view=result.view,
        picture=service.picture_link(result.view),
        others=result.others,
    )


def _listed(service: Service, catalogue: Catalogue, page: np.ndarray, others: Iterable[int | None]) -> list[Found]:
    return [
        Found(
            id=item.id,
            score=None,
            similarity=None,
            probability=None,
            worded=False,
            named=False,
            title=item.title,
            columns=item.columns,
            view=item.pictures[0].view if item.pictures else None,
            picture=item.pictures[0].picture if item.pictures else None,
            others=more,
        )
        for item, more in zip(items_of(service, catalogue, page), others, strict=True)
    ]


def _facets(index: Index, request: SearchRequest, kinds: Mapping[str, Any]) -> dict[str, list[FacetValue]]:
    """Counts of each column among the items that the filters on *other* columns let through, as shoppers expect."""
    unknown = [name for name in request.facets if name not in kinds]
    if unknown:
        raise Refusal(422, "unknown_column", f"facets: there is no column {unknown[0]!r}")
    by_where: dict[str | None, list[str]] = {}
    for name in request.facets:
        others: Sequence[Filter] = [one for one in request.filters if one.column != name]
        by_where.setdefault(compile_filters(others, kinds), []).append(name)
    counted: dict[str, list[FacetValue]] = {}
    for where, names in by_where.items():
        for name, values in index.facets(names, where=where, distinct=request.distinct, limit=FACET_VALUES).items():
            counted[name] = [FacetValue(value=value, count=count) for value, count in values]
    return {name: counted[name] for name in request.facets}
