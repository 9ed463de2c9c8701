"""A model of a home with a solar roof, for tests and demos that need no measured series.

`Household(ModelHome())` gives its two feeds. Any minute may be asked for in any order: nothing here
remembers, chance depends on the seed and the time alone.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from wattledger.simulator.feeds.appliances import Chance, Moment, loads_w, outdoor_c
from wattledger.simulator.feeds.household import HomeHour
from wattledger.simulator.feeds.noise import drifting
from wattledger.simulator.feeds.ripple import W_PER_DMWH_A_MINUTE
from wattledger.simulator.feeds.sun import roof_w_m2, sun_position


@dataclass(frozen=True, slots=True)
class ModelHome:
    """Where the home stands and what its roof carries; one three-phase inverter."""

    seed: int = 1
    latitude_deg: float = 60.2
    longitude_deg: float = 24.9
    peak_w: float = 8000.0
    tilt_deg: float = 35.0
    facing_deg: float = 180.0
    night_draw_w: float = 6.0
    zone: str = "Europe/Helsinki"

    def hour(self, start: int) -> HomeHour:
        """A minute is as its middle is; energies rounded to 0.1 mWh."""
        shift_s = self._utc_offset_s(start)
        hour = HomeHour(([], [], []), ([], [], []))
        for at in range(start + 30, start + 3600, 60):
            outside = outdoor_c(self.seed, at)
            day, second = divmod(at + shift_s, 86400)
            load_w = loads_w(Moment(self.seed, at, day, second // 60, outside))
            solar_w = self.solar_w(at)
            for phase in range(3):
                hour.load[phase].append(round(load_w[phase] / W_PER_DMWH_A_MINUTE))
                hour.solar[phase].append(round(solar_w / 3 / W_PER_DMWH_A_MINUTE))
        return hour

    def solar_w(self, at: float) -> float:
        """All three phases together; below zero at night, when the inverter draws."""
        sun = sun_position(at, self.latitude_deg, self.longitude_deg)
        if sun.elevation_deg <= 0:
            return -self.night_draw_w
        light = roof_w_m2(sun, self.cloud_cover(at), self.tilt_deg, self.facing_deg)
        return min(self.peak_w * light / 1000 * 0.8, self.peak_w * 0.95) - self.night_draw_w

    def cloud_cover(self, at: float) -> float:
        """0 clear to 1 overcast: weather by the day, fields of cloud by the hour, single ones by
        the minute.
        """
        weather = drifting(at, 8 * 3600, self.seed, Chance.CLOUD, 0)
        fields = drifting(at, 2400, self.seed, Chance.CLOUD, 1)
        single = drifting(at, 240, self.seed, Chance.CLOUD, 2)
        broken = 1 - abs(2 * weather - 1)
        cover = 1.35 * weather - 0.08 + broken * (0.5 * (fields - 0.5) + 0.6 * (single - 0.5))
        return min(max(cover, 0.0), 1.0)

    def _utc_offset_s(self, at: int) -> int:
        offset = datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo(self.zone)).utcoffset()
        return int(offset.total_seconds()) if offset is not None else 0
