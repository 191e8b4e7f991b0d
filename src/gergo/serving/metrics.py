"""What Prometheus may ask: how many requests, how fast, how many values a call of the model had, how fresh it is."""

from __future__ import annotations

import os
from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

SEVERAL_WORKERS = "PROMETHEUS_MULTIPROC_DIR"  # prometheus_client's own name: set before it is imported
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_SIZES = (1, 2, 4, 8, 16, 32, 64, 128)


class Metrics:
    """The numbers of one worker; with several, those of all of them are added up when they are asked for."""

    def __init__(self) -> None:
        self._registry = kept = CollectorRegistry()
        labels = ["route", "method", "status"]
        self.requests = Counter("gergo_requests", "Requests answered", labels, registry=kept)
        self.seconds = Histogram("gergo_request_seconds", "Their time", ["route"], buckets=_SECONDS, registry=kept)
        self.batches = Histogram(
            "gergo_model_call_values", "Values of one call of the model", ["modality"], buckets=_SIZES, registry=kept
        )
        self.refresh_failures = Counter("gergo_refresh_failures", "Failures to follow the catalogue", registry=kept)
        self.in_work = self._gauge("gergo_requests_in_work", "Requests being answered", "livesum")
        self.items = self._gauge("gergo_index_items", "Items that can be found", "livemin")
        self.version = self._gauge("gergo_catalogue_version", "Version of the catalogue that is searched", "livemin")
        self.checked = self._gauge(
            "gergo_catalogue_checked_timestamp_seconds", "When it was last seen that there is nothing newer", "livemin"
        )

    def _gauge(self, name: str, what: str, together: Literal["livemin", "livesum"]) -> Gauge:
        """A gauge; `together` says what several workers' values make."""
        return Gauge(name, what, registry=self._registry, multiprocess_mode=together)

    def text(self) -> bytes:
        """All of it, in Prometheus' text format."""
        if os.environ.get(SEVERAL_WORKERS):
            together = CollectorRegistry()
            MultiProcessCollector(together)
            return generate_latest(together)
        return generate_latest(self._registry)
