"""The lines of the log: what a stranger has said stays inside the line that tells of it."""

import logging

from typing_extensions import override

from wattledger.energy.clean_text import clean

LONGEST_MESSAGE = 2_000


class OneLine(logging.Formatter):
    """One line to a record, with whatever would begin another or speak to the terminal escaped.

    A trace of ours has lines of its own; the text of its error is made clean as well.
    """

    @override
    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = clean(record.message, LONGEST_MESSAGE)
        return super().formatMessage(record)

    @override
    def formatException(self, ei: object) -> str:
        lines = super().formatException(ei).split("\n")  # type: ignore[arg-type]
        return "\n".join(clean(line, LONGEST_MESSAGE) for line in lines)
