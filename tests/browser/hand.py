"""A hand on the glass: what fingers do, as the browser gets it from a touch screen."""

import asyncio

from playwright.async_api import CDPSession

Point = tuple[float, float]


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
        # Sent as one: a finger that rests where it came down, even by lag, reads values.
        await asyncio.gather(self.down(start), self.to(way[0]))
        for place in way[1:]:
            await self.to(place)
        await self.up()

    async def spread(self, middle: Point, apart: float, to_apart: float) -> None:
        """Two fingers, that far apart and then that far."""
        x, y = middle
        await self.down((x - apart / 2, y), (x + apart / 2, y))
        for step in range(1, 11):
            half = (apart + (to_apart - apart) * step / 10) / 2
            await self.to((x - half, y), (x + half, y))
        await self.up()

    async def _touch(self, kind: str, fingers: tuple[Point, ...]) -> None:
        points = [{"x": x, "y": y, "id": finger} for finger, (x, y) in enumerate(fingers)]
        await self._session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
