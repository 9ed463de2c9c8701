"""`python -m bench [NAME ...]`: measures one part after the other, each in a process of its own.

`python -m bench NAME --word ...` gives the words after a single name to that part.

Exits with 1 when any figure is over its budget. Measure on a machine that does nothing else.
"""

import subprocess
import sys
from itertools import takewhile

PARTS = {
    "energy_fold": "Energy: folding minutes, the calendar's texts and edges",
    "store": "Store: ten years of two meters, beside one year",
    "meter_poll": "Meters: the live poll beside slow history",
    "catch_up": "Meters: days of memory fetched and booked, from meters that answer at once",
    "server": "Server: start, memory, processor",
    "api_questions": "API: the questions of a phone, server time",
    "costs": "Costs: ten years anew under a new table, then a year asked",
    "api_stream": "API: the event stream, from tick to client",
    "door": "API: 1,500 idle connections of one address, and another that asks",
    "app": "Phone app: first number, change of the period, first load",
    "mongo_month": "MongoDB: bytes of a record, a month written live with outages",
    "mongo_years": "MongoDB: ten years posted, then asked",
    "mongo_sites": "MongoDB: many homes on one server",
}


def main() -> int:
    names = list(takewhile(lambda word: not word.startswith("-"), sys.argv[1:]))
    words = sys.argv[1 + len(names) :]
    if words and len(names) != 1:
        print("words like --stops are for a single named part", file=sys.stderr)
        return 2
    wanted = names or list(PARTS)
    unknown = [name for name in wanted if name not in PARTS]
    if unknown:
        print(f"no such part: {', '.join(unknown)}; there are {', '.join(PARTS)}", file=sys.stderr)
        return 2
    over = 0
    for name in wanted:
        print(f"\n{PARTS[name]}", flush=True)
        over |= subprocess.run(
            [sys.executable, "-m", f"bench.{name}", *words], check=False
        ).returncode
    return over


if __name__ == "__main__":
    sys.exit(main())
