"""Figures for Prometheus. Its library is loaded at the first scrape: most homes never ask."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from typing_extensions import override

from wattledger.energy.power import MeterState, PowerNow
from wattledger.flow.status import PartHealth

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class RouteStatus(NamedTuple):
    """What requests are counted by; `route` is a template, so that there are few."""

    route: str
    status: int


class Spent(NamedTuple):
    """How many requests, and how long they took together until the answer began."""

    requests: int
    seconds: float


class Tally:
    """Counts requests by route and status."""

    def __init__(self) -> None:
        self._counts: dict[RouteStatus, Spent] = {}

    def add(self, route: str, status: int, seconds: float) -> None:
        key = RouteStatus(route, status)
        before = self._counts.get(key, Spent(0, 0.0))
        self._counts[key] = Spent(before.requests + 1, before.seconds + seconds)

    def counts(self) -> dict[RouteStatus, Spent]:
        """The counts as they stand."""
        return dict(self._counts)


def exposition(
    now: PowerNow,
    health: Sequence[PartHealth],
    counts: Mapping[RouteStatus, Spent],
    streams: int,
    version: str,
) -> bytes:
    """The text format, from a registry of its own that lives as long as this call."""
    from prometheus_client import CollectorRegistry, PlatformCollector, ProcessCollector
    from prometheus_client.exposition import generate_latest
    from prometheus_client.registry import Collector

    class House(Collector):
        @override
        def collect(self) -> "Iterator[Metric]":
            yield from _power(now)
            yield from _parts(health, version)
            yield from _requests(counts, streams)

    registry = CollectorRegistry()
    registry.register(House())
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    return generate_latest(registry)


def _power(now: PowerNow) -> "Iterator[Metric]":
    from prometheus_client.metrics_core import GaugeMetricFamily

    power = GaugeMetricFamily(
        "wattledger_power_watts",
        "Power now: grid above 0 imports, solar above 0 produces, home is used",
        labels=["of"],
    )
    for of, value_w in (*now.roles_w.items(), ("home", now.home_w)):
        if value_w is not None:
            power.add_metric([str(of)], value_w)
    live = GaugeMetricFamily(
        "wattledger_meter_live", "1 while the meter is live", labels=["meter", "role"]
    )
    age = GaugeMetricFamily(
        "wattledger_meter_reading_age_seconds", "Age of the last reading", labels=["meter", "role"]
    )
    for meter in now.meters:
        labels = [meter.label.name, meter.label.role.value]
        live.add_metric(labels, float(meter.state is MeterState.LIVE))
        if meter.age_s is not None:
            age.add_metric(labels, meter.age_s)
    yield from (power, live, age)


def _parts(health: Sequence[PartHealth], version: str) -> "Iterator[Metric]":
    from prometheus_client.metrics_core import GaugeMetricFamily, InfoMetricFamily

    parts = GaugeMetricFamily("wattledger_part_ok", "1 while the part works", labels=["part"])
    for part in health:
        parts.add_metric([part.name], float(part.ok))
    yield parts
    yield InfoMetricFamily("wattledger", "The server", {"version": version})


def _requests(counts: Mapping[RouteStatus, Spent], streams: int) -> "Iterator[Metric]":
    from prometheus_client.metrics_core import GaugeMetricFamily, SummaryMetricFamily

    yield GaugeMetricFamily("wattledger_streams", "Open live streams", streams)
    requests = SummaryMetricFamily(
        "wattledger_http_request_seconds",
        "Requests, and the time until their answer began",
        labels=["route", "status"],
    )
    for (route, status), spent in counts.items():
        requests.add_metric([route, str(status)], spent.requests, spent.seconds)
    yield requests
