"""What the online copy has lost, or has otherwise than the store, month by month."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from wattledger.energy.fault import Fault, FaultKind


@dataclass(frozen=True, slots=True)
class Loss:
    """Of one month: so many records are lacking, and so many have other values."""

    lacking_minutes: int = 0
    differing_minutes: int = 0


@dataclass(frozen=True, slots=True)
class Lack:
    """Months, by their first day, of which the copy is not what was posted; never empty."""

    months: Mapping[date, Loss]
    since: float
    """When it was noticed, UTC epoch seconds."""

    @property
    def words(self) -> str:
        lacking = {
            month: loss.lacking_minutes
            for month, loss in self.months.items()
            if loss.lacking_minutes
        }
        differing = {
            month: loss.differing_minutes
            for month, loss in self.months.items()
            if loss.differing_minutes
        }
        parts = []
        if lacking:
            parts.append(f"it lacks {_minutes(lacking)} that were posted: they are posted again")
        if differing:
            parts.append(
                f"it has {_minutes(differing)} with other values than the store: "
                "'wattledger mongodb verify' names the days"
            )
        return f"{'; '.join(parts)}; meanwhile the store answers"

    @property
    def fault(self) -> Fault:
        return Fault(FaultKind.COPY_LACKS, f"MongoDB: {self.words}", self.since)


def _minutes(months: Mapping[date, int]) -> str:
    """How many, and of which months."""
    count, first, last = sum(months.values()), min(months), max(months)
    minutes = "1 minute" if count == 1 else f"{count} minutes"
    when = f"{first:%Y-%m}" if first == last else f"{first:%Y-%m} to {last:%Y-%m}"
    return f"{minutes} of {when}"
