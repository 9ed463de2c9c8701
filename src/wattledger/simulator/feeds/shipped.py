"""The measured series that travel with the package; their origin and licence stand in
data/SOURCES.md.
"""

import lzma
from importlib.resources import files


def shipped(name: str) -> str:
    """A series as its maker's file had it, unpacked. Raises FileNotFoundError."""
    packed = files("wattledger.simulator.feeds").joinpath("data", f"{name}.xz").read_bytes()
    return lzma.decompress(packed).decode("utf-8")
