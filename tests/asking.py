"""Questions over HTTP."""

from typing import Any

import httpx


def new_client(**options: Any) -> httpx.AsyncClient:
    """Without certificates: to read those of the machine takes longer than an answer does."""
    return httpx.AsyncClient(**{"trust_env": False, "verify": False, "timeout": 300, **options})


async def get(url: str, path: str, **parameters: str | int) -> Any:
    """The JSON of an answer that is one."""
    async with new_client() as client:
        answer = await client.get(f"{url}{path}", params=parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()
