"""A window of whole records: its sums, and the energies that they give under each netting."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, assert_never

from wattledger.energy.balance import Balance, Energies, balanced, summed, unknown
from wattledger.energy.home_quantities import Quantity, Roles
from wattledger.energy.netting import NOTHING, MeterSums, Netting, meter_sums, set_off
from wattledger.energy.record_alignment import aligned, common_blocks
from wattledger.energy.record_columns import Series
from wattledger.energy.role import Place


class OwnUse(NamedTuple):
    """What of a window the home made itself, by record: it can't be had from sums."""

    consumed_phase_dmwh: int = 0
    consumed_minute_dmwh: int = 0
    supplied_phase_dmwh: int = 0
    supplied_minute_dmwh: int = 0


class WindowSums(NamedTuple):
    """The quantities of a home over one window of whole records, those that give turned so that
    imported means given.

    `common` are the sums of the balanced ones over the time that all have, None where that is all
    of each.
    """

    start: int
    own: tuple[MeterSums, ...]
    common: tuple[MeterSums, ...] | None
    own_use: OwnUse

    @property
    def balanced(self) -> tuple[MeterSums, ...]:
        """Over the time that all have; what is no part of the balance may follow."""
        return self.own if self.common is None else self.common


def _balance(places: Iterable[Place], sums: Iterable[MeterSums], netting: Netting) -> Balance:
    """Of quantities in these places; those in one place of the balance are one."""
    imported = exported = produced = discharged = charged = 0
    for place, one in zip(places, sums, strict=True):
        forth, back = one.netted(netting)
        match place:
            case Place.MAINS:
                imported, exported = imported + forth, exported + back
            case Place.PRODUCTION:
                produced += forth
            case Place.STORAGE:
                discharged, charged = discharged + forth, charged + back
            case Place.PART:
                pass  # it is in no balance
            case _:
                assert_never(place)
    return balanced(imported, exported, produced, discharged, charged)


def window_sums(start: int, series: Sequence[Series], roles: Roles) -> WindowSums:
    """The sums of one window from the records of each quantity, already turned."""
    own = tuple(map(meter_sums, series))
    if roles.are_plain and series[0].starts and series[0][:2] == series[1][:2]:
        # The usual window: both have all of it. What the rest says, but faster.
        of_both = _use_by_record(*series)
        return WindowSums(start, own, None, OwnUse(*of_both, *of_both))
    present = roles.present(start)
    if not present:
        return WindowSums(start, own, None, OwnUse())
    places = [roles.places[at] for at in present]
    sums, use = _common_of([series[at] for at in present], [own[at] for at in present], places)
    if all(one == own[at] for one, at in zip(sums, present, strict=True)):
        return WindowSums(start, own, None, use)
    common = [NOTHING] * roles.balanced
    for one, at in zip(sums, present, strict=True):
        common[at] = one
    return WindowSums(start, own, tuple(common), use)


def _common_of(
    series: Sequence[Series], own: Sequence[MeterSums], places: Sequence[Place]
) -> tuple[Sequence[MeterSums], OwnUse]:
    """The sums of each series over the time that all have, and the own use of that time."""
    side_by_side = aligned(series)
    if side_by_side is None:
        blocks = [block.sums for block in common_blocks(series)]
        sums = list(map(_added, zip(*blocks, strict=True))) or [NOTHING] * len(series)
        return sums, _use_of_blocks(blocks, places)
    common = own if side_by_side is series else list(map(meter_sums, side_by_side))
    if places == [Place.MAINS, Place.PRODUCTION]:
        use = _use_by_record(*side_by_side)
        return common, OwnUse(*use, *use)
    rows = zip(*(zip(*one, strict=True) for one in side_by_side), strict=True)
    blocks = [tuple([_of_record(*row) for row in block]) for block in rows]
    return common, _use_of_blocks(blocks, places)


def _of_record(_start: int, period_s: int, imported: int, exported: int) -> MeterSums:
    return MeterSums(period_s, imported, exported, set_off(imported, exported)[0])


def _use_of_blocks(blocks: Iterable[Sequence[MeterSums]], places: Sequence[Place]) -> OwnUse:
    consumed_phase = consumed_minute = supplied_phase = supplied_minute = 0
    for sums in blocks:
        by_phase = _balance(places, sums, Netting.PHASE)
        by_minute = _balance(places, sums, Netting.MINUTE)
        consumed_phase += by_phase.self_consumed_dmwh
        consumed_minute += by_minute.self_consumed_dmwh
        supplied_phase += by_phase.self_supplied_dmwh
        supplied_minute += by_minute.self_supplied_dmwh
    return OwnUse(consumed_phase, consumed_minute, supplied_phase, supplied_minute)


def _use_by_record(grid: Series, solar: Series) -> tuple[int, int]:
    """Own use of aligned records of mains and a plant under `phase` and `minute`: what `_balance`
    says of each of them, but faster.
    """
    by_phase = by_minute = 0
    for imported, exported, produced, drawn in zip(*grid[2:], *solar[2:], strict=True):
        if produced > exported:
            by_phase += produced - exported
        net_produced, net_exported = produced - drawn, exported - imported
        if net_produced > 0 and net_produced > net_exported:
            by_minute += net_produced - net_exported if net_exported > 0 else net_produced
    return by_phase, by_minute


def joined(start: int, windows: Sequence[WindowSums]) -> WindowSums:
    """Several windows as one, for a longer netting window."""
    if len(windows) == 1:
        return windows[0]._replace(start=start)
    own = tuple(map(_added, zip(*(window.own for window in windows), strict=True)))
    common = None
    if any(window.common is not None for window in windows):
        common = tuple(map(_added, zip(*(window.balanced for window in windows), strict=False)))
    use = OwnUse(*map(sum, zip(*(window.own_use for window in windows), strict=True)))
    return WindowSums(start, own, common, use)


def _added(parts: Iterable[MeterSums]) -> MeterSums:
    return MeterSums(*map(sum, zip(NOTHING, *parts, strict=True)))


def window_energies(window: WindowSums, netting: Netting, roles: Roles) -> Energies:
    """The energies of one netting window (any window under `phase` and `minute`, which add up)."""
    if roles.are_plain and _is_usual(window):
        return _of_mains_and_plant([window], netting)
    flows: list[int | None] = []
    for quantity, own in zip(roles.quantities, window.own, strict=True):
        flows += _flows(quantity, own, netting)
    covered_s = tuple([own.covered_s for own in window.own])
    present = roles.present(window.start)
    sums = [window.balanced[at] for at in present]
    if not sums or not (common_s := sums[0].covered_s):
        return Energies(tuple(flows), covered_s=covered_s)
    places = [roles.places[at] for at in present]
    whole = _balance(places, sums, netting)
    use = window.own_use
    consumed, supplied = whole.self_consumed_dmwh, whole.self_supplied_dmwh
    if netting is Netting.PHASE:
        consumed, supplied = use.consumed_phase_dmwh, use.supplied_phase_dmwh
    elif netting is Netting.MINUTE:
        consumed, supplied = use.consumed_minute_dmwh, use.supplied_minute_dmwh
    produces = Place.PRODUCTION in places
    return Energies(
        tuple(flows),
        whole.consumed_dmwh,
        consumed if produces else None,
        supplied if len(present) > 1 else None,
        whole.produced_dmwh if produces else None,
        covered_s,
        common_s,
    )


def _is_usual(window: WindowSums) -> bool:
    """Of mains and a plant: whether both have all of it."""
    return window.common is None and window.own[0].covered_s > 0


def _of_mains_and_plant(windows: Sequence[WindowSums], netting: Netting) -> Energies:
    """Of usual windows what the rest of `window_energies` says of each, added up, but faster: a
    month has thousands.
    """
    imported = exported = produced = own = covered_s = 0
    for _, (mains, plant), _, use in windows:
        bought, sold = mains.netted(netting)
        made, _ = plant.netted(netting)
        imported += bought
        exported += sold
        produced += made
        covered_s += mains.covered_s
        if netting is Netting.PHASE:
            own += use.consumed_phase_dmwh
        elif netting is Netting.MINUTE:
            own += use.consumed_minute_dmwh
        elif made > sold:
            own += made - sold
    home = (imported - exported + produced, own, own, produced)
    return Energies((imported, exported, produced), *home, (covered_s, covered_s), covered_s)


def energies_of_windows(windows: Sequence[WindowSums], netting: Netting, roles: Roles) -> Energies:
    """The energies of several netting windows."""
    if roles.are_plain and windows and all(map(_is_usual, windows)):
        return _of_mains_and_plant(windows, netting)
    parts = [window_energies(window, netting, roles) for window in windows]
    return summed(parts, unknown(roles))


def _flows(quantity: Quantity, sums: MeterSums, netting: Netting) -> Sequence[int | None]:
    """One for each word of its role; a part of the home has one, its net."""
    words = len(quantity.role.words)
    if not sums.covered_s:
        return (None,) * words
    if not quantity.role.is_balanced:
        return (sums.imported_dmwh - sums.exported_dmwh,)
    return sums.netted(netting)[:words]
