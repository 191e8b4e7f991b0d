"""`POST /v1/explain`: where in a picture the model finds a phrase."""

from __future__ import annotations

import numpy as np
from fastapi import APIRouter, Depends
from PIL import Image

from gergo.errors import InputError, UsageError
from gergo.evaluation.explaining import Explanation
from gergo.evaluation.explaining import explain as explained
from gergo.serving.batching import BatchedModel
from gergo.serving.endpoints.classify import picture_of
from gergo.serving.failures import Refusal
from gergo.serving.schemas import ExplainAnswer, ExplainRequest
from gergo.serving.service import Service, ServiceHere, may_read
from gergo.towers.model import Model

CELLS = 48  # the longer side of a map that is sent

router = APIRouter(dependencies=[Depends(may_read)])


@router.post("/v1/explain")
def explain(request: ExplainRequest, service: ServiceHere) -> ExplainAnswer:
    """Look for a phrase in a picture that is sent, in an item's first one, or in one of the catalogue's by number."""
    model = service.state.by_model(request.model).model
    picture_HWC = _picture(service, request)
    if not request.text.strip():
        raise Refusal(422, "invalid_request", "text: there is nothing to look for")
    assert isinstance(model, BatchedModel)
    found = model.alone(lambda alone: _explained(alone, picture_HWC, request.text))
    height, width = picture_HWC.shape[:2]
    return ExplainAnswer(
        score=round(found.score, 6),
        neutral=round(found.neutral, 6),
        found=found.found,
        map=small_map(found.map_HW),
        width=width,
        height=height,
        model=model.name,
    )


def small_map(map_HW: np.ndarray) -> list[list[float]]:
    """A map as rows of numbers from 0 to 1, its longer side at most `CELLS`.

    >>> small_map(np.array([[0.0, 4.0], [0.0, 2.0]], np.float32))
    [[0.0, 1.0], [0.0, 0.5]]
    """
    height, width = map_HW.shape
    scale = min(1.0, CELLS / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    cells = np.asarray(Image.fromarray(map_HW.astype(np.float32)).resize(size, Image.Resampling.BOX))
    peak = float(cells.max())
    return (cells / peak if peak > 0 else cells).round(3).astype(float).tolist()


def _explained(model: Model, picture_HWC: np.ndarray, text: str) -> Explanation:
    try:
        return explained(model, picture_HWC, text)
    except UsageError:  # a family without a feature map: slower, but every one can
        return explained(model, picture_HWC, text, method="occlusion")


def _picture(service: Service, request: ExplainRequest) -> np.ndarray:
    if request.view is None:
        return picture_of(service, request.image, request.item)
    if request.image is not None or request.item is not None:
        raise Refusal(422, "invalid_request", "one of image, item and view is needed")
    try:
        data = service.state.catalogue.pictures([request.view])[0]
    except InputError:
        raise Refusal(404, "no_such_picture", f"there is no picture {request.view}") from None
    return service.uploads.decoded(data)
