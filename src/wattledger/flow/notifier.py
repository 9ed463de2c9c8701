"""Wakes whoever waits for something to happen; each waits with an event of its own."""

import asyncio


class Notifier:
    """Many may ring it, and many may be woken by it."""

    def __init__(self) -> None:
        self._wakes: list[asyncio.Event] = []

    def wakes(self, event: asyncio.Event) -> asyncio.Event:
        """From now on this event is set by each ring; the event itself, to be kept."""
        self._wakes.append(event)
        return event

    def ring(self) -> None:
        for event in self._wakes:
            event.set()
