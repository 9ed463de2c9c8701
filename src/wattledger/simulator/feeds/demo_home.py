"""The demo's home: two feeds for any time, composed of measured series from different houses.

`demo_home().mains` and `.solar` are feeds; `.days(start, end)` gives the same minutes in bulk.
Loads follow the wall clock of Europe/Helsinki, the sun its place: grid = load - solar on every
phase.
"""

from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from wattledger.simulator.feeds.demo_load import MeasuredLoad, measured_load
from wattledger.simulator.feeds.demo_solar import RoofHours, measured_roof
from wattledger.simulator.feeds.household import HomeHour, Household

ZONE: Final = "Europe/Helsinki"

ATTRIBUTION: Final = (
    "This home does not exist: it is composed of measured series from different houses. "
    "Loads from one phase of a Shelly 3EM (three different days of it at once) with the minutes of "
    "a P1 meter, production from a SolarEdge plant and a three-phase SMA inverter: the "
    "Home-Assistant-Import-Energy-Data collection of patrickvorgers (MIT licence). Minutes of "
    "sunshine from NREL's SERF East plant: the package pvanalytics (MIT licence, NREL data)."
)


class ComposedHome:
    """The measured year laid over the calendar, for any year before or after."""

    def __init__(self, load: MeasuredLoad, roof: RoofHours) -> None:
        self._load = load
        self._roof = roof
        self._zone = ZoneInfo(ZONE)

    def hour(self, start: int) -> HomeHour:
        wall = datetime.fromtimestamp(start, UTC).astimezone(self._zone)
        return HomeHour(self._load.hour(wall.date(), wall.hour), self._roof.hour(start))


def demo_home() -> Household:
    """Reads the shipped series once; keep what it returns."""
    return Household(ComposedHome(measured_load(), RoofHours(measured_roof())))
