"""The homes of the demo: what each measures, and with which pretend meters."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from wattledger.simulator.feed import Feed
from wattledger.simulator.feeds.battery_home import BatteryHome
from wattledger.simulator.feeds.demo_home import demo_home
from wattledger.simulator.feeds.household import MinuteRow

RECKONED = (
    "Its battery, its second plant and the shares of its heat pump and its car are reckoned, not "
    "measured."
)
SHED_PCT = 30


@dataclass(frozen=True, slots=True)
class DemoMeter:
    """`sources` are as the settings have them, but for the host."""

    mac: str
    feed: Feed
    sources: tuple[Mapping[str, object], ...]
    model: str = "SPEM-003CEBEU"


@dataclass(frozen=True, slots=True)
class DemoHome:
    """`days` are the minutes of each meter in [start, end), by its name, a UTC day at a time. What
    it keeps lies in files of its own.
    """

    prefix: str
    meters: Mapping[str, DemoMeter]
    days: Callable[[int, int], Iterator[Mapping[str, list[MinuteRow]]]]
    words: str = ""

    @property
    def books(self) -> str:
        return f"{self.prefix}.sqlite"

    def memory_of(self, name: str) -> str:
        return f"{self.prefix}-{name}.json"


def small_home() -> DemoHome:
    """One meter at the mains, one at a plant."""
    home = demo_home()

    def days(start: int, end: int) -> Iterator[Mapping[str, list[MinuteRow]]]:
        return ({"mains": day.mains, "solar": day.solar} for day in home.days(start, end))

    meters = {
        "mains": _whole("DE30000000A1", home.mains, "mains", "grid"),
        "solar": _whole("DE30000000B2", home.solar, "solar", "solar"),
    }
    return DemoHome("demo", meters, days)


def large_home() -> DemoHome:
    """Two plants, a battery, and a meter of two channels for a heat pump and a car."""
    home = BatteryHome(demo_home(), SHED_PCT, "heat pump")
    roles = {"mains": "grid", "roof": "solar", "shed": "solar", "battery": "battery"}
    macs = (f"DE30000001{number:02X}" for number in range(1, 9))
    meters = {
        name: _whole(mac, home.feed(name), name, role)
        for (name, role), mac in zip(roles.items(), macs, strict=False)
    }
    parts = tuple(
        {"name": name, "role": "load", "phases": [phase]}
        for name, phase in (("heat pump", "a"), ("car", "b"))
    )
    meters["heat pump"] = DemoMeter(next(macs), home.feed("heat pump"), parts, "SPEM-002CEBEU50")
    return DemoHome("demo-large", meters, home.days, RECKONED)


def _whole(mac: str, feed: Feed, name: str, role: str) -> DemoMeter:
    return DemoMeter(mac, feed, ({"name": name, "role": role},))


HOMES: Mapping[str, Callable[[], DemoHome]] = {"small": small_home, "large": large_home}
