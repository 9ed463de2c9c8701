"""The folder of nightly backups by word: the flow's `BackupFolder` in memory."""

import asyncio

from wattledger.energy.errors import StoreUnusable


class Stick:
    """A folder by word; while `trouble` is said it can't be used, and with `gone` set it never
    answers.
    """

    place = "/media/stick"

    def __init__(self, *made: float) -> None:
        self.made = [*made]
        self.trouble = ""
        self.gone = False

    async def latest_s(self, now_s: float) -> float | None:
        if self.gone:
            await asyncio.get_running_loop().create_future()
        if self.trouble:
            raise StoreUnusable(self.trouble)
        return max((at for at in self.made if at <= now_s), default=None)

    async def make(self, now_s: float) -> None:
        self.made.append(now_s)
