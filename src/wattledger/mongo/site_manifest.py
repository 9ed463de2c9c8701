"""The home's manifest: what a server elsewhere must know of it, written by the one with meters."""

import logging
from typing import Any
from zoneinfo import ZoneInfo

from wattledger.energy.clean_text import clean_all
from wattledger.energy.errors import ReplicaRefused
from wattledger.energy.meter import MeterId, MeterIdentity, MeterLabel, Production, Role
from wattledger.energy.netting import Netting
from wattledger.energy.period import Calendar
from wattledger.energy.plausibility import number_or_none
from wattledger.energy.site import Assignment, Site
from wattledger.flow.replica_ports import SiteManifest
from wattledger.mongo.collections import SITES
from wattledger.mongo.connection import Database, Document
from wattledger.mongo.documents import FORMAT, is_newer

STRANGE = (
    "MongoDB: what the home says of itself can't be read: it was written by another version of "
    "Wattledger, or by another program"
)
TOO_NEW = (
    "MongoDB: what the home says of itself was written by a newer Wattledger, and this one can't "
    "read it: upgrade this one"
)
NEWER = (
    "mongodb: what lies there for this home is of a newer Wattledger than this one, which %s: "
    "upgrade this one"
)
MOST_METERS = 64

log = logging.getLogger(__name__)

UNITS = "energies (_dmwh) are integers of 0.1 mWh: divide by 10,000 for Wh; times are UTC"


async def put(database: Database, site_id: str, manifest: SiteManifest) -> None:
    document = document_of(site_id, manifest)
    before = await database[SITES].find_one_and_replace({"_id": site_id}, document, upsert=True)
    if before is not None and is_newer(before):
        log.warning(NEWER, "writes it anew by its own rules")


async def read(database: Database, site_id: str) -> SiteManifest | None:
    document = await database[SITES].find_one({"_id": site_id})
    if document is None:
        return None
    try:
        return card_from(clean_all(document))
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError):
        raise ReplicaRefused(TOO_NEW if is_newer(document) else STRANGE) from None


def document_of(site_id: str, manifest: SiteManifest) -> Document:
    site = manifest.site
    return {
        "_id": site_id,
        "format": FORMAT,
        "name": site.name,
        "time_zone": site.calendar.zone_name,
        "netting": site.netting.value,
        "poll_interval_s": site.poll_interval_s,
        "main_fuse_a": site.main_fuse_a,
        "units": UNITS,
        "meters": [_meter(manifest, label) for label in site.meters],
    }


def _meter(manifest: SiteManifest, label: MeterLabel) -> dict[str, Any]:
    meters = manifest.assignment.grid if label.role is Role.GRID else manifest.assignment.solar
    now = manifest.names.get(label.name)
    identity = manifest.identities.get(now) if now else None
    return {
        "name": label.name,
        "role": label.role.value,
        "production": label.production.value,
        "meters": list(meters),
        "now": now,
        "model": identity.model if identity else None,
        "firmware": identity.firmware if identity else None,
        "profile": identity.profile if identity else None,
        "device": identity.name if identity else None,
    }


def card_from(document: Any) -> SiteManifest:  # noqa: ANN401 - whatever lies there
    """The inverse of `document_of`; fields that are not known here are left alone."""
    lines = document["meters"]
    if not lines or len(lines) > MOST_METERS or not all(map(_is_line, lines)):
        raise ValueError("no meters")
    labels = tuple(
        MeterLabel(line["name"], Role(line["role"]), Production(line["production"]))
        for line in lines
    )
    site = Site(
        name=_text(document["name"]),
        calendar=Calendar(ZoneInfo(document["time_zone"])),
        netting=Netting(document["netting"]),
        meters=labels,
        poll_interval_s=_positive(document["poll_interval_s"]),
        main_fuse_a=_positive(document["main_fuse_a"]),
    )
    identities = {line["now"]: _identity(line) for line in lines if line["now"] and line["model"]}
    names = {line["name"]: MeterId(line["now"]) for line in lines if line["now"]}
    return SiteManifest(site, _assignment(site, lines), identities, names, is_newer(document))


def _is_line(line: dict[str, Any]) -> bool:
    """Whether a meter's texts are texts, and its MACs a list of them."""
    given = [line.get(name) for name in ("now", "model", "firmware", "profile", "device")]
    macs = line["meters"]
    return (
        isinstance(line["name"], str)
        and all(one is None or isinstance(one, str) for one in given)
        and isinstance(macs, list)
        and all(isinstance(mac, str) for mac in macs)
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _positive(value: object) -> float:
    number = number_or_none(value)
    if number is None or number <= 0:
        raise ValueError("no number above zero")
    return number


def _assignment(site: Site, lines: list[dict[str, Any]]) -> Assignment:
    def meters(role: Role) -> tuple[MeterId, ...]:
        return tuple(
            MeterId(mac) for line in lines if line["role"] == role for mac in line["meters"]
        )

    return Assignment(meters(Role.GRID), meters(Role.SOLAR), site.production)


def _identity(line: dict[str, Any]) -> MeterIdentity:
    words = (line["model"], line["firmware"] or "", line["profile"] or "")
    return MeterIdentity(MeterId(line["now"]), *words, line.get("device"))
