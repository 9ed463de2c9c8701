"""Where the sun stands and what reaches a roof under a given cloud cover."""

from math import asin, atan2, cos, degrees, exp, pi, radians, sin
from typing import NamedTuple

_J2000_EPOCH_S = 946_728_000
"""2000-01-01 12:00 UTC, the almanac's origin of days."""


class SunPosition(NamedTuple):
    """`elevation_deg` above the horizon, without refraction; `azimuth_deg` from north over east."""

    elevation_deg: float
    azimuth_deg: float


def sun_position(at: float, latitude_deg: float, longitude_deg: float) -> SunPosition:
    """The low-precision formulas of the Astronomical Almanac (good to 0.01 degrees, 1950-2050).

    As given by J. J. Michalsky, "The Astronomical Almanac's algorithm for approximate solar
    position (1950-2050)", Solar Energy 40 (3), 1988, pp. 227-235. Longitude counts east.
    """
    days = (at - _J2000_EPOCH_S) / 86400
    anomaly = radians((357.528 + 0.9856003 * days) % 360)
    mean_longitude = 280.460 + 0.9856474 * days
    ecliptic = radians(mean_longitude + 1.915 * sin(anomaly) + 0.020 * sin(2 * anomaly))
    obliquity = radians(23.439 - 0.0000004 * days)
    right_ascension = atan2(cos(obliquity) * sin(ecliptic), cos(ecliptic))
    declination = asin(sin(obliquity) * sin(ecliptic))
    sidereal_h = 6.697375 + 0.0657098242 * days + at % 86400 / 3600
    hour_angle = radians((sidereal_h * 15 + longitude_deg) % 360) - right_ascension
    latitude = radians(latitude_deg)
    elevation = asin(
        sin(declination) * sin(latitude) + cos(declination) * cos(latitude) * cos(hour_angle)
    )
    azimuth = atan2(
        -cos(declination) * sin(hour_angle),
        sin(declination) * cos(latitude) - cos(declination) * sin(latitude) * cos(hour_angle),
    )
    return SunPosition(degrees(elevation), degrees(azimuth) % 360)


def clear_sky_w_m2(elevation_deg: float) -> float:
    """Global irradiance on level ground without cloud, W/m2.

    B. Haurwitz, "Insolation in relation to cloudiness and cloud density", Journal of Meteorology 2,
    1945, pp. 154-166, with the constants used by Reno, Hansen and Stein, SAND2012-2389.
    """
    height = sin(radians(elevation_deg))
    return 1098 * height * exp(-0.057 / height) if height > 0.001 else 0.0


def cloud_factor(cover: float) -> float:
    """What cloud leaves of the global irradiance; `cover` 0 (clear) to 1 (overcast).

    F. Kasten and G. Czeplak, "Solar and terrestrial radiation dependent on the amount and type of
    cloud", Solar Energy 24, 1980, pp. 177-189.
    """
    return float(1 - 0.75 * cover**3.4)


def roof_w_m2(sun: SunPosition, cover: float, tilt_deg: float, facing_deg: float) -> float:
    """Irradiance on a roof, W/m2: the beam by its angle, the sky's light by what the panels see of
    it.

    The diffuse share is taken as 15 % without cloud, growing with the square of the cover to all.
    """
    level = clear_sky_w_m2(sun.elevation_deg) * cloud_factor(cover)
    if level <= 0:
        return 0.0
    diffuse = level * (0.15 + 0.85 * cover * cover)
    height, tilt = radians(sun.elevation_deg), radians(tilt_deg)
    facing = (sun.azimuth_deg - facing_deg) * pi / 180
    incidence = sin(height) * cos(tilt) + cos(height) * sin(tilt) * cos(facing)
    beam = (level - diffuse) / max(sin(height), 0.05) * max(incidence, 0.0)
    return beam + diffuse * (1 + cos(tilt)) / 2
