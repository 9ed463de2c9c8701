"""The home and the server's health as JSON: their models, and the documents."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from wattledger import __version__
from wattledger.api.faults_json import FaultNow, fault_documents
from wattledger.api.meters_json import MeterSource, source_document
from wattledger.energy.fault import Fault
from wattledger.energy.meter import Production, Source
from wattledger.energy.netting import Netting
from wattledger.energy.period import Calendar
from wattledger.energy.tariff import Side
from wattledger.flow.app_state import AppState, MoneyServices
from wattledger.flow.status import BackupStatus, PartHealth, ReplicaState, ReplicaStatus


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """What the server tells of itself, with whichever home it has or lacks."""

    version: str = __version__


class SiteMeter(MeterSource):
    """A meter, or some phases of one, as the settings name it."""

    production: Production | None = Field(
        description="Which sign of its power means giving to the home; null for what does not give."
    )


class SiteMongo(BaseModel):
    """The online copy of the books."""

    model_config = ConfigDict(extra="forbid")

    state: ReplicaState = Field(
        description="How it is, for programs; `not_configured` where the local store answers all.",
        examples=["not_configured"],
    )
    detail: str = Field(
        description="The same in words, which may change.", examples=["not configured"]
    )
    failing_since: str | None = Field(
        description="When its present trouble began, RFC 3339 with the home's UTC offset; null "
        "while all is well."
    )
    quota_used_pct: float | None = Field(
        description="Share of its quota in use in %; null while unknown."
    )
    years_left: float | None = Field(
        description="For how many years the rest of the quota will do at the present rate; null "
        "while unknown.",
        examples=[49.5],
    )


class SiteBackup(BaseModel):
    """The nightly backup of the store."""

    model_config = ConfigDict(extra="forbid")

    ok: bool = Field(description="Whether last night's was made.")
    detail: str = Field(
        description="The same in words, which may change.",
        examples=["/media/stick: the latest is of 2026-11-29 04:10"],
    )
    latest_at: str | None = Field(
        description="When the latest was made, RFC 3339 with the home's UTC offset; null where "
        "there is none."
    )


class SiteTariff(BaseModel):
    """What the home pays and earns by."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(description="The table's name, its file's stem.", examples=["tariff"])
    currency: str = Field(description="Of all amounts.", examples=["EUR"])
    compare: list[str] = Field(
        description="Tables to compare with, for `?tariff=`.", examples=[["fixed"]]
    )
    has_spot: bool = Field(description="Whether a part of it is the day-ahead price.")
    has_export: bool = Field(description="Whether what is sold has a price.")


class SiteNow(BaseModel):
    """The home and its server."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(description="The home's name.", examples=["Home"])
    time_zone: str = Field(description="Its IANA time zone.", examples=["Europe/Helsinki"])
    netting: Netting = Field(description="The netting used where none is asked for.")
    poll_interval_s: float = Field(description="Seconds between two readings of power.")
    main_fuse_a: float = Field(description="The main fuse of each phase in A.", examples=[25.0])
    meters: list[SiteMeter] = Field(description="The meters, in the order of the settings.")
    version: str = Field(description="The server's version.", examples=["0.1.0"])
    demo: bool = Field(description="Whether the meters are pretend ones and the data composed.")
    tariff: SiteTariff | None = Field(
        description="What electricity costs here; null where nothing says so."
    )
    mongodb: SiteMongo = Field(description="How the online copy of the books is.")
    backup: SiteBackup | None = Field(
        description="How the nightly backup is; null where the settings want none."
    )
    faults: list[FaultNow] = Field(
        description="What is wrong with the server itself just now; empty when all is well. "
        "A meter's faults stand with the meter."
    )


class PartState(BaseModel):
    """One part of the server."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(description="meters, store, backup, mongodb.", examples=["store"])
    ok: bool = Field(description="Whether it works.")
    detail: str = Field(description="How it is, in words.", examples=["2 of 2 meters live"])
    last_error: str | None = Field(description="Its last error; null when there was none.")
    last_error_at: str | None = Field(
        description="When that was, RFC 3339 with the home's UTC offset."
    )


class Health(BaseModel):
    """The server answers; how its parts are stands beside."""

    model_config = ConfigDict(extra="forbid")

    ok: bool = Field(description="Whether every part works and nothing is wrong with the server.")
    version: str = Field(description="The server's version.", examples=["0.1.0"])
    parts: list[PartState] = Field(description="A line for each part.")
    faults: list[FaultNow] = Field(
        description="What is wrong with the server itself just now, as in `/site`."
    )


def site_document(
    app_state: AppState, server: ServerInfo, copy: ReplicaStatus | None, faults: Sequence[Fault]
) -> dict[str, object]:
    """The `SiteNow` document."""
    site = app_state.site
    return {
        "name": site.name,
        "time_zone": site.calendar.zone_name,
        "netting": site.netting.value,
        "poll_interval_s": site.poll_interval_s,
        "main_fuse_a": site.main_fuse_a,
        "meters": [_meter(source, site.calendar) for source in site.sources],
        "version": server.version,
        "demo": app_state.demo,
        "tariff": _tariff(app_state.money),
        "mongodb": _copy(copy, site.calendar),
        "backup": _backup(app_state.status_service.backup(), site.calendar),
        "faults": fault_documents(faults, site.calendar),
    }


def _tariff(money: MoneyServices | None) -> dict[str, object] | None:
    own = money.costs.tariffs.own if money else None
    if money is None or own is None:
        return None
    return {
        "name": own.name,
        "currency": own.currency,
        "compare": list(money.costs.tariffs.others),
        "has_spot": bool(own.areas),
        "has_export": any(one.side is Side.EXPORT for one in own.components),
    }


def _copy(copy: ReplicaStatus | None, calendar: Calendar) -> dict[str, object]:
    if copy is None:
        copy = ReplicaStatus(ReplicaState.NOT_CONFIGURED, "not configured", ok=True)
    since = copy.failing_since
    return {
        "state": copy.state.value,
        "detail": copy.words,
        "failing_since": calendar.text_or_none(since),
        "quota_used_pct": None if copy.used_pct is None else round(copy.used_pct, 3),
        "years_left": None if copy.years_left is None else round(copy.years_left, 1),
    }


def _backup(backup: BackupStatus | None, calendar: Calendar) -> dict[str, object] | None:
    if backup is None:
        return None
    latest_s = backup.latest_s
    return {
        "ok": backup.ok,
        "detail": backup.words,
        "latest_at": calendar.text_or_none(latest_s),
    }


def _meter(source: Source, calendar: Calendar) -> dict[str, object]:
    production = source.production.value if source.role.gives else None
    told = source_document(source, calendar)
    return {"name": told["name"], "role": told["role"], "production": production, **told}


def health_document(
    parts: Sequence[PartHealth], faults: Sequence[Fault], server: ServerInfo, calendar: Calendar
) -> dict[str, object]:
    """The `Health` document."""
    return {
        "ok": all(part.ok for part in parts) and not faults,
        "version": server.version,
        "parts": [_part(part, calendar) for part in parts],
        "faults": fault_documents(faults, calendar),
    }


def _part(part: PartHealth, calendar: Calendar) -> dict[str, object]:
    at = part.last_error_at
    return {
        "name": part.name,
        "ok": part.ok,
        "detail": part.detail,
        "last_error": part.last_error,
        "last_error_at": calendar.text_or_none(at),
    }
