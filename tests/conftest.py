"""Property tests try new examples on every run by hand, and the same ones in every run by CI.

WATTLEDGER_TEST_EXAMPLES=1000 searches longer than is fit for every day.
"""

import os

from hypothesis import settings

settings.register_profile(
    "wattledger",
    deadline=None,  # a busy machine is not a failure
    database=None,
    derandomize=bool(os.environ.get("CI")),
    max_examples=int(os.environ.get("WATTLEDGER_TEST_EXAMPLES", "30")),
)
settings.load_profile("wattledger")
