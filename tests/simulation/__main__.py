"""`./run simulate`: lives through weeks, each drawn from a seed, until one of them ends wrong."""

import argparse
import gc
import sys
import time
from collections.abc import Sequence

from tests.simulation.draw import DAY_S, drawn
from tests.simulation.faults import Fault
from tests.simulation.shrink import as_test, fewest
from tests.simulation.week import live


def main() -> int:
    parser = argparse.ArgumentParser(prog="./run simulate", description=__doc__)
    parser.add_argument("--seeds", type=int, default=100, help="how many weeks")
    parser.add_argument("--from", type=int, default=1, dest="first", help="the first seed")
    parser.add_argument("--days", type=int, default=7, help="as many faults in a shorter time")
    parser.add_argument("--keep-going", action="store_true", help="count those that end wrong")
    parser.add_argument("--log", action="store_true", help="print what happens")
    asked = parser.parse_args()
    gc.disable()  # for each week at once, below
    wrong, span_s = 0, asked.days * DAY_S
    for seed in range(asked.first, asked.first + asked.seeds):
        began_s = time.process_time()
        faults = drawn(seed, span_s)
        outcome = live(seed, faults, week_s=span_s, told=print if asked.log else None)
        gc.collect()
        took_s = time.process_time() - began_s
        healed = f"healed in {outcome.healed_s / 3_600:.1f} h"
        print(f"seed {seed}: {outcome.trace[:12]}, {healed}, {took_s:.1f} s of CPU", flush=True)
        if outcome.wrong:
            wrong += 1
            print(*outcome.wrong, sep="\n", flush=True)
            if not asked.keep_going:
                _explain(seed, faults, span_s)
                return 1
    print(f"{asked.seeds} seeds, {wrong} wrong")
    return 1 if wrong else 0


def _explain(seed: int, faults: Sequence[Fault], span_s: int) -> None:
    print("looking for the fewest faults that still fail", flush=True)

    def fails(some: Sequence[Fault]) -> bool:
        gc.collect()
        return bool(live(seed, some, week_s=span_s).wrong)

    print("", as_test(seed, fewest(faults, fails), span_s), sep="\n")


if __name__ == "__main__":
    sys.exit(main())
