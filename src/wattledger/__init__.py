"""Home energy metering, booked like a ledger."""
