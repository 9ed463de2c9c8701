"""A server that shows the built page and says on the wire exactly what a test tells it to."""

import json
import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from typing_extensions import override

STATIC = Path(__file__).parents[2] / "src" / "wattledger" / "api" / "static"
API = "/api/v1"


class ScriptedServer(ThreadingHTTPServer):
    """One home. What `power` and `today` hold is the answer; None as `power` means silence."""

    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Answers)
        self.power: dict[str, Any] | None = None
        self.today: dict[str, Any] = {"period": "2026-04-24", "totals": {}}
        self.token_needed = False
        self._streams: list[queue.SimpleQueue[bytes | None]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def say(self, event: str, data: dict[str, Any]) -> None:
        """Send an event to every open stream."""
        for stream in self._streams:
            stream.put(_event(event, data))

    def events(self) -> Iterator[bytes]:
        """What a new stream gets: the power at once, then whatever is said until the end."""
        stream: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._streams.append(stream)
        if self.power is not None:
            yield _event("power", self.power)
        while (said := stream.get()) is not None:
            yield said

    def hang_up(self) -> None:
        """End every stream."""
        for stream in self._streams:
            stream.put(None)


@contextmanager
def running(server: ScriptedServer) -> Iterator[ScriptedServer]:
    """Answer until the block ends; then be gone, as a server that was switched off."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.hang_up()
        server.server_close()
        thread.join()


def _event(event: str, data: dict[str, Any]) -> bytes:
    return f"event: {event}\ndata: {json.dumps(data)}\n\n".encode()


class _Answers(SimpleHTTPRequestHandler):
    server: ScriptedServer

    def __init__(self, *args: Any) -> None:
        super().__init__(*args, directory=str(STATIC))

    @override
    def do_GET(self) -> None:
        if not self.path.startswith(API):
            super().do_GET()
        elif self.server.token_needed:
            self.send_error(401)
        elif self.path == f"{API}/power/stream":
            self._stream()
        elif self.path == f"{API}/energy/today":
            self._json(self.server.today)
        else:
            self._json({})

    def _stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        try:
            for event in self.server.events():
                self.wfile.write(event)
                self.wfile.flush()
        except ConnectionError:
            pass

    def _json(self, value: dict[str, Any]) -> None:
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    @override
    def log_message(self, format: str, *args: Any) -> None:
        """A test's output is its failure, not a log of requests."""
