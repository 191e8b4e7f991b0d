"""What Prometheus may ask: how many requests, how fast, how many values a call of the model had, how fresh it all is."""

from __future__ import annotations

import os

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

SEVERAL_WORKERS = "PROMETHEUS_MULTIPROC_DIR"  # prometheus_client's own name: set before it is imported
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_SIZES = (1, 2, 4, 8, 16, 32, 64, 128)


class Metrics:
    """The numbers of one worker; with several, those of all of them are added up when they are asked for."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        kept = self._registry
        self.requests = Counter("gergo_requests", "Requests answered", ["route", "method", "status"], registry=kept)
        self.seconds = Histogram(
            "gergo_request_seconds", "Time of a request", ["route"], buckets=_SECONDS, registry=kept
        )
        self.batches = Histogram(
            "gergo_model_call_values", "Values of one call of the model", ["modality"], buckets=_SIZES, registry=kept
        )
        self.in_work = Gauge(
            "gergo_requests_in_work", "Requests being answered", multiprocess_mode="livesum", registry=kept
        )
        self.items = Gauge("gergo_index_items", "Items that can be found", multiprocess_mode="livemin", registry=kept)
        self.version = Gauge(
            "gergo_catalogue_version",
            "Version of the catalogue that is searched",
            multiprocess_mode="livemin",
            registry=kept,
        )
        self.checked = Gauge(
            "gergo_catalogue_checked_timestamp_seconds",
            "When it was last seen that there is nothing newer",
            multiprocess_mode="livemin",
            registry=kept,
        )
        self.refresh_failures = Counter(
            "gergo_refresh_failures", "Times that following the catalogue failed", registry=kept
        )

    def text(self) -> bytes:
        """All of it, in Prometheus' text format."""
        if os.environ.get(SEVERAL_WORKERS):
            together = CollectorRegistry()
            MultiProcessCollector(together)
            return generate_latest(together)
        return generate_latest(self._registry)
