"""What the server counts, for Prometheus: in a registry of its own, and never by board.

Only sums are kept, because who reads them must not learn which board is busy. What has a place
that counts it already (``Boards.tally``) is read when it is asked for and costs nothing before;
the histogram is fed by whoever makes entries durable.
"""

from collections.abc import Iterator, Mapping, Sized
from typing import Final, Protocol

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
PREFIX: Final = "orientation_board_"

REGISTRY: Final = CollectorRegistry(auto_describe=True)

APPEND_SECONDS: Final = Histogram(
    f"{PREFIX}append_seconds",
    "From a batch that was decided to its entries on disk.",
    buckets=(0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1.0, 5.0),
    registry=REGISTRY,
)
RESPONSES: Final = Counter(
    f"{PREFIX}http_responses",
    "HTTP responses, by the class of their status.",
    ["status"],
    registry=REGISTRY,
)
TICKETS: Final = Counter(
    f"{PREFIX}tickets",
    "Requests for a ticket, by what became of them.",
    ["outcome"],
    registry=REGISTRY,
)


class Sources(Protocol):
    """Where the sums are kept: server/live.py, Boards."""

    sockets: int

    @property
    def lives(self) -> Sized:
        """The boards that are open."""

    def tally(self) -> Mapping[str, int]:
        """What was done since the start: ``entries``, ``batches``, ``bytes`` sent,
        ``closed <close code>`` and ``refused <code of the refusal>``."""


class _Sums(Collector):
    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    def collect(self) -> Iterator[Metric]:
        tally = self._sources.tally()
        yield GaugeMetricFamily(
            f"{PREFIX}sockets", "Connections to boards that are open.", value=self._sources.sockets
        )
        yield GaugeMetricFamily(
            f"{PREFIX}boards", "Boards that are open.", value=len(self._sources.lives)
        )
        for name, text in (
            ("entries", "Entries made durable."),
            ("batches", "Batches of requests decided together."),
            ("bytes", "Bytes of frames, each counted for every socket that it is sent to."),
        ):
            yield CounterMetricFamily(f"{PREFIX}{name}", text, value=tally.get(name, 0))
        yield _by_label(tally, "refused", "code", "Requests refused, by the code of the refusal.")
        yield _by_label(tally, "closed", "code", "Connections to boards closed, by the close code.")


def _by_label(tally: Mapping[str, int], name: str, label: str, text: str) -> Metric:
    family = CounterMetricFamily(f"{PREFIX}{name}", text, labels=[label])
    for key, count in sorted(tally.items()):
        kind, _, value = key.partition(" ")
        if kind == name and value:
            family.add_metric([value], count)
    return family


def exposition(sources: Sources) -> bytes:
    """Everything, in the text format that Prometheus reads."""
    sums = CollectorRegistry()
    sums.register(_Sums(sources))
    return generate_latest(sums) + generate_latest(REGISTRY)
