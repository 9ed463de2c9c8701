"""Calls: from a request frame to its reply."""

import asyncio
from typing import Protocol

from wattledger.simulator.fault_switches import Faults
from wattledger.simulator.identity import JsonObject
from wattledger.simulator.rpc_methods.errors import RpcError
from wattledger.simulator.rpc_methods.methods import Methods

_INJECTED_MESSAGES = {429: "Too many requests", 503: "Service unavailable"}
_WRONG_BY = 1000
_REFUSALS = (401, 429, 503)


class Guard(Protocol):
    """Decides whether a call may pass; raises Unauthorized or another RpcError where not."""

    def admit_frame(self, frame: JsonObject) -> None: ...

    def admit_http(self, method: str, uri: str, authorization: str | None) -> None: ...

    def challenge(self) -> RpcError:
        """The refusal that asks for the password."""
        ...


OPEN_METHODS = frozenset({"Shelly.GetDeviceInfo"})


class Rpc:
    """Answers calls of every transport; slow and wrong where faults say so."""

    def __init__(self, device_id: str, methods: Methods, guard: Guard, faults: Faults) -> None:
        self._device_id = device_id
        self._methods = methods
        self._guard = guard
        self._faults = faults

    async def call(self, method: str, params: JsonObject) -> object:
        """The bare result; RpcError where the device answers with one."""
        if (delay_s := self._faults.delay_s_of(method)) > 0:
            await asyncio.sleep(delay_s)
        if (code := self._faults.take_error(method)) is not None:
            raise self._injected(code)
        return self._methods.call(method, params)

    async def answer(self, frame: JsonObject, *, admitted: bool = False) -> JsonObject:
        """The reply frame.

        `admitted`: over HTTP, where the password was shown already, and where a refusal is a status
        and no frame.
        """
        method, params = frame.get("method"), frame.get("params")
        try:
            if not admitted and method not in OPEN_METHODS:
                self._guard.admit_frame(frame)
            result = await self.call(str(method), params if isinstance(params, dict) else {})
        except RpcError as error:
            if admitted and error.code in _REFUSALS:
                raise
            return self._head(frame) | {"error": error.body()}
        return self._head(frame) | {"result": result}

    def is_slow(self, frame: JsonObject) -> bool:
        return self._faults.delay_s_of(str(frame.get("method"))) > 0

    def notification(self, dst: str, method: str, params: JsonObject) -> JsonObject:
        return {"src": self._device_id, "dst": dst, "method": method, "params": params}

    def _head(self, frame: JsonObject) -> JsonObject:
        number = frame.get("id")
        if self._faults.take_wrong_id():
            number = number + _WRONG_BY if isinstance(number, int) else "wrong"
        head: JsonObject = {"id": number, "src": self._device_id}
        if "src" in frame:
            head["dst"] = frame["src"]
        return head

    def _injected(self, code: int) -> RpcError:
        if code == 401:
            return self._guard.challenge()
        return RpcError(code, _INJECTED_MESSAGES.get(code, f"Error {code}"))
