"""Looks that `./run test-browsers` takes, beside the first of their kind in `./run test`."""

import pytest


def variant(*values: object) -> object:
    """Another theme, language, size or page of what is looked at all the same."""
    return pytest.param(*values, marks=pytest.mark.variant)
