"""Whether the server lives and is ready, what it measures, and what is served."""

from __future__ import annotations

import os

from fastapi import APIRouter, Depends, Response
from prometheus_client import CONTENT_TYPE_LATEST

from gergo.serving.live import PROPOSED_LABELS
from gergo.serving.prices import price_columns
from gergo.serving.rows import numbers
from gergo.serving.schemas import Alive, CatalogueAnswer, Ready
from gergo.serving.service import ServiceHere, may_read

router = APIRouter()


@router.get("/healthz")
async def healthz() -> Alive:
    """The process answers."""
    return Alive()


@router.get("/readyz", responses={503: {"model": Ready, "description": "shutting down"}})
async def readyz(service: ServiceHere, response: Response) -> Ready:
    """This worker can answer queries; with the version it is at, and how stale that may be."""
    live = service.live
    if service.closing:
        response.status_code = 503
    return Ready(
        ready=not service.closing,
        worker=os.getpid(),
        catalogue_version=live.version,
        checked_s_ago=round(live.checked_s_ago, 1),
        max_staleness_s=live.refresh_s,
        refresh_error=live.failed,
    )


@router.get("/metrics", dependencies=[Depends(may_read)], response_class=Response)
def metrics(service: ServiceHere) -> Response:
    """For Prometheus."""
    return Response(service.metrics.text(), media_type=CONTENT_TYPE_LATEST)


@router.get("/v1/catalogue", dependencies=[Depends(may_read)])
def catalogue(service: ServiceHere) -> CatalogueAnswer:
    """What is searched here: its columns, its models, and what this server allows."""
    state = service.state
    return CatalogueAnswer(
        name=state.catalogue.name,
        items=len(state.catalogue),
        groups=len(state.index.groups.firsts(numbers(state.catalogue, None))),
        pictures=state.index.record.pictures,
        columns=state.columns,
        prices=price_columns(state.catalogue.manifest.kinds, state.catalogue.manifest.currencies),
        labels=state.categories[:PROPOSED_LABELS],
        labels_left_out=len(state.categories[PROPOSED_LABELS:]),
        model=state.index.model.name,
        base=state.base.model.name if state.base else None,
        report=service.link("/report") if service.report else None,
        writable=service.writable,
        catalogue_version=state.catalogue.version,
        max_staleness_s=service.live.refresh_s,
    )
