"""The tariffs of a home: its own, and those to compare with."""

from collections.abc import Sequence

from wattledger.energy.errors import BadQuestion, NoTariff
from wattledger.energy.tariff import Tariff


class TariffChoice:
    """The first one is the home's own."""

    def __init__(self, tariffs: Sequence[Tariff]) -> None:
        self.own = tariffs[0] if tariffs else None
        self._by_name = {tariff.name: tariff for tariff in reversed(tariffs)}
        self.others = tuple(name for name in dict.fromkeys(one.name for one in tariffs[1:]))
        """The names of those to compare with, in their order."""

    def named(self, name: str | None) -> Tariff:
        """The home's own, or one by its name. Raises NoTariff, BadQuestion."""
        if self.own is None:
            raise NoTariff
        if name is None:
            return self.own
        if name not in self._by_name:
            known = ", ".join(sorted(self._by_name))
            raise BadQuestion("tariff", f"there is no such table; there are {known}")
        return self._by_name[name]
