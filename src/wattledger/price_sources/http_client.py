"""The way out to the internet: a question with a deadline, an answer of bounded size, no redirects.

Below here httpx, above here PriceError, whose words hold no address: one may carry a token.
"""

import asyncio
import math
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus

import httpx

from wattledger import __version__
from wattledger.energy.errors import PriceError

DEADLINE_S = 20.0
MOST_BYTES = 4 << 20
LONGEST_RETRY_S = 86_400.0


class HttpClient:
    """GET, one answer at a time. Made by `http_client`."""

    def __init__(self, client: httpx.AsyncClient, deadline_s: float) -> None:
        self._client = client
        self._deadline_s = deadline_s

    async def get(self, url: str, parameters: Mapping[str, str]) -> bytes:
        """The body of an answer with status 200. Raises PriceError."""
        try:
            async with asyncio.timeout(self._deadline_s):
                return await self._get(url, parameters)
        except TimeoutError as error:
            raise PriceError(f"no answer within {self._deadline_s:g} s") from error
        except httpx.TimeoutException:
            raise PriceError(f"no answer within {self._deadline_s:g} s") from None
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            # Not its words: they may hold the address.
            raise PriceError(f"can't be reached ({type(error).__name__})") from None

    async def _get(self, url: str, parameters: Mapping[str, str]) -> bytes:
        async with self._client.stream("GET", url, params=dict(parameters)) as answer:
            _check(answer)
            body = bytearray()
            async for chunk in answer.aiter_raw():
                body += chunk
                if len(body) > MOST_BYTES:
                    raise PriceError(f"answers with more than {MOST_BYTES >> 20} MiB")
            return bytes(body)


@asynccontextmanager
async def http_client(deadline_s: float = DEADLINE_S) -> AsyncIterator[HttpClient]:
    """A client, closed when the block ends."""
    headers = {"User-Agent": f"wattledger/{__version__}", "Accept-Encoding": "identity"}
    async with httpx.AsyncClient(
        headers=headers, timeout=deadline_s, follow_redirects=False, trust_env=False
    ) as client:
        yield HttpClient(client, deadline_s)


def _check(answer: httpx.Response) -> None:
    """Raises PriceError for what is no plain answer."""
    status = answer.status_code
    if status == HTTPStatus.OK:
        if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise PriceError("answers packed, which was not asked for")
        return
    if answer.is_redirect:
        raise PriceError(f"answers {status}: it leads elsewhere, and nobody goes there")
    if status == HTTPStatus.NOT_FOUND:
        raise PriceError("has nothing yet (404)")
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        raise PriceError("wants to be asked less often (429)", _retry_after_s(answer))
    raise PriceError(f"answers {status}", _retry_after_s(answer))


def _retry_after_s(answer: httpx.Response) -> float:
    """In seconds, as most say it; a date counts as an hour."""
    text = answer.headers.get("Retry-After", "")
    if not text:
        return 0.0
    try:
        seconds = float(text)
    except ValueError:
        return 3_600.0
    return min(max(seconds, 0.0), LONGEST_RETRY_S) if math.isfinite(seconds) else 3_600.0
