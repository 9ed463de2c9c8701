"""The folder that takes the nightly backups, as flow sees it."""

from typing import Protocol


class BackupFolder(Protocol):
    """A folder on a stick, a share or another disk."""

    @property
    def place(self) -> str:
        """Where it is, for people."""
        ...

    async def latest_s(self, now_s: float) -> float | None:
        """When the newest of its nightly backups was made, UTC epoch seconds; None where there is
        none. What is dated later than `now_s` was made by a wrong clock, and is not looked at.

        Raises StoreUnusable, such as for a stick that is not in.
        """
        ...

    async def make(self, now_s: float) -> None:
        """Makes one more, checks it, and removes those that are more than are to be kept.

        Raises StoreUnusable, whose text says what to do.
        """
        ...
