"""A server without settings: it listens, lets one phone set the home up, and waits for them."""

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path

from wattledger.api.listening_sockets import Listeners
from wattledger.composition.api_hosting import ApiHosting
from wattledger.composition.task_shutdown import cancelled
from wattledger.energy.clock import Clock, SystemClock
from wattledger.flow.pairing import Pairing
from wattledger.settings import Settings
from wattledger.setup.code_file import CodeFile
from wattledger.setup.draft import DraftFile
from wattledger.setup.phone_setup import PhoneSetup


async def run_setup(
    settings: Settings,
    place: Path,
    clock: Clock,
    listeners: Listeners,
    over: asyncio.Event,
    begun: Callable[[str], None],
) -> None:
    """Until `over`; `begun` is told the address once it listens. The settings will be at `place`.

    Raises CannotListen.
    """
    entrance, setup = ApiHosting(settings, clock), PhoneSetup(place, SystemClock())
    async with (
        entrance.serving(entrance.setup_api(setup), listeners) as server,
        asyncio.TaskGroup() as tasks,
    ):
        setting_up = tasks.create_task(setup.run(), name="setup")
        begun(server.url)
        await over.wait()
        await cancelled([setting_up])


async def take_over_phone(place: Path, pairing: Pairing) -> None:
    """The phone that has set the home up is a paired device from now on; what setup kept goes.

    Raises StoreBusy.
    """
    drafts = DraftFile(place)
    draft = drafts.read()
    if draft.is_started and draft.token_sha256:
        await pairing.adopt(bytes.fromhex(draft.token_sha256), draft.device)
    with contextlib.suppress(OSError):  # a folder that may be read only
        drafts.remove()
        CodeFile(place).remove()
