"""The home's manifest: what a server elsewhere must know of it, written by the one with meters."""

import logging
from collections.abc import Sequence
from typing import Any

from wattledger.energy.clean_text import clean, clean_all
from wattledger.energy.errors import ReplicaRefused
from wattledger.energy.meter import (
    PHASES,
    MeterId,
    MeterIdentity,
    MeterLabel,
    Production,
    Role,
    Source,
)
from wattledger.energy.netting import Netting
from wattledger.energy.period import Calendar
from wattledger.energy.plausibility import number_or_none, whole_or_none
from wattledger.energy.record import LATEST_S
from wattledger.energy.site import Assignment, MeasuredSource, Site
from wattledger.energy.tariff_text import TariffText
from wattledger.energy.time_zone import zone_named
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
_SHORTEST_S = 0.01
"""Between two readings of power: an hour of them is remembered."""
_SMALLEST_A = 0.01

_FIELDS = (
    "format", "name", "time_zone", "netting", "poll_interval_s", "main_fuse_a", "meters", "sources",
    "tariffs",
)  # fmt: skip

log = logging.getLogger(__name__)

UNITS = "energies (_dmwh) are integers of 0.1 mWh: divide by 10,000 for Wh; times are UTC"


async def put(database: Database, site_id: str, manifest: SiteManifest) -> None:
    document = document_of(site_id, manifest)
    before = await database[SITES].find_one_and_replace(
        {"_id": site_id}, document, {"format": 1}, upsert=True
    )
    if before is not None and is_newer(before):
        log.warning(NEWER, "writes it anew by its own rules")


async def read(database: Database, site_id: str) -> SiteManifest | None:
    document = await database[SITES].find_one({"_id": site_id}, _FIELDS)
    if document is None:
        return None
    try:
        cleaned: Any = clean_all(document)
        return manifest_from({**cleaned, "tariffs": document.get("tariffs", [])})
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError):
        raise ReplicaRefused(TOO_NEW if is_newer(document) else STRANGE) from None


def document_of(site_id: str, manifest: SiteManifest) -> Document:
    """A home of one meter at the mains and one plant is told as it was before there were sources,
    so that an older server shows it. Of any other home that one finds no meters, and says so.
    """
    site = manifest.site
    meters = {one.source: one.meters for one in manifest.assignment.sources}
    lines = [
        _line(manifest, label, MeasuredSource(source, meters.get(source, ())))
        for label in site.meters
        for source in label.sources
    ]
    told = {"meters": [], "sources": lines} if measures_more(site.sources) else {"meters": lines}
    return {
        "_id": site_id,
        "format": FORMAT,
        "name": site.name,
        "time_zone": site.calendar.zone_name,
        "netting": site.netting.value,
        "poll_interval_s": site.poll_interval_s,
        "main_fuse_a": site.main_fuse_a,
        "units": UNITS,
        **told,
        **({"tariffs": [one._asdict() for one in manifest.tariffs]} if manifest.tariffs else {}),
    }


def measures_more(sources: Sequence[Source]) -> bool:
    """Whether it is another home than one of a meter at the mains and a plant, which is what an
    older server knows.
    """
    roles = [source.role for source in sources]
    return len({*roles}) < len(roles) or any(map(_is_further, sources))


def _is_further(source: Source) -> bool:
    """Whether it says what an older server knows nothing of."""
    plain = Source(source.name, source.role, source.production)
    return source.role not in {Role.GRID, Role.SOLAR} or source != plain


def _line(manifest: SiteManifest, label: MeterLabel, one: MeasuredSource) -> dict[str, Any]:
    now = manifest.names.get(label.name)
    identity = manifest.identities.get(now) if now else None
    source = one.source
    newer = {"of": label.name, "phases": list(source.phases), "since": source.since}
    return {
        "name": source.name,
        "role": source.role.value,
        "production": source.production.value,
        **(newer if _is_further(source) or len(label.sources) > 1 else {}),
        "meters": list(one.meters),
        "now": now,
        "model": identity.model if identity else None,
        "firmware": identity.firmware if identity else None,
        "profile": identity.profile if identity else None,
        "device": identity.name if identity else None,
    }


def manifest_from(document: Any) -> SiteManifest:  # noqa: ANN401 - whatever lies there
    """The inverse of `document_of`; fields that are not known here are left alone, and so are
    sources whose role is none that is known here: then the home is shown without a balance.
    """
    told = document.get("sources") or document["meters"]
    if not told or len(told) > MOST_METERS or not all(map(_is_line, told)):
        raise ValueError("no meters")
    lines = [line for line in told if line["role"] in {*Role}]
    if not lines:
        raise ValueError("no meter of a role that is known")
    sources = [(str(line.get("of", line["name"])), _source(line)) for line in lines]
    labels = tuple(
        MeterLabel(tuple(source for of, source in sources if of == name))
        for name in dict.fromkeys(of for of, _ in sources)
    )
    site = Site(
        name=_text(document["name"]),
        calendar=Calendar(zone_named(_text(document["time_zone"]))),
        netting=Netting(document["netting"]),
        meters=labels,
        poll_interval_s=_number(document["poll_interval_s"], _SHORTEST_S),
        main_fuse_a=_number(document["main_fuse_a"], _SMALLEST_A),
        is_known=len(lines) == len(told),
    )
    identities = {line["now"]: _identity(line) for line in lines if line["now"] and line["model"]}
    names = {
        str(line.get("of", line["name"])): MeterId(line["now"]) for line in lines if line["now"]
    }
    assignment = Assignment(
        tuple(
            MeasuredSource(source, tuple(map(MeterId, line["meters"])))
            for (_, source), line in zip(sources, lines, strict=True)
        )
    )
    is_of_newer = is_newer(document) or not site.is_known
    return SiteManifest(
        site, assignment, identities, names, is_of_newer, _tariffs(document.get("tariffs", []))
    )


def _tariffs(told: list[dict[str, Any]]) -> tuple[TariffText, ...]:
    """As they were written, lines and all: who reads them refuses what is no table."""
    return tuple(TariffText(clean(_text(one["name"])), _text(one["text"])) for one in told)


def _source(line: dict[str, Any]) -> Source:
    phases = tuple(line.get("phases", PHASES))
    since = whole_or_none(line.get("since", 0))
    if not phases or not set(phases) <= set(PHASES) or since is None or not 0 <= since <= LATEST_S:
        raise ValueError("no phases, or no time")
    return Source(
        line["name"],
        Role(line["role"]),
        Production(line["production"]),
        phases,
        since,
    )


def _is_line(line: dict[str, Any]) -> bool:
    """Whether a meter's texts are texts, and its MACs a list of them."""
    given = [line.get(name) for name in ("now", "model", "firmware", "profile", "device")]
    macs = line["meters"]
    return (
        all(isinstance(line[name], str) for name in ("name", "role"))
        and all(one is None or isinstance(one, str) for one in given)
        and isinstance(macs, list)
        and all(isinstance(mac, str) for mac in macs)
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _number(value: object, least: float) -> float:
    number = number_or_none(value)
    if number is None or number < least:
        raise ValueError("no number, or too small a one")
    return number


def _identity(line: dict[str, Any]) -> MeterIdentity:
    words = (line["model"], line["firmware"] or "", line["profile"] or "")
    return MeterIdentity(MeterId(line["now"]), *words, line.get("device"))
