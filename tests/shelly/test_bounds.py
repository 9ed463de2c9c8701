"""What a meter could make grow is bounded and told; nothing is asked of any other address."""

import json
import tracemalloc
from typing import Any

import pytest
from websockets.asyncio.server import serve
from websockets.datastructures import Headers
from websockets.http11 import Response

from tests.shelly.kit import NOON, linked
from tests.shelly.scripted import DEVICE, Raw, Script, scripted
from wattledger.energy.daily_limit import MOST_BLOCKS, MOST_STORED_S
from wattledger.energy.errors import MeterUnreachable
from wattledger.energy.fault import FaultKind
from wattledger.energy.spans import Span, total_s
from wattledger.shelly.probe import greet, identify, look_at


def block(start: int, records: int = 1, period_s: int = 60) -> dict[str, int]:
    return {"ts": start, "period": period_s, "records": records}


async def test_blocks_without_end_take_no_memory_and_are_said() -> None:
    def page(params: dict[str, Any]) -> Any:
        start = max(params["ts"], NOON - 80_000_000)
        return {"data_blocks": [block(start + 2 * place, 1, 1) for place in range(3_000)]}

    script = Script(EMData_GetRecords=page)
    async with scripted(script) as meter, linked(meter):
        tracemalloc.start()
        spans = await meter.stored_spans()
        peak_bytes = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert len(spans) <= MOST_BLOCKS + 3_000
        assert peak_bytes < 20_000_000
        assert script.times_asked("EMData.GetRecords") < 10
        (fault,) = meter.faults
        assert fault.kind is FaultKind.TOO_MANY_RECORDS
        script.answers["EMData.GetRecords"] = lambda _: {"data_blocks": [block(NOON - 600, 10)]}
        assert await meter.stored_spans() == [Span(NOON - 600, NOON)]
        assert meter.faults == ()


async def test_pages_without_end_end() -> None:
    def page(params: dict[str, Any]) -> Any:
        return {"data_blocks": [block(max(params["ts"], NOON - 80_000_000))]}

    script = Script(EMData_GetRecords=page)
    async with scripted(script) as meter, linked(meter):
        (span,) = await meter.stored_spans()
        assert span.length_s == 60_000
        assert [fault.kind for fault in meter.faults] == [FaultKind.TOO_MANY_RECORDS]


async def test_of_more_time_than_a_meter_can_hold_the_newest_is_taken() -> None:
    listed = [block(NOON - 100_000_020, 2_000), block(NOON - 60_000_000, 1_000_000)]
    ahead = block(NOON + 86_400 * 400, 500_000)
    script = Script(EMData_GetRecords=lambda _: {"data_blocks": [*listed, ahead]})
    async with scripted(script) as meter, linked(meter):
        spans = await meter.stored_spans()
        assert total_s(spans) == MOST_STORED_S
        assert spans[-1].end == NOON
        assert [fault.kind for fault in meter.faults] == [FaultKind.TOO_MANY_RECORDS]


async def test_large_pushes_before_the_meter_is_known_take_no_memory() -> None:
    """Each would wait until it is, and takes 25 times as much as its text."""
    nothing = ",".join(["{}"] * 80_000)
    large = f'{{"method": "NotifyStatus", "params": {{"ts": {NOON}, "em:0": [{nothing}]}}}}'
    known = json.dumps({"id": 1, "result": DEVICE})
    script = Script(Shelly_GetDeviceInfo=lambda _: Raw(*[large] * 30, known))
    tracemalloc.start()
    async with scripted(script) as meter, linked(meter):
        peak_bytes = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak_bytes < 60_000_000
        assert meter.faults == ()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("ask", [identify, look_at, greet])
async def test_a_redirect_is_not_followed(status: int, ask: Any) -> None:
    other = Script()
    async with serve(other.serve, "127.0.0.1", 0) as there:
        port = next(iter(there.sockets)).getsockname()[1]

        def redirect(socket: Any, request: Any) -> Response:
            del socket, request
            location = Headers([("Location", f"ws://127.0.0.1:{port}/rpc")])
            return Response(status, "Moved", location)

        async with serve(other.serve, "127.0.0.1", 0, process_request=redirect) as here:
            port_here = next(iter(here.sockets)).getsockname()[1]
            with pytest.raises(MeterUnreachable, match=f"answers {status}"):
                await ask(f"127.0.0.1:{port_here}")
    assert other.asked == []
