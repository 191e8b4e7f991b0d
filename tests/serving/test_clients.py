"""Existing clients: openai's Python library, and requests made from the OpenAPI document."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from tests.serving.conftest import Server, data_url, picture

from gergo.catalogue.store import Catalogue
from gergo.towers.model import Model

EXAMPLES = 4
MANY_EXAMPLES = 150


def test_the_openai_client_works_as_it_is(server: Server, tuned: Model) -> None:
    from openai import APIStatusError, OpenAI

    with OpenAI(base_url=f"{server.url}/v1", api_key="none", max_retries=0) as openai:
        assert {model.id for model in openai.models.list()} == {"tuned", "base"}
        texts = ["a red bolt", "a nut"]
        answer = openai.embeddings.create(input=texts, model="tuned")  # asks for base64 by itself
        vectors_ND = np.array([one.embedding for one in answer.data])
        np.testing.assert_allclose(vectors_ND, tuned.encode_texts(texts), atol=1e-5)
        floats = openai.embeddings.create(input=texts[0], model="tuned", encoding_format="float")
        np.testing.assert_allclose(floats.data[0].embedding, vectors_ND[0], atol=1e-5)
        of_picture = openai.embeddings.create(input=data_url(picture("red")), model="tuned")
        assert len(of_picture.data[0].embedding) == tuned.dim
        with pytest.raises(APIStatusError) as error:
            openai.embeddings.create(input="x", model="text-embedding-3-small")
        assert error.value.status_code == 404
        assert error.value.body["code"] == "model_not_found"  # type: ignore[index]


def check_the_document(server: Server, examples: int) -> None:
    import schemathesis
    from hypothesis import HealthCheck, given, settings

    schema = schemathesis.openapi.from_url(f"{server.url}/openapi.json")
    statuses: Counter[int] = Counter()
    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        @given(case=operation.as_strategy())
        def ask(case: schemathesis.Case) -> None:
            answer = case.call(timeout=60)
            statuses[answer.status_code] += 1
            assert answer.status_code < 500, (case.method, case.path, answer.text)

        ask()
    assert sum(statuses.values()) >= 10 * min(examples, 2), statuses
    assert statuses[200]


def test_nothing_made_from_the_document_is_a_server_error(server: Server) -> None:
    check_the_document(server, EXAMPLES)


@pytest.mark.slow
def test_nothing_made_from_the_document_is_a_server_error_at_length(own_shop: Catalogue, serve: Any) -> None:
    check_the_document(serve(own_shop, base="base"), MANY_EXAMPLES)  # one that may write
