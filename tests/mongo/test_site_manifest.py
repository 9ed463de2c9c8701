"""The manifest of a home as it lies in MongoDB: nothing is lost on the way, and a newer one is
known.
"""

from dataclasses import fields, replace
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from wattledger.energy.errors import ReplicaRefused
from wattledger.energy.meter import MeterId, MeterIdentity, MeterLabel, Production, Role, Source
from wattledger.energy.meter_binding import Binding, assignment_of
from wattledger.energy.netting import Netting
from wattledger.energy.period import Calendar
from wattledger.energy.site import Assignment, Site
from wattledger.energy.tariff_text import TariffText
from wattledger.flow.replica_ports import SiteManifest
from wattledger.mongo.documents import FORMAT, is_newer
from wattledger.mongo.site_manifest import document_of, manifest_from, read

OLD, NEW, ROOF = MeterId("A0DD6CA0C27C"), MeterId("A0DD6CA0C27D"), MeterId("84FCE6367400")
MACS = (OLD, NEW, ROOF)
SITE = Site(
    "Mökki",
    Calendar(ZoneInfo("Asia/Kathmandu")),
    Netting.HOUR,
    (MeterLabel.of("mains", Role.GRID), MeterLabel.of("roof", Role.SOLAR, Production.NEGATIVE)),
    poll_interval_s=2.5,
    main_fuse_a=35.0,
)
CARD = SiteManifest(
    SITE,
    assignment_of(
        SITE, [Binding("mains", "h", OLD), Binding("mains", "h", NEW), Binding("roof", "r", ROOF)]
    ),
    {NEW: MeterIdentity(NEW, "SPEM-003CEBEU", "1.6.1", "triphase", "Päämittari")},
    {"mains": NEW, "roof": ROOF},
    tariffs=(TariffText("own", 'currency = "EUR"\n# ' + "x" * 500), TariffText("other", "")),
)
OTHER: dict[str, Any] = {
    "name": "Home",
    "calendar": Calendar(ZoneInfo("America/New_York")),
    "netting": Netting.PHASE,
    "meters": (MeterLabel.of("one", Role.GRID),),
    "poll_interval_s": 1.0,
    "main_fuse_a": 63.0,
}


def told(manifest: SiteManifest) -> SiteManifest:
    """Written and read, as another server does."""
    return manifest_from(document_of("home", manifest))


def test_a_card_is_read_as_it_was_written() -> None:
    assert told(CARD) == CARD


async def test_a_table_is_read_as_it_was_written() -> None:
    assert await read(cast(Any, Lying(document_of("home", CARD))), "home") == CARD


@pytest.mark.parametrize(
    "field", [field.name for field in fields(Site) if field.name != "is_known"]
)
def test_each_field_of_a_home_is_told(field: str) -> None:
    """One that is added to a home and not to the card fails here, for want of another value."""
    site = replace(SITE, **{field: OTHER[field]})
    assert getattr(site, field) != getattr(SITE, field)
    assert told(SiteManifest(site, Assignment(), {}, {})).site == site


@pytest.mark.parametrize(
    "label",
    [MeterLabel.of("x", role, production) for role in Role for production in Production],
    ids=str,
)
def test_each_kind_of_meter_is_told(label: MeterLabel) -> None:
    site = replace(SITE, meters=(label,))
    assert told(SiteManifest(site, Assignment(), {}, {})).site.meters == (label,)


def test_what_a_newer_version_says_besides_is_left_alone() -> None:
    document = document_of("home", CARD)
    newer = {**document, "format": FORMAT + 1, "tariff": {"grid": 1}}
    newer["meters"] = [{**line, "colour": ["a"]} for line in document["meters"]]
    assert manifest_from(newer) == replace(CARD, is_newer=True)
    assert [is_newer(one) for one in (document, newer, {}, {"format": "x"})] == [
        False,
        True,
        False,
        False,
    ]


class Lying:
    """A collection of one document."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document

    def __getitem__(self, name: str) -> "Lying":
        return self

    async def find_one(self, which: object, fields: object) -> dict[str, Any]:
        return self._document


@pytest.mark.parametrize(("format_", "words"), [(FORMAT + 1, "newer"), (FORMAT, "another version")])
async def test_what_can_not_be_read_says_whether_it_is_newer(format_: int, words: str) -> None:
    document = {**document_of("home", CARD), "format": format_, "time_zone": ["Asia/Kathmandu"]}
    with pytest.raises(ReplicaRefused, match=words):
        await read(cast(Any, Lying(document)), "home")


BATTERY = MeterLabel((Source("battery", Role.BATTERY, since=1_790_000_000),))
SHARED = MeterLabel(
    (
        Source("mains", Role.GRID, phases=("a",)),
        Source("roof", Role.SOLAR, Production.NEGATIVE, ("b",)),
    )
)


def card_of(*labels: MeterLabel) -> SiteManifest:
    site = replace(SITE, meters=labels)
    bindings = [Binding(label.name, "h", mac) for label, mac in zip(labels, MACS, strict=False)]
    names = {binding.name: binding.meter for binding in bindings}
    return SiteManifest(site, assignment_of(site, bindings), {}, names)


@pytest.mark.parametrize(
    "labels",
    [
        (*SITE.meters, BATTERY),
        (*SITE.meters, MeterLabel.of("shed", Role.SOLAR)),
        (SHARED, MeterLabel.of("heat pump", Role.LOAD)),
        (MeterLabel((Source("mains", Role.GRID, since=1_790_000_000),)),),
    ],
)
def test_a_home_that_measures_more_is_told_and_an_older_server_finds_no_meters(
    labels: tuple[MeterLabel, ...],
) -> None:
    manifest = card_of(*labels)
    assert told(manifest) == manifest
    assert document_of("home", manifest)["meters"] == []


def test_a_home_of_mains_and_plant_is_told_as_it_was() -> None:
    document = document_of("home", CARD)
    assert "sources" not in document
    assert {*document["meters"][0]} == {
        *("name", "role", "production", "meters", "now", "model", "firmware", "profile", "device")
    }


def test_a_home_with_a_role_of_a_newer_version_has_no_balance() -> None:
    document = document_of("home", card_of(*SITE.meters, BATTERY))
    document["sources"][2]["role"] = "wind"
    manifest = manifest_from(document)
    assert manifest.is_newer
    assert [source.name for source in manifest.site.sources] == ["mains", "roof"]
    assert manifest.site.roles.present(0) == ()
    document["sources"] = [document["sources"][2]]
    with pytest.raises(ValueError, match="role"):
        manifest_from(document)
