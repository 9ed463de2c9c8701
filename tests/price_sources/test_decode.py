"""Answers of the sources as they are documented, and as they should not be."""

import json
from collections.abc import Callable, Sequence

import pytest

from wattledger.energy.errors import PriceError
from wattledger.energy.price_quotes import Quote
from wattledger.price_sources.elering import decode_elering
from wattledger.price_sources.entsoe import decode_entsoe
from wattledger.price_sources.finland_vat import finland_vat
from wattledger.price_sources.porssisahko import decode_porssisahko
from wattledger.price_sources.sahkotin import decode_sahkotin
from wattledger.price_sources.spot_hinta import decode_spot_hinta

START = 1_768_428_000
"""2026-01-14 22:00 UTC."""
Decoder = Callable[[bytes], Sequence[Quote]]


def elering(body: bytes) -> Sequence[Quote]:
    return decode_elering(body, "FI")


def test_porssisahko_has_vat_and_comes_newest_first() -> None:
    rows = [
        {"price": -0.5, "startDate": "2026-01-14T22:15:00.000Z", "endDate": "2026-01-14T22:30:00Z"},
        {
            "price": 12.273,
            "startDate": "2026-01-14T22:00:00.000Z",
            "endDate": "2026-01-14T22:14:59.999Z",
        },
    ]
    assert decode_porssisahko(json.dumps({"prices": rows}).encode()) == [
        Quote(START + 900, 900, -50_000, has_vat=True),
        Quote(START, 900, 1_227_300, has_vat=True),
    ]


def test_spot_hinta_says_the_price_without_vat() -> None:
    row = {
        "Rank": 43,
        "DateTime": "2026-01-15T00:00:00+02:00",
        "PriceNoTax": 0.0349,
        "PriceWithTax": 0.0438,
    }
    assert decode_spot_hinta(json.dumps([row]).encode()) == [Quote(START, 900, 349_000)]


def test_elering_has_epoch_seconds_and_hours_before_the_quarters() -> None:
    rows = [{"timestamp": 1_705_276_800, "price": 40.33}, {"timestamp": START, "price": -500}]
    body = json.dumps({"success": True, "data": {"fi": rows, "ee": []}}).encode()
    assert elering(body) == [Quote(1_705_276_800, 3_600, 403_300), Quote(START, 900, -5_000_000)]


def test_sahkotin_has_hours_or_quarters() -> None:
    hours = [{"date": "2024-01-05T17:00:00.000Z", "value": 1896.0}]
    assert decode_sahkotin(json.dumps({"prices": hours}).encode()) == [
        Quote(1_704_474_000, 3_600, 18_960_000)
    ]
    hours.append({"date": "2024-01-05T17:15:00.000Z", "value": 1896.0})
    quarters = decode_sahkotin(json.dumps({"prices": hours}).encode())
    assert [one.period_s for one in quarters] == [900, 900]


@pytest.mark.parametrize(
    ("decode", "body"),
    [
        (elering, '{"success": true, "data": {"fi": [{"timestamp": 0, "price": NaN}, ROW]}}'),
        (decode_spot_hinta, '[{"DateTime": null, "PriceNoTax": null}, ROW]'),
        (decode_porssisahko, '{"prices": [{"price": null}, ROW]}'),
        (decode_sahkotin, '{"prices": [ROW, {"value": Infinity}]}'),
    ],
)
def test_a_hole_costs_its_neighbours_nothing(decode: Decoder, body: str) -> None:
    row: dict[str, object] = {"timestamp": START, "price": 1, "PriceNoTax": 1, "value": 1}
    row |= dict.fromkeys(("DateTime", "startDate", "date"), "2026-01-14T22:00:00Z")
    row["endDate"] = "2026-01-14T22:15:00Z"
    found = decode(body.replace("ROW", json.dumps(row)).encode())
    assert [(one.start, one.period_s) for one in found] == [(START, 900)]


def series(
    points: dict[int, str],
    curve: str = "A03",
    sequence: str = "1",
    resolution: str = "PT15M",
    end: str = "2026-01-14T23:00Z",
) -> str:
    place = "classificationSequence_AttributeInstanceComponent.position"
    return (
        f"<TimeSeries><{place}>{sequence}</{place}><curveType>{curve}</curveType><Period>"
        f"<timeInterval><start>2026-01-14T22:00Z</start><end>{end}</end></timeInterval>"
        f"<resolution>{resolution}</resolution>"
        + "".join(
            f"<Point><position>{at}</position><price.amount>{price}</price.amount></Point>"
            for at, price in points.items()
        )
        + "</Period></TimeSeries>"
    )


def document(*parts: str, name: str = "Publication_MarketDocument") -> bytes:
    namespace = "urn:iec62325.351:tc57wg16:451-3:publicationdocument:7:3"
    return f'<?xml version="1.0"?><{name} xmlns="{namespace}">{"".join(parts)}</{name}>'.encode()


def prices_of(body: bytes) -> list[int]:
    return [quote.price_e7 // 10_000 for quote in decode_entsoe(body)]


def test_entsoe_repeats_what_is_missing_up_to_the_end() -> None:
    assert prices_of(document(series({1: "10.00", 3: "30"}))) == [10, 10, 30, 30]
    assert prices_of(document(series({1: "10.00", 3: "30"}, curve="A01"))) == [10, 30]
    assert decode_entsoe(document(series({1: "1"})))[3] == Quote(START + 2_700, 900, 10_000)
    quarters_of_25_hours = document(series({1: "1"}, end="2026-01-15T23:00Z"))
    assert len(prices_of(quarters_of_25_hours)) == 100


def test_entsoe_can_not_say_more_by_repeating_than_anybody_asks_for() -> None:
    """A few bytes a year: an answer of four million would be prices of a hundred centuries."""
    year = series({1: "1"}, end="2027-01-14T22:00Z")
    assert len(prices_of(document(year))) == 35_040
    with pytest.raises(PriceError, match="without an end"):
        decode_entsoe(document(year, year))


def test_entsoe_has_several_series_and_they_are_not_mixed() -> None:
    second, first = series({1: "99"}, sequence="2"), series({1: "10", 2: "20"}, curve="A01")
    assert prices_of(document(second, first)) == [10, 20]
    by_hour = series({1: "50"}, resolution="PT60M")
    assert prices_of(document(by_hour, series({1: "10"}))) == [10] * 4
    assert prices_of(document(by_hour)) == [50]


def test_entsoe_has_nothing() -> None:
    reason = "<Reason><code>999</code><text>No matching data found</text></Reason>"
    with pytest.raises(PriceError, match="code 999"):
        decode_entsoe(document(reason, name="Acknowledgement_MarketDocument"))


@pytest.mark.parametrize(
    ("decode", "body"),
    [
        (elering, b""),
        (elering, b"\xff"),
        (elering, b"[" * 100_000),
        (elering, b'{"success": false}'),
        (elering, b'{"success": true, "data": {"ee": []}}'),
        (elering, b'{"success": true, "data": {"fi": {}}}'),
        (elering, b'{"success": true, "data": {"fi": [1]}}'),
        (elering, b'{"success": true, "data": {"fi": [{"timestamp": 1, "price": "1"}]}}'),
        (elering, b'{"success": true, "data": {"fi": [{"timestamp": 1, "price": 1e999999}]}}'),
        (
            elering,
            b'{"success": true, "data": {"fi": [{"timestamp": 1, "price": 1e%s}]}}' % (b"9" * 20),
        ),
        (elering, b'{"success": true, "data": {"fi": [{"timestamp": 1, "price": true}]}}'),
        (elering, b'{"success": true, "data": {"fi": [{"timestamp": 1e99, "price": 1}]}}'),
        (elering, b'{"a": ' + b"1" * 5_000 + b"}"),
        (decode_spot_hinta, b'[{"DateTime": "2026-01-15T00:00:00", "PriceNoTax": 1}]'),
        (decode_spot_hinta, b'[{"DateTime": "soon", "PriceNoTax": 1}]'),
        (decode_porssisahko, b'{"prices": [{"price": 1}]}'),
        (decode_sahkotin, b'{"prices": "none"}'),
        (decode_entsoe, b"<html>"),
        (decode_entsoe, b"<html></html>"),
        (decode_entsoe, b'<!DOCTYPE a [<!ENTITY b "c">]><Publication_MarketDocument/>'),
        (decode_entsoe, b'<?xml version="1.0" encoding="foo"?><a/>'),
        (decode_entsoe, b'<?xml version="1.0" encoding="utf-7"?><a/>'),
        (decode_entsoe, document(series({1: "1"}, sequence="9" * 5_000))),
        (
            decode_entsoe,
            document(series({1: "1"})).replace(b"<position>1<", b"<position>%s<" % (b"9" * 5_000)),
        ),
        (decode_entsoe, document(series({1: "NaN"}))),
        (decode_entsoe, document(series({1: ""}))),
        (decode_entsoe, document(series({1: "1"}, resolution="PT5M"))),
        (decode_entsoe, document(series({1: "1"}, sequence="x"))),
        (decode_entsoe, document(series({1: "1"}, end="2026-01-14T21:00Z"))),
        (decode_entsoe, document(series({1: "1"}, end="2036-01-14T21:00Z"))),
        (decode_entsoe, document(series({1: "1"}).replace("<position>1", "<position>one"))),
        (decode_entsoe, document("<TimeSeries><Period/></TimeSeries>")),
    ],
)
def test_what_is_no_answer(decode: Decoder, body: bytes) -> None:
    with pytest.raises(PriceError):
        decode(body)


def test_the_rates_of_finland_follow_one_another() -> None:
    rates = finland_vat()
    assert [rate.rate_e5 for rate in rates] == [10_000, 24_000, 25_500]
    assert [rate.valid.end for rate in rates[:-1]] == [rate.valid.first for rate in rates[1:]]
