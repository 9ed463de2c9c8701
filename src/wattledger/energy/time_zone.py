"""Time zones by their IANA names."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_COPIES = ("posix/", "right/")
_NO_PLACES = {"Factory", "localtime", "posixrules"}


def zone_named(name: str) -> ZoneInfo:
    """Raises ValueError for what is none, also where this machine has a file of that name: those of
    `right/` count leap seconds, so that clocks would be changed inside a minute, and no browser
    knows any of these.
    """
    if name in _NO_PLACES or name.startswith(_COPIES):
        raise ValueError(f"'{name}' is no IANA name")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError) as error:
        raise ValueError(f"there is no zone '{name}'") from error
