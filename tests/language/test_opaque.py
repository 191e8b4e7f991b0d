from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gergo.language.opaque import opaque_spans


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see [1], [2, 3] and [4-6]", ["[1]", "[2, 3]", "[4-6]"]),
        ("at https://x.org/a?b=1&c=(2). Or www.y.it!", ["https://x.org/a?b=1&c=(2", "www.y.it"]),
        ("mail me@x.org, @gergo", ["me@x.org", "@gergo"]),
        ("400 million <image, text> pairs", ["400", "<image, text>"]),
        ("{name}, {{ x }}, %s, %(n)d and ${v}", ["{name}", "{{ x }}", "%s", "%(n)d", "${v}"]),
        ("a 5 mm bolt, 3.5%, 20 x 30 cm, €5", ["5 mm", "3.5%", "20 x 30 cm", "€5"]),
        ("M8, AB-1234 and GPT-4", ["M8", "AB-1234", "GPT-4"]),
        ("let $x^2$ be", ["$x^2$"]),
        ("1,000.5 or 12:30", ["1,000.5", "12:30"]),
        ("no spans here: it's fine", []),
    ],
)
def test_spans(text: str, expected: list[str]) -> None:
    assert [s.text for s in opaque_spans(text)] == expected


@given(st.text())
def test_spans_lie_in_the_text_in_order(text: str) -> None:
    end = 0
    for span in opaque_spans(text):
        assert span.start >= end
        assert text[span.start : span.end] == span.text
        end = span.end
