"""HTTP as the meter speaks it: one answer, then the connection is closed."""

import json
from itertools import islice
from urllib.parse import parse_qsl, urlsplit

import h11

from wattledger.simulator.fault_switches import Faults
from wattledger.simulator.identity import JsonObject
from wattledger.simulator.rpc_methods.data_methods import DataMethods
from wattledger.simulator.rpc_methods.errors import RpcError, Unauthorized, no_handler
from wattledger.simulator.transport.json_text import JsonWriter
from wattledger.simulator.transport.rpc import OPEN_METHODS, Guard, Rpc
from wattledger.simulator.transport.tcp_connection import HttpRequest, TcpConnection

_CSV_LINES_PER_WRITE = 60


class HttpFace:
    """The routes `/shelly`, `/rpc`, `/rpc/<Method>` and data.csv."""

    def __init__(
        self, rpc: Rpc, data: DataMethods, guard: Guard, writer: JsonWriter, faults: Faults
    ) -> None:
        self._rpc = rpc
        self._data = data
        self._guard = guard
        self._writer = writer
        self._faults = faults
        self.has_csv = True

    async def respond(self, door: TcpConnection, request: HttpRequest) -> None:
        """Answer one request; RpcError and its HTTP status where it fails."""
        try:
            body = await request.read_body(door)
            path = request.path
            if path.endswith("/data.csv"):
                await self._send_csv(door, request, path)
                return
            result = await self._result(request, path, body)
        except RpcError as error:
            self._send(door, error.http_status, self._writer.text(error.body()), _asks(error))
        except (ValueError, h11.RemoteProtocolError):
            self._send(door, 400, "Bad Request", [])
        else:
            self._send(door, 200, self._writer.text(result), [])

    def refuse(self, door: TcpConnection) -> None:
        """All channels are in use."""
        self._send(door, 503, "Service Unavailable", [])

    async def _result(self, request: HttpRequest, path: str, body: bytes) -> object:
        if path == "/shelly":
            return await self._rpc.call("Shelly.GetDeviceInfo", {})
        if path == "/rpc" and request.method == "POST":
            return await self._frame_reply(request, body)
        if not path.startswith("/rpc/"):
            raise RpcError(404, "Not Found")
        method = path.removeprefix("/rpc/")
        if method not in OPEN_METHODS:
            self._admit(request)
        params = json_object(body) if request.method == "POST" and body else _query(request.target)
        return await self._rpc.call(method, params)

    async def _frame_reply(self, request: HttpRequest, body: bytes) -> JsonObject:
        frame = json_object(body)
        if frame.get("method") not in OPEN_METHODS:
            self._admit(request)
        return await self._rpc.answer(frame, admitted=True)

    def _admit(self, request: HttpRequest) -> None:
        self._guard.admit_http(request.method, request.target, request.header(b"authorization"))

    async def _send_csv(self, door: TcpConnection, request: HttpRequest, path: str) -> None:
        self._admit(request)
        namespace, channel = _csv_source(path)
        wanted = "em1data" if self._data.channels > 1 else "emdata"
        if namespace != wanted or not self.has_csv:
            raise no_handler(path)
        lines = self._data.csv_lines(_query(request.target) | {"id": channel})
        chunk = [*islice(lines, _CSV_LINES_PER_WRITE)]
        head = [("Content-Type", "text/csv"), ("Transfer-Encoding", "chunked")]
        door.write(_head(200, head))
        while chunk and not door.closing:
            door.write(_chunk("".join(f"{line}\n" for line in chunk).encode()))
            await door.drain()
            chunk = [*islice(lines, _CSV_LINES_PER_WRITE)]
        door.write(_chunk(b""))

    def _send(
        self, door: TcpConnection, status: int, text: str, headers: list[tuple[str, str]]
    ) -> None:
        garbage = self._faults.take_garbage()
        payload = text if garbage is None else garbage
        body = payload.encode() if isinstance(payload, str) else payload
        door.write(http_response(status, body, headers))


_SERVER = "ShellyHTTP/1.0.0"
_REASONS = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
}


def _asks(error: RpcError) -> list[tuple[str, str]]:
    return [("WWW-Authenticate", error.header())] if isinstance(error, Unauthorized) else []


def _csv_source(path: str) -> tuple[str, int]:
    parts = path.strip("/").split("/")
    if len(parts) != 3 or not parts[1].isdecimal():
        raise no_handler(path)
    return parts[0], int(parts[1])


def http_response(status: int, body: bytes, headers: list[tuple[str, str]]) -> bytes:
    """A whole response with a JSON body."""
    head = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    return _head(status, [*head, *headers]) + body


def _head(status: int, headers: list[tuple[str, str]]) -> bytes:
    lines = [f"HTTP/1.1 {status} {_REASONS.get(status, 'Error')}", f"Server: {_SERVER}"]
    lines += [f"{name}: {value}" for name, value in headers]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1")


def _chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def json_object(body: bytes) -> JsonObject:
    """The object that a body is; ValueError where it is none."""
    value = json.loads(body)
    if isinstance(value, dict):
        return value
    raise ValueError("a request is a JSON object")


def _query(target: str) -> JsonObject:
    """Arguments of a GET: JSON where they are JSON, else a text."""
    return {key: _json_or_text(value) for key, value in parse_qsl(urlsplit(target).query)}


def _json_or_text(value: str) -> object:
    try:
        return json.loads(value)
    except ValueError:
        return value
