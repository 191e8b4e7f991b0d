"""`/v1/items`: the catalogue's items read, written and taken out; `/v1/picture`: their pictures, small."""

from __future__ import annotations

import io
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from PIL import Image

from gergo.catalogue import editing
from gergo.catalogue.pictures import pixels
from gergo.catalogue.store import Catalogue
from gergo.errors import InputError
from gergo.serving.failures import Refusal
from gergo.serving.rows import items_of, number_of, numbers
from gergo.serving.schemas import DeleteRequest, ItemInFull, ItemsAnswer, Name, Sibling, UpsertRequest, WriteAnswer
from gergo.serving.service import Service, ServiceHere, may_follow, may_read, may_write

SIZES_PX = (160, 360, 720, 1024)
JPEG_QUALITY = 85
SIBLINGS = 48  # of an item, answered with it
FOREVER = "private, max-age=31536000, immutable"  # a view's number never gets another picture

router = APIRouter()


@router.get("/v1/items", dependencies=[Depends(may_read)])
def read_items(
    service: ServiceHere,
    offset: Annotated[int, Query(ge=0, lt=2**31)] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ItemsAnswer:
    """A page of the catalogue, in its order."""
    catalogue = service.state.catalogue
    page = numbers(catalogue, None)[offset : offset + limit]
    return ItemsAnswer(
        items=items_of(service, catalogue, page), total=len(catalogue), catalogue_version=catalogue.version
    )


@router.get("/v1/items/{id:path}", dependencies=[Depends(may_read)])
def read_item(id: str, service: ServiceHere) -> ItemInFull:
    """One item, with all its pictures, and the others of its group."""
    state = service.state
    number = _number(state.catalogue, id)
    members = state.index.groups.members(number)
    siblings = items_of(service, state.catalogue, members[members != number][:SIBLINGS])
    return ItemInFull(
        **items_of(service, state.catalogue, [number])[0].model_dump(),
        siblings=[
            Sibling(
                id=one.id,
                title=one.title,
                columns=one.columns,
                picture=one.pictures[0].picture if one.pictures else None,
            )
            for one in siblings
        ],
    )


@router.post("/v1/items", dependencies=[Depends(may_write)])
def upsert_items(request: UpsertRequest, service: ServiceHere) -> WriteAnswer:
    """Add items, or change those whose id is known; on disk and searchable here once it is answered."""
    pictures = {name: service.uploads.encoded(picture) for name, picture in request.pictures.items()}
    for data in pictures.values():
        service.uploads.decoded(data)  # so that a picture that cannot be used is refused before anything is written
    before, after = service.live.write(
        lambda catalogue: editing.upsert(catalogue, request.items, pictures),
        wait_s=service.settings.limits.write_wait_s,
    )
    refused = editing.refused(before, after)
    rows = len({entry["row"] for entry in refused if entry["kind"] == "row"})
    return WriteAnswer(
        changed=len(request.items) - rows,
        items=len(after),
        catalogue_version=after.version,
        quarantined=[f"item {entry['row']}, {entry['column'] or 'all of it'}: {entry['reason']}" for entry in refused],
    )


@router.post("/v1/items/delete", dependencies=[Depends(may_write)])
def delete_items(request: DeleteRequest, service: ServiceHere) -> WriteAnswer:
    """Take items out; where one of the ids is unknown, none is."""
    return _remove(service, request.ids)


@router.delete("/v1/items/{id:path}", dependencies=[Depends(may_write)])
def delete_item(id: Name, service: ServiceHere) -> WriteAnswer:
    """Take one item out."""
    _number(service.state.catalogue, id)
    return _remove(service, [id])


@router.get("/v1/picture/{view}", dependencies=[Depends(may_follow)], response_class=Response)
def picture(
    view: int, request: Request, service: ServiceHere, size_px: Annotated[int, Query(ge=16, le=2048)] = 360
) -> Response:
    """A picture as JPEG, its longer side at most one of 160, 360, 720 and 1,024 px."""
    side_px = next((size for size in SIZES_PX if size >= size_px), SIZES_PX[-1])
    tag = f'"{view}-{side_px}"'
    headers = {"ETag": tag, "Cache-Control": FOREVER}
    try:
        data = service.state.catalogue.pictures([view] if -1 < view < 2**62 else [-1])[0]
    except InputError:
        raise Refusal(404, "no_such_picture", f"there is no picture {view}") from None
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    jpeg = io.BytesIO()
    Image.fromarray(pixels(data, max_px=side_px)).save(jpeg, "JPEG", quality=JPEG_QUALITY)
    return Response(jpeg.getvalue(), media_type="image/jpeg", headers=headers)


def _remove(service: Service, ids: list[str]) -> WriteAnswer:
    ids = list(dict.fromkeys(ids))
    _, after = service.live.write(
        lambda catalogue: editing.remove(catalogue, ids), wait_s=service.settings.limits.write_wait_s
    )
    return WriteAnswer(changed=len(ids), items=len(after), catalogue_version=after.version)


def _number(catalogue: Catalogue, id_: str) -> int:
    number = number_of(catalogue, id_)
    if number is None:
        raise Refusal(404, "no_such_item", f"no item has the id {id_!r}"[:300])
    return number
