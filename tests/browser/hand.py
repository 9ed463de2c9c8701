"""A hand on the glass: what fingers do, as the browser gets it from a touch screen."""

import time

from playwright.async_api import CDPSession

Point = tuple[float, float]
FRAME_S = 0.016


class Hand:
    """Touches a page; places are CSS px."""

    def __init__(self, session: CDPSession) -> None:
        self._session = session

    async def down(self, *fingers: Point) -> None:
        await self._touch("touchStart", fingers)

    async def to(self, *fingers: Point) -> None:
        await self._touch("touchMove", fingers)

    async def up(self) -> None:
        await self._touch("touchEnd", ())

    async def swipe(self, start: Point, end_x: float) -> None:
        x, y = start
        way = [(x + (end_x - x) * step / 8, y) for step in range(1, 9)]
        # At instants of its own: by those of a busy machine it rests, and a resting finger reads.
        at_s = time.time()
        await self._touch("touchStart", (start,), at_s)
        for number, place in enumerate(way, 1):
            await self._touch("touchMove", (place,), at_s + number * FRAME_S)
        await self._touch("touchEnd", (), at_s + (len(way) + 1) * FRAME_S)

    async def spread(self, middle: Point, apart: float, to_apart: float) -> None:
        """Two fingers, that far apart and then that far."""
        x, y = middle
        await self.down((x - apart / 2, y), (x + apart / 2, y))
        for step in range(1, 11):
            half = (apart + (to_apart - apart) * step / 10) / 2
            await self.to((x - half, y), (x + half, y))
        await self.up()

    async def _touch(
        self, kind: str, fingers: tuple[Point, ...], at_s: float | None = None
    ) -> None:
        points = [{"x": x, "y": y, "id": finger} for finger, (x, y) in enumerate(fingers)]
        when = {} if at_s is None else {"timestamp": at_s}
        await self._session.send(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": points, **when}
        )
