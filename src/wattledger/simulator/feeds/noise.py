"""Chance that can be asked again: numbers that depend on their keys alone."""

_MASK = (1 << 64) - 1


def mixed(*keys: int) -> int:
    """A 64-bit number well mixed from the keys (SplitMix64's finalizer, Steele et al. 2014)."""
    state = 0
    for key in keys:
        state = (state + key + 0x9E3779B97F4A7C15) * 0xD1342543DE82EF95 & _MASK
    state = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9 & _MASK
    state = (state ^ (state >> 27)) * 0x94D049BB133111EB & _MASK
    return state ^ (state >> 31)
