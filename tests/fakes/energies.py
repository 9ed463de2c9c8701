"""Energies of the usual home: mains and one plant."""

from wattledger.energy.balance import Energies


def home_energies(
    imported_dmwh: int | None = None,
    exported_dmwh: int | None = None,
    produced_dmwh: int | None = None,
    consumed_dmwh: int | None = None,
    self_consumed_dmwh: int | None = None,
    common_produced_dmwh: int | None = None,
    grid_s: int = 0,
    solar_s: int = 0,
    common_s: int = 0,
) -> Energies:
    """Without a battery own use and own supply are the same."""
    return Energies(
        (imported_dmwh, exported_dmwh, produced_dmwh),
        consumed_dmwh,
        self_consumed_dmwh,
        self_consumed_dmwh,
        common_produced_dmwh,
        (grid_s, solar_s),
        common_s,
    )


def six_of(energies: Energies) -> tuple[int | None, ...]:
    """(imported, exported, produced, consumed, self_consumed, common_produced)."""
    home = (energies.consumed_dmwh, energies.self_consumed_dmwh, energies.common_produced_dmwh)
    return (*energies.flows_dmwh[:3], *home)
