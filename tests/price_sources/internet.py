"""A pretend internet: one server on this machine whose answers a test writes down."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class Answer:
    body: bytes = b""
    status: str = "200 OK"
    headers: Mapping[str, str] = field(default_factory=dict)
    is_silent: bool = False


@dataclass
class Internet:
    """What is answered to each path; what was asked, with its query."""

    url: str
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            target = head.split(b" ", 2)[1].decode()
            self.asked.append(target)
            answer = self.answers.get(target.split("?")[0], Answer(status="404 Not Found"))
            if answer.is_silent:
                await reader.read()
                return
            headers = {"Content-Length": str(len(answer.body)), "Connection": "close"}
            lines = [f"HTTP/1.1 {answer.status}"]
            lines += [f"{name}: {value}" for name, value in {**headers, **answer.headers}.items()]
            writer.write("\r\n".join([*lines, "", ""]).encode() + answer.body)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def pretend_internet() -> AsyncIterator[Internet]:
    internet = Internet("")
    server = await asyncio.start_server(internet.serve, "127.0.0.1", 0)
    internet.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield internet
    finally:
        server.close()
        server.close_clients() if hasattr(server, "close_clients") else None
