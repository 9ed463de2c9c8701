"""A tariff as it was written: what else is made of it goes by its signature."""

from hashlib import sha256
from typing import NamedTuple


class TariffText(NamedTuple):
    """A table's name and its TOML."""

    name: str
    text: str

    @property
    def signature(self) -> str:
        """Another one for another text or name."""
        return sha256(f"{self.name}\0{self.text}".encode()).hexdigest()[:32]
