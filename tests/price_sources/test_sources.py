"""The sources over a real socket: what they ask, and what becomes of answers that are none."""

import logging
from collections.abc import AsyncIterator

import pytest

from tests.price_sources.internet import Answer, Internet, pretend_internet
from wattledger.energy.errors import PriceError
from wattledger.energy.price_source import SOURCES, SourceName
from wattledger.energy.spans import Span
from wattledger.price_sources.http_client import MOST_BYTES, http_client
from wattledger.price_sources.sources import made_sources

DAY = Span(1_768_428_000, 1_768_428_000 + 86_400)
TOKEN = "very-secret-token"
ELERING = "/api/nps/price"


@pytest.fixture
async def internet() -> AsyncIterator[Internet]:
    async with pretend_internet() as internet:
        yield internet


async def fault(internet: Internet, answer: Answer, deadline_s: float = 300) -> PriceError:
    """What elering's answer comes to."""
    internet.answers[ELERING] = answer
    async with http_client(deadline_s) as http:
        urls = {"elering": internet.url}
        (source,) = made_sources([SourceName.ELERING], "FI", urls, "", http)
        with pytest.raises(PriceError) as raised:
            await source.quotes(DAY)
    return raised.value


async def test_each_asks_as_it_is_documented(internet: Internet) -> None:
    urls = dict.fromkeys(SOURCES, f"{internet.url}/base/")
    async with http_client() as http:
        for source in made_sources(list(SourceName), "FI", urls, TOKEN, http):
            with pytest.raises(PriceError, match="nothing yet"):
                await source.quotes(DAY)
    start, end = "2026-01-14T22%3A00%3A00.000Z", "2026-01-15T22%3A00%3A00.000Z"
    zone = "10YFI-1--------U"
    assert internet.asked == [
        "/base/v2/latest-prices.json",
        "/base/TodayAndDayForward?region=FI&priceResolution=15",
        f"/base/api/nps/price?start={start}&end={end}",
        f"/base/prices?start={start}&end={end}&quarter=",
        f"/base/api?securityToken={TOKEN}&documentType=A44&in_Domain={zone}&out_Domain={zone}"
        "&periodStart=202601142200&periodEnd=202601152200",
    ]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(status="302 Found", headers={"Location": "/elsewhere"}), "leads elsewhere"),
        (Answer(status="503 Service Unavailable"), "answers 503"),
        (Answer(b"x" * (MOST_BYTES + 1)), "more than 4 MiB"),
        (Answer(b"x", headers={"Content-Encoding": "gzip"}), "packed"),
        (Answer(b"x", headers={"Content-Length": "-1"}), "can't be reached"),
    ],
)
async def test_no_plain_answer(internet: Internet, answer: Answer, words: str) -> None:
    assert words in str(await fault(internet, answer))
    assert len(internet.asked) == 1


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120),
        ("Wed, 21 Oct 2026 07:28:00 GMT", 3_600),
        ("-5", 0),
        ("1e99", 86_400),
        ("nan", 3_600),
    ],
)
async def test_how_long_it_wants_to_be_left_alone(
    internet: Internet, text: str, seconds: float
) -> None:
    answer = Answer(status="429 Too Many Requests", headers={"Retry-After": text})
    assert (await fault(internet, answer)).retry_after_s == seconds


async def test_who_says_nothing_is_given_up(internet: Internet) -> None:
    assert "no answer within" in str(await fault(internet, Answer(is_silent=True), 0.05))


async def test_a_token_stands_in_no_word_and_no_log(
    internet: Internet, caplog: pytest.LogCaptureFixture
) -> None:
    from wattledger.cli.serving import start_logging

    start_logging(verbose=True)
    caplog.set_level(logging.DEBUG, "wattledger")
    async with http_client() as http:
        for url in (internet.url, "http://127.0.0.1:1"):
            (source,) = made_sources([SourceName.ENTSOE], "FI", {"entsoe": url}, TOKEN, http)
            with pytest.raises(PriceError) as raised:
                await source.quotes(DAY)
            assert TOKEN not in str(raised.value)
    assert TOKEN not in caplog.text
