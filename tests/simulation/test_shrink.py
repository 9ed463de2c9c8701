"""A week that fails is told by the fewest faults that still fail."""

from tests.simulation.faults import Fault, Kill, ReplicaUnreachable
from tests.simulation.shrink import as_test, fewest


def test_only_what_is_needed_is_left() -> None:
    faults: list[Fault] = [Kill(at_s, 60) for at_s in range(50)]
    culprits = [faults[7], faults[31], faults[32]]
    assert fewest(faults, lambda some: all(one in some for one in culprits)) == culprits


def test_a_week_that_fails_without_any_fault_needs_none() -> None:
    assert fewest([Kill(1, 2), ReplicaUnreachable(3, 4)], lambda _: True) == []


def test_what_is_left_is_printed_as_a_test() -> None:
    text = as_test(9, [Kill(at_s=1, down_s=2), ReplicaUnreachable(at_s=3, for_s=4)], 86_400)
    assert "        Kill(at_s=1, down_s=2)," in text.splitlines()
    printed: dict[str, object] = {}
    exec(compile(text, "printed", "exec"), printed)
    assert "test_of_seed_9" in printed
