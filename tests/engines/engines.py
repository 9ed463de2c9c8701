"""Engines of other browsers: WebKitGTK driven by WebDriver, Firefox by WebDriver BiDi."""

import asyncio
import base64
import json
import os
import re
import shutil
import signal
import socket
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any, Protocol

import httpx
from websockets.asyncio.client import ClientConnection, connect

WIDTH, HEIGHT = 390, 844
PATIENCE_S = 300
SHOWN = """new Promise((resolve, reject) => {
  const start = performance.now();
  const look = () => {
    let found = null;
    try { found = (CONDITION); } catch (error) { found = null; }
    if (found) resolve(found);
    else if (performance.now() - start > MS) reject(new Error(document.body.innerText));
    else setTimeout(look, 40);
  };
  look();
})""".replace("MS", str(PATIENCE_S * 1000))
"""Polls: WebKit's observers do not wake a page that waits."""


class Engine(Protocol):
    """A browser with one page, as large as a phone's."""

    async def go(self, url: str) -> None: ...
    async def run(self, expression: str) -> Any:
        """The value of a JavaScript expression; a promise is awaited."""

    async def touch(self, x: float, y: float) -> None:
        """A finger, or where the engine has none a mouse, goes down and up there, CSS px."""

    async def picture(self) -> bytes:
        """What is seen, PNG."""


async def shown(engine: Engine, condition: str) -> Any:
    """Waits until the JavaScript expression is true, and gives its value."""
    return await engine.run(SHOWN.replace("CONDITION", condition))


async def says(engine: Engine, text: str, where: str = "main") -> None:
    """Waits until the element's text matches the pattern."""
    inner = f"document.querySelector({json.dumps(where)}).innerText"
    await shown(engine, f"new RegExp({json.dumps(text)}).test({inner})")


async def tap(engine: Engine, element: str) -> None:
    """Touches the middle of the element that a JavaScript expression gives, once it can be used."""
    middle = """(one => {
      if (one.disabled || one.getAttribute?.('aria-disabled') === 'true') return null;
      const box = one.getBoundingClientRect();
      return [box.x + box.width / 2, box.y + box.height / 2];
    })"""
    x, y = await shown(engine, f"{middle}({element})")
    await engine.touch(x, y)


def _finger(kind: str, x: float, y: float) -> list[dict[str, Any]]:
    """One touch, as both protocols write it."""
    down_and_up = [
        {"type": "pointerMove", "x": round(x), "y": round(y)},
        {"type": "pointerDown", "button": 0},
        {"type": "pause", "duration": 30},
        {"type": "pointerUp", "button": 0},
    ]
    pointer = {"pointerType": kind}
    return [{"type": "pointer", "id": "finger", "parameters": pointer, "actions": down_and_up}]


class WebKit:
    """WebKitGTK's MiniBrowser behind WebKitWebDriver."""

    def __init__(self, driver: httpx.AsyncClient) -> None:
        self._driver = driver

    async def go(self, url: str) -> None:
        await self._post("url", {"url": url})

    async def run(self, expression: str) -> Any:
        script = (
            "const done = arguments[arguments.length - 1];"
            f"Promise.resolve({expression}).then(value => done({{value}}), "
            "error => done({error: String(error)}))"
        )
        outcome = await self._post("execute/async", {"script": script, "args": []})
        assert "error" not in outcome, outcome["error"]
        return outcome.get("value")

    async def touch(self, x: float, y: float) -> None:
        await self._post("actions", {"actions": _finger("mouse", x, y)})

    async def picture(self) -> bytes:
        answer = await self._driver.get("screenshot")
        return base64.b64decode(answer.json()["value"])

    async def _post(self, what: str, body: dict[str, Any]) -> Any:
        answer = await self._driver.post(what, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()["value"]


class Firefox:
    """Firefox itself, which speaks BiDi over a WebSocket."""

    def __init__(self, line: ClientConnection) -> None:
        self._line = line
        self._numbers = count(1)
        self._page = ""

    async def open(self) -> None:
        await self._ask("session.new", {"capabilities": {}})
        tree = await self._ask("browsingContext.getTree", {})
        self._page = tree["contexts"][0]["context"]
        phone = {"width": WIDTH, "height": HEIGHT}
        await self._ask("browsingContext.setViewport", {"context": self._page, "viewport": phone})

    async def go(self, url: str) -> None:
        what = {"context": self._page, "url": url, "wait": "complete"}
        await self._ask("browsingContext.navigate", what)

    async def run(self, expression: str) -> Any:
        what = {
            "expression": f"Promise.resolve({expression}).then(value => JSON.stringify({{value}}))",
            "target": {"context": self._page},
            "awaitPromise": True,
        }
        outcome = await self._ask("script.evaluate", what)
        assert outcome["type"] == "success", outcome
        return json.loads(outcome["result"]["value"]).get("value")

    async def touch(self, x: float, y: float) -> None:
        what = {"context": self._page, "actions": _finger("touch", x, y)}
        await self._ask("input.performActions", what)

    async def picture(self) -> bytes:
        answer = await self._ask("browsingContext.captureScreenshot", {"context": self._page})
        return base64.b64decode(answer["data"])

    async def _ask(self, method: str, params: dict[str, Any]) -> Any:
        number = next(self._numbers)
        await self._line.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            answer = json.loads(await self._line.recv())
            if answer.get("id") == number:
                assert answer["type"] == "success", answer
                return answer["result"]


@asynccontextmanager
async def webkit(folder: Path, *, dark: bool = False) -> AsyncIterator[Engine]:
    """MiniBrowser on a screen of its own."""
    async with _program(["Xvfb", "-displayfd", "1", "-screen", "0", "800x1100x24"]) as screen:
        assert screen.stdout is not None
        display = (await screen.stdout.readline()).decode().strip()
        surroundings = {
            "DISPLAY": f":{display}",
            "GTK_THEME": "Adwaita:dark" if dark else "Adwaita",
            "HOME": str(folder),
            "LIBGL_ALWAYS_SOFTWARE": "1",
        }
        async with _webdriver(surroundings) as port, httpx.AsyncClient(timeout=300) as client:
            client.base_url = httpx.URL(f"http://127.0.0.1:{port}/")
            browser = {"binary": str(minibrowser()), "args": ["--automation"]}
            wanted = {"alwaysMatch": {"webkitgtk:browserOptions": browser}}
            answer = await client.post("session", json={"capabilities": wanted})
            assert answer.status_code == 200, answer.text
            session = answer.json()["value"]["sessionId"]
            client.base_url = client.base_url.join(f"session/{session}/")
            script_ms = {"script": (PATIENCE_S + 10) * 1000}
            await client.post("timeouts", json=script_ms)
            await client.post("window/rect", json={"width": WIDTH, "height": HEIGHT + 60})
            yield WebKit(client)
            await client.delete("")


@asynccontextmanager
async def firefox(folder: Path, *, dark: bool = False) -> AsyncIterator[Engine]:
    """Debian's Firefox without a window."""
    theme = 'user_pref("ui.systemUsesDarkTheme", 1);\n' if dark else ""
    (folder / "user.js").write_text(theme + 'user_pref("intl.locale.requested", "en-GB");\n')
    command = ["firefox-esr", "--headless", "--no-remote", "--profile", str(folder)]
    async with _program([*command, "--remote-debugging-port", "0"], HOME=str(folder)) as program:
        assert program.stderr is not None
        async for told in program.stderr:
            if found := re.search(rb"ws://[\d.]+:\d+", told):
                break
        else:
            raise AssertionError("Firefox did not start")
        drained = asyncio.ensure_future(program.stderr.read())
        async with connect(f"{found[0].decode()}/session", max_size=None) as line:
            browser = Firefox(line)
            await browser.open()
            yield browser
        drained.cancel()


def minibrowser() -> Path | None:
    """Where Debian keeps it: not on the path, but with the libraries of this machine."""
    found = sorted(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"))
    return found[-1] if found else None


OpenEngine = Callable[..., AbstractAsyncContextManager[Engine]]


def engines() -> dict[str, tuple[OpenEngine, bool]]:
    """Each by its name: how it is opened, and whether it is on this machine."""
    has_webkit = bool(shutil.which("WebKitWebDriver") and shutil.which("Xvfb") and minibrowser())
    return {
        "webkit": (webkit, has_webkit),
        "firefox": (firefox, shutil.which("firefox-esr") is not None),
    }


@asynccontextmanager
async def _webdriver(surroundings: dict[str, str]) -> AsyncIterator[int]:
    """WebKitWebDriver on a free port, which it can't choose by itself."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    async with _program(["WebKitWebDriver", f"--port={port}"], **surroundings):
        async with asyncio.timeout(PATIENCE_S):
            while not await _listens(port):
                await asyncio.sleep(0.05)
        yield port


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


@asynccontextmanager
async def _program(command: list[str], **surroundings: str) -> AsyncIterator[Process]:
    """Runs in a group of its own, so that nothing that it starts outlives it."""
    process = await asyncio.create_subprocess_exec(
        *command,
        env={**os.environ, "LC_ALL": "C.UTF-8", **surroundings},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            async with asyncio.timeout(5):
                await process.communicate()
        except TimeoutError:
            os.killpg(process.pid, signal.SIGKILL)
            await process.communicate()
