"""The power now, for servers elsewhere."""

import asyncio

from tests.flow.posting import Posting
from wattledger.energy.errors import (
    ReplicaUnreachable,
)
from wattledger.flow.publish_power import publish_power


async def test_the_power_is_told_while_this_server_posts(posting: Posting) -> None:
    posting.home.read("mains", 100.0)
    posting.copy.failures["put_power"] = ReplicaUnreachable("gone")
    async with asyncio.TaskGroup() as tasks:
        telling = tasks.create_task(
            publish_power(posting.home.board, posting.replicator, posting.copy, every_s=0.005)
        )
        await asyncio.sleep(0.02)
        assert "put_power" not in posting.copy.calls
        posting.replicator.state.writes(is_writer=True)
        await posting.until(lambda: bool(posting.copy.powers))
        telling.cancel()
    assert posting.copy.powers[0][0].label.name == "mains"
