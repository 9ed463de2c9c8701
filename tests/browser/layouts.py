"""Layouts that a page's own code had to wait for, from Chromium's trace."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Page

_TRACED = [
    "-*",
    "devtools.timeline",
    "disabled-by-default-devtools.timeline",
    "disabled-by-default-devtools.timeline.stack",
]


@asynccontextmanager
async def forced_layouts(page: Page) -> AsyncIterator[list[str]]:
    """Fills the list when the block ends: which function of which file asked for each.

    The browser lays out once a frame by itself; code that asks how large something is after it
    changed the page has it done at once, and once more.
    """
    forced: list[str] = []
    browser = page.context.browser
    assert browser is not None
    await browser.start_tracing(page=page, categories=_TRACED)
    try:
        yield forced
    finally:
        trace = json.loads(await browser.stop_tracing())
    forced.extend(_asked_by(stack) for stack in map(_stack, trace["traceEvents"]) if stack)


def _stack(event: dict[str, Any]) -> list[dict[str, Any]]:
    """Which code waited for a layout; none did for one that came by itself."""
    if event["name"] != "Layout":
        return []
    stack: list[dict[str, Any]] = event["args"].get("beginData", {}).get("stackTrace") or []
    # The browser's own pages are traced too, and what Playwright runs in this one.
    return [frame for frame in stack if frame["url"].startswith("http")]


def _asked_by(stack: list[dict[str, Any]]) -> str:
    top = stack[0]
    file = top["url"].rpartition("/")[2]
    return f"{file}:{top['lineNumber']}:{top['columnNumber']} {top['functionName']}"
