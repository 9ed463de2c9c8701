"""Instants as the sources want them in a question."""

from datetime import UTC, datetime


def iso_ms(instant: int) -> str:
    """In UTC, such as 2026-11-28T22:00:00.000Z."""
    return f"{datetime.fromtimestamp(instant, UTC):%Y-%m-%dT%H:%M:%S}.000Z"


def minutes_of(instant: int) -> str:
    """In UTC, such as 202611282200."""
    return f"{datetime.fromtimestamp(instant, UTC):%Y%m%d%H%M}"
