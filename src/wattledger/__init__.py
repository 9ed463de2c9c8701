"""Home energy metering, booked like a ledger."""

__version__ = "0.1.0"
