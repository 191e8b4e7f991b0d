"""Archives and servers that the tests of gathering are made of."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter


class _Writer(WARCWriter):
    """warcio leaves its temporary files to the collector, which warns of them."""

    @classmethod
    def _create_temp_file(cls) -> io.BytesIO:
        return io.BytesIO()


@pytest.fixture
def write_warc() -> Callable[..., Path]:
    """Writes responses, each a dict of url, body, and where they differ status, type, headers, date; or a revisit."""

    def write(path: Path, *captures: dict[str, Any]) -> Path:
        with path.open("ab") as file:
            writer = _Writer(file, gzip=path.suffix == ".gz")
            for number, capture in enumerate(captures):
                date = capture.get("date", f"2026-01-01T00:00:{number:02}Z")
                if "repeats" in capture:
                    record = writer.create_revisit_record(
                        capture["url"], capture.get("digest", "sha1:NONE"), capture["repeats"], date
                    )
                else:
                    status = capture.get("status", "200 OK")
                    headers = [("Content-Type", capture.get("type", "text/html")), *capture.get("headers", [])]
                    record = writer.create_warc_record(
                        capture["url"],
                        "response",
                        payload=io.BytesIO(capture.get("body", b"")),
                        http_headers=StatusAndHeaders(status, headers, protocol="HTTP/1.1"),
                        warc_headers_dict={"WARC-Date": date},
                    )
                writer.write_record(record)
        return path

    return write
