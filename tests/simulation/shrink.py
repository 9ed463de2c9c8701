"""Makes of a week that fails the fewest faults that still fail, and a test of them."""

from collections.abc import Callable, Sequence

from tests.simulation.faults import Fault

Fails = Callable[[Sequence[Fault]], bool]


def fewest(faults: Sequence[Fault], fails: Fails) -> list[Fault]:
    """Leaves out halves, then quarters, down to single faults, as long as the rest still fails."""
    left = list(faults)
    size = len(left)
    while size:
        size = -(-size // 2) if size > 1 else 0
        at = 0
        while size and at < len(left):
            rest = left[:at] + left[at + size :]
            if fails(rest):
                left = rest
            else:
                at += size
        if size == 1:
            break
    return left


def as_test(seed: int, faults: Sequence[Fault], week_s: int) -> str:
    """What a developer puts beside the other tests, and mends the product by."""
    kinds = sorted({type(fault).__name__ for fault in faults})
    imports = [f"from tests.simulation.faults import {', '.join(kinds)}"] if kinds else []
    return "\n".join(
        [
            *imports,
            "from tests.simulation.week import live",
            "",
            "",
            f"def test_of_seed_{seed}() -> None:",
            "    faults = [",
            *(f"        {fault!r}," for fault in faults),
            "    ]",
            f"    assert live({seed}, faults, week_s={week_s}).wrong == []",
        ]
    )
