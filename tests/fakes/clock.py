"""A clock that a test moves."""


class ManualClock:
    """Stands still until it is moved; wall and monotonic time move together unless
    the wall is set.
    """

    def __init__(self, now_s: float = 1_750_000_000.0) -> None:
        self.wall_s = now_s
        self.ran_s = 1_000.0

    def now_s(self) -> float:
        return self.wall_s

    def monotonic_s(self) -> float:
        return self.ran_s

    def advance(self, seconds: float) -> None:
        self.wall_s += seconds
        self.ran_s += seconds
