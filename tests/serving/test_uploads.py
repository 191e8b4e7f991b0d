"""Pictures from outside: good ones come in whatever their format; hostile ones get a 4xx, soon, in little memory."""

from __future__ import annotations

import re
import resource
import time

import httpx
import numpy as np
import pytest
from tests.serving.conftest import data_url, error_code, picture
from tests.serving.hostile import hostile

from gergo.catalogue.pictures import PictureError, decode
from gergo.serving.failures import Refusal
from gergo.serving.settings import Limits
from gergo.serving.uploads import Uploads

HOSTILE = dict(hostile())
EACH_S = 5.0
MEMORY_BYTES = 600_000_000


def test_there_are_two_hundred() -> None:
    assert len(HOSTILE) >= 200, len(HOSTILE)


def test_hostile_uploads_all_get_a_4xx_in_bounded_time_and_memory(client: httpx.Client) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    wrong = []
    for name, image in HOSTILE.items():
        started_s = time.perf_counter()
        answer = client.post("/v1/search", json={"image": image})
        took_s = time.perf_counter() - started_s
        if not 400 <= answer.status_code < 500 or took_s > EACH_S:
            wrong.append((name, answer.status_code, round(took_s, 1), answer.text[:100]))
            continue
        error_code(answer)
        assert not re.search(r"/\w+/|Traceback|0x[0-9a-f]{6}", answer.text), (name, answer.text)
    assert wrong == []
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 - before < MEMORY_BYTES
    assert client.get("/healthz").json() == {"ok": True}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "AVIF"])
@pytest.mark.parametrize("said", ["image/jpeg", "image/png"])
def test_the_content_decides_what_it_is(client: httpx.Client, kind: str, said: str) -> None:
    answer = client.post("/v1/search", json={"image": data_url(picture("green", kind=kind), said), "k": 1})
    assert answer.status_code == 200, answer.text
    assert len(answer.json()["results"]) == 1


def test_pixels_are_those_that_the_catalogue_decodes() -> None:
    data = picture("orange", (300, 200), "PNG")
    np.testing.assert_array_equal(Uploads(Limits()).pixels(data_url(data)), np.asarray(decode(data)))


def test_limits_are_named() -> None:
    small = Uploads(Limits(picture_bytes=1024, picture_pixels=10_000))
    with pytest.raises(Refusal, match="1,024 bytes"):
        small.pixels(data_url(picture(kind="BMP")))
    with pytest.raises(Refusal, match=r"120 x 90 pixels, the limit is 10,000"):
        small.pixels(data_url(picture("red")))
    with pytest.raises(PictureError):
        small.pixels("")


def test_a_camera_may_add_to_its_pictures(client: httpx.Client) -> None:
    motion_photo = picture("blue") + b"\0\0\0\x18ftypmp42" + bytes(5000)
    assert client.post("/v1/search", json={"image": data_url(motion_photo)}).status_code == 200
