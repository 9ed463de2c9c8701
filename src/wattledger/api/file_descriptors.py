"""How many descriptors the process may have, and how many of them connections may take.

A connection to a meter, to MongoDB or to a file of the store is a descriptor too. Clients never get
the last ones.
"""

import resource

WANTED = 4_096
"""Where the system gives fewer at first, as many as it lets us take; more are of no use."""
RESERVED = 192
"""For meters, the store and its readers, MongoDB, the files of the page."""
FEWEST = 8


def raise_limit() -> int:
    """Takes what the system lets us have; how many descriptors the process may have from now on."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED if hard == resource.RLIM_INFINITY else min(WANTED, hard)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return WANTED if soft == resource.RLIM_INFINITY else soft
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    except (OSError, ValueError):  # macOS has a lower bound of its own
        return soft
    return wanted


def room_for_connections(descriptors: int, wanted: int) -> int:
    """How many connections may be open at once, of `wanted`."""
    return max(FEWEST, min(wanted, descriptors - RESERVED))
