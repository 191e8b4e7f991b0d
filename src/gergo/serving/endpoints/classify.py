"""`POST /v1/classify`: which of some labels a picture shows, and whether any stands out at all.

Probabilities are shares among the labels given: of three wrong labels one still gets most. What a label is worth is
therefore also said without the others: by the probability that it holds, where the index is calibrated, and by its
standing, the share of the catalogue's pictures that it fits less well than this one. "None of these" is the answer
where the best label, held as likely as not beforehand, is more likely wrong than right; where nothing is calibrated,
where it fits no better than words that say nothing, or than it fits half the catalogue.
"""

from __future__ import annotations

import numpy as np
from fastapi import APIRouter, Depends

from gergo.serving.failures import Refusal
from gergo.serving.rows import items_of, number_of
from gergo.serving.schemas import ClassifyAnswer, ClassifyRequest, LabelScore
from gergo.serving.service import Service, ServiceHere, may_read

NOTHING_SAID = ("something", "a product")
NONE_BELOW = 0.5  # of a probability, as of a standing

router = APIRouter(dependencies=[Depends(may_read)])


@router.post("/v1/classify")
def classify(request: ClassifyRequest, service: ServiceHere) -> ClassifyAnswer:
    """Score labels for a picture, or for an item's first picture."""
    state = service.state
    index = state.by_model(request.model)
    model = index.model
    if "{}" not in request.template:
        raise Refusal(422, "invalid_request", "template: has no {} for the label", hint="a photo of {}")
    labels = list(dict.fromkeys(request.labels))
    filled = [request.template.replace("{}", label) for label in (*labels, *NOTHING_SAID)]
    vectors_TD = model.encode_texts(filled)
    labels_LD, nothing_BD = vectors_TD[: len(labels)], vectors_TD[len(labels) :]
    picture_D = model.encode_images([picture_of(service, request.image, request.item)])[0]
    similarity_L = labels_LD @ picture_D
    calibration = index.calibration
    temperature = (calibration.label_temperature if calibration else None) or 1.0
    logits_L = model.logit_scale / temperature * (similarity_L - similarity_L.max())
    probability_L = np.exp(logits_L) / np.exp(logits_L).sum()
    sample_SD = state.sample(index)
    standing_L = (sample_SD @ labels_LD.T < similarity_L).mean(axis=0) if len(sample_SD) else np.ones(len(labels))
    background = float((nothing_BD @ picture_D).max())
    order = np.argsort(-probability_L, kind="stable")
    curve = calibration.curve if calibration else None
    best = order[0]
    holds = curve.at_even_odds(float(similarity_L[best])) if curve else None
    stands_out = similarity_L[best] > background and standing_L[best] >= NONE_BELOW
    return ClassifyAnswer(
        labels=[
            LabelScore(
                label=labels[i],
                probability=round(float(probability_L[i]), 6),
                holds=None if curve is None else round(curve.at_even_odds(float(similarity_L[i])), 6),
                similarity=round(float(similarity_L[i]), 6),
                standing=round(float(standing_L[i]), 4),
            )
            for i in order
        ],
        none_of_these=bool(not stands_out if holds is None else holds < NONE_BELOW),
        calibrated=calibration is not None and calibration.label_temperature is not None,
        background=round(background, 6),
        compared_with=len(sample_SD),
        model=model.name,
    )


def picture_of(service: Service, image: str | None, item: str | None) -> np.ndarray:
    """Pixels uint8 [H, W, 3] of a picture that was sent, or of an item's first one. Raises Refusal."""
    if (image is None) == (item is None):
        raise Refusal(422, "invalid_request", "one of image and item is needed, not both")
    if image is not None:
        return service.uploads.pixels(image)
    assert item is not None
    catalogue = service.state.catalogue
    number = number_of(catalogue, item)
    if number is None:
        raise Refusal(404, "no_such_item", f"no item has the id {item!r}")
    pictures = items_of(service, catalogue, [number])[0].pictures
    if not pictures:
        raise Refusal(422, "no_picture", f"the item {item!r} has no picture")
    return service.uploads.decoded(catalogue.pictures([pictures[0].view])[0])
