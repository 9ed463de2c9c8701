"""A hand on the glass: what fingers do, as the browser gets it from a touch screen."""

from playwright.async_api import CDPSession, Page

Point = tuple[float, float]


class Hand:
    """Touches a page; places are CSS px."""

    def __init__(self, page: Page, session: CDPSession) -> None:
        self._page = page
        self._session = session

    async def down(self, *fingers: Point) -> None:
        await self._touch("touchStart", fingers)

    async def to(self, *fingers: Point) -> None:
        await self._touch("touchMove", fingers)

    async def up(self) -> None:
        await self._touch("touchEnd", ())

    async def hold(self, place: Point) -> None:
        """Down, and still for as long as it takes to begin reading values."""
        await self.down(place)
        await self._page.wait_for_timeout(300)

    async def swipe(self, start: Point, end_x: float) -> None:
        x, y = start
        await self.down(start)
        for step in range(1, 9):
            await self.to((x + (end_x - x) * step / 8, y))
            await self._page.wait_for_timeout(10)
        await self.up()

    async def spread(self, middle: Point, apart: float, to_apart: float) -> None:
        """Two fingers, that far apart and then that far."""
        x, y = middle
        await self.down((x - apart / 2, y), (x + apart / 2, y))
        for step in range(1, 11):
            half = (apart + (to_apart - apart) * step / 10) / 2
            await self.to((x - half, y), (x + half, y))
            await self._page.wait_for_timeout(10)
        await self.up()

    async def _touch(self, kind: str, fingers: tuple[Point, ...]) -> None:
        points = [{"x": x, "y": y, "id": finger} for finger, (x, y) in enumerate(fingers)]
        await self._session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
