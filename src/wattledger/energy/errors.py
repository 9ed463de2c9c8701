"""The one error tree; each edge translates its library's errors into it, the API maps it once.

WattledgerError
├── BadQuestion            the asker's mistake: something that can't be answered
│   ├── BadPeriod          no such period, or no such instant
│   ├── InFuture           it has not begun
│   └── TooManyBuckets     more than an answer may carry
├── BadRecord              energy that no meter of this kind can have counted
├── BadSettings            a settings file or environment that can't be used
├── StaleSettings          the settings file is another one by now: read it again
├── MeterError
│   ├── MeterUnreachable   no connection, or no answer in time: try again
│   │   └── MeterDeclined  it answered, and says no to this very question
│   ├── MeterRefused       wrong password or too many tries: try again much later
│   └── ProtocolError        an answer that is none: close the connection
├── WrongMeter             the address leads to a meter that is known under another name
├── PairingError           a phone that can't be paired this time
│   ├── WrongCode          no such code, or not any more
│   ├── LastOwner          no device would be left that owns
│   ├── CodeTaken          another phone came with it first
│   └── TooManyTries       too many wrong codes: wait
├── StoreError
│   ├── StoreUnusable      can't be opened, is damaged, or comes from a newer version: stop
│   └── StoreBusy          can't be read or written just now (disk full, locked): try again
├── NoTariff               money was asked for, and no table says what anything costs
├── PriceError             a source of prices does not answer, or not as it should: ask another
└── ReplicaError              the online copy of the books
    ├── ReplicaUnreachable           no connection, or no answer in time: try again
    │   └── ReplicaRestored
    ├── ReplicaRefused        wrong password, no right, not what it should be: somebody must look
    │   └── ReplicaForeign
    ├── ReplicaTaken          another server posts for this home: wait
    └── ReplicaFull           its space is used up: reading goes on, posting does not
"""

from wattledger.energy import fault as faults


class WattledgerError(Exception):
    """Whatever the product itself raises descends from here."""


class BadQuestion(WattledgerError):
    """The asker's mistake; `parameter` names what was wrong, the text says what is allowed."""

    def __init__(self, parameter: str, detail: str) -> None:
        super().__init__(detail)
        self.parameter = parameter
        self.detail = detail


class BadPeriod(BadQuestion):
    """No such period or instant."""


class InFuture(BadQuestion):
    """What is asked for has not begun."""


class TooManyBuckets(BadQuestion):
    """The answer would be longer than any answer may be."""


class BadRecord(WattledgerError):
    """A record that no meter of this kind can have counted; it is never booked."""


class BadSettings(WattledgerError):
    """Settings that can't be used; `faults` holds every fault found, a line each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class StaleSettings(WattledgerError):
    """The settings file was changed by somebody else since it was read."""


class MeterError(WattledgerError):
    """Something between us and a meter."""

    kind = faults.FaultKind.UNREACHABLE

    @property
    def fault(self) -> faults.Fault:
        """The error as what is wrong with the meter."""
        return faults.Fault(self.kind, str(self))


class MeterUnreachable(MeterError):
    """No connection, or no answer in time."""


class MeterDeclined(MeterUnreachable):
    """It answered, and says no to this very question; others it may answer."""


class MeterRefused(MeterError):
    """The meter wants a password, another one, or fewer tries.

    `retry_after_s` says when to come again.
    """

    def __init__(
        self,
        detail: str,
        retry_after_s: float,
        kind: faults.FaultKind = faults.FaultKind.PASSWORD_REFUSED,
    ) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s
        self.kind = kind


class ProtocolError(MeterError):
    """What came is no answer of a meter; the connection is of no more use."""

    kind = faults.FaultKind.NO_METER


class WrongMeter(WattledgerError):
    """The address leads to a meter that is known under another name, or to ever new ones."""

    @property
    def fault(self) -> faults.Fault:
        """The error as what is wrong with the meter."""
        return faults.Fault(faults.FaultKind.OTHER_METER, str(self))


class PairingError(WattledgerError):
    """A phone that can't be paired this time."""


class WrongCode(PairingError):
    """There is no such code, or not any more."""


class LastOwner(PairingError):
    """No paired device would be left that may change the settings."""


class CodeTaken(PairingError):
    """Another phone came with this code, and sets the home up."""


class TooManyTries(PairingError):
    """Too many wrong codes were tried; `retry_after_s` says when to come again."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"too many wrong codes; try again in {retry_after_s} s")
        self.retry_after_s = retry_after_s


class StoreError(WattledgerError):
    """Something with the local books."""


class StoreUnusable(StoreError):
    """The store can't be opened as it is; the text says what to do."""


class StoreBusy(StoreError):
    """The store could not be read or written this time."""


class NoTariff(WattledgerError):
    """What it costs can't be said: the settings name no tariff."""

    def __init__(self) -> None:
        super().__init__("the settings name no tariff: [tariff] file says what electricity costs")


class PriceError(WattledgerError):
    """A source of prices that does not answer, or not as it should; `retry_after_s` says how long
    it wants to be left alone.

    The text is for a person, and never holds an address with its token.
    """

    def __init__(self, detail: str, retry_after_s: float = 0.0) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s


class ReplicaError(WattledgerError):
    """Something between us and the online copy of the books.

    The text is for a person, and never holds an address with its password.
    """


class ReplicaUnreachable(ReplicaError):
    """No connection, or no answer in time; whether a write has happened is not known."""


class ReplicaRestored(ReplicaUnreachable):
    """It lacks what it once had, as after a snapshot: what else it lacks is not known."""

    def __init__(self) -> None:
        super().__init__(
            "MongoDB was put back to an earlier state: all is looked up there, and what it lacks "
            "is posted again"
        )


class ReplicaRefused(ReplicaError):
    """It answers, and will not do what was asked until somebody has looked."""


class ReplicaForeign(ReplicaRefused):
    """What is there is not what was posted, and can't be: nothing may be answered from it."""


class ReplicaTaken(ReplicaError):
    """Another server is the one that posts for this home."""


class ReplicaFull(ReplicaError):
    """Its space is used up."""
