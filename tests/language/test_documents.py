from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from gergo.errors import InputError
from gergo.language.documents import Document, read_document

MARKDOWN = """---
title: x
---
# The **latent** space

Some *text with `code`* and a [link to **it**](http://x.y/z(1)) here. 5 * 3, snake_case_name.

- item one
- item *two*

| a | second `x` cell |
|---|---|
| first | last |

```python
print("no")
```

<div class="x"><p>Hello <b>bold</b> &amp; co</p></div>

[ref]: http://x.y
"""
HTML = """<!DOCTYPE html><html><head><title>My &amp; page</title><style>p{}</style></head><body class=x>
<p>  Hello <b>big <i>world</i></b> of <code>x &lt; y</code>,<br>nice <a href="u?a=1&b=2">you</a>. </p>
<ul><li>One<li>Two <!-- c --> x</ul><pre>keep</pre><p translate="no">brand</p><script>var a = "<p>no</p>";</script>
tail <img src=x alt="y"></body></html>"""


def same(document: Document) -> str:
    return document.render([(s.text, s.marks, s.opaque) for s in document.segments])


@pytest.mark.parametrize(("text", "kind"), [(MARKDOWN, "markdown"), (HTML, "html"), ("One.\n\n Two \n", "plain")])
def test_a_document_put_back_untranslated_is_itself(text: str, kind: str) -> None:
    assert same(read_document(text, kind=kind)) == text


def test_only_words_of_readers_are_segments() -> None:
    assert [s.text for s in read_document(MARKDOWN, kind="markdown").segments] == [
        "The latent space",
        "Some text with `code` and a link to it here. 5 * 3, snake_case_name.",
        "item one", "item two", "a", "second `x` cell", "first", "last", "Hello bold & co",
    ]  # fmt: skip
    texts = " ".join(s.text for s in read_document(HTML, kind="html").segments)
    assert "keep" not in texts
    assert "brand" not in texts
    assert "var a" not in texts


def test_other_words_leave_the_html_tree_as_it_was() -> None:
    document = read_document(HTML, kind="html")
    changed = document.render(
        [(s.text.upper() if not s.opaque and not s.marks else s.text, s.marks, s.opaque) for s in document.segments]
    )

    def tags(text: str) -> list[str | None]:
        return [node.tag for node in LexborHTMLParser(text).css("*")]

    assert tags(changed) == tags(HTML)
    assert "MY &amp; PAGE" in changed


def test_wrapped_lines_are_one_segment_and_short_ones_stand_alone() -> None:
    wrapped = "x" * 70 + "\n" + "y" * 10
    assert len(read_document(wrapped).segments) == 1
    assert [s.text for s in read_document("Roses are red\nViolets are blue").segments] == [
        "Roses are red", "Violets are blue",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "empty"), (" \n ", "empty"), ("123 456", "no words"), ("x" * 5_000_000, "line 1: 5,000,000 characters")],
)
def test_what_cannot_be_translated_is_refused(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as error:
        read_document(text)
    assert error.value.hint


@given(
    st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=200),
    st.sampled_from(["plain", "markdown", "html"]),
)
def test_segments_lie_in_order_whatever_the_text(text: str, kind: str) -> None:
    try:
        document = read_document(text, kind=kind)
    except InputError:
        return
    end = 0
    for segment in document.segments:
        assert end <= segment.start <= segment.end <= len(text)
        end = segment.end
        for mark in segment.marks:
            assert 0 <= mark.start <= mark.end <= len(segment.text)
        for span in segment.opaque:
            assert segment.text[span.start : span.end] == span.text
    same(document)
