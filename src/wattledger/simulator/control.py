"""Orders from another process: `POST /pretend/<fault>` with the arguments as a JSON object.

On a port of its own, which stays sound whatever befalls the meter's.
"""

import asyncio
import inspect
import json

from wattledger.simulator.fault_commands import COMMANDS, FaultCommands
from wattledger.simulator.fault_switches import Faults
from wattledger.simulator.identity import JsonObject
from wattledger.simulator.rpc_methods.errors import RpcError
from wattledger.simulator.transport.http import http_response, json_object
from wattledger.simulator.transport.tasks import OwnedTasks
from wattledger.simulator.transport.tcp_connection import HttpRequest, TcpConnection, read_request

_PATH = "/pretend/"


class Control:
    """Serves orders to one meter; the answer comes when the order is carried out."""

    def __init__(self, troubles: FaultCommands, tasks: OwnedTasks) -> None:
        self._troubles = troubles
        self._tasks = tasks
        self._server: asyncio.Server | None = None

    async def open(self, host: str, port: int) -> int:
        """Listen; gives the port, which is a free one for 0."""
        self._server = await asyncio.start_server(self._on_connection, host, port)
        taken: int = self._server.sockets[0].getsockname()[1]
        return taken

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()

    def _on_connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._tasks.start(self._serve(TcpConnection(reader, writer, Faults())))

    async def _serve(self, door: TcpConnection) -> None:
        try:
            if (request := await read_request(door)) is not None:
                status, body = await self._answer(request, await request.read_body(door))
                door.write(http_response(status, json.dumps(body).encode(), []))
        finally:
            await door.close()

    async def _answer(self, request: HttpRequest, body: bytes) -> tuple[int, JsonObject]:
        if request.method != "POST" or not request.path.startswith(_PATH):
            return 404, {"code": 404, "message": f"POST {_PATH}<fault>"}
        try:
            await self._carry_out(request.path.removeprefix(_PATH), json_object(body or b"{}"))
        except RpcError as error:
            return 404 if error.code == 404 else 400, error.body()
        except (TypeError, ValueError) as error:
            return 400, {"code": 400, "message": str(error)}
        return 200, {}

    async def _carry_out(self, fault: str, params: JsonObject) -> None:
        if fault not in COMMANDS:
            raise RpcError(404, f"No such fault, one of {', '.join(sorted(COMMANDS))}")
        done = getattr(self._troubles, fault)(**params)
        if inspect.isawaitable(done):
            await done
