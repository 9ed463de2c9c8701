"""More of a kind than is tried each time: `./run test-more` takes those beside the first of it."""

from collections.abc import Collection, Iterable

import pytest


def variant(*values: object) -> object:
    """Another theme, language, size, loss or seed of what is tried all the same."""
    return pytest.param(*values, marks=pytest.mark.variant)


def apart_from(values: Iterable[object], usual: Collection[object]) -> list[object]:
    """All of them as variants, apart from those that are tried each time."""
    return [value if value in usual else variant(value) for value in values]
