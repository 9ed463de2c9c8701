"""What a meter lists and does not give: asked for again on later looks, given up after three.

A meter answers with an empty page also while it is busy, so one refusal says nothing. What was
given up is wanted again the next day.
"""

from collections.abc import Sequence

from wattledger.energy.spans import Span, merged, without

LOOKS = 3


class Refusals:
    """One meter's refusals over its last looks."""

    def __init__(self) -> None:
        self.refused: list[Span] = []
        """What was refused in the present look."""
        self._looks: list[list[Span]] = []
        self._given_up: list[Span] = []
        self._day: int | None = None

    def begin(self, listed: Sequence[Span], today: int) -> list[Span]:
        """Begins a look: what of the meter's list is worth asking for."""
        if today != self._day:
            self._day, self._given_up = today, []
        self.refused = []
        return without(merged(listed), self._given_up)

    def noted(self, stored: Sequence[Span], refused: Sequence[Span]) -> list[Span]:
        """Notes what was asked for in vain: for this look it is left alone."""
        self.refused = merged([*self.refused, *refused])
        return without(stored, self.refused)

    def skip(self, span: Span) -> None:
        """Leaves a span alone for today: asking for it fails time and again."""
        self._given_up = merged([*self._given_up, span])

    def end(self) -> list[Span]:
        """Ends the look: what was refused in each of the last three is given up."""
        self._looks = [*self._looks, self.refused][-LOOKS:]
        always = self._looks[0] if len(self._looks) == LOOKS else []
        for refused in self._looks:
            always = without(always, without(always, refused))
        self._given_up = merged([*self._given_up, *always])
        return always
