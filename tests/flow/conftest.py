"""What several files of these tests begin with."""

import pytest

from tests.flow.posting import Posting


@pytest.fixture
def posting() -> Posting:
    return Posting()
