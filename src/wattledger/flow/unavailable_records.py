"""What a meter lists and does not give: asked for again on later looks, given up after three.

A meter answers with an empty page also while it is busy, so one refusal says nothing. What was
given up is wanted again the next day.
"""

from collections.abc import Sequence

from wattledger.energy.spans import Span, merged, without

LOOKS = 3


class UnavailableRecords:
    """One meter's refusals over its last looks."""

    def __init__(self) -> None:
        self.skipped: list[Span] = []
        """What could not be asked for without failing; left alone for today."""
        self._refused: list[Span] = []
        self._looks: list[list[Span]] = []
        self._given_up: list[Span] = []
        self._day: int | None = None

    @property
    def left_alone(self) -> list[Span]:
        """What is not to be asked for now."""
        return merged([*self._refused, *self._given_up, *self.skipped])

    @property
    def in_vain(self) -> list[Span]:
        """What was asked for in vain at this look or the one before, or given up today; sorted."""
        before = self._looks[-1] if self._looks else []
        return merged([*self._refused, *before, *self._given_up])

    def begin(self, today: int) -> None:
        """Begins a look; what was given up is wanted again on another day."""
        if today != self._day:
            self._day, self._given_up, self.skipped = today, [], []
        self._refused = []

    def note(self, refused: Sequence[Span]) -> None:
        """Notes what was asked for in vain: for this look it is left alone."""
        self._refused = merged([*self._refused, *refused])

    def skip(self, span: Span) -> None:
        """Leaves a span alone for today: asking for it fails time and again."""
        self.skipped = merged([*self.skipped, span])

    def end(self) -> list[Span]:
        """Ends the look: what was refused in each of the last three is given up."""
        self._looks = [*self._looks, self._refused][-LOOKS:]
        always = self._looks[0] if len(self._looks) == LOOKS else []
        for refused in self._looks:
            always = without(always, without(always, refused))
        self._given_up = merged([*self._given_up, *always])
        return always
